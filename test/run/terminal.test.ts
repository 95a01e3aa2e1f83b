/** Real terminals of 80 columns: what a scenario prints, above the live table of `run` and the line of `worker`. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { transform } from 'esbuild';
import { Command, folderWith, program, root, tidy } from '../cli/command.ts';
import { FakeMaster } from '../support/fakeMaster.ts';
import { runPython } from '../support/runPython.ts';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';
import { ScreenModel } from '../unit/outputs/console/screenModel.ts';

let server: TestServer;
beforeAll(async () => (server = await startHttpServer((_request, response) => void response.end('hello'))));
afterAll(async () => {
  await server.close();
  await tidy();
});

const scenario = (url: string): string => `
import { HttpUser, task, constant } from 'boomer-node';
export class Printer extends HttpUser {
  static host = '${url}';
  waitTime = constant(0.25);
  count = 0;
  @task async print() {
    await this.client.get('/');
    this.count++;
    if (this.count === 4) {
      console.table([{ a: 1, b: 'x' }, { a: 2, b: 'y' }]);
      console.log('two\\nlines');
      console.error('\\u001b[31mred\\u001b[0m');
      process.stdout.write('in two ');
      process.stdout.write('parts\\n');
    }
    if (this.count === 6) process.stdout.write('without an end');
    if (this.count === 9) console.log('the last');
  }
}
`;

const printed = ['│ (index) │ a │ b   │', "│ 0       │ 1 │ 'x' │", "│ 1       │ 2 │ 'y' │", 'two', 'lines', 'red', 'in two parts'];

/** What stands on the screen and above it in the end, of a command that is interrupted when it has written `until`. */
async function onTerminal(args: readonly string[], until: string | null, term = 'xterm'): Promise<{ readonly code: number; readonly screen: readonly string[]; readonly shown: string }> {
  const cwd = await folderWith({ 'scenario.ts': scenario(server.url) });
  const { code, shown } = JSON.parse(await runPython('test/fixtures/terminal.py', JSON.stringify({ command: [process.execPath, program, ...args], cwd, columns: 80, rows: 24, until, term }))) as { readonly code: number; readonly shown: string };
  const model = new ScreenModel(80, 24);
  model.write(shown.replaceAll('\r\n', '\n').replaceAll('\r', '\u001b[G'));
  return { code, shown, screen: model.text };
}

test.each([['a load thread', '1'], ['the main thread', '0']])('run: what is printed in %s stands above the table, whole and in order, and nothing of the table is left', async (_, threads) => {
  const { code, screen, shown } = await onTerminal(['run', 'scenario.ts', '--threads', threads, '-t', '3s'], null);
  expect([code, code === 0 ? '' : shown]).toEqual([0, '']);
  const [first = ''] = printed;
  const lines = screen.filter((line) => printed.includes(line));
  // stderr and stdout of a thread are two streams: one may overtake the other.
  expect([...lines].sort()).toEqual([...printed].sort());
  expect(lines.filter((line) => line !== 'red')).toEqual(printed.filter((line) => line !== 'red'));
  expect(lines[0]).toBe(first);
  expect(screen.some((line) => line.startsWith('without an end'))).toBe(true);
  expect(screen.filter((line) => /\d users, .* req\/s \(10 s\)|^\[=|q end/u.test(line))).toEqual([]);
  expect(screen).toContainEqual(expect.stringMatching(/^\[\d\d:\d\d:\d\d\] All users spawned/u));
  expect(screen.filter((line) => line.startsWith('GET /'))).toHaveLength(2);
});

test('worker: what is printed stands above its line, which tells the state first', async () => {
  await FakeMaster.with({}, async (master) => {
    const ending = onTerminal(['worker', 'scenario.ts', '--threads', '1', '--master-host', '127.0.0.1', '--master-port', String(master.port)], 'the last');
    await master.registered();
    master.spawn({ Printer: 1 });
    const { code, screen, shown } = await ending;
    expect([code, code === 0 ? '' : shown]).toEqual([0, '']);
    const lines = screen.filter((line) => printed.includes(line));
    expect(lines.filter((line) => line !== 'red')).toEqual(printed.filter((line) => line !== 'red'));
    expect(screen.filter((line) => line.includes('●'))).toEqual([]);
    expect(shown).toMatch(/● running · [\d.]+ req\/s · 0\.0 % failed · p95 \S+ ms · 1 user/u);
  });
});

test('a terminal that knows no more than lines gets lines: no colours, nothing is redrawn', async () => {
  const { code, shown } = await onTerminal(['run', 'scenario.ts', '--threads', '1', '-t', '2s'], null, 'dumb');
  expect(code).toBe(0);
  // What the scenario itself prints stays as it is.
  expect(shown.replace('\u001b[31mred\u001b[0m', '')).not.toContain('\u001b');
  const worker = await onTerminal(['worker', 'scenario.ts', '--threads', '1', '--master-port', '1'], 'waiting for the master', 'dumb');
  expect([worker.code, worker.shown.includes('\u001b')]).toEqual([0, false]);
});

test('a Node that is too old says so in one sentence, and can read the file that says it', async () => {
  const cwd = await folderWith({ 'old.cjs': "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });" });
  const { code, stdout, stderr } = await new Command(program, ['run', 'scenario.ts'], { cwd, nodeArgs: ['--require', './old.cjs'] }).ended;
  expect([code, stdout, stderr]).toEqual([2, '', `boomer-node needs Node 20.19 or newer, and this is Node 20.18.3 (${process.execPath}): install a newer one from https://nodejs.org\n`]);
  const lib = join(root, 'dist/lib');
  const files = [program, ...(await readdir(lib)).filter((name) => name === 'bin.js').map((name) => join(lib, name))];
  for (const file of files) {
    const source = await readFile(file, 'utf8');
    expect(source).not.toMatch(/^import (?!\()/mu);
    // Nothing that would have to be written in another way for the first Node with modules.
    const supported = { 'dynamic-import': true, 'import-meta': true };
    const [old, now] = await Promise.all(['es2018', 'esnext'].map((target) => transform(source, { target, format: 'esm', supported })));
    expect(old?.code).toBe(now?.code);
  }
});
