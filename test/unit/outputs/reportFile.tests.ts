/** Reports on a real disk: whole or as they were, and into what is no file. */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ReportFile, openGrowingFile } from '../../../src/outputs/reportFile.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'boomer-node-report-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);
const written = async (path: string, content: string): Promise<void> => {
  const file = new ReportFile(path);
  await file.open();
  await file.write(content);
};

test('a report takes the place of an older one at once: who has that open keeps it whole', async () => {
  writeFileSync(at('report.html'), 'the older one');
  linkSync(at('report.html'), at('kept'));
  await written(at('report.html'), 'new');
  expect([readFileSync(at('report.html'), 'utf8'), readFileSync(at('kept'), 'utf8')]).toEqual(['new', 'the older one']);
  expect(readdirSync(folder).sort()).toEqual(['kept', 'report.html']);
});

test('rights stay as they were, and a link stays a link', async () => {
  mkdirSync(at('real'));
  writeFileSync(at('real/report.html'), 'older');
  chmodSync(at('real/report.html'), 0o640);
  symlinkSync('real/report.html', at('latest.html'));
  symlinkSync('real/first.html', at('first.html'));
  await written(at('latest.html'), 'new');
  await written(at('first.html'), 'first');
  expect([readFileSync(at('real/report.html'), 'utf8'), statSync(at('real/report.html')).mode & 0o777]).toEqual(['new', 0o640]);
  expect([readFileSync(at('real/first.html'), 'utf8'), lstatSync(at('latest.html')).isSymbolicLink(), lstatSync(at('first.html')).isSymbolicLink()]).toEqual(['first', true, true]);
  expect(readdirSync(at('real')).sort()).toEqual(['first.html', 'report.html']);
});

test('a name too long for a second file beside it is written in its place', async () => {
  const name = `${'x'.repeat(250)}.xml`;
  await written(at(name), 'first');
  await written(at(name), '2nd');
  expect([readFileSync(at(name), 'utf8'), readdirSync(folder)]).toEqual(['2nd', [name]]);
});

test('a named pipe gets the whole report, and its end, from the one who checked it', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const reader = spawn('cat', [at('pipe')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const read = text(reader.stdout);
  const file = new ReportFile(at('pipe'));
  // The reader opens it when it has started.
  for (;;) {
    try {
      await file.open();
      break;
    } catch {
      await new Promise(setImmediate);
    }
  }
  const report = 'line\n'.repeat(100_000);
  await file.write(report);
  expect((await read) === report).toBe(true);
});

test('a named pipe that nobody reads is said at once', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  await expect(new ReportFile(at('pipe')).open()).rejects.toThrow(`cannot write ${at('pipe')}: it is a pipe that nobody reads: start its reader first`);
  await expect(openGrowingFile(at('pipe'))).rejects.toThrow('it is a pipe that nobody reads');
});

test('a reader that goes away before the end is an error of the output', async () => {
  execFileSync('mkfifo', [at('pipe')]);
  const holder = spawn('sh', ['-c', `exec sleep 60 < ${at('pipe')}`], { stdio: 'ignore' });
  const file = new ReportFile(at('pipe'));
  for (let isOpen = false; !isOpen; ) {
    isOpen = await file.open().then(() => true, () => false);
    if (!isOpen) await new Promise(setImmediate);
  }
  const gone = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await gone;
  await expect(file.write('text')).rejects.toThrow(`cannot write ${at('pipe')}: write EPIPE`);
});

test('a csv file that is rewritten is whole or as it was', async () => {
  const file = await openGrowingFile(at('run_stats.csv'));
  await file.append('head\r\n');
  linkSync(at('run_stats.csv'), at('open elsewhere'));
  await file.rewrite('head\r\nrow\r\n');
  await file.close();
  expect([readFileSync(at('run_stats.csv'), 'utf8'), readFileSync(at('open elsewhere'), 'utf8')]).toEqual(['head\r\nrow\r\n', 'head\r\n']);
});
