/** `boomer-node worker -f -`: the master ships the scenario, with its packages and files, to workers that have nothing of it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWorkerBooks } from '../support/books.ts';
import { LocustMaster, totalOf } from '../support/locustMaster.ts';
import { freePort } from '../support/ports.ts';
import { TestProcesses } from '../support/processes.ts';
import { Program } from '../support/program.ts';
import { ShippedPlace } from '../support/shippedPlace.ts';
import { until } from '../support/until.ts';

/** The row says what came along: a package from npm, and a file and a folder beside the scenario. */
const scenario = (name: string): string => `
import { readdirSync, readFileSync } from 'node:fs';
import { constant, task, User } from 'boomer-node';
import leven from 'leven';

const rows = readFileSync(new URL('./users.csv', import.meta.url), 'utf8').trim().split('\\n').length;
const data = readdirSync(new URL('./data/', import.meta.url));

export class Shipped extends User {
  waitTime = constant(0.1);
  @task work() { this.record({ type: '${name}', name: \`rows \${rows}, \${data}, leven \${leven('kitten', 'sitting')}\`, elapsedMs: 1 }); }
  @task async fail() {
    await null;
    throw new Error('in line 14 of scenario.ts');
  }
}
`;

test('three workers in three empty folders: a package, a data file and a folder, and traces with lines of the .ts file', async () => {
  await using place = await ShippedPlace.open(scenario);
  await place.write('first');
  const master = await LocustMaster.start(place.processes, { locustfile: place.locustfile });
  const workers = await Promise.all([1, 2, 3].map(() => place.worker(master.port)));
  await until('three workers are ready', async () => (await master.stats()).workers.length === 3);
  await master.swarm({ users: 3, spawnRate: 3 });
  const row = await until('the row is there', async () => (await master.stats()).stats.find(({ name, num_requests: requests }) => name === 'rows 3, a.json, leven 3' && requests > 5));
  expect(row.method).toBe('first');
  const exceptions = await until('an exception is told', async () => (await master.exceptions())[0]);
  expect(exceptions.traceback).toMatch(/at (?:async )?Shipped\.fail \(.*scenario\.ts:14:/);
  await master.stop();
  for (const worker of workers) worker.child.signal('SIGTERM');
  for (const worker of workers) {
    expect(await worker.ended()).toMatchObject({ code: 0 });
    expect(worker.output).toMatch(/not confirmed 0 requests, 0 failures; not delivered 0 requests/);
  }
  for (const folder of await readdir(place.folder)) if (folder.startsWith('worker-')) expect(await readdir(join(place.folder, folder))).toEqual([]);
}, 180_000);

test('a master that comes back with another scenario: the worker takes the new one, and its end tells of both', async () => {
  await using place = await ShippedPlace.open(scenario);
  await place.write('first');
  const before = await LocustMaster.start(place.processes, { locustfile: place.locustfile });
  const [summary, requestLog, profile] = ['summary.json', 'requests.jsonl', 'cpu'].map((name) => join(place.folder, name));
  const worker = await place.worker(before.port, '--on-master-loss', 'wait', '--summary-export', summary ?? '', '--request-log', requestLog ?? '', '--cpu-profile', profile ?? '', '--cpu-profile-duration', '1s');
  await until('the worker is ready', async () => (await before.stats()).workers.length === 1);
  const runs = async (master: LocustMaster, method: string): Promise<number> => {
    await master.swarm({ users: 1, spawnRate: 1 });
    await until('the row is there', async () => (await master.stats()).stats.some((row) => row.method === method));
    await master.stop();
    const stats = await master.stoppedStats();
    expect(stats.stats.filter((row) => row.name !== 'Aggregated' && row.method !== method)).toEqual([]);
    return totalOf(stats).num_requests;
  };
  const first = await runs(before, 'first');
  before.child.kill();
  await before.child.exit;
  await place.write('second');
  const after = await LocustMaster.start(place.processes, { locustfile: place.locustfile, ports: { master: before.port, ui: Number(new URL(before.uiUrl).port) } });
  await worker.prints(/the master has another scenario/, 90_000);
  await until('the worker is ready again', async () => (await after.stats()).workers.some(({ state }) => state === 'ready'));
  await worker.prints(/so far: recorded \d+ requests[^]*connected to the master/);
  const second = await runs(after, 'second');
  worker.child.signal('SIGTERM');
  expect(await worker.ended()).toMatchObject({ code: 0 });
  expect(readWorkerBooks(worker.output)).toEqual({ recorded: first + second, failed: 0, delivered: first + second, unconfirmed: 0, undelivered: 0, usersLost: 0 });
  const told = { requests: first + second, failures: 0 };
  expect(JSON.parse(await readFile(summary ?? '', 'utf8'))).toMatchObject({ recorded: told, delivered: told });
  const lines = (await readFile(requestLog ?? '', 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as { readonly type: string });
  expect(['first', 'second'].map((kind) => lines.filter(({ type }) => type === kind).length)).toEqual([first, second]);
  expect(await readFile(`${profile ?? ''}.0.cpuprofile`, 'utf8')).toContain('"nodes"');
  expect(worker.output).toContain('profiles written:');
}, 180_000);

test.each([
  ['a plain Python file', async () => undefined, /locustfile\.py carries no scenario of boomer-node: it is plain Python/],
  ['a damaged one', async (path: string) => await writeFile(path, (await readFile(path, 'utf8')).replace(/(\n# boomer-node-scenario 1 [\da-f]+\n# )./, '$1!')), /is not what was written there: its SHA-256 is/],
] as const)('%s: exit code 2, and what to do', async (kind, change, message) => {
  await using place = await ShippedPlace.open(scenario);
  if (kind === 'a plain Python file') await writeFile(place.locustfile, 'from locust import User, task\n\nclass A(User):\n    @task\n    def a(self):\n        pass\n');
  else await place.write('first');
  await change(place.locustfile);
  const master = await LocustMaster.start(place.processes, { locustfile: place.locustfile });
  const worker = await place.worker(master.port);
  expect(await worker.ended()).toMatchObject({ code: 2 });
  expect(worker.output).toMatch(message);
}, 120_000);

test('a package with native code stays behind: both sides name it', async () => {
  await using place = await ShippedPlace.open(scenario);
  const output = await place.write('native', "import 'zeromq';\nimport { task, User } from 'boomer-node';\nexport class Native extends User { @task work() {} }\n");
  expect(output).toMatch(/zeromq holds native code and does not go along: .*npm install zeromq@\d/);
  const master = await LocustMaster.start(place.processes, { locustfile: place.locustfile });
  const worker = await place.worker(master.port);
  expect(await worker.ended()).toMatchObject({ code: 2 });
  expect(worker.output).toMatch(/needs packages with native code, which it cannot ship: npm install zeromq@\d\S* in /);
}, 120_000);

test.each([
  [['run', '-f', '-'], /-f - asks a Locust master for the scenario, which only a worker has/],
  [['worker', '-f', '-', 'other.ts'], /-f - asks the master for the scenario, and other\.ts is one too/],
])('%j: exit code 2', async (args, message) => {
  await using processes = new TestProcesses();
  const program = Program.start(processes, ['dist/cli/bin.js', ...args]);
  expect(await program.ended()).toMatchObject({ code: 2 });
  expect(program.output).toMatch(message);
}, 60_000);

test('no master yet: it says so, and a signal ends it with 0', async () => {
  await using place = await ShippedPlace.open(scenario);
  const worker = await place.worker(await freePort());
  await worker.prints(/waiting for the master at 127\.0\.0\.1:\d+ to ship its scenario/);
  worker.child.signal('SIGINT');
  expect(await worker.ended()).toMatchObject({ code: 0 });
}, 60_000);
