/** What is wrong around a run: said in a sentence, in the exit code, and nothing else is lost by it. */
import { readdir } from 'node:fs/promises';
import { openSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { folderWith, program } from '../cli/command.ts';
import { runToEnd, tidy } from './running.ts';

afterAll(tidy);

const recording = "import { User, tag, task } from 'boomer-node';\nexport class Fine extends User {\n  @tag('read')\n  @task\n  work() { this.record({ type: 't', name: 'work', elapsedMs: 1 }); }\n}\n";

test('an output of a team that cannot start: its name, the error and the place, exit 2', async () => {
  const run = await runToEnd(recording, ['-i', '5', '-o', './own.ts=db'], { 'own.ts': "export default (url) => ({\n  onStart() {\n    throw new Error('nobody at ' + url);\n  },\n});\n" });
  expect(run.stderr).toMatch(/^boomer-node: -o \.\/own\.ts: onStart threw Error: nobody at db at .*own\.ts:3:\d+\)?$/mu);
  expect(run.stderr).not.toMatch(/^\s+at |node:internal/mu);
  expect(run.code).toBe(2);
});

test('profiles go to folders that are made, one for each thread, and are listed; a path that cannot be is said before', async () => {
  const run = await runToEnd(recording, ['-i', '500', '--cpu-profile', 'p/{u}/cpu.cpuprofile', '--mem-profile', 'p/heap']);
  expect(run.code).toBe(0);
  for (const file of ['p/1/cpu.0.cpuprofile', 'p/1/cpu.1.cpuprofile', 'p/heap.0.heapprofile', 'p/heap.1.heapprofile']) {
    expect(run.stderr).toContain(`  ${file}\n`);
    expect(Object.keys(JSON.parse(await run.read(file)) as object)).toContain('samples');
  }
  const impossible = await runToEnd(recording, ['-i', '5', '--cpu-profile', 'scenario.ts/cpu']);
  expect(impossible.stderr).toContain('cannot write scenario.ts/cpu.0.cpuprofile');
  expect(impossible.code).toBe(2);
});

test('every exception is counted, however many there are; different ones beyond 500 are counted together', async () => {
  const throwing = "import { User, task } from 'boomer-node';\nlet n = 0;\nexport class Fails extends User {\n  @task(3) same() { throw new Error('same'); }\n  @task other() { throw new Error(`id ${n++ % 700}`); }\n}\n";
  const run = await runToEnd(throwing, ['-u', '4', '-r', '4', '-i', '20000', '--csv', 'out']);
  const [, ...lines] = (await run.read('out_exceptions.csv')).trim().split(/\r?\n(?=\d+,)/u);
  const counts = lines.map((line) => Number(/^\d+/u.exec(line)?.[0]));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
  expect(lines.filter((line) => line.includes('more than 500 different exceptions'))).toHaveLength(1);
});

test.each([
  ['misspelt tags', ['-i', '2', '-T', 'raed'], '--tags raed leaves no task of'],
  ['stages without users', ['--stage', '1h:0'], 'no stage has a user'],
  ['a window that the run is too short for', ['-t', '5s', '--threshold', 'p(95)<200 over 10s'], 'the run lasts 5s, so no window would be full'],
])('%s end a run before it begins', async (_, args, reason) => {
  const run = await runToEnd(recording, args);
  expect(run.stderr).toContain(reason);
  expect(run.stderr).not.toContain('users:');
  expect(run.code).toBe(2);
});

const hasFullDevice = process.platform === 'linux' ? test : test.skip;

hasFullDevice('a full disk under stdout, stderr and the log: the files are complete, no trace', async () => {
  const folder = await folderWith({ 'scenario.ts': recording });
  const runInto = (out: 'pipe' | number, err: 'pipe' | number, ...args: string[]): ReturnType<typeof spawnSync> =>
    spawnSync(process.execPath, [program, 'run', 'scenario.ts', '-i', '20', ...args], { cwd: folder, stdio: ['ignore', out, err], timeout: 120_000 });
  const full = openSync('/dev/full', 'w');
  const stdoutFull = runInto(full, 'pipe', '--json', '-q');
  // Of a busy machine the run says that it was one.
  expect(String(stdoutFull.stderr).replace(/^generator: .*\n/mu, '')).toMatch(/^PASS.*\nboomer-node: cannot write to stdout: ENOSPC: no space left on device\n$|^boomer-node: cannot write to stdout: .*\nPASS.*\n$/u);
  expect(stdoutFull.status).toBe(1);
  expect(runInto('pipe', full, '--json-file', 'out').status).toBe(0);
  expect(await readdir(folder)).toContain('out.json');
  const logFull = runInto('pipe', 'pipe', '--logfile', '/dev/full');
  expect(String(logFull.stderr)).toMatch(/--logfile \/dev\/full ends here, the log goes on in the terminal.*\n.*Ramping to 1 users/u);
  expect(String(logFull.stderr)).toContain('PASS');
});

test('what a scenario and an output print does not get between the JSON on stdout', async () => {
  const chatty = `console.log('loaded');\n${recording}`;
  const run = await runToEnd(chatty, ['-i', '5', '--json', '-o', './own.mjs'], { 'own.mjs': "export default { onStop: () => console.log('written') };\n" });
  expect(JSON.parse(run.stdout)).toEqual([expect.objectContaining({ name: 'work', num_requests: 5 })]);
  expect(run.stderr).toContain('loaded');
  expect(run.stderr).toContain('written');
});

test('a load thread that a task ended is a trouble of its own, not an error of a task', async () => {
  const scenario = "import { User, task } from 'boomer-node';\nexport class Quitter extends User {\n  waitTime = () => 0.02;\n  @task\n  work() {\n    this.record({ type: 't', name: 'work', elapsedMs: 1 });\n    if (this.environment.userIndex === 0) process.exit(3);\n  }\n}\n";
  const run = await runToEnd(scenario, ['-u', '2', '-r', '100', '-t', '2s']);
  expect(run.stderr).toMatch(/load thread \d was lost with its \d users? and .+ under way, and is replaced/u);
  expect(run.stderr).toMatch(/^FAIL · 1 load thread lost · /mu);
  expect(run.code).toBe(1);
});
