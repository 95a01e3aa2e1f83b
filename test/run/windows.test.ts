/** Thresholds over a window, in real time. */
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

/** Fast for a second and a half, then slow: of all requests few are. */
const slowInTheEnd = `import { constant, task, User } from 'boomer-node';
const began = performance.now();
export class Visitor extends User {
  waitTime = constant(0.01);
  @task look() {
    const isSlow = performance.now() - began > 1_500;
    this.record({ type: 'job', name: 'look', elapsedMs: isSlow ? 400 : 10 });
    if (!isSlow) for (let index = 0; index < 200; index++) this.record({ type: 'job', name: 'look', elapsedMs: 10 });
  }
}
export const thresholds = { 'job look': ['p(90)<300', { threshold: 'p(90)<300', over: '1s', abortOnFail: true }], '*': 'p(90)<300 over 30s' };
`;

test('the newest window ends a run that is good as a whole, and the report says which it was', async () => {
  const run = await runToEnd(slowInTheEnd, ['-t', '1m', '--summary-export', 'summary.json']);
  expect([run.code, run.stderr]).toEqual([99, expect.stringMatching(/FAIL · 2 thresholds not met .* ended by the threshold job look: p\(90\)<300 over 1s/u)]);
  const { thresholds, meta, verdict } = await run.summary();
  expect(meta.ended).toEqual({ kind: 'threshold', expression: 'job look: p(90)<300 over 1s' });
  expect(verdict.passed).toBe(false);
  const [whole, window, tooLong] = thresholds;
  expect(whole).toMatchObject({ expression: 'p(90)<300', measured: expect.closeTo(10, 1) as number, passed: true });
  expect(window).toMatchObject({ measured: 400, passed: false, text: expect.stringMatching(/^p\(90\)=400 ms at worst, from [\d.]+s to [\d.]+s \(\d of \d windows missed\)$/u) as string });
  expect(window?.window?.toMs).toBeLessThanOrEqual(meta.countedMs + 1);
  expect(tooLong).toMatchObject({ measured: null, text: expect.stringMatching(/^no window of 30s: only [\d.]+s were counted$/u) as string });
});
