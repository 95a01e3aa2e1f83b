/** Each file in test/fixtures/broken is wrong in its own way; the message must let its author find out how. */
import { join } from 'node:path';
import { boomer, folderWith, root, tidy } from './command.ts';

afterAll(tidy);

const broken = 'test/fixtures/broken';

it.concurrent.each([
  ['doesNotCompile.ts', 'the scenario does not compile (test/fixtures/broken/doesNotCompile.ts):\n✘ [ERROR] Expected ")" but found "}"\n\n    test/fixtures/broken/doesNotCompile.ts:5:0:'],
  ['missingImport.ts', 'the scenario does not compile (test/fixtures/broken/missingImport.ts):\n✘ [ERROR] Could not resolve "./prices.ts"\n\n    test/fixtures/broken/missingImport.ts:2:22:'],
  ['missingPackage.ts', 'the scenario does not compile (test/fixtures/broken/missingPackage.ts):\n✘ [ERROR] Could not resolve "no-such-package"\n\n    test/fixtures/broken/missingPackage.ts:2:17:\n      2 │ import shop from "no-such-package";\n        ╵                  ~~~~~~~~~~~~~~~~~\n'],
  ['throws.ts', 'FILE: it threw while it was loaded: TypeError: no config\n    at readConfig (FILE:4:9)\n'],
  ['throwsNull.ts', 'FILE: it threw while it was loaded: null\n'],
  ['noUser.ts', 'FILE: no user class has a task: mark a method of WithoutTask with @task, or name it in static tasks\n'],
  ['badWeight.ts', 'FILE: @task(weight) expects a whole number of 0 or more, got -1\n    at <anonymous> (FILE:4:4)\n'],
  ['badRun.ts', 'FILE: task 1 given to run() has no name: expected a non-empty string\n    at <anonymous> (FILE:3:1)\n'],
  ['exits.ts', 'FILE: a load thread ended while it loaded the scenario: it ended by itself (process.exit() in the scenario?)\n'],
])('%s', async (name, message) => {
  const { code, stdout, stderr } = await boomer(['worker', join(broken, name), '--threads', '2'], { cwd: root });
  const file = join(root, broken, name);
  expect(stderr.startsWith(`boomer-node: ${message.replaceAll('FILE', file)}`) ? 'as expected' : stderr).toBe('as expected');
  expect(stderr).not.toMatch(/external|plugin/u);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toMatch(/dist\/|node:internal/u);
});

it('two classes of one name', async () => {
  const { code, stderr } = await boomer(['worker', `${broken}/twin.ts,${broken}/twinToo.ts`], { cwd: root });
  expect(code).toBe(2);
  expect(stderr).toContain('two user classes are named Shopper: rename one, the master tells classes apart by name\n');
  expect(stderr).toContain('twin.ts, ');
});

it.concurrent.each([
  ['a file that is not there', ['missing.ts'], 'scenario file missing.ts does not exist: looked for FOLDER/missing.ts'],
  ['a file of another kind', ['locustfile.py'], 'scenario file locustfile.py is not TypeScript or JavaScript: expected one of .ts .mts .js .mjs .cts .cjs'],
  ['no file', [], 'no scenario given, and no locustfile.ts here: expected a file, e.g. boomer-node run scenario.ts --host http://localhost:8080, or boomer-node worker scenario.ts --master-host 127.0.0.1'],
  ['an empty folder', ['empty'], 'folder empty holds no scenario file (.ts .mts .js .mjs .cts .cjs)'],
  ['a file that exports nothing', ['nothing.ts'], 'FOLDER/nothing.ts: it exports no user class and does not call run(task, …): expected `export class MyUser extends HttpUser { @task async … }`'],
])('%s', async (_, files, message) => {
  const cwd = await folderWith({ 'locustfile.py': '', 'empty/readme.md': '', 'nothing.ts': '' });
  expect(await boomer(['worker', ...files], { cwd })).toEqual({ code: 2, stdout: '', stderr: `boomer-node: ${message.replaceAll('FOLDER', cwd)}\n` });
});

it.concurrent.each([
  [['run', '--run-tasks', 'helo'], '"helo" is no task of the scenario: did you mean "hello"? (--list names all)'],
  [['debug', '--task', 'nothingLikeIt'], '"nothingLikeIt" is no task of the scenario (--list names all)'],
])('a task that is not there: %j', async ([command = '', ...flags], message) => {
  const cwd = await folderWith({ 'scenario.ts': "import { User, task } from 'boomer-node';\nexport class Shopper extends User { @task hello() {} }\n" });
  expect(await boomer([command, 'scenario.ts', ...flags], { cwd })).toEqual({ code: 2, stdout: '', stderr: `boomer-node: ${message}\nSee boomer-node --help.\n` });
});
