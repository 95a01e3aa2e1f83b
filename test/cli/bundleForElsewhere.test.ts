import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleForElsewhere, type BundleForElsewhere } from '../../src/compile/bundle.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

/** A folder with these files; a text that begins with `->` is a link. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'boomer-node-test-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await (text.startsWith('->') ? symlink(text.slice(2), join(folder, name)) : writeFile(join(folder, name), text));
  }
  return folder;
}

async function bundled(files: Readonly<Record<string, string>>): Promise<BundleForElsewhere & { readonly names: readonly string[]; readonly code: string }> {
  const bundle = await bundleForElsewhere([join(await folderWith(files), 'a.ts')]);
  const { files: shipped } = bundle.scenario;
  return { ...bundle, names: [...shipped.keys()].sort(), code: Buffer.from(shipped.get('scenario0.mjs') ?? []).toString() };
}

const naming = (path: string): string => `export const url = new URL('${path}', import.meta.url);\n`;

describe('what a scenario names by new URL(…, import.meta.url)', () => {
  it('a file goes along under a name of its content', async () => {
    const { names, code, notes } = await bundled({ 'a.ts': naming('./data/users.csv'), 'data/users.csv': 'ann' });
    expect(names).toEqual([expect.stringMatching(/^assets\/[\da-f]{12}-users\.csv$/u), 'scenario0.mjs', 'scenario0.mjs.map']);
    expect(code).toContain(`new URL("./${names[0]}", import.meta.url)`);
    expect(notes).toEqual([]);
  });

  it('a folder goes along with all that is in it', async () => {
    const files = { 'a.ts': naming('./data/'), 'data/users.csv': 'ann', 'data/deep/Zoë 1.csv': 'bob', 'data/linked.csv': '->users.csv', 'data/.hidden': 'x' };
    const { scenario, names, code, notes } = await bundled(files);
    const [, asset = ''] = /new URL\("\.\/(assets\/[\da-f]{12}-data)\/", import\.meta\.url\)/u.exec(code) ?? [];
    expect(names.filter((name) => name.startsWith('assets'))).toEqual(['.hidden', 'deep/Zoë 1.csv', 'linked.csv', 'users.csv'].map((name) => `${asset}/${name}`));
    expect(Buffer.from(scenario.files.get(`${asset}/deep/Zoë 1.csv`) ?? []).toString()).toBe('bob');
    expect(notes).toEqual([]);
    expect((await bundled(files)).names).toEqual(names);
    expect((await bundled({ ...files, 'data/users.csv': 'eve' })).names).not.toEqual(names);
  });

  it.each([
    ['a file that is not there', { 'a.ts': naming('./gone.csv') }, /a\.ts names \.\/gone\.csv by new URL\(…, import\.meta\.url\), and there is no such file: none goes along/u],
    ['a folder without a file', { 'a.ts': naming('./empty/'), 'empty/more/x': '->.' }, /names \.\/empty\/ by .*, and more\/x in it does not go along/u],
    ['a link to nowhere', { 'a.ts': naming('./empty/'), 'empty/more/x': '->nowhere' }, /, and more\/x in it does not go along: it is no file that can be read/u],
  ])('%s stays behind, and is named', async (_, files, note) => {
    const { names, notes, code } = await bundled(files);
    expect(names.filter((name) => name.startsWith('assets'))).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(note)]);
    expect(code).toContain('new URL(');
  });

  it('a folder that the code stands in is not taken for data', async () => {
    const { notes } = await bundled({ 'a.ts': "export * from './lib/b.ts';\n", 'lib/b.ts': naming('../lib') });
    expect(notes).toEqual([expect.stringMatching(/b\.ts names \.\.\/lib by .*, a folder that the code itself stands in: it does not go along/u)]);
  });

  it('a folder of thousands of files is refused', async () => {
    const many = Object.fromEntries(Array.from({ length: 2_001 }, (_, index) => [`data/${index}`, '']));
    await expect(bundled({ ...many, 'a.ts': naming('./data') })).rejects.toMatchObject({ code: 'scenario-too-large', message: expect.stringMatching(/data by .*, a folder with 2001 files, and at most 2000 go along/u) as string });
  });
});

const manifest = (more: object = {}): string => JSON.stringify({ name: 'dep', version: '1.2.3', main: 'index.js', ...more });

describe('a package', () => {
  const importing = { 'a.ts': "import dep from 'dep';\nexport const got = dep;\n" };

  it('of plain code is compiled in', async () => {
    const { scenario, code } = await bundled({ ...importing, 'node_modules/dep/package.json': manifest(), 'node_modules/dep/index.js': "module.exports = 'plain';" });
    expect(scenario.outside).toEqual([]);
    expect(code).toContain('plain');
  });

  it.each([
    ['built by node-gyp', { 'node_modules/dep/package.json': manifest(), 'node_modules/dep/binding.gyp': '' }],
    ['with prebuilt add-ons', { 'node_modules/dep/package.json': manifest(), 'node_modules/dep/prebuilds/x.node': '' }],
    ['of napi-rs', { 'node_modules/dep/package.json': manifest({ napi: {} }) }],
    ['with a part for each platform', { 'node_modules/dep/package.json': manifest({ optionalDependencies: { '@dep/linux-x64': '1.2.3', '@dep/darwin-arm64': '1.2.3' } }) }],
    ['for one kind of machine', { 'node_modules/dep/package.json': manifest({ os: ['linux'], cpu: ['x64'] }) }],
    ['that loads an add-on from somewhere in it', { 'node_modules/dep/package.json': manifest(), 'node_modules/dep/lib/x.node': '', 'node_modules/dep/index.js': "module.exports = require('./lib/x.node');" }],
  ])('%s stays behind, and is named with its version', async (_, files) => {
    const { scenario, code } = await bundled({ ...importing, 'node_modules/dep/index.js': "module.exports = 'native';", ...files });
    expect(scenario.outside).toEqual([{ name: 'dep', version: '1.2.3' }]);
    expect(code).toContain('from "dep"');
  });

  it('an add-on of nobody is refused by its file', async () => {
    await expect(bundled({ 'a.ts': "import add from './add.node';\nexport const got = add;\n", 'add.node': '' })).rejects.toMatchObject({ code: 'compile', message: expect.stringMatching(/add\.node holds native code, which does not go along/u) as string });
  });
});
