/** `boomer-node worker -f -` whose master is replaced while it runs: how it ends when the next scenario does not come to run. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FakeMaster } from '../support/fakeMaster.ts';
import { boomer, Command, folderWith, program, tidy } from './command.ts';

afterAll(tidy);

const scenario = (head = ''): string => `import { constant, task, User } from 'boomer-node';
${head}
export class Shopper extends User {
  waitTime = constant(0.05);
  @task work() { this.record({ type: 't', name: 'n', elapsedMs: 1 }); }
}
`;

/** The locustfile of a scenario. */
async function locustfileOf(text: string): Promise<string> {
  const { code, stdout } = await boomer(['locustfile', 'a.ts'], { cwd: await folderWith({ 'a.ts': text }) });
  expect(code).toBe(0);
  return stdout;
}

/** Answers each question for a locustfile, until it is closed. */
function ship(master: FakeMaster, contents: string): void {
  let answered = 0;
  const look = (): void => {
    for (const { id } of master.of('locustfile').slice(answered)) master.send('locustfile', { locustfiles: [{ filename: 'locustfile.py', contents }] }, id);
    answered = master.of('locustfile').length;
  };
  const watch = setInterval(look, 20);
  closing.push(() => {
    clearInterval(watch);
    master.close();
  });
}

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A worker with a user of the first scenario that has recorded something, and then another master in the place of the first. */
async function withAnotherMaster(first: string, second: string | null): Promise<{ readonly worker: Command; readonly cwd: string; readonly master: FakeMaster }> {
  const before = await FakeMaster.start();
  ship(before, first);
  const cwd = await folderWith({ 'tmp/none': '' });
  const worker = new Command(program, ['worker', '-f', '-', '--master-port', String(before.port), '--threads', '1', '--summary-export', 'summary.json'], { cwd, env: { TMPDIR: join(cwd, 'tmp'), HERE: 'a worker' } });
  const id = await before.registered();
  before.spawn({ Shopper: 1 }, {}, id);
  await before.next('stats', { since: 0, id, isRight: ({ stats }) => Array.isArray(stats) && stats.length > 0 });
  closing.splice(0).forEach((close) => close());
  const master = await FakeMaster.start({ port: before.port });
  if (second === null) closing.push(() => master.close());
  else ship(master, second);
  await master.waitFor('question for the scenario', () => master.of('locustfile').length > 0);
  return { worker, cwd, master };
}

async function recordedIn(cwd: string): Promise<number> {
  const { recorded } = JSON.parse(await readFile(join(cwd, 'summary.json'), 'utf8')) as { readonly recorded: { readonly requests: number } };
  return recorded.requests;
}

const left = async (cwd: string): Promise<readonly string[]> => await readdir(join(cwd, 'tmp'));

test('a master that does not say whether it has the same scenario: the look ends with the worker, and is one for all that is news of it', async () => {
  const { worker, master } = await withAnotherMaster(await locustfileOf(scenario()), null);
  await master.registered();
  worker.signal('SIGINT');
  const { code, stderr } = await Promise.race([worker.ended, new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`it does not end:\n${worker.stderr}`)), 60_000).unref())]);
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/is not known|no master answers/u);
  expect(new Set(master.of('locustfile').map(({ id }) => id)).size).toBe(1);
}, 120_000);

test('a scenario that fails to load: exit code 2, and what was recorded before it is in the summary', async () => {
  const { worker, cwd } = await withAnotherMaster(await locustfileOf(scenario()), await locustfileOf(scenario("if (process.env['HERE']) throw new Error('its secrets are not here');")));
  const { code, stderr } = await worker.ended;
  expect([code, stderr]).toEqual([2, expect.stringContaining('its secrets are not here')]);
  expect(stderr.match(/the master has another scenario/gu)).toHaveLength(1);
  expect(stderr).toMatch(/recorded \d+ requests, 0 failures in this process/u);
  expect(await recordedIn(cwd)).toBeGreaterThan(0);
  expect(await left(cwd)).toEqual(['none']);
}, 120_000);

test('a signal while the second one is loaded: exit code 0, and what was recorded before it is in the summary', async () => {
  const { worker, cwd } = await withAnotherMaster(await locustfileOf(scenario()), await locustfileOf(scenario("if (process.env['HERE']) {\n  console.log('loading the second');\n  await new Promise((resolve) => setTimeout(resolve, 100_000));\n}")));
  await worker.printed(/loading the second/u);
  worker.signal('SIGTERM');
  const { code, stderr } = await worker.ended;
  expect(code).toBe(0);
  expect(stderr).toMatch(/recorded \d+ requests, 0 failures in this process/u);
  expect(await recordedIn(cwd)).toBeGreaterThan(0);
  expect(await left(cwd)).toEqual(['none']);
}, 120_000);
