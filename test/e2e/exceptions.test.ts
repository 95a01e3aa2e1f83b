/** What goes wrong in a task is seen in the master's Exceptions tab, with the line in the user's own file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { projectDir } from '../../locust/demo/paths.ts';
import { Scene, stopTimeout } from './scene.ts';
import { type ExceptionRow, totalOf } from '../support/locustMaster.ts';
import { until } from '../support/until.ts';

const scenario = 'test/fixtures/e2eFaulty.ts';
const thrower = 'test/fixtures/e2eThrower.ts';
const leftOutRow = /^(\d+) exceptions of this worker are not counted here/u;

test('errors that escape tasks are grouped, counted, and name the file and the line of the scenario', async () => {
  await using scene = await Scene.open({ scenario, classes: ['Faulty'], threads: 2, masterFlags: stopTimeout });
  await scene.master.swarm({ users: 6, spawnRate: 6 });
  const rows = await until('each kind of error is there several times', async () => {
    const now = await scene.master.exceptions();
    return now.length >= 3 && now.every(({ count }) => count >= 4) && now;
  });
  expect(rows).toHaveLength(3);
  const basket = rowWith(rows, 'the basket is empty');
  expect(basket.traceback).toContain(`e2eFaulty.ts:${await lineOf('line of the basket')}`);
  expect(basket.traceback).toContain('throwsError');
  expect(basket.msg).toContain('the basket is empty');
  const price = rowWith(rows, 'amount');
  expect(price.traceback).toContain(`e2eFaulty.ts:${await lineOf('line of the price')}`);
  expect(rowWith(rows, 'just a text').msg).toContain('just a text');
  // One worker found them all; its node id is shown.
  const [worker] = await scene.master.workers();
  expect(new Set(rows.map(({ nodes }) => nodes))).toEqual(new Set([worker?.id]));
});

test('users whose tasks fail go on, and their failures are not requests', async () => {
  await using scene = await Scene.open({ scenario, classes: ['Faulty'], masterFlags: stopTimeout });
  await scene.master.swarm({ users: 4, spawnRate: 4 });
  const stats = await until('the task that works was recorded many times', async () => {
    const now = await scene.master.stats();
    return totalOf(now).num_requests > 20 && now;
  });
  expect(stats.stats.map(({ name }) => name)).toEqual(['works', 'Aggregated']);
  expect(totalOf(stats).num_failures).toBe(0);
  expect(stats).toMatchObject({ state: 'running', user_count: 4 });
});

test('an error in each of hundreds of tasks a second: the master counts every one', async () => {
  await using scene = await Scene.open({ scenario: thrower, classes: ['Faulty'], threads: 2, masterFlags: stopTimeout });
  // Names of the master's own class choose none of the scenario's tasks: all of them run.
  await scene.master.editUser({ user_class_name: 'Faulty', tasks: ['only_workers_run_this'] });
  await scene.master.swarm({ users: 2, spawnRate: 2 });
  await until('a thousand were thrown', async () => totalOf(await scene.master.stats()).num_requests > 1_000);
  await scene.master.stop();
  const thrown = totalOf(await scene.master.stoppedStats()).num_requests;
  const rows = await until(`all ${thrown} are counted`, async () => {
    const now = await scene.master.exceptions();
    return now.reduce((sum, { count }) => sum + count, 0) === thrown && now;
  });
  expect(rows).toHaveLength(1);
  expect(scene.workers[0]?.lines.filter((line) => line.includes('only_workers_run_this'))).toHaveLength(1);
});

test('a flood of errors: the master stays well, and what it is not told is a row with the number', async () => {
  await using scene = await Scene.open({ scenario: thrower, classes: ['Faulty'], threads: 2, masterFlags: stopTimeout, env: { THROWER_WAIT_SEC: '0' } });
  await scene.master.swarm({ users: 4, spawnRate: 4 });
  await until('far more were thrown than can be told', async () => totalOf(await scene.master.stats()).num_requests > 50_000);
  await scene.master.stop();
  const thrown = totalOf(await scene.master.stoppedStats()).num_requests;
  const rows = await until(`all ${thrown} are counted or named`, async () => {
    const now = await scene.master.exceptions();
    return toldOf(now) + leftOutOf(now) === thrown && now;
  }, { timeoutMs: 30_000 });
  expect(leftOutOf(rows)).toBeGreaterThan(0);
  expect(scene.master.lines.filter((line) => /missing|unresponsive/iu.test(line))).toEqual([]);
  const leftOut = `${leftOutOf(rows)} exceptions of this test were counted here and not told to the master`;
  expect(scene.workers[0]?.lines.some((line) => line.includes(leftOut))).toBe(true);
});

test("the worker's log is in the master's Logs tab", async () => {
  await using scene = await Scene.open({ scenario, classes: ['Faulty'], masterFlags: stopTimeout });
  const [worker] = await scene.master.workers();
  const lines = await until('the log arrived', async () => (await scene.master.logs()).workers[worker?.id ?? '']);
  expect(lines.join('\n')).toMatch(/boomer-node .*Faulty/);
});

/** Of the rows that are exceptions, one count for each. */
function toldOf(rows: readonly ExceptionRow[]): number {
  return rows.filter(({ msg }) => !leftOutRow.test(msg)).reduce((sum, { count }) => sum + count, 0);
}

/** As the worker's own row says it. */
function leftOutOf(rows: readonly ExceptionRow[]): number {
  return rows.reduce((sum, { msg }) => sum + Number(leftOutRow.exec(msg)?.[1] ?? 0), 0);
}

function rowWith(rows: readonly ExceptionRow[], text: string): ExceptionRow {
  const row = rows.find(({ msg, traceback }) => `${msg}\n${traceback}`.includes(text));
  if (row === undefined) throw new Error(`no exception with "${text}" in ${JSON.stringify(rows, null, 2)}`);
  return row;
}

/** The line with this comment, counted from 1. */
async function lineOf(comment: string): Promise<number> {
  const lines = (await readFile(join(projectDir, scenario), 'utf8')).split('\n');
  return lines.findIndex((line) => line.includes(comment)) + 1;
}
