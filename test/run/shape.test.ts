/** `shape(moment)` without a master: asked once a second, on the run's own numbers. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/command.ts';
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

const scenario = readFileSync(join(root, 'test/fixtures/clusterShape.ts'), 'utf8');
const shapeIs = (body: string): string => scenario.replace(/export function shape[^]*?\n\}\n/u, `export const shape = ${body};\n`);

test('users follow the function, which sees what they do, and ends the run', async () => {
  const run = await runToEnd(scenario, ['--summary-export', 'summary.json', '--loglevel', 'warning']);
  expect({ code: run.code, said: run.stderr }).toMatchObject({ code: 0 });
  const { meta: { ended }, history, rows } = await run.summary();
  expect(ended).toEqual({ kind: 'shape' });
  const users = history.map(({ elapsedMs, userCount }) => [elapsedMs / 1000, userCount] as const);
  expect(users.filter(([at]) => at > 1.2 + run.lostMs / 1000 && at < 1.9).every(([, count]) => count === 4)).toBe(true);
  // What the function was told stands in the names of rows.
  const told = rows.filter(({ method }) => method === 'told').map(({ name }) => name);
  expect(told).toContain('users 0');
  expect(told).toContain('users 4');
  expect(told).toContain('users 10');
  expect(told).toContain('rows job first,job second');
  expect(told).toContain('p95 20');
});

test('it may name classes', async () => {
  const run = await runToEnd(shapeIs('({ elapsedSec }) => elapsedSec < 2.5 ? { users: { Second: elapsedSec < 1 ? 3 : 1, First: 2 } } : null'), ['--loglevel', 'info']);
  expect(run.code).toBe(0);
  expect(run.stderr).toContain('All users spawned: {"First":2,"Second":3} (5 total users)');
});

test.each([
  ["() => { throw new RangeError('no idea'); }", 'shape() failed: RangeError: no idea'],
  ['() => ({ users: -1 })', 'shape() must return users that are a number from 0 on, got -1'],
])('%s ends the run with its reason and exit code 107', async (body, reason) => {
  const run = await runToEnd(shapeIs(body), []);
  expect([run.code, run.stderr]).toEqual([107, expect.stringContaining(reason)]);
});

test('what was typed for users goes before it; a shape that is no function, and one beside stages, are refused', async () => {
  const typed = await runToEnd(scenario, ['-u', '2', '-r', '2', '-t', '1s', '--summary-export', 'summary.json']);
  expect([typed.code, typed.stderr]).toEqual([0, expect.stringContaining("the scenario's shape is passed over: the options say how much load there is")]);
  expect((await typed.summary()).meta.ended).toEqual({ kind: 'runTime' });
  const noFunction = await runToEnd(shapeIs('[1, 2]'), []);
  expect([noFunction.code, noFunction.stderr]).toEqual([2, expect.stringContaining('shape is exported, and is no function')]);
  const both = await runToEnd(`${scenario}export const stages = ['1s:2'];\n`, []);
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('the scenario exports both stages and shape')]);
});
