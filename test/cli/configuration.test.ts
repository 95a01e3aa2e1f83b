/** Configuration files, variables and flags as the program itself finds them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { complaintsAbout } from '../support/compile.ts';
import { boomer, Command, folderWith, root, tidy, type Ended } from './command.ts';

afterAll(tidy);

type Shown = Readonly<Record<string, { readonly value: unknown; readonly from: string }>>;

function shown({ code, stdout, stderr }: Ended): Shown {
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Shown;
}

const typed = `import { defineConfig, type BoomerConfig } from 'boomer-node';
import { users } from './shared.ts';
const config: BoomerConfig = { files: 'a.ts', users, host: process.env['TARGET'] ?? 'http://nowhere', thresholds: { '*': ['p(95)<200'] } };
export default defineConfig(config);
`;

it('compiles a configuration in TypeScript, which imports what it likes and sees the variables of the run', async () => {
  const cwd = await folderWith({ 'boomer.config.ts': typed, 'shared.ts': 'export const users = 12 as const;\n', '.env': 'TARGET=http://file\nOTHER=1\n', 'locust.conf': 'users = 5\nspawn-rate = 3' });
  const args = ['run', '--show-config', '--json', '--env-file', '.env', '-r', '2'];
  expect(shown(await boomer(args, { cwd, env: { LOCUST_RUN_TIME: '1m' } }))).toMatchObject({
    file: { value: 'a.ts', from: 'files in boomer.config.ts' },
    users: { value: 12, from: 'users in boomer.config.ts' },
    'spawn-rate': { value: 2, from: '--spawn-rate' },
    'run-time': { value: '1m', from: 'LOCUST_RUN_TIME' },
    host: { value: 'http://file', from: 'host in boomer.config.ts' },
    thresholds: { value: { '*': ['p(95)<200'] }, from: 'thresholds in boomer.config.ts' },
    iterations: { value: null, from: 'default' },
  });
});

it('reads a home, and the file of a variable', async () => {
  const cwd = await folderWith({ 'home/.locust.conf': 'host = http://home\nusers = 1', 'ci.js': 'export default { users: 4 };\n', 'package.json': '{ "type": "module", "boomer": { "users": 3, "warmup": "5s" } }' });
  expect(shown(await boomer(['run', 'a.ts', '--show-config', '--json'], { cwd, env: { HOME: join(cwd, 'home'), BOOMER_CONFIG: 'ci.js' } }))).toMatchObject({
    host: { value: 'http://home', from: 'host in ~/.locust.conf' },
    users: { value: 4, from: 'users in ci.js' },
    warmup: { value: '5s', from: 'warmup in boomer in package.json' },
  });
});

it('runs a program of run() without a master when it is told to', async () => {
  const cwd = await folderWith({ 'package.json': '{ "type": "module" }', 'my-tasks.js': "import { run } from 'boomer-node';\nrun({ name: 'hello', fn() {} });\n" });
  const ended = await new Command('my-tasks.js', ['--headless', '-u', '10', '--show-config', '--json'], { cwd }).ended;
  expect(shown(ended)).toMatchObject({ file: { value: [join(cwd, 'my-tasks.js')], from: 'command line' }, users: { value: 10, from: '--users' } });
});

it.each<readonly [string, Readonly<Record<string, string>>, readonly string[], string]>([
  ['that does not compile', { 'boomer.config.ts': 'export default {;\n' }, [], 'boomer-node: boomer.config.ts does not compile (boomer.config.ts):\n✘ [ERROR] Expected'],
  ['that throws', { 'boomer.config.ts': "type Target = string;\nthrow new Error('no target');\n" }, [], 'boomer-node: boomer.config.ts: it threw while it was loaded: Error: no target\n    at <anonymous> (FOLDER/boomer.config.ts:2:7)\n'],
  ['with a wrong key', { 'package.json': '{ "boomer": { "usrs": 1 } }' }, [], 'boomer-node: boomer in package.json has no option usrs: did you mean users?\nSee boomer-node --help.\n'],
  ['with a wrong value', { 'locust.conf': 'users = many' }, [], 'boomer-node: users in locust.conf expects a whole number of 1 or more, got "many"\nSee boomer-node --help.\n'],
  ['that is not there', {}, ['--config', 'no.ts'], 'boomer-node: --config expects a file that can be read, got "no.ts": looked for '],
])('a configuration %s ends it with 2', async (_, files, args, message) => {
  const cwd = await folderWith(files);
  const { code, stdout, stderr } = await boomer(['run', 'a.ts', ...args], { cwd });
  const said = message.replace('FOLDER', cwd);
  expect([code, stdout, stderr.slice(0, said.length)]).toEqual([2, '', said]);
});

it('warns once of what a locust.conf has that nobody knows, and of flags that a worker does not heed', async () => {
  const cwd = await folderWith({ 'locust.conf': 'usrs = 5\nweb-port = 8090', 'a.ts': '' });
  const { code, stderr } = await boomer(['worker', 'a.ts', '--junit', 'a.xml', '-u', '5'], { cwd, env: { BOOMER_THREAD: '2' } });
  expect(code).toBe(2);
  expect(stderr.split('\n').filter((line) => line.startsWith('[')).map((line) => line.replace(/^.*? \S+\/(?=WARNING)/u, ''))).toEqual([
    'WARNING/boomer: locust.conf has an option usrs that neither Locust nor boomer-node knows: did you mean users?',
    'WARNING/boomer: BOOMER_THREAD is no option: did you mean BOOMER_THREADS?',
    'WARNING/boomer: no effect in a worker, whose master decides load and reports (for boomer-node run): --junit',
  ]);
});

it('is checked while it is written', () => {
  const [, inDocs = ''] = /^```ts\n(.*?)^```$/msu.exec(readFileSync(join(root, 'docs/configuration.md'), 'utf8')) ?? [];
  expect(inDocs).toContain('defineConfig');
  const wrong = `import { defineConfig } from 'boomer-node';
export const right = defineConfig({ runTime: 90, rate: '100/s', thresholds: ['p(95)<200'], stages: ['30s:10'], configUsers: { user_class_name: 'A', weight: 2 }, httpDebug: true });
// @ts-expect-error a key that does not exist
defineConfig({ usrs: 1 });
// @ts-expect-error users are a number
defineConfig({ users: '1' });
// @ts-expect-error a stage has a target
defineConfig({ stages: [{ duration: '30s' }] });
// @ts-expect-error attributes are of a class
defineConfig({ configUsers: { weight: 2 } });
`;
  expect(complaintsAbout({ 'boomer.config.ts': inDocs, 'wrong.config.ts': wrong })).toEqual([]);
});

it.each([
  [['run', 'a.ts', '--show-config', '--json']],
  [['run', 'a.ts', '--show-task-ratio-json']],
  [['run', 'a.ts', '-i', '1', '--json']],
])('what a configuration and a scenario print stands in no data on stdout: %j', async (args) => {
  const scenario = "import { User, task } from 'boomer-node';\nconsole.log('a scenario');\nexport class A extends User { @task a() { this.record({ type: 't', name: 'n', elapsedMs: 1 }); } }\n";
  const cwd = await folderWith({ 'a.ts': scenario, 'boomer.config.js': "console.log('a configuration');\nexport default { users: 1 };\n", 'package.json': '{ "type": "module" }' });
  const { code, stdout, stderr } = await boomer(args, { cwd });
  expect(code).toBe(0);
  expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  expect(stderr).toContain('a configuration\n');
});
