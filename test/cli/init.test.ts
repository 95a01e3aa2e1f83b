/** `boomer-node init`: what it writes runs as it is and type-checks, in every kind of project, and nothing is overwritten. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { boomer, Command, folderWith, root, tidy } from './command.ts';

afterAll(tidy);

const run = promisify(execFile);
const read = (folder: string, name: string): Promise<string> => readFile(join(folder, name), 'utf8');

/** What `init` said, with the state of each file. */
async function init(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<{ readonly folder: string; readonly said: string }> {
  const folder = await folderWith(files);
  const { code, stdout, stderr } = await boomer(['init', ...args], { cwd: folder });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return { folder, said: stdout };
}

/** Runs the target with the command that `load:try` has, but shorter. */
async function tried(folder: string): Promise<void> {
  const { code, stdout, stderr } = await new Command('load/target.mjs', ['node', 'node_modules/boomer-node/dist/cli/bin.js', 'run', '-u', '3', '-r', '3', '-i', '40', '--seed', '7', '--threshold', 'GET /hello: p(95)<60000'], { cwd: folder }).ended;
  expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  expect(stderr).toMatch(/✓ GET \/hello: p\(95\)<60000/u);
}

it('makes a load test in an empty folder, which runs against its target', async () => {
  const { folder, said } = await init({});
  expect(said).toMatch(/^written +load\/scenario\.ts\nwritten +boomer\.config\.ts\nwritten +load\/target\.mjs\nwritten +\.vscode\/launch\.json\nwritten +package\.json\n\n {2}npm run load:try/u);
  const { scripts, type, devDependencies } = JSON.parse(await read(folder, 'package.json')) as { scripts: object; type: string; devDependencies: object };
  expect([Object.keys(scripts), type, Object.keys(devDependencies)]).toEqual([['load', 'load:try', 'load:debug'], 'module', ['boomer-node']]);
  await tried(folder);
});

it('made again it keeps what it made, whatever the project is by then, and takes a scenario or a configuration that is there for its own', async () => {
  const { folder } = await init({});
  const again = await boomer(['init'], { cwd: folder });
  expect(again.stdout).toMatch(/^kept +load\/scenario\.ts \(it was there already\)\nkept +boomer\.config\.ts /u);
  expect(again.stdout).not.toMatch(/written|added/u);
  const other = await init({ 'load/scenario.cjs': 'mine', 'boomer.config.json': '{}', 'tsconfig.json': '{}', 'package.json': '{ "devDependencies": { "vitest": "4" } }' });
  expect(other.said).toMatch(/^kept +load\/scenario\.cjs .*\nkept +boomer\.config\.json /u);
  expect(await read(other.folder, 'load/scenario.test.mjs')).toContain("pathOf('scenario.cjs')");
});

it('its target says so where its port is taken', async () => {
  const { folder } = await init({});
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await new Command('load/target.mjs', [], { cwd: folder, env: { PORT: String(port) } }).ended;
  other.close();
  expect({ code, stderr }).toEqual({ code: 1, stderr: `the target cannot listen: listen EADDRINUSE: address already in use 127.0.0.1:${port}. PORT=0 takes any port that is free.\n` });
});

it('fits into a CommonJS project on GitHub with pnpm, without touching what is there', async () => {
  const packageText = '{\n\t"name": "shop",\n\t"scripts": { "load": "mine" },\n\t"dependencies": { "boomer-node": "1.0.0" }\n}\n';
  const { folder, said } = await init({ 'package.json': packageText, 'pnpm-lock.yaml': '', '.github/CODEOWNERS': '', 'load/target.mjs': '// mine' });
  expect(said).toMatch(/written +load\/scenario\.mjs\nwritten +boomer\.config\.mjs\nkept +load\/target\.mjs \(it was there already\)[\s\S]*written +\.github\/workflows\/load\.yml\nadded to +package\.json\n\n {2}pnpm load:try/u);
  expect(await read(folder, 'load/target.mjs')).toBe('// mine');
  expect(await read(folder, '.github/workflows/load.yml')).toContain('pnpm exec boomer-node run');
  const changed = await read(folder, 'package.json');
  expect(changed).toContain('\n\t"name"');
  expect((JSON.parse(changed) as { scripts: Record<string, string> }).scripts['load']).toBe('mine');
  await writeFile(join(folder, 'load/target.mjs'), await read((await init({})).folder, 'load/target.mjs'));
  await tried(folder);
  const again = await boomer(['init'], { cwd: folder });
  expect(again.stdout).not.toMatch(/written|added/u);
  expect(await read(folder, 'package.json')).toBe(changed);
});

it.each([
  ['an ES module', '{ "type": "module" }', {}],
  ['CommonJS', '{ "type": "commonjs" }', {}],
  ['old decorators', '{ "type": "commonjs" }', { experimentalDecorators: true, module: 'node16', moduleResolution: 'node16', target: 'es2022' }],
] as const)("type-checks and runs under what tsc --init writes: %s", async (_, packageText, more) => {
  const folder = await folderWith({ 'package.json': packageText });
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '--init'], { cwd: folder });
  const settings = await read(folder, 'tsconfig.json');
  await writeFile(join(folder, 'tsconfig.json'), settings.replace(/"compilerOptions": \{/u, `"compilerOptions": {\n${Object.entries(more).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)},`).join('\n')}`));
  if (Object.keys(more).length > 0) await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, skipLibCheck: true, types: [], ...more } }));
  expect((await boomer(['init'], { cwd: folder })).code).toBe(0);
  const checked = await run(process.execPath, [tsc, '--noEmit', '-p', '.'], { cwd: folder }).then(() => '', (error: unknown) => (error instanceof Error && 'stdout' in error ? String(error.stdout) : 'it could not be started'));
  expect(checked).toBe('');
  await tried(folder);
});

it.each([
  ['vitest', '{ "devDependencies": { "vitest": "4" } }', 'load/scenario.test.mjs'],
  ['jest', '{ "devDependencies": { "jest": "30" } }', 'load/scenario.jest.mjs'],
  ['node:test', '{ "type": "module", "scripts": { "test": "node --test" } }', 'load/scenario.test.mjs'],
] as const)('writes a test for %s, which runs as it is', async (runner, packageText, path) => {
  const { folder, said } = await init({ 'package.json': packageText });
  expect(said).toMatch(new RegExp(`written +${path}\\n[^]*npm run load:test +the same as a test of ${runner}`, 'u'));
  const { scripts } = JSON.parse(await read(folder, 'package.json')) as { scripts: Record<string, string> };
  for (const name of ['vitest', 'jest']) await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name));
  const [command = '', ...args] = scripts['load:test']?.replaceAll('"', '').split(' ') ?? [];
  const env = { ...process.env, NODE_OPTIONS: '' };
  const { stdout, stderr } = await run(command === 'node' ? process.execPath : join(root, 'node_modules/.bin', command), args, { cwd: folder, env });
  expect(stripVTControlCharacters(stdout + stderr)).toMatch(/Tests +1 passed|Tests: +1 passed|^(?:#|ℹ) pass 1$/mu);
});

it('names what it cannot do', async () => {
  const folder = await folderWith({ 'package.json': '{' });
  expect((await boomer(['init'], { cwd: folder })).stderr).toContain('package.json is not JSON');
  expect((await boomer(['init', '../elsewhere'], { cwd: folder })).stderr).toContain('init expects the name of a folder in this project');
  await symlink('/dev/null', join(folder, 'load'));
  await writeFile(join(folder, 'package.json'), '{}');
  expect((await boomer(['init'], { cwd: folder })).stderr).toContain('cannot be written');
});
