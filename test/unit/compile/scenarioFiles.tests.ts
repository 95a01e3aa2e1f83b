import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scenarioFiles } from '../../../src/compile/bundle.ts';

const files = ['a.ts', 'b.js', 'c.py', 'none/read.md', ...['z.ts', 'm.mjs', 'k.cts', '_base.ts', '.hidden.ts', 'types.d.ts', 'read.md', 'inner/deep.ts'].map((name) => `many/${name}`)];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomer-node-test-'));
  await mkdir(join(folder, 'many/inner'), { recursive: true });
  await mkdir(join(folder, 'none'));
  for (const name of files) await writeFile(join(folder, name), '');
});
afterAll(() => rm(folder, { recursive: true }));

const found = async (...names: string[]): Promise<string[]> => (await scenarioFiles(names, folder)).map((path) => path.slice(folder.length + 1));

describe('scenarioFiles', () => {
  it('finds files by relative and absolute paths, in order, each once', async () => {
    expect(await found('b.js', join(folder, 'a.ts'), './b.js')).toEqual(['b.js', 'a.ts']);
  });

  it('takes comma lists apart', async () => {
    expect(await found('a.ts, b.js,', ' ')).toEqual(['a.ts', 'b.js']);
  });

  it('takes the scenarios of a folder by name, without those that begin with _ or ., declarations, and folders', async () => {
    expect(await found('many')).toEqual(['many/k.cts', 'many/m.mjs', 'many/z.ts']);
  });

  it.each([
    [[], 'no scenario given, and no locustfile.ts here: expected a file, e.g. boomer-node run scenario.ts --host http://localhost:8080, or boomer-node worker scenario.ts --master-host 127.0.0.1'],
    [[''], 'no scenario given, and no locustfile.ts here: expected a file'],
    [['missing.ts'], 'scenario file missing.ts does not exist: looked for '],
    [['a.ts,missing.ts'], 'scenario file missing.ts does not exist: looked for '],
    [['localhost:8080/cart'], '. Is it an address? boomer-node run http://localhost:8080/cart'],
    [['127.0.0.1/cart'], '. Is it an address? boomer-node run http://127.0.0.1/cart'],
    [['c.py'], 'scenario file c.py is not TypeScript or JavaScript: expected one of .ts .mts .js .mjs .cts .cjs'],
    [['none'], 'folder none holds no scenario file (.ts .mts .js .mjs .cts .cjs)'],
    [['-'], '-f - asks a Locust master for the scenario, which only a worker has: name a TypeScript or JavaScript file'],
  ])('says what is wrong with %j', async (names, message) => {
    await expect(scenarioFiles(names, folder)).rejects.toThrow(message);
    await expect(scenarioFiles(names, folder)).rejects.toHaveProperty('name', 'BoomerError');
  });
});
