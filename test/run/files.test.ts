/** Where a run writes: full disks, pipes, folders that are not there yet. */
import { execFileSync, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SummaryFile } from '../../src/outputs/summary.ts';
import { boomer, folderWith, program, tidy } from '../cli/command.ts';

afterAll(tidy);

const scenario = `import { User, task } from 'boomer-node';
export class Worker extends User { @task work() { this.record({ type: 't', name: 'work', elapsedMs: 1 }); } }
`;

test('a disk that is full leaves the older report as it was, and the others are written', async () => {
  const cwd = await folderWith({ 'a.ts': scenario, 'report.html': 'the older one', 'junit.xml': 'older', 'run_stats.csv': '' });
  // 20 blocks of 512 or 1024 bytes: the page is larger, all else is not.
  const limited = spawn('sh', ['-c', 'ulimit -f 20 && exec "$@"', 'sh', process.execPath, program, 'run', 'a.ts', '-i', '5', '--threads', '1', '--html', 'report.html', '--junit', 'junit.xml', '--csv', 'run'], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  limited.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const code = await new Promise((resolve) => limited.on('close', resolve));
  expect([code, /cannot write report\.html: EFBIG/u.test(stderr) ? '' : stderr]).toEqual([1, '']);
  expect(await readFile(join(cwd, 'report.html'), 'utf8')).toBe('the older one');
  expect(await readFile(join(cwd, 'junit.xml'), 'utf8')).toContain('</testsuites>');
  expect(await readFile(join(cwd, 'run_stats.csv'), 'utf8')).toContain(',Aggregated,5,0,');
  expect((await readdir(cwd)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('stdout is a file to write to: a pipe, and a file to which nothing that it had is lost', async () => {
  const cwd = await folderWith({ 'a.ts': scenario });
  const args = ['run', 'a.ts', '-i', '5', '--threads', '1', '--summary-export', '/dev/stdout'];
  const piped = await boomer(args, { cwd });
  expect([piped.code, (JSON.parse(piped.stdout) as SummaryFile).total.numRequests]).toEqual([0, 5]);
  await writeFile(join(cwd, 'out'), 'before\n');
  execFileSync('sh', ['-c', 'exec "$@" >> out 2> /dev/null', 'sh', process.execPath, program, ...args], { cwd });
  const [first, summary = ''] = (await readFile(join(cwd, 'out'), 'utf8')).split('\n');
  expect([first, (JSON.parse(summary) as SummaryFile).total.numRequests]).toEqual(['before', 5]);
});

test('folders of the request log and of the log are made', async () => {
  const cwd = await folderWith({ 'a.ts': scenario });
  const { code } = await boomer(['run', 'a.ts', '-i', '5', '--threads', '1', '--request-log', 'logs/deep/requests.jsonl', '--logfile', 'logs/other/run.log'], { cwd });
  expect(code).toBe(0);
  expect((await readFile(join(cwd, 'logs/deep/requests.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(5);
  expect(await readFile(join(cwd, 'logs/other/run.log'), 'utf8')).toContain('INFO/boomer');
});

test.each(['html', 'summary-export', 'request-log', 'logfile'])('--%s to a named pipe that nobody reads ends the start with a sentence', async (flag) => {
  const cwd = await folderWith({ 'a.ts': scenario });
  execFileSync('mkfifo', [join(cwd, 'pipe')]);
  const { code, stderr } = await boomer(['run', 'a.ts', '-i', '5', '--threads', '1', `--${flag}`, 'pipe'], { cwd });
  expect([code, stderr.split('\n').filter((line) => line.startsWith('boomer-node: '))]).toEqual([2, [expect.stringMatching(/pipe.* nobody reads: start its reader first$/u)]]);
});
