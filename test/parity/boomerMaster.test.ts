/** The Python that a locustfile of ours carries: its own tests against real Locust, and that it counts users over stages as `run` does. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { projectDir, venvPython } from '../../locust/demo/paths.ts';
import { loadPlan, usersAt } from '../../src/run/loadPlan.ts';
import { runPython } from '../support/runPython.ts';

test('locust/boomer_master.py passes its tests', async () => {
  const { stderr } = await promisify(execFile)(venvPython, ['test/python/boomer_master_test.py'], { cwd: projectDir });
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
