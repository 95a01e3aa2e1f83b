/** §8 B: connecting. */
import { readFileSync } from 'node:fs';
import { projectDir } from '../../locust/demo/paths.ts';
import { fieldsOf, FakeMaster } from '../support/fakeMaster.ts';
import { freePort } from '../support/ports.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { startInProcess } from './inProcess.ts';
import { conformanceScenario, countsOf, failOnViolations, offBeat, ownMs, pause, session, startWorker, totalOf } from './session.ts';

test.concurrent('[17] until the ack client_ready is all that is said; what the scenario says meanwhile waits', async () => {
  await session({ master: { isAcking: false }, isAwaited: false }, async ({ master }) => {
    await master.waitFor('second client_ready', () => master.frames.length >= 2);
    expect(master.frames.map(({ type }) => type)).toEqual(['client_ready', 'client_ready']);
    master.isAcking = true;
    await master.next('client_ready');
    const since = 3;
    // The scenario's `init` listener sends a message as soon as it is loaded.
    await master.next('hook', { since });
    expect(master.frames.slice(since).map(({ type }) => type)).toEqual(['heartbeat', 'stats', 'logs', 'hook']);
  });
});

test.concurrent('[18] without an ack client_ready comes every 5 s ±0.5', async () => {
  await session({ master: { isAcking: false }, isAwaited: false }, async ({ master }) => {
    await master.waitFor('three client_ready', () => master.of('client_ready').length >= 3);
    expect(offBeat(master.of('client_ready'), 5_000, 500)).toEqual([]);
  });
});

test.concurrent('[18] … and after 61 tries the worker gives up with exit code 255 (25 times faster)', async () => {
  await FakeMaster.with({ isAcking: false }, async (master) => {
    await using worker = startInProcess({ port: master.port, timings: { connectRetryMs: 200 } });
    const { exit, logs } = worker;
    expect(await exit).toBe(255);
    await master.waitFor('61 client_ready', () => master.of('client_ready').length === 61);
    expect(master.frames).toHaveLength(61);
    expect(logs.read().lines.at(-1)).toContain('no master answered at');
  });
});

test.concurrent('[19] a worker that was started before the master registers when it appears', async () => {
  const port = await freePort();
  const processes = new TestProcesses();
  let master: FakeMaster | null = null;
  try {
    const worker = startWorker(processes, port);
    await pause(2_500);
    expect(worker.child.isGone).toBe(false);
    master = await FakeMaster.start({ port });
    await master.registered();
    await master.next('heartbeat', { since: 0 });
    expect(worker.lines.join('\n')).toContain('connected to the master');
    failOnViolations(master);
  } finally {
    await processes[Symbol.asyncDispose]();
    master?.close();
  }
});

test.concurrent('[20] the index of the ack is the worker\'s index; repeats are harmless', async () => {
  await session({ master: { ackData: () => ({ index: 41 }) } }, async (worker) => {
    const { master } = worker;
    await master.next('heartbeat', { since: 0 });
    const since = master.frames.length;
    for (let repeat = 0; repeat < 5; repeat += 1) master.send('ack', { index: 41 });
    master.send('ack', null);
    await pause(800);
    expect(master.frames.slice(since).filter(({ type }) => type === 'heartbeat').length).toBeLessThanOrEqual(1);
    expect(await worker.hook('init')).toMatchObject({ workerIndex: 41 });
    await worker.spawn({ A: 1, B: 0 });
    expect(await worker.hook('testStart')).toMatchObject({ workerIndex: 41 });
  });
});

test.concurrent('[20] an ack without data is an ack, and the index stays -1', async () => {
  await session({ master: { ackData: () => null } }, async (worker) => {
    expect(await worker.hook('init')).toMatchObject({ workerIndex: -1 });
    await worker.spawn({ A: 1, B: 0 });
    expect(await worker.hook('testStart')).toMatchObject({ workerIndex: -1 });
  });
});

test.concurrent('[20] what listeners of init make is there before messages, users and the first report need it', async () => {
  await session({ master: { ackData: () => ({ index: 2 }) }, scenario: 'test/fixtures/initLate.ts', threads: 2 }, async ({ master }) => {
    const ready = await master.next('client_ready', { since: 0 });
    master.send('late', 'asked at once');
    master.spawn({ A: 2 });
    for (const thread of [0, 1]) {
      await master.next('began', { since: 0, isRight: ({ user }) => user === thread });
      const types = master.frames.filter((frame) => frame.index > ready.index && fieldsOf(frame)['thread'] === thread).map(({ type }) => type);
      expect(types.slice(0, 3)).toEqual(['initialised', 'heard', 'testStart']);
    }
    expect(fieldsOf(await master.next('initialised', { since: 0 }))).toMatchObject({ index: 2 });
    expect(fieldsOf(await master.next('heard', { since: 0 }))).toMatchObject({ data: 'asked at once' });
    expect(fieldsOf(await master.next('stats', { since: 0 }))).toMatchObject({ from_init: 2, from_module: 0 });
  });
});

test.concurrent('[21] the first heartbeat and the first report, all zeros, follow the ack within 1 s', async () => {
  await session({}, async ({ master }) => {
    const stats = await master.next('stats', { since: 0 });
    const heartbeat = await master.next('heartbeat', { since: 0 });
    const ready = await master.next('client_ready', { since: 0 });
    expect(ownMs(ready, stats)).toBeLessThan(1_000);
    expect(ownMs(ready, heartbeat)).toBeLessThan(1_000);
    expect(fieldsOf(heartbeat)).toMatchObject({ state: 'ready' });
    expect(fieldsOf(stats)).toMatchObject({ stats: [], errors: {}, user_count: 0 });
    expect(countsOf(stats)).toEqual({ A: 0, B: 0 });
    expect(totalOf(stats)).toMatchObject({ num_requests: 0, min_response_time: null, last_request_timestamp: null });
  });
});

test.concurrent('[22] the identity is the host\'s name, an underscore and 32 hex digits', async () => {
  await session({}, async ({ master }) => {
    expect(master.workerId).toMatch(/^[^_]+_[0-9a-f]{32}$/u);
  });
});

test.concurrent.each([
  ['an IPv4 literal', '127.0.0.1', '127.0.0.1'],
  ['an IPv6 literal', '::1', '::1'],
  ['an IPv6 literal in brackets', '::1', '[::1]'],
  ['a name', '127.0.0.1', 'localhost'],
])('[23] connects to %s', async (_, masterHost, host) => {
  const processes = new TestProcesses();
  const master = await FakeMaster.start({ host: masterHost });
  try {
    const flags = ['worker', conformanceScenario, '--master-host', host, '--master-port', String(master.port), '--threads', '1'];
    processes.start({ name: 'the worker', command: process.execPath, args: ['dist/cli/bin.js', ...flags], cwd: projectDir });
    await master.registered();
    await master.next('heartbeat', { since: 0 });
    failOnViolations(master);
  } finally {
    await processes[Symbol.asyncDispose]();
    master.close();
  }
});

// Only Linux shows a socket's timers to everybody.
const onLinux = process.platform === 'linux' ? test.concurrent : test.concurrent.skip;

onLinux('[23] the connection is kept alive: probes after 30 s of silence', async () => {
  await session({}, async ({ master }) => {
    await master.next('heartbeat', { since: 0 });
    const hexPort = master.port.toString(16).toUpperCase().padStart(4, '0');
    const timers = (): string[] =>
      readFileSync('/proc/net/tcp', 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/u))
        .find(([, , remote, state]) => remote?.endsWith(`:${hexPort}`) === true && state === '01')?.[5]
        ?.split(':') ?? [];
    // Column 6 is the timer in use, 02 a keepalive timer, and when it fires, in ticks of 10 ms; 01 is a frame on its way.
    const [timer, ticks] = await until('the connection is idle', () => {
      const seen = timers();
      return seen[0] === '01' ? false : seen;
    });
    expect(timer).toBe('02');
    const seconds = Number.parseInt(ticks ?? '', 16) / 100;
    expect(seconds).toBeGreaterThan(20);
    expect(seconds).toBeLessThanOrEqual(30.1);
  });
});
