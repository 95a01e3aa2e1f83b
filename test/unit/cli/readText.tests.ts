/** Text files that the command line is told by, on a real disk. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfigFiles } from '../../../src/options/configFiles.ts';
import { setVariables } from '../../../src/options/environmentLayer.ts';
import { mergeLayers } from '../../../src/options/settings.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { readText } from '../../../src/util/textFile.ts';
import { said } from '../said.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'boomer-node-test-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const marked = (text: string): readonly (readonly [string, string | Buffer])[] => [
  ['no mark', text],
  ['the mark of UTF-8', `\ufeff${text}`],
  ['UTF-16, as PowerShell writes it', Buffer.from(`\ufeff${text}`, 'utf16le')],
  ['UTF-16 of the other order', Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
];

it.each(marked('TARGET=http://ä\r\nB=2\r\n'))('a file of variables with %s', (_, content) => {
  const env: Record<string, string | undefined> = {};
  setVariables(said(['--env-file', file('.env', content)]), env, readText);
  expect(env).toEqual({ TARGET: 'http://ä', B: '2' });
});

it.each(['package.json', 'boomer.config.json', 'locust.conf'].flatMap((name) => marked({ 'package.json': '{ "boomer": { "users": 5 } }', 'boomer.config.json': '{ "users": 5 }' }[name] ?? 'users = 5\r\n').map(([mark, content]) => [name, mark, content] as const)))(
  '%s with %s',
  async (name, _, content) => {
    file(name, content);
    const { layers } = await readConfigFiles({ cwd: folder, home: folder, readText, importModule: async () => ({}) }, null);
    expect(mergeLayers(layers).get('users')?.raw).toBe('5');
  },
);

it('a file that is not there is null, on the way to it too', () => {
  expect([readText(join(folder, 'no.conf')), readText(join(file('a', ''), 'no.conf'))]).toEqual([null, null]);
});

it.each(['boomer.config.json', 'package.json', 'locust.conf', '.locust.conf'])('a %s that is there and cannot be read ends the start', async (name) => {
  mkdirSync(join(folder, name));
  await expect(readConfigFiles({ cwd: folder, home: folder, readText, importModule: async () => ({}) }, null)).rejects.toThrow(`${join(folder, name)} cannot be read: it is a folder, expected a file`);
});

it('letters that are no text are refused, not replaced', () => {
  const path = file('locust.conf', Buffer.from('host = http://jos\u00e9', 'latin1'));
  expect(() => readText(path)).toThrow(`${path} cannot be read: expected text in UTF-8, or in UTF-16 with a byte order mark`);
});

const isRoot = process.getuid?.() === 0;

(isRoot ? it.skip : it)('permissions', () => {
  const path = file('locust.conf', 'users = 5');
  chmodSync(path, 0);
  expect(() => readText(path)).toThrow(`${path} cannot be read: Error: EACCES`);
});

it('a home that nobody can look into is passed over, and named', async () => {
  const hidden = (path: string): string | null => {
    if (path.startsWith('/root')) throw new BoomerError('hidden', `nobody can tell whether there is a file ${path}: EACCES`);
    return null;
  };
  const { warnings } = await readConfigFiles({ cwd: folder, home: '/root', readText: hidden, importModule: async () => ({}) }, null);
  expect(warnings).toEqual(['nobody can tell whether there is a file /root/.locust.conf: EACCES']);
});
