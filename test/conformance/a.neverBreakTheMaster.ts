/** §8 A: what can deafen, poison or mislead a Locust master. The fake master checks every frame of every test. */
import { fieldsOf } from '../support/fakeMaster.ts';
import { isFields } from '../support/frameChecks.ts';
import { countsOf, errorsOf, once, pause, rowsOf, session, sumOf, totalOf, type Session } from './session.ts';

/** One worker that goes through everything that it can say; the tests look at its frames. */
const wholeLife = once(async () => {
  const kept: { frames: Session['master']['frames']; output: string } = { frames: [], output: '' };
  await session({ threads: 2 }, async (life) => {
    const { master } = life;
    await life.spawn({ A: 2, B: 1 }, { parsedOptions: { act: 'nasty' } });
    await life.report();
    await life.spawn({ A: 2, B: 2 }, { parsedOptions: { act: 'throw', waitSec: 0.2 } });
    for (const type of ['ping', 'say', 'sayBad', 'unheard']) master.send(type, { some: 'data' });
    await master.next('pong', { since: 0 });
    await life.spawn({ A: 1, B: 0, Unknown: 1 }, { parsedOptions: { act: 'count' }, stopTimeoutSec: 1 });
    await life.report();
    await life.stop();
    await life.spawn({ A: 3, B: 0 }, { parsedOptions: { act: 'throwOdd' } });
    await pause(500);
    await life.report();
    const { connections } = master;
    master.send('reconnect');
    // What a master says on the old connection while it ends is lost, as with Locust's own worker.
    await master.waitFor('new connection', () => master.connections > connections);
    await master.next('heartbeat');
    master.send('quit');
    await master.next('quit');
    await life.worker.ended();
    kept.frames = master.frames;
    kept.output = life.output();
  });
  return kept;
});

test.concurrent('[1] every frame is one msgpack array of exactly 3 under the identity', async () => {
  const { frames } = await wholeLife();
  const types = new Set(frames.map(({ type }) => type));
  for (const type of ['client_ready', 'heartbeat', 'spawning', 'spawning_complete', 'stats', 'client_stopped', 'quit', 'exception', 'logs', 'pong', 'said']) {
    expect(types).toContain(type);
  }
});

test.concurrent('[2] client_ready says -1 or a version', async () => {
  const ready = (await wholeLife()).frames.filter(({ type }) => type === 'client_ready');
  expect(ready.map(({ data }) => data)).toEqual([-1, -1]);
});

test.concurrent('[3] heartbeats carry one of three states and sound figures', async () => {
  const beats = (await wholeLife()).frames.filter(({ type }) => type === 'heartbeat').map(fieldsOf);
  expect(beats.length).toBeGreaterThan(5);
  for (const beat of beats) {
    expect(['ready', 'spawning', 'running']).toContain(beat['state']);
    expect(Number.isFinite(beat['current_cpu_usage'])).toBe(true);
    expect(Number.isInteger(beat['current_memory_usage'])).toBe(true);
  }
});

test.concurrent('[4] spawning_complete carries a map of names to counts', async () => {
  const completed = (await wholeLife()).frames.filter(({ type }) => type === 'spawning_complete');
  expect(completed.map(countsOf)).toEqual([{ A: 2, B: 1 }, { A: 2, B: 2 }, { A: 1, B: 0 }, { A: 3, B: 0 }]);
});

test.concurrent('[5] 200 times spawn, then stop after 0 to 50 ms: nothing about spawning is said while the master does not know the worker', async () => {
  await session({ threads: 2 }, async (storm) => {
    const { master } = storm;
    for (let round = 0; round < 200; round += 1) {
      const since = master.frames.length;
      master.spawn({ A: (round * 7) % 20, B: round % 3 }, { stopTimeoutSec: round % 10 === 0 ? 0.05 : 0 });
      await pause((round * 13) % 51);
      master.send('stop');
      // Every third round the next spawn does not wait for the answer: it comes while the worker is stopping.
      if (round % 3 === 0) master.spawn({ A: 1, B: 1 });
      if (round % 3 === 0) master.send('stop');
      await master.next('client_ready', { since });
      await master.waitFor('registration', () => master.isKnown());
    }
    expect(master.violations).toEqual([]);
    const last = await storm.spawn({ A: 3, B: 2 });
    expect(countsOf(last)).toEqual({ A: 3, B: 2 });
    await master.next('heartbeat', { isRight: ({ state }) => state === 'running' });
  });
});

test.concurrent('[6] after 70 s of suspension with a spawn pending, nothing is said about it: the worker quits', async () => {
  await session({}, async (suspended) => {
    const { master, worker } = suspended;
    await suspended.spawn({ A: 2, B: 0 }, { parsedOptions: { act: 'work', taskSec: 20 } });
    await master.next('heartbeat', { isRight: ({ state }) => state === 'running' });
    // The ramp-down waits for tasks that end while the process is suspended.
    master.spawn({ A: 0, B: 0 }, { parsedOptions: { act: 'work', taskSec: 20 }, stopTimeoutSec: 100 });
    await master.next('spawning');
    worker.child.signal('SIGSTOP');
    await pause(500);
    master.spawn({ A: 1, B: 1 });
    await pause(64_000);
    master.forgetWorkers();
    await pause(5_500);
    const since = master.frames.length;
    worker.child.signal('SIGCONT');
    const exit = await worker.ended();
    expect(exit.code).toBe(255);
    const said = master.frames.slice(since).map(({ type }) => type);
    expect(said).not.toContain('spawning');
    expect(said).not.toContain('spawning_complete');
    expect(said.at(-1)).toBe('quit');
    expect(suspended.output()).toContain('has not answered heartbeats for');
  });
});

test.concurrent('[7] exceptions carry texts, whatever was thrown', async () => {
  const exceptions = (await wholeLife()).frames.filter(({ type }) => type === 'exception').map(fieldsOf);
  for (const { msg, traceback } of exceptions) {
    expect(typeof msg).toBe('string');
    expect(typeof traceback).toBe('string');
    expect(traceback).not.toBe('');
  }
  // Whose it is stands behind it once that is known, from Node 24 on of the first one too.
  const messages = exceptions.map(({ msg }) => String(msg).replace(/ \(user \d+\)$/u, ''));
  for (const expected of ['undefined', 'null', '42', 'Symbol(odd)', '{ code: 7 }', 'a \\ud800 b', '10', 'Error: thrown on purpose']) {
    expect(messages).toContain(expected);
  }
  expect(new Set(messages).size).toBeGreaterThanOrEqual(10);
});

test.concurrent('[8] logs are lines under the worker\'s id', async () => {
  const { frames } = await wholeLife();
  const logs = frames.filter(({ type }) => type === 'logs');
  expect(logs.length).toBeGreaterThan(0);
  for (const { id, data } of logs) expect(isFields(data) && data['worker_id']).toBe(id);
});

test.concurrent('[9] lone surrogates and binary errors arrive as valid UTF-8', async () => {
  const { frames } = await wholeLife();
  const reports = frames.filter(({ type }) => type === 'stats');
  const names = reports.flatMap(rowsOf).map(({ name }) => name);
  expect(names).toContain('lone \ufffd surrogate');
  expect(reports.flatMap(rowsOf).map(({ method }) => method)).toContain('type \ufffd');
  expect(errorsOf(reports).map(([, { error }]) => error)).toContain('Error: lone \ufffd');
  expect(frames.filter(({ type }) => type === 'said').map(({ data }) => data)).toContainEqual(expect.objectContaining({ lone: 'a \ufffd b' }));
});

test.concurrent('[10] response times and seconds are keyed by integers', async () => {
  const rows = (await wholeLife()).frames.filter(({ type }) => type === 'stats').flatMap(rowsOf);
  const maps = rows.flatMap((row) => [row['response_times'], row['num_reqs_per_sec'], row['num_fail_per_sec']]).filter((map) => map instanceof Map);
  expect(maps.length).toBeGreaterThan(10);
  for (const map of maps) for (const key of (map as Map<unknown, unknown>).keys()) expect(Number.isInteger(key)).toBe(true);
});

test.concurrent('[11] errors are a map, also when there are none', async () => {
  const reports = (await wholeLife()).frames.filter(({ type }) => type === 'stats').map((frame) => fieldsOf(frame)['errors']);
  expect(reports).toContainEqual({});
  for (const errors of reports) expect(isFields(errors)).toBe(true);
});

test.concurrent('[12] no number is NaN or infinite: bad response times count without one, bad lengths as 0', async () => {
  const reports = (await wholeLife()).frames.filter(({ type }) => type === 'stats');
  // Three users record seven bad times each.
  expect(sumOf(reports, 'num_requests', 'elapsed')).toBe(21);
  expect(sumOf(reports, 'num_none_requests', 'elapsed')).toBe(21);
  expect(sumOf(reports, 'total_response_time', 'elapsed')).toBe(0);
  expect(sumOf(reports, 'num_requests', 'bytes')).toBe(18);
  for (const total of reports.map(totalOf)) expect(Number.isFinite(total['total_response_time'])).toBe(true);
});

test.concurrent('[13] names and methods are texts, whatever the user passes', async () => {
  const rows = (await wholeLife()).frames.filter(({ type }) => type === 'stats').flatMap(rowsOf);
  for (const { name, method } of rows) expect([typeof name, typeof method]).toEqual(['string', 'string']);
  const names = rows.map(({ name }) => name);
  for (const name of ['undefined', 'null', '5', 'Symbol(name)']) expect(names).toContain(name);
});

test.concurrent('[14] no map takes Python\'s keys for dates and ids, except as a real date', async () => {
  const { frames, output } = await wholeLife();
  const said = frames.filter(({ type }) => type === 'said').map(({ data }) => data);
  expect(said).toContainEqual({ __datetime__: true, as_str: '19700101T00:00:00.000000' });
  expect(JSON.stringify(said)).not.toContain('no date');
  expect(JSON.stringify(said)).not.toContain('__ObjectId__');
  expect(output).toContain('sending said failed');
});

test.concurrent('[15] two workers never share an identity', async () => {
  await session({}, async (first) => {
    first.another();
    const ids = await first.master.waitFor('two workers', () => {
      const seen = new Set(first.master.of('client_ready').map(({ id }) => id));
      return seen.size === 2 && seen;
    });
    expect(ids.size).toBe(2);
  });
});

test.concurrent('[16] the master\'s locustfile is never asked for', async () => {
  expect((await wholeLife()).frames.map(({ type }) => type)).not.toContain('locustfile');
});
