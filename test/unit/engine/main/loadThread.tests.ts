/** A load thread from the main side: lost, started again, watched, closed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakePool, withFakeTime } from './fakeThreads.ts';
import { LineBatch } from '../../../../src/engine/shared/lineBatch.ts';

withFakeTime();

/** How long the place of a thread stayed empty, after threads that lived so long, one after the other. */
async function emptyAfter(...livesMs: readonly number[]): Promise<readonly number[]> {
  const { pool, threads, pass, whenStarted } = await startFakePool();
  const delaysMs = livesMs.map((lifeMs, life) => {
    pass(lifeMs, ...threads);
    threads[life]?.exit();
    const lostAtMs = performance.now();
    whenStarted(life + 2);
    return (threads[life + 1]?.startedAtMs ?? Number.NaN) - lostAtMs;
  });
  threads.at(-1)?.exit();
  await pool.close();
  return delaysMs;
}

describe('the place of a lost thread', () => {
  it('is taken at once, however short the first life was; after each further one it stays empty for longer, up to ten seconds', async () => {
    expect(await emptyAfter(0, 9_999, 5, 5, 5, 5, 5, 5)).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it('is taken at once after a life of ten seconds, which makes good what was before', async () => {
    expect(await emptyAfter(0, 0, 10_000, 0)).toEqual([0, 500, 0, 500]);
  });

  it('has no event loop that could stand still while it is empty', async () => {
    const { pool, threads, logs, whenStarted } = await startFakePool();
    for (let life = 0; life < 7; life++) {
      threads[life]?.exit();
      whenStarted(life + 2);
    }
    expect(threads.map(({ startedAtMs }) => startedAtMs)).toEqual([0, 0, 500, 1_500, 3_500, 7_500, 15_500, 25_500]);
    expect(logs.filter((line) => line.includes('stood still'))).toEqual([]);
    threads.at(-1)?.exit();
    await pool.close();
  });
});

describe('a thread whose event loop does not turn', () => {
  it('is warned of once after five seconds, and replaced after the hang timeout, with its users and what they were doing', async () => {
    const { pool, threads, logs, inputs, pass } = await startFakePool({ hangTimeoutMs: 8_000 });
    const [blocked] = threads;
    blocked?.say({ kind: 'users', generation: 1, counts: { Shopper: 3 }, reached: true });
    pass(7_500);
    expect(logs).toEqual([expect.stringMatching(/^warning: the event loop of load thread 0 has stood still for 5 s: a task blocks it/u)]);
    pass(1_100);
    expect([blocked?.isTerminated, threads.length]).toEqual([true, 2]);
    expect(inputs).toEqual([expect.objectContaining({ kind: 'exception', trace: expect.stringMatching(/^load thread 0: its event loop stood still for 8\.0 s: a task blocks it/u) as string })]);
    expect(logs.slice(1)).toEqual([expect.stringMatching(/^error: load thread 0 was lost with its 3 users and no request under way, and is replaced: its event loop stood still for 8\.0 s/u)]);
    // It could not say so itself.
    expect(pool.trust().map(({ loopDelayMaxMs }) => loopDelayMaxMs)).toEqual([8_000]);
    for (const thread of threads) thread.exit();
    await pool.close();
  });

  it('is allowed the second between two of its beats while no test runs in it', async () => {
    const { pool, threads, pass } = await startFakePool({ hangTimeoutMs: 1_000 });
    const [idle] = threads;
    idle?.rest(true);
    for (let beat = 0; beat < 10; beat++) {
      idle?.beat();
      pass(1_000);
    }
    expect(threads).toHaveLength(1);
    pass(2_000);
    expect([idle?.isTerminated, threads.length]).toEqual([true, 2]);
    for (const thread of threads) thread.exit();
    await pool.close();
  });

  it('is not replaced while it loads the scenario, or without a hang timeout', async () => {
    const { pool, threads, logs, pass, whenStarted } = await startFakePool({ hangTimeoutMs: 2_000 });
    threads[0]?.exit();
    whenStarted(2);
    pass(20_000);
    expect(threads[1]?.isTerminated).toBe(false);
    expect(logs.filter((line) => line.includes('stood still'))).toEqual([expect.stringContaining('has stood still for 5 s: the scenario, or a listener of init, blocks it with synchronous work while it is loaded')]);
    threads[1]?.exit();
    await pool.close();
    const patient = await startFakePool();
    patient.pass(600_000);
    expect(patient.threads.map(({ isTerminated }) => isTerminated)).toEqual([false]);
    patient.threads[0]?.exit();
    await patient.pool.close();
  });
});

describe('a thread that is started again', () => {
  it('numbers its users apart, reads no files, and has the index and the warm-up of by then', async () => {
    const { pool, threads, whenStarted } = await startFakePool({ warmsUp: true, workerIndex: null, threadCount: 2 });
    pool.init(5, () => undefined);
    pool.setCounting(true);
    threads[0]?.exit();
    whenStarted(3);
    const told = threads.map(({ seed: { threadIndex, firstUserNumber, readsFeedFiles, workerIndex, warmsUp } }) => [threadIndex, firstUserNumber, readsFeedFiles, workerIndex, warmsUp]);
    expect(told).toEqual([
      [0, 0, true, null, true],
      [1, 0, false, null, true],
      [0, 100_000_000, false, 5, false],
    ]);
    threads[1]?.exit();
    threads[2]?.exit();
    await pool.close();
  });

  it('is heard, what it replaces is not, but for what that has counted', async () => {
    const defined: string[] = [];
    const ledgers = { define: (key: string) => void defined.push(`${key} defines`), threadEnded: (key: string) => void defined.push(`${key} has ended`) };
    const { pool, threads, inputs, pass } = await startFakePool({ hangTimeoutMs: 1_000, ledgers });
    pass(2_000);
    const [blocked, next] = threads;
    next?.load();
    inputs.length = 0;
    blocked?.say({ kind: 'custom', type: 'late', data: 1 });
    next?.say({ kind: 'custom', type: 'early', data: 2 });
    expect(inputs).toEqual([{ kind: 'customFromUser', type: 'early', data: 2 }]);
    blocked?.say({ kind: 'ledgerRow', index: 0, method: 'GET', name: '/' });
    next?.say({ kind: 'ledgerRow', index: 0, method: 'GET', name: '/' });
    blocked?.exit();
    expect(defined).toEqual(['0.0 defines', '0.1 defines', '0.0 has ended']);
    next?.exit();
    await pool.close();
  });
});

it('names what is no message of ours, and goes on', async () => {
  const { pool, threads, logs } = await startFakePool();
  threads[0]?.say({ kind: 'stopped' } as never);
  threads[0]?.emit('message', { a: 1 });
  expect(logs).toEqual([
    'error: a message of a load thread is left out: the message stopped has a wrong generation: undefined',
    "warning: the scenario, or a package of it, posted { a: 1 } to the load thread's parentPort: nobody listens there, write sendMessage(type, data) to reach the master (said once)",
  ]);
  threads[0]?.exit(new RangeError('too much'));
  expect(logs[2]).toBe('error: load thread 0 was lost with its 0 users and no request under way, and is replaced: RangeError: too much');
  await pool.close();
});

it('closes when all its threads have ended, also one that was replaced: until then they may leave lines for the request log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'request-log-'));
  try {
    const path = join(folder, 'requests.jsonl');
    const { pool, threads, pass } = await startFakePool({ hangTimeoutMs: 1_000, requestLogPath: path });
    const [blocked] = threads;
    pass(2_000);
    const [, next] = threads;
    expect([blocked?.isTerminated, threads.length]).toEqual([true, 2]);
    let isClosed = false;
    const closing = pool.close().then(() => (isClosed = true));
    pass(1_000);
    next?.exit();
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    expect(isClosed).toBe(false);
    new LineBatch(blocked?.seed.requestLog?.batch ?? LineBatch.memory()).add('{"name":"/last"}\n');
    blocked?.exit();
    await closing;
    expect(readFileSync(path, 'utf8')).toBe('{"name":"/last"}\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
