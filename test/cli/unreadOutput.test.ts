/** Nobody reads what is shown: a terminal that Ctrl-S has stopped, a full pipe. The work goes on, and what was left out is counted. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SummaryFile } from '../../src/outputs/summary.ts';
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';
import { isFields } from '../support/frameChecks.ts';
import { stoppedTerminal, unreadPipe, unreadSockets, type Unread } from '../support/unreadProgram.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';
import { folderWith, program, tidy } from './command.ts';

const open: Unread[] = [];
afterAll(async () => {
  for (const each of open) each.kill();
  await tidy();
});

/** A kilobyte on stdout and one on stderr for each request, and an error that is logged. */
const chatty = `import { User, task } from 'boomer-node';
export class Chatty extends User {
  waitTime = () => 0.001;
  @task
  work() {
    this.record({ type: 't', name: 'work', elapsedMs: 1 });
    console.log('out ' + 'o'.repeat(1020));
    console.error('err ' + 'e'.repeat(1020));
    throw new Error('number ' + this.random.int(1, 1000) + 'x'.repeat(1000));
  }
}
`;

const places = [
  ['a terminal that is stopped', stoppedTerminal],
  ['a pipe that nobody reads', unreadPipe],
  ['sockets that nobody reads', unreadSockets],
] as const;

describe.each(places)('%s', (_, start) => {
  async function started(...args: string[]): Promise<{ readonly command: Unread; readonly folder: string }> {
    const folder = await folderWith({ 'a.ts': chatty });
    const command = start([program, ...args], folder);
    open.push(command);
    return { command, folder };
  }

  test('a worker: heartbeats and reports come as ever; what was left out is said when somebody reads', async () => {
    await FakeMaster.with({}, async (master) => {
      const { command } = await started('worker', 'a.ts', '--master-host', '127.0.0.1', '--master-port', String(master.port), '--threads', '2');
      await master.registered();
      master.stopwatch = new Stopwatch(command.pid);
      master.spawn({ Chatty: 20 });
      await master.waitFor('4000 requests, a kilobyte each', () => requestsOf(master) > 4_000);
      expect(maxGapMs(master, 'heartbeat')).toBeLessThan(2_500);
      const reading = command.read();
      master.send('stop');
      await master.next('client_stopped', { since: 0 });
      master.send('quit');
      const { code, output } = await reading;
      expect(code).toBe(0);
      expect(output).toMatch(/boomer-node: nobody read on, \d+ lines were left out here\r?\n/u);
      const [, recorded] = /recorded (\d+) requests/u.exec(output) ?? [];
      expect(Number(recorded)).toBe(requestsOf(master));
    });
  });

  test('a run: ends in its time with all that it counted; its report is whole when somebody reads', async () => {
    const { command, folder } = await started('run', 'a.ts', '-u', '20', '-r', '1000', '-t', '3s', '--threads', '2', '--summary-export', 'summary.json', '--exit-code-on-error', '0');
    const stopwatch = new Stopwatch(command.pid);
    const path = join(folder, 'summary.json');
    await until('the run has ended and written its summary', () => existsSync(path));
    const summary = await until('the summary is whole', async () => JSON.parse(await readFile(path, 'utf8')) as SummaryFile);
    expect(summary.meta.countedMs).toBeGreaterThan(2_900);
    expect(summary.meta.countedMs).toBeLessThan(5_000 + stopwatch.lostMs());
    const { code, output } = await command.read();
    expect(code).toBe(0);
    expect(output).toMatch(/boomer-node: nobody read on, \d+ lines were left out here\r?\n/u);
    expect(output.replace(/(?<=\d)\s(?=\d{3}\b)/gu, '')).toMatch(new RegExp(`(?:PASS|FAIL).* ${summary.total.numRequests} requests in`, 'u'));
    expect(output).toMatch(/^  summary\.json\r?\n/mu);
  });
});

test('a worker whose output nobody ever reads ends with its master', async () => {
  await FakeMaster.with({}, async (master) => {
    const folder = await folderWith({ 'a.ts': chatty });
    const command = unreadSockets([program, 'worker', 'a.ts', '--master-host', '127.0.0.1', '--master-port', String(master.port), '--threads', '1'], folder);
    open.push(command);
    await master.registered();
    master.spawn({ Chatty: 20 });
    await master.waitFor('1000 requests', () => requestsOf(master) > 1_000);
    master.send('quit');
    const quit = new Stopwatch(command.pid);
    expect(await command.exit).toBe(0);
    expect(quit.ownMs()).toBeLessThan(10_000);
  });
});

function requestsOf(master: FakeMaster): number {
  const rows = master.of('stats').flatMap((frame) => fieldsOf(frame)['stats']);
  return rows.flat().filter(isFields).reduce((sum, row) => sum + Number(row['num_requests']), 0);
}

/** Without what a busy machine took, and the time that this process itself stood still. */
function maxGapMs(master: FakeMaster, type: string): number {
  const frames = master.of(type);
  return Math.max(...frames.slice(1).map(({ atMs, stallMs, lostMs }, index) => atMs - stallMs - lostMs - ((frames[index]?.atMs ?? 0) - (frames[index]?.lostMs ?? 0))));
}
