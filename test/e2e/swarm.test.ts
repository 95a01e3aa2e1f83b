/** `boomer-node swarm`: a real master and a worker from nothing but a TypeScript file; and that nothing of it is left. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { venvPython } from '../../locust/demo/paths.ts';
import { isPortFree } from '../support/ports.ts';
import { TestProcesses } from '../support/processes.ts';
import { Program } from '../support/program.ts';
import { Target } from '../support/target.ts';
import { until } from '../support/until.ts';

const locust = ['--locust', `${venvPython} -m locust`];

const scenario = (extra = ''): string => `
import { constant, HttpUser, tag, task } from 'boomer-node';
export class Shopper extends HttpUser {
  waitTime = constant(0.1);
  @tag('look') @task(3) async hello() { await this.client.get('/hello'); }
  @task async world() { await this.client.get('/world'); }
}
${extra}`;

/** A folder with one scenario in it and nothing else, in which the command runs. */
class Place implements AsyncDisposable {
  readonly folder: string;
  readonly processes: TestProcesses = new TestProcesses();

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(text: string): Promise<Place> {
    const place = new Place(await mkdtemp(join(tmpdir(), 'swarm-test-')));
    await writeFile(join(place.folder, 'scenario.ts'), text);
    return place;
  }

  swarm(...args: readonly string[]): Program {
    // Its temporary files lie in a folder of this test, so that one sees what is left of them.
    return Program.start(this.processes, ['dist/cli/bin.js', 'swarm', join(this.folder, 'scenario.ts'), ...locust, ...args], { TMPDIR: this.folder });
  }

  async left(): Promise<readonly string[]> {
    return (await readdir(this.folder)).filter((name) => name !== 'scenario.ts' && !name.startsWith('summary'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function expectNothingLeft(place: Place, program: Program): Promise<void> {
  await until('no process is left', async () => (await program.living()).length === 0);
  expect(await place.left()).toEqual([]);
  for (const [, port] of program.output.matchAll(/http:\/\/127\.0\.0\.1:(\d+)/g)) await until(`port ${port} is free`, async () => await isPortFree(Number(port)));
}

test('headless: the master has what the target answered, and the exit code is the test\'s', async () => {
  await using place = await Place.open(scenario());
  const target = await Target.start(place.processes);
  const program = place.swarm('--headless', '-u', '5', '-r', '5', '-t', '3s', '-s', '10', '-H', target.url, '--json-file', join(place.folder, 'summary'), '--request-log', join(place.folder, 'summary-of-requests.jsonl'));
  expect(await program.ended(120_000)).toMatchObject({ code: 0 });
  const { answered } = await target.settledCounts();
  expect(answered).toBeGreaterThan(5);
  // Beside the JSON, which Locust writes in place of its tables.
  expect(program.output).toMatch(new RegExp(`Aggregated +${answered} `));
  expect(program.output).toMatch(/GET +\/hello +[1-9]\d* +0\(0\.00%\) \| +\d+ +\d+ +\d+ +\d+ \|[^]*Response time percentiles/u);
  const rows = JSON.parse(await readFile(join(place.folder, 'summary.json'), 'utf8')) as readonly { readonly num_requests: number }[];
  expect(rows.reduce((sum, row) => sum + row.num_requests, 0)).toBe(answered);
  expect(program.output).toContain(`delivered ${answered} requests, 0 failures; not confirmed 0`);
  const lines = (await readFile(join(place.folder, 'summary-of-requests.jsonl'), 'utf8')).trim().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(Array.from({ length: answered }, () => 'GET'));
  await expectNothingLeft(place, program);
}, 180_000);

test("an option that the scenario declares is a flag: its users have the value", async () => {
  await using place = await Place.open(`
import { constant, defineOptions, task, User } from 'boomer-node';
export const options = defineOptions({ tenant: { type: 'string', default: 'none' } });
export class Tenant extends User {
  waitTime = constant(0.1);
  @task work() { this.record({ type: 'of', name: String(this.environment.parsedOptions['tenant']), elapsedMs: 1 }); }
}
`);
  const program = place.swarm('--headless', '-u', '1', '-r', '1', '-t', '2s', '--tenant', 'zeta');
  expect(await program.ended(120_000)).toMatchObject({ code: 0 });
  expect(program.output).toMatch(/of +zeta +[1-9]/);
}, 180_000);

test("users that were typed go before the scenario's stages, and a run time ends stages", async () => {
  await using place = await Place.open(scenario("export const stages = ['1s:3', '10m:3'];"));
  const target = await Target.start(place.processes);
  const typed = place.swarm('--headless', '-u', '2', '-r', '2', '-t', '2s', '-H', target.url);
  expect(await typed.ended(120_000)).toMatchObject({ code: 0 });
  expect(typed.output).toContain("the scenario's stages are passed over: the options say how many users there are");
  expect(typed.output).toContain('All users spawned: {"Shopper": 2}');
  const staged = place.swarm('--headless', '-t', '4s', '-H', target.url);
  expect(await staged.ended(120_000)).toMatchObject({ code: 0 });
  expect(staged.output).toContain('All users spawned: {"Shopper": 3}');
}, 240_000);

test('a threshold that fails: 99', async () => {
  await using place = await Place.open(scenario("export const thresholds = { 'GET /hello': 'p(95)<0.001' };"));
  const target = await Target.start(place.processes);
  const program = place.swarm('--headless', '-u', '2', '-r', '2', '-t', '2s', '-H', target.url);
  const { code } = await program.ended(120_000);
  expect(program.output).toMatch(/1 of 1 missed/);
  expect(code).toBe(99);
  await expectNothingLeft(place, program);
}, 180_000);

test('with the web UI: the form has the host and the users, the test is driven from there, and Ctrl-C ends it with the test\'s code', async () => {
  await using place = await Place.open(scenario('export class Admin extends HttpUser { @task async admin() { await this.client.get("/world"); } }'));
  const target = await Target.start(place.processes);
  const program = place.swarm('-u', '3', '-r', '3', '-H', `${target.url}/`);
  await program.prints(/reported as ready/);
  // A port that was taken meanwhile has made it tell another one.
  const url = [...program.output.matchAll(/Locust's web UI: (http:\S+)/g)].at(-1)?.[1];
  const page = await (await fetch(url ?? '')).text();
  expect(page).toContain(target.url);
  // Several classes: the form chooses among them.
  expect(page).toMatch(/"show_userclass_picker": true/u);
  const started = await fetch(`${url}/swarm`, { method: 'POST', body: new URLSearchParams({ user_count: '3', spawn_rate: '3', host: `${target.url}/` }) });
  expect(started.ok).toBe(true);
  await until('requests arrive', async () => (await target.counts()).answered > 3);
  program.child.signal('SIGINT');
  expect(await program.ended(120_000)).toMatchObject({ code: 0 });
  expect(program.output).not.toMatch(/KeyboardInterrupt|Traceback/u);
  // A host that ends with a slash makes no other rows.
  expect(program.output).toMatch(/^GET +\/(?:hello|world) /mu);
  await expectNothingLeft(place, program);
}, 180_000);

test.each([
  ['the master is killed', async (program: Program): Promise<boolean> => process.kill((await program.find(/-m locust --master/)).pid, 'SIGKILL'), 1],
  ['it is asked to end by SIGTERM', (program: Program): void => program.child.signal('SIGTERM'), 143],
] as const)('nothing is left when %s', async (_, end, code) => {
  await using place = await Place.open(scenario());
  const target = await Target.start(place.processes);
  const program = place.swarm('--headless', '-u', '2', '-r', '2', '-t', '10m', '-H', target.url);
  await program.prints(/All users spawned/);
  await end(program);
  expect(await program.ended(120_000)).toMatchObject({ code });
  await expectNothingLeft(place, program);
}, 180_000);

test('Ctrl-C ends it while a scenario is loaded that never comes to an end with that', async () => {
  await using place = await Place.open(`console.log('it begins');\nawait new Promise(() => setInterval(() => undefined, 1000));\n${scenario()}`);
  const program = place.swarm();
  await program.prints(/it begins/);
  program.child.signal('SIGINT');
  expect(await program.ended()).toMatchObject({ code: 130 });
  await expectNothingLeft(place, program);
}, 120_000);

test('the master does not outlive a killed swarm', async () => {
  await using place = await Place.open(scenario());
  const program = place.swarm('-H', 'http://127.0.0.1:9');
  await program.prints(/reported as ready/);
  process.kill(program.child.pid ?? 0, 'SIGKILL');
  await until('the master is gone too', async () => (await program.living()).length === 0, { timeoutMs: 60_000 });
}, 120_000);

test.each([
  [['--locust', 'no-such-command'], /--locust expects a command that runs Locust.*"no-such-command --version" could not be started/u],
  [['--locust', `${process.execPath} -p 1`], /--locust expects a command that runs Locust/u],
  [['--master-bind-port', '5557'], /swarm decides --master-bind-port by itself/u],
  [['--', '-f', 'x.py'], /swarm decides -f by itself/u],
  [['-t', '300ms', '--headless'], /--run-time expects whole seconds, since that is what a Locust master counts in, got 300ms/u],
  [['-u', '3', '--stage', '5s:3'], /--stage and --users contradict each other: stages say how many users there are/u],
  [['--web-port', 'x'], /--web-port expects a port from 1 to 65535, got x/u],
])('%j: exit code 2, and why', async (args, message) => {
  await using place = await Place.open(scenario());
  const program = Program.start(place.processes, ['dist/cli/bin.js', 'swarm', join(place.folder, 'scenario.ts'), ...args], { TMPDIR: place.folder });
  expect(await program.ended()).toMatchObject({ code: 2 });
  expect(program.output).toMatch(message);
  await expectNothingLeft(place, program);
}, 60_000);

test.each([
  [['--version'], /^\d+\.\d+\.\d+$/m],
  [['-u', '7', '--show-config'], /users.* 7 /],
])('%j: shows that, and starts nothing', async (args, shown) => {
  await using place = await Place.open(scenario());
  const program = place.swarm(...args);
  expect(await program.ended()).toMatchObject({ code: 0 });
  expect(program.output).toMatch(shown);
  expect(program.output).not.toMatch(/web UI/);
}, 60_000);

test('a scenario that does not compile: exit code 2 with the place, before anything is started', async () => {
  await using place = await Place.open('export class {');
  const program = place.swarm();
  expect(await program.ended()).toMatchObject({ code: 2 });
  expect(program.output).toMatch(/scenario\.ts:1:/);
  await expectNothingLeft(place, program);
}, 60_000);

test('two at the same moment: each worker joins its own master', async () => {
  await using place = await Place.open(scenario());
  const target = await Target.start(place.processes);
  const programs = [1, 2].map(() => place.swarm('--headless', '-u', '2', '-r', '2', '-t', '2s', '-H', target.url));
  for (const program of programs) {
    expect(await program.ended(120_000)).toMatchObject({ code: 0 });
    expect(program.output).toMatch(/Aggregated +[1-9]/);
    expect(program.output).toMatch(/not confirmed 0 requests, 0 failures; not delivered 0 requests/);
  }
}, 180_000);
