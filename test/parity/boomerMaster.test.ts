/** The Python that a locustfile of ours carries: its own tests against real Locust, and that it counts users over time as `run` does. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectDir, venvPython } from '../../locust/demo/paths.ts';
import { loadPlan, usersAt } from '../../src/run/loadPlan.ts';
import { countsAt, noShapeYet, redirected } from '../../src/run/shapeLine.ts';
import { runPython } from '../support/runPython.ts';

test.each(['boomer_master', 'boomer_shape', 'lost_workers'])('locust/%s.py passes its tests', async (name) => {
  const { stderr } = await promisify(execFile)(venvPython, [`test/python/${name}_test.py`], { cwd: projectDir });
  expect(stderr).toMatch(/^Locust 2\.\d+/mu);
  expect(stderr).toMatch(/^Ran [1-9]\d* tests[^]*^OK$/mu);
});

test('users over stages are those of boomer-node run, at any moment', async () => {
  const plans = [[[2, 4], [4, 12], [2, 0]], [[0, 5], [3, 5], [0.5, 1]], [[1.5, 1000], [0, 3], [0, 8], [7, 1]], [[60, 7], [60, 3]]];
  const moments = Array.from({ length: 600 }, (_, index) => index * 0.217);
  const ours = plans.map((stages) => {
    const plan = loadPlan({ kind: 'stages', stages: stages.map(([seconds = 0, users = 0]) => ({ durationMs: seconds * 1000, users })) });
    return moments.map((moment) => usersAt(plan, moment * 1000));
  });
  expect(JSON.parse(await runPython('test/parity/stagedUsers.py', JSON.stringify({ plans, moments })))).toEqual(ours);
});

test('users on the way to what a shape decides are those of boomer-node run, at any moment', async () => {
  type Decision = readonly [elapsedSec: number, goal: Readonly<Record<string, number>>, rate: number | null];
  const runs: readonly (readonly Decision[])[] = [
    [[0, { '': 10 }, 4], [1.3, { '': 20 }, 4], [2, { '': 3 }, 0.7], [5, { '': 9 }, null], [6, {}, 3]],
    [[0.5, { A: 4, B: 1 }, null], [1, { B: 7, C: 2 }, 2.5], [2.1, { A: 3, B: 5 }, 2.5], [2.2, { A: 3, B: 5 }, 2.5], [9, { '': 4 }, 1]],
    [[0, {}, null], [1, { '': 1000 }, 333.3], [2, { '': 1000 }, 333.3], [2.5, { '': 990 }, 10]],
  ];
  const given = runs.map((decisions) => decisions.map(([elapsed, goal, rate], index) => {
    const end = decisions[index + 1]?.[0] ?? elapsed + 10;
    return [elapsed, goal, rate, Array.from({ length: 40 }, (_, step) => elapsed + ((end - elapsed) * step) / 40)] as const;
  }));
  const ours = given.map((decisions) => {
    let line = noShapeYet;
    return decisions.map(([elapsed, goal, rate, moments]) => {
      line = redirected(line, goal, rate ?? Infinity, elapsed * 1000);
      return moments.map((moment) => countsAt(line, moment * 1000));
    });
  });
  expect(JSON.parse(await runPython('test/parity/shapedUsers.py', JSON.stringify(given)))).toEqual(ours);
});
