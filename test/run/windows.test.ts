/** Thresholds over a window, in real time. */
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

/** Fast for a second and a half, then slow: of all requests few are. */
const slowInTheEnd = `import { constant, task, User } from 'boomer-node';
let began = 0;
export class Visitor extends User {
  waitTime = constant(0.01);
  @task look() {
    began ||= performance.now();
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

/** An open model, whose own numbers go bad in the end. */
const fuller = `import { Gauge, task, Trend, User } from 'boomer-node';
const queue = new Gauge('queue');
const size = new Trend('size', { unit: 'bytes' });
let began = 0;
export class Visitor extends User {
  @task look() {
    began ||= performance.now();
    const isFull = performance.now() - began > 2_300;
    this.record({ type: 'job', name: 'look', elapsedMs: 1 });
    queue.set(isFull ? 90 : -5);
    size.add(isFull ? 5_000_000 : 1_000);
  }
}
export const thresholds = {
  queue: ['max<50', 'max<100 over 1s', { threshold: 'value<50', over: '1s', abortOnFail: true, delayAbortEval: '3500ms' }],
  size: ['p(95)<6000000 over 1s', 'p(50)<2000 over 1s'],
  lateness: ['p(99)<5000 over 1s', 'max<5000 over 2s', 'max<0 over 1s'],
};
`;

test('gauges, trends and lateness have windows, and end a run', async () => {
  const run = await runToEnd(fuller, ['--rate', '200/s', '-u', '2', '-t', '1m', '--summary-export', 'summary.json']);
  expect([run.code, run.stderr]).toEqual([99, expect.stringMatching(/ended by the threshold queue: value<50 over 1s/u)]);
  const { thresholds } = await run.summary();
  expect(thresholds.map(({ row, expression, passed }) => [row, expression, passed])).toEqual([
    ['queue', 'max<50', false], ['queue', 'max<100 over 1s', true], ['queue', 'value<50 over 1s', false],
    ['size', 'p(95)<6000000 over 1s', true], ['size', 'p(50)<2000 over 1s', false],
    ['lateness', 'p(99)<5000 over 1s', true], ['lateness', 'max<5000 over 2s', true], ['lateness', 'max<0 over 1s', false],
  ]);
  expect(thresholds[1]).toMatchObject({ measured: 90, text: expect.stringMatching(/^max=90 at worst, from [\d.]+s to [\d.]+s/u) as string });
  expect(thresholds[4]).toMatchObject({ measured: 5_000_000 });
});

test('what was dropped in a warm-up ends no run', async () => {
  const slowAtFirst = `import { task, User } from 'boomer-node';
let began = 0;
export class Visitor extends User {
  @task async look() {
    began ||= performance.now();
    if (performance.now() - began < 1_500) await this.sleep(0.5);
    this.record({ type: 'job', name: 'look', elapsedMs: 1 });
  }
}
export const thresholds = { dropped: { threshold: 'rate<0.9', abortOnFail: true } };
`;
  const run = await runToEnd(slowAtFirst, ['--rate', '50/s', '-u', '1', '--warmup', '2s', '-t', '4s', '--summary-export', 'summary.json']);
  const { meta, thresholds } = await run.summary();
  expect([meta.ended, thresholds[0]?.passed]).toEqual([{ kind: 'runTime' }, true]);
});
