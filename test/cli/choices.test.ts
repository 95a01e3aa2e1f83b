/** What is chosen of a scenario, and for it, on the command line: user classes and the host. */
import { boomer, Command, folderWith, program, tidy } from './command.ts';

afterAll(tidy);

const shop = `import { HttpUser, User, task } from 'boomer-node';
export class Shopper extends HttpUser { @task buy() { this.record({ type: 't', name: this.host ?? 'none', elapsedMs: 1 }); } }
export class Admin extends User { @task look() { this.record({ type: 't', name: this.host ?? 'none', elapsedMs: 1 }); } }
`;
let cwd = '';
beforeAll(async () => void (cwd = await folderWith({ 'shop.ts': shop })));

const listed = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<unknown> => {
  const { code, stdout } = await boomer(['run', ...args, '--list', '--threads', '1'], { cwd, env });
  return [code, ['Shopper', 'Admin'].filter((name) => stdout.includes(name))];
};

it.concurrent.each<readonly [readonly string[], Readonly<Record<string, string>>, readonly string[]]>([
  [['shop.ts'], {}, ['Shopper', 'Admin']],
  [['shop.ts', 'Admin'], {}, ['Admin']],
  [['-f', 'shop.ts', 'Admin', 'Shopper'], {}, ['Shopper', 'Admin']],
  [['shop.ts'], { LOCUST_USER_CLASSES: 'Shopper' }, ['Shopper']],
  [['shop.ts', 'Admin'], { LOCUST_USER_CLASSES: 'Shopper' }, ['Admin']],
])('user classes of %j %j', async (args, env, classes) => {
  expect(await listed(args, env)).toEqual([0, classes]);
});

it.concurrent.each([
  [['shop.ts', 'Shoper'], 'there is no user class Shoper: did you mean Shopper? It has Admin, Shopper\n'],
  [['shop.ts', '--host', 'localhost:8080'], '--host expects a URL for Shopper, which speaks HTTP, got "localhost:8080": write --host http://localhost:8080\n'],
  [['shop.ts', '--host', 'http:/shop.example/x'], '--host expects a URL for Shopper, which speaks HTTP, got "http:/shop.example/x": write --host http://shop.example/x\n'],
])('%j ends the start', async (args, message) => {
  for (const command of ['run', 'worker']) {
    const { code, stderr } = await boomer([command, ...args, '--threads', '1'], { cwd });
    expect([code, stderr]).toEqual([2, `boomer-node: ${cwd}/shop.ts: ${message}`]);
  }
});

it.concurrent.each([[['shop.ts', 'Admin', '--host', '127.0.0.1:50051'], '127.0.0.1:50051'], [['shop.ts', 'Shopper', '--host', 'ws://127.0.0.1:1'], 'ws://127.0.0.1:1']])('%j is taken as it is', async (args, host) => {
  const { code, stderr } = await boomer(['run', ...args, '-i', '1', '--threads', '1'], { cwd });
  expect([code, stderr.includes(host)]).toEqual([0, true]);
});

it.concurrent('who names no file has locustfile.ts, with a pyproject.toml for Locust beside it', async () => {
  const folder = await folderWith({ 'locustfile.ts': shop, 'pyproject.toml': '[tool.locust]\nhost = "ws://127.0.0.1:1"\nno-such = 1\n' });
  const all = await boomer(['run', '-i', '2', '-u', '2', '-r', '100', '--threads', '1'], { cwd: folder });
  expect([all.code, all.stderr.includes('ws://127.0.0.1:1'), all.stderr.includes('[tool.locust] in pyproject.toml has an option no-such that neither Locust nor boomer-node knows')]).toEqual([0, true, true]);
  const { stdout } = await boomer(['run', 'Admin', '--list', '--threads', '1'], { cwd: folder });
  expect(stdout).toBe('Admin (weight 1)\n  look\n');
  expect((await boomer(['run', 'other.ts', '--list'], { cwd: folder })).stderr).toContain('scenario file other.ts does not exist');
});

const greeting = `import { parseArgs } from 'node:util';
import { ownArguments, recordSuccess, run } from 'boomer-node';
const { values, positionals } = parseArgs({ args: ownArguments(), allowPositionals: true, options: { target: { type: 'string', default: 'nobody' }, loud: { type: 'boolean', short: 'u' } } });
run({ name: 'hello', fn() { recordSuccess('t', [values.target, values.loud, ...positionals].join('/'), 1, 1); } });
`;

it.concurrent.each<readonly [string, string, readonly string[], string]>([
  ['a program', 'hello.js', ['--headless'], 'http://shop/true/more.ts'],
  ['run', '', ['run', 'hello.js'], 'http://shop/true/more.ts'],
])('what is behind -- is the scenario\'s own, in the program and in its threads: %s', async (_, script, args, row) => {
  const folder = await folderWith({ 'package.json': '{ "type": "module" }', 'hello.js': greeting });
  const own = ['--', '--target', 'http://shop', '-u', 'more.ts'];
  const { code, stderr } = await new Command(script === '' ? program : script, [...args, '-i', '2', '--threads', '2', ...own], { cwd: folder }).ended;
  expect([code, stderr.includes(row) ? '' : stderr]).toEqual([0, '']);
  const without = await new Command(script === '' ? program : script, [...args, '-i', '2', '--threads', '2'], { cwd: folder }).ended;
  expect([without.code, without.stderr.includes('nobody/')]).toEqual([0, true]);
});
