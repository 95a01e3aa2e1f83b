/** §8 G: exceptions, logs, custom messages, and that nothing a scenario does stops the worker. */
import { readFileSync } from 'node:fs';
import { FakeMaster, fieldsOf } from '../support/fakeMaster.ts';
import { cpuWaitMs } from '../support/stopwatch.ts';
import { until } from '../support/until.ts';
import { startInProcess } from './inProcess.ts';
import { countsOf, offBeat, ownGapsMs, pause, session, sumOf } from './session.ts';

test.concurrent('[74] each error that escapes a task is an exception with a stable trace that names the user\'s line', async () => {
  await session({ threads: 2 }, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 4, B: 0 }, { parsedOptions: { act: 'throw', waitSec: 0.3 } });
    await pause(2_000);
    await worker.stop();
    const exceptions = master.of('exception').map(fieldsOf);
    expect(exceptions.length).toBeGreaterThanOrEqual(16);
    expect(new Set(exceptions.map(({ msg }) => msg))).toEqual(new Set(['Error: thrown on purpose']));
    const traces = new Set(exceptions.map(({ traceback }) => traceback));
    expect(traces.size).toBe(1);
    const [trace] = traces;
    const line = readFileSync('test/fixtures/conformance.ts', 'utf8').split('\n').findIndex((text) => text.includes("'thrown on purpose'")) + 1;
    expect(trace).toMatch(new RegExp(`conformance\\.ts:${line}:`, 'u'));
    expect(trace).not.toMatch(/0x[0-9a-f]{4,}/u);
  });
});

test.concurrent('[75] logs: the whole recent list when it grew, every 10 s; a flood is sent once, with a warning', async () => {
  await session({}, async ({ master }) => {
    const first = await master.next('logs', { since: 0 });
    master.send('unheard 1');
    const second = await master.next('logs', { since: first.index + 1 });
    expect(offBeat([first, second], 10_000, 500)).toEqual([]);
    const lines = fieldsOf(second)['logs'] as readonly string[];
    expect(lines.slice(0, 2)).toEqual((fieldsOf(first)['logs'] as readonly string[]).slice(0, 2));
    expect(lines.some((line) => line.includes('type unheard 1'))).toBe(true);
    // Each unknown type is a warning of its own.
    for (let type = 0; type < 150; type += 1) master.send(`flood ${type}`);
    const third = await master.next('logs', { timeoutMs: 15_000 });
    const flooded = fieldsOf(third)['logs'] as readonly string[];
    expect(flooded.at(-1)).toContain('more than 70 log lines came in one interval');
    expect(flooded.length).toBeGreaterThan(150);
    // Locust's worker would now be silent for good; ours speaks again after a quieter interval.
    master.send('unheard 2');
    const fourth = await master.next('logs', { timeoutMs: 15_000 });
    expect((fieldsOf(fourth)['logs'] as readonly string[]).some((line) => line.includes('type unheard 2'))).toBe(true);
  });
});

test.concurrent('[75] … and never more than 500 lines (ten times faster)', async () => {
  await FakeMaster.with({}, async (master) => {
    await using worker = startInProcess({ port: master.port, timings: { logsMs: 1_000 } });
    const { logs } = worker;
    await master.registered();
    for (let line = 0; line < 5_000; line += 1) logs.add(`line ${line}`);
    const flood = await master.next('logs', { timeoutMs: 5_000 });
    const lines = fieldsOf(flood)['logs'] as readonly string[];
    expect(lines).toHaveLength(500);
    expect(lines).toContain('line 4999');
  });
});

test.concurrent('[76] custom messages of any type reach the listener; unknown types only warn', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    for (const data of [{ a: { b: [1] } }, ['list', 2], 'text', null, 7.5, true, []]) {
      const since = master.frames.length;
      master.send('ping', data);
      expect((await master.next('pong', { since })).data).toEqual(data);
    }
    master.send('nobody listens', { x: 1 });
    master.send('nobody listens', { x: 2 });
    await master.next('heartbeat');
    expect(worker.worker.lines.filter((line) => line.includes('type nobody listens'))).toHaveLength(1);
    expect(master.of('exception')).toEqual([]);
  });
});

test.concurrent('[77] the scenario can send custom messages at any time after the ack, under the worker\'s id', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    master.send('say');
    await master.waitFor('six messages', () => master.of('said').length === 6);
    expect(master.of('said').map(({ data }) => data)).toEqual([
      null, 'text', 1.5, [1, 'two', null], { map: { of: 'maps' } }, { __datetime__: true, as_str: '19700101T00:00:00.000000' },
    ]);
    await worker.spawn({ A: 1, B: 0 }, { parsedOptions: { reports: true } });
    await worker.stop();
    master.send('say');
    await master.waitFor('twelve messages', () => master.of('said').length === 12);
    for (const { id } of master.of('said')) expect(id).toBe(master.workerId);
  });
});

test.concurrent('[77] what the scenario tells a master that is gone, and throws meanwhile, is named with its number', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 5, B: 0 }, { parsedOptions: { act: 'throw', reports: true } });
    await worker.report();
    master.close();
    await until('the worker notices', () => worker.output().includes('is lost: connecting again'));
    expect((await worker.worker.end('SIGTERM')).code).toBe(0);
    expect(worker.output()).toMatch(/not delivered, as the master for them was not there: \d+ messages \(.*\b5 user\b/u);
    expect(worker.output()).toMatch(/not delivered, as the master for them was not there: [1-9]\d* exceptions/u);
  });
});

test.concurrent('[78] update_user_class: host, tasks and attributes are applied; unknown classes and tasks only warn', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    master.send('update_user_class', { user_class_name: 'B', host: 'http://edited', tasks: ['blue'], weight: 7, mine: 'x' });
    master.send('update_user_class', { user_class_name: 'Nobody', host: 'x' });
    master.send('update_user_class', { user_class_name: 'A', tasks: ['no such task'] });
    master.send('update_user_class', { user_class_name: 'A', host: '' });
    await worker.spawn({ A: 1, B: 1 }, { parsedOptions: { act: 'tags', reports: true } });
    await worker.report();
    await worker.stop();
    const began = master.of('user').map(fieldsOf).filter((data) => 'began' in data);
    expect(began.find((data) => data['began'] === 'B')?.['host']).toBe('http://edited');
    const reports = master.of('stats');
    expect(sumOf(reports, 'num_requests', 'blue')).toBeGreaterThan(10);
    expect(sumOf(reports, 'num_requests', 'red')).toBe(0);
    expect(worker.output()).toMatch(/WARNING.*Nobody/u);
    expect(worker.output()).toMatch(/WARNING.*no such task/u);
  });
});

test.concurrent('[79] a scenario\'s listener adds keys to each report; Locust\'s own are protected', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { act: 'count', extras: true } });
    const since = master.frames.length;
    await master.waitFor('two reports with extras', () => master.of('stats', since).filter((frame) => 'mine' in fieldsOf(frame)).length >= 2, 15_000);
    await worker.stop();
    const reports = master.of('stats', since).map(fieldsOf);
    for (const report of reports) {
      expect(report['user_count']).not.toBe(99);
      expect(Array.isArray(report['stats'])).toBe(true);
    }
    // From the very first report on, and in each.
    for (const report of master.of('stats').map(fieldsOf)) expect(report).toHaveProperty('always');
    expect(master.of('stats').reduce((sum, frame) => sum + Number(fieldsOf(frame)['always']), 0)).toBeGreaterThan(1);
    // Asked once a report, sent once: nothing is missing and nothing comes twice.
    const numbers = reports.flatMap((report) => (report['numbers'] ?? []) as number[]);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(worker.worker.lines.filter((line) => line.includes('"stats"'))).toHaveLength(1);
  });
});

test.concurrent('[79] … whatever a hook adds (the agent alone, thirty times faster)', async () => {
  await FakeMaster.with({}, async (master) => {
    let round = 0;
    const extras = (): Record<string, unknown> => ({ mine: { round: (round += 1) }, stats: 'no', user_count: 99, bad: Number.NaN, worse: () => 1 });
    await using worker = startInProcess({ port: master.port, timings: { statsMs: 100 }, extras });
    const { agent, exit, logs } = worker;
    await master.waitFor('three reports', () => master.of('stats').length >= 3);
    const reports = master.of('stats').map(fieldsOf);
    reports.slice(0, 3).forEach((report, index) => expect(report['mine']).toEqual({ round: index + 1 }));
    for (const report of reports) expect(report).toMatchObject({ stats: [], user_count: 0 });
    expect(logs.read().lines.filter((line) => line.includes('"stats"'))).toHaveLength(1);
    agent.signal();
    expect(await exit).toBe(0);
  });
});

// The system's own figures are read from /proc.
const onLinux = process.platform === 'linux' ? test.concurrent : test.concurrent.skip;

onLinux('[80] cpu is percent of one core over 10 s, memory is resident bytes, as the system counts them', async () => {
  await session({}, async (worker) => {
    const { master, pid } = worker;
    await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { act: 'spin', waitSec: 0 } });
    const hasCpu = ({ current_cpu_usage: cpu }: Readonly<Record<string, unknown>>): boolean => Number(cpu) > 0;
    const first = await master.next('heartbeat', { isRight: hasCpu });
    const from = { atMs: performance.now(), cpuMs: cpuMsOf(pid), waitedMs: cpuWaitMs(pid) };
    const next = await master.next('heartbeat', {
      isRight: (data) => data['current_cpu_usage'] !== fieldsOf(first)['current_cpu_usage'],
      timeoutMs: 15_000,
    });
    const passedMs = performance.now() - from.atMs;
    const measured = (100 * (cpuMsOf(pid) - from.cpuMs)) / passedMs;
    // How much a spinning thread gets depends on what else runs; what counts is that the heartbeat tells the truth.
    expect(Math.abs(Number(fieldsOf(next)['current_cpu_usage']) - measured)).toBeLessThan(15);
    // It was busy: what it did not get, it waited for.
    expect(measured + (100 * (cpuWaitMs(pid) - from.waitedMs)) / passedMs).toBeGreaterThan(30);
    const memory = Number(fieldsOf(next)['current_memory_usage']);
    expect(memory / residentBytesOf(pid)).toBeGreaterThan(0.7);
    expect(memory / residentBytesOf(pid)).toBeLessThan(1.4);
  });
});

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return 10 * (Number(fields[11]) + Number(fields[12]));
}

function residentBytesOf(pid: number): number {
  return 1_024 * Number(/VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

test.concurrent.each(['throw', 'throwOdd', 'failOnStart', 'failOnStop', 'failingListener', 'unawaited', 'exit'])(
  '[81] a failing user, hook or listener stops nothing: %s',
  async (act) => {
    await session({ threads: 2 }, async (worker) => {
      const { master } = worker;
      master.send('fail');
      await worker.spawn({ A: 2, B: 0 }, { parsedOptions: { act, waitSec: 0.2 } });
      await pause(1_500);
      expect(master.of('exception').length).toBeGreaterThanOrEqual(act === 'failOnStop' ? 0 : 1);
      await worker.stop();
      if (act === 'failOnStop') await master.waitFor('exceptions', () => master.of('exception').length >= 1);
      expect(countsOf(await worker.spawn({ A: 1, B: 2 }, { parsedOptions: { act: 'count' } }))).toEqual({ A: 1, B: 2 });
      const since = master.frames.length;
      await worker.report();
      await master.next('stats', { isRight: (data) => Number((data['stats_total'] as { num_requests: number }).num_requests) > 0, since });
      expect(Math.max(...ownGapsMs(master.of('heartbeat')))).toBeLessThan(3_000);
      expect(worker.output()).toContain('a message listener failed on purpose');
    });
  },
);

test.concurrent('[81] garbage from the master is told once per kind, and stops nothing', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    for (let round = 0; round < 30; round += 1) {
      master.sendParts([Buffer.from([0xc1])]);
      master.sendParts([Buffer.alloc(0)]);
      master.sendParts([Buffer.from('not msgpack at all')]);
      master.sendParts([Buffer.from([0x93, 0xa5])]);
      master.sendParts([Buffer.from([0x93, 0x01, 0xc0, 0xc0])]);
      master.sendParts([Buffer.from([0x92, 0xa1, 0x61, 0xc0])]);
      master.sendParts([Buffer.alloc(0), Buffer.from([0xc0])]);
      master.send('spawn', null);
      master.send('spawn', { timestamp: 'now', user_classes_count: { A: -1 } });
      master.send('spawn', { timestamp: 1e12, user_classes_count: { A: 0.5 } });
      master.send('spawning_complete', 'text');
      master.send('update_user_class', []);
    }
    await master.next('heartbeat');
    expect(countsOf(await worker.spawn({ A: 1, B: 1 }))).toEqual({ A: 1, B: 1 });
    const warnings = worker.worker.lines.filter((line) => line.includes('the master sent something unreadable'));
    expect(warnings.length).toBeGreaterThanOrEqual(5);
    expect(warnings.length).toBeLessThanOrEqual(8);
  });
});

test.concurrent('a scenario that asks to end the test: the master is asked, and left when it does not hear', async () => {
  await session({}, async (worker) => {
    const { master } = worker;
    await worker.spawn({ A: 3, B: 0 }, { parsedOptions: { act: 'count' } });
    master.send('stopTest');
    const asked = await master.next('boomer_stop_test', { since: 0 });
    expect(asked.data).toEqual({ reason: 'the scenario was told to' });
    const quit = await master.next('quit', { timeoutMs: 8_000 });
    expect(offBeat([asked, quit], 5_000, 1_000)).toEqual([]);
    const { requests } = await worker.recorded();
    expect(sumOf(master.of('stats'), 'num_requests')).toBe(requests);
    expect((await worker.worker.ended()).code).toBe(0);
  });
});
