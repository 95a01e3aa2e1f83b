import { valueOf } from '../../../src/options/settings.ts';
import { saidWithFiles, type Files } from '../said.ts';

type Place = { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly files?: Files; readonly named?: string };

/** From the highest to the lowest; each says a host of its own. */
const places: readonly (readonly [host: string, where: string, place: Place])[] = [
  ['http://flag', '--host', { args: ['--host', 'http://flag'] }],
  ['http://variable', 'LOCUST_HOST', { env: { LOCUST_HOST: 'http://variable' } }],
  ['http://named', 'host in ci.conf', { named: 'ci.conf', files: { 'ci.conf': 'host = http://named' } }],
  ['http://config', 'host in boomer.config.ts', { files: { 'boomer.config.ts': { default: { host: 'http://config' } } } }],
  ['http://package', 'host in boomer in package.json', { files: { 'package.json': '{ "boomer": { "host": "http://package" } }' } }],
  ['http://pyproject', 'host in [tool.locust] in pyproject.toml', { files: { 'pyproject.toml': '[project]\nname = "a"\n[tool.locust]\nhost = "http://pyproject"' } }],
  ['http://locust', 'host in locust.conf', { files: { 'locust.conf': 'host = http://locust' } }],
  ['http://home', 'host in ~/.locust.conf', { files: { '~/.locust.conf': 'host = http://home' } }],
];

/** All places from `first` down. */
function from(first: number): Place {
  const used = places.slice(first).map(([, , place]) => place);
  const named = used.find((place) => place.named !== undefined)?.named;
  return {
    args: used.flatMap(({ args }) => args ?? []),
    env: Object.assign({}, ...used.map(({ env }) => env)) as Readonly<Record<string, string>>,
    files: Object.assign({}, ...used.map(({ files }) => files)) as Files,
    ...(named === undefined ? {} : { named }),
  };
}

it.each(places.map(([host, where], index) => [where, host, index] as const))('%s wins over all below it', async (where, host, index) => {
  const { args = [], env = {}, files = {}, named } = from(index);
  const { answers, warnings } = await saidWithFiles(args, env, files, named ?? null);
  expect([valueOf(answers, 'host'), answers.get('host')?.where, warnings]).toEqual([host, where, []]);
});

it('a layer that says nothing about an option leaves it to the ones below, and a list is not joined over layers', async () => {
  const files: Files = { 'boomer.config.ts': { default: { users: 5, tags: ['a', 'b'] } }, 'locust.conf': 'users = 7\nrun-time = 1m\ntags = [c]' };
  const { answers } = await saidWithFiles(['-T', 'd'], {}, files);
  expect(Object.fromEntries([...answers].map(([name, { raw, where }]) => [name, [raw, where]]))).toEqual({
    tags: [['d'], '--tags'],
    users: ['5', 'users in boomer.config.ts'],
    runTimeMs: ['1m', 'run-time in locust.conf'],
  });
});

it.each(['boomer.config.ts', 'boomer.config.mts', 'boomer.config.js', 'boomer.config.mjs', 'ci.ts'])('%s is a module with a default export', async (name) => {
  const { answers } = await saidWithFiles([], {}, { [name]: { default: { host: 'http://m' } } }, name === 'ci.ts' ? name : null);
  expect(valueOf(answers, 'host')).toBe('http://m');
});

it.each(['boomer.config.json', 'ci.json'])('%s is JSON', async (name) => {
  const { answers } = await saidWithFiles([], {}, { [name]: '{ "host": "http://j" }' }, name === 'ci.json' ? name : null);
  expect(valueOf(answers, 'host')).toBe('http://j');
});

it('takes nothing for an unset value of a computed configuration', async () => {
  const { answers } = await saidWithFiles([], {}, { 'boomer.config.ts': { default: { host: undefined, users: null } } });
  expect([...answers.keys()]).toEqual([]);
});

it.each<readonly [string, Files, string | null, string]>([
  ['a key that does not exist', { 'boomer.config.ts': { default: { userss: 5 } } }, null, 'boomer.config.ts has no option userss: did you mean users?'],
  ["a flag's spelling", { 'boomer.config.json': '{ "run-time": "1m" }' }, null, 'boomer.config.json has no option run-time: did you mean runTime?'],
  ['no default export', { 'boomer.config.ts': {} }, null, 'boomer.config.ts has no default export: expected export default defineConfig({ … })'],
  ['a function', { 'boomer.config.ts': { default: () => ({}) } }, null, 'boomer.config.ts expects an object of options'],
  ['broken JSON', { 'boomer.config.json': '{' }, null, 'boomer.config.json is not JSON: '],
  ['broken package.json', { 'package.json': '{' }, null, 'package.json is not JSON: '],
  ['a missing file', {}, 'ci.ts', '--config expects a file that can be read, got "ci.ts": looked for /here/ci.ts'],
  ['TOML without a table for Locust', { 'ci.toml': 'locust = 1' }, 'ci.toml', '--config expects a table [tool.locust] in a .toml file, and ci.toml has none'],
  ['what is no TOML', { 'pyproject.toml': '[tool.locust]\nusers =' }, null, 'pyproject.toml is not TOML: '],
])('refuses %s', async (_, files, named, message) => {
  await expect(saidWithFiles([], {}, files, named)).rejects.toThrow(message);
});
