/** The shell around the machine: ports called in order, numbers filled in, nothing thrown. */
import type { UsersInput } from '../../../../src/protocol/worker/ports.ts';
import { emptyReport, FakeWorld, nodeId, type Said } from './fakeWorld.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a whole run, from knocking to the exit', async () => {
  const world = new FakeWorld();
  expect(world.types()).toEqual(['client_ready']);
  expect(world.agent.status()).toEqual({ phase: 'connecting', nodeId, isMasterReached: false, workerIndex: -1, userCounts: { A: 0, B: 0 } });
  world.master('ack', { index: 3 });
  expect(world.types()).toEqual(['client_ready', 'heartbeat', 'stats', 'logs']);
  expect(world.sent[1]?.data).toEqual({ state: 'ready', current_cpu_usage: 12.5, current_memory_usage: 1_000 });
  expect(world.sent[2]?.data).toMatchObject({ stats: [], errors: {}, user_classes_count: { A: 0, B: 0 }, user_count: 0 });

  world.forget();
  world.spawn(1, { A: 2, B: 0 });
  expect(world.types()).toEqual(['spawning']);
  expect(world.callNames()).toEqual(['clearStats', 'startRun', 'setUsers']);
  world.counts = { A: 2, B: 0 };
  world.agent.users({ kind: 'users', generation: 1, counts: world.counts, reached: true });
  expect(world.sent.at(-1)).toEqual({ type: 'spawning_complete', data: { user_classes_count: { A: 2, B: 0 }, user_count: 2 } });
  expect(world.agent.status()).toEqual({ phase: 'running', nodeId, isMasterReached: true, workerIndex: 3, userCounts: { A: 2, B: 0 } });

  world.forget();
  world.pass(3_000);
  expect(world.types()).toEqual(['heartbeat', 'heartbeat', 'heartbeat', 'stats']);
  expect(world.sent[3]?.data).toMatchObject({ user_classes_count: { A: 2, B: 0 }, user_count: 2 });

  world.forget();
  world.agent.signal();
  world.counts = { A: 0, B: 0 };
  world.agent.users({ kind: 'usersStopped', generation: 2 });
  expect(world.types()).toEqual(['stats', 'stats', 'quit']);
  expect(world.callNames()).toEqual(['stopUsers', 'reportsInDoubt', 'close']);
  expect(world.exitCode).toBeNull();
  await tick();
  expect(world.exitCode).toBe(0);
});

test('users that answer inside the call are heard in order', () => {
  const world = FakeWorld.registered({}, (name, agent) => {
    if (name === 'setUsers') agent().users({ kind: 'users', generation: 1, counts: { A: 1, B: 0 }, reached: true });
  });
  world.spawn(1, { A: 1 });
  expect(world.types()).toEqual(['spawning', 'spawning_complete']);
});

test('counts go out under the master\'s names when the scenario has none of them', () => {
  const world = FakeWorld.registered();
  world.spawn(1, { Dummy: 4 });
  expect(world.calls.at(-1)).toEqual(['setUsers', 1, { A: 2, B: 2 }, 0]);
  world.counts = { A: 2, B: 1 };
  world.forget();
  world.pass(3_000);
  expect(world.sent.find(({ type }) => type === 'stats')?.data).toMatchObject({ user_classes_count: { Dummy: 3 }, user_count: 3 });
});

test('garbage is said once per kind, and changes nothing', () => {
  const world = FakeWorld.registered();
  for (let round = 0; round < 20; round += 1) {
    world.agent.receive(0, new Uint8Array());
    world.agent.receive(0, new Uint8Array([0xc1, round]));
    world.agent.receive(0, new Uint8Array([0x92, 0xa3, 0x61, 0x62, 0x63, 0xc0]));
    world.master('spawn', { timestamp: round, user_classes_count: 7 });
    world.agent.receiveInvalid(`expected 1 frame, came ${round}`);
  }
  expect(world.logs.filter((line) => line.startsWith('warning: the master sent something unreadable'))).toHaveLength(4);
  expect(world.types()).toEqual([]);
  expect(world.agent.status().phase).toBe('ready');
});

test('custom messages are delivered; a type without a listener is warned of once', () => {
  const world = FakeWorld.registered();
  world.isKnownType = false;
  world.master('news', { a: [1] });
  world.master('news', null);
  world.master('more', 'text');
  expect(world.calls).toEqual([['deliver', 'news', { a: [1] }], ['deliver', 'news', null], ['deliver', 'more', 'text']]);
  expect(world.logs).toHaveLength(2);
});

test('an edit of an unknown class is warned of', () => {
  const world = FakeWorld.registered();
  world.master('update_user_class', { user_class_name: 'A', tasks: ['t'], host: 'h' });
  world.master('update_user_class', { user_class_name: 'Z', host: 'h' });
  expect(world.calls).toEqual([['updateUserClass', 'A', { host: 'h', tasks: ['t'] }], ['updateUserClass', 'Z', { host: 'h' }]]);
  expect(world.logs).toEqual([expect.stringContaining('user class Z')]);
});

test('spawning_complete of the master reaches the users', () => {
  const world = FakeWorld.registered();
  world.master('spawning_complete', { user_count: 12 });
  expect(world.calls).toEqual([['spawningComplete', 12]]);
});

test('reconnect: a connection takes the place of the old one once everything on that is answered', () => {
  const world = FakeWorld.registered();
  world.master('reconnect');
  expect(world.calls).toEqual([]);
  world.master('heartbeat');
  // The report that went out with the first heartbeat is not answered for: another one asks at once.
  expect(world.calls).toEqual([]);
  world.master('heartbeat');
  expect(world.calls).toContainEqual(['drop', 0]);
  expect(world.calls).toContainEqual(['open', 1, nodeId]);
});

test('a port that throws is logged, and the rest is done', () => {
  const world = FakeWorld.registered();
  world.failing.set('startRun', new Error('no'));
  world.spawn(1, { A: 1 });
  expect(world.callNames()).toEqual(['clearStats', 'startRun', 'setUsers']);
  expect(world.logs).toContain('error: startRun failed: Error: no');
  world.pass(1_000);
  expect(world.types()).toEqual(['spawning', 'heartbeat']);
});

test('a custom message that cannot be sent is logged; heartbeats go on', () => {
  const world = FakeWorld.registered();
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  world.agent.users({ kind: 'customFromUser', type: 'mine', data: cycle });
  world.agent.users({ kind: 'customFromUser', type: 'stats', data: {} });
  expect(world.types()).toEqual([]);
  expect(world.logs.filter((line) => line.startsWith('error: sending '))).toHaveLength(2);
  world.pass(1_000);
  expect(world.types()).toEqual(['heartbeat']);
});

test('a hook that throws or adds what cannot be sent costs its extra only', () => {
  const world = FakeWorld.registered();
  world.extras = () => ({ mine: 1, stats: [], bad: Symbol('x') });
  world.pass(3_000);
  expect(world.sent.at(-1)?.data).toMatchObject({ mine: 1, stats: emptyReport.rows });
  world.extras = () => {
    throw new Error('hook');
  };
  world.pass(6_000);
  expect(world.types().filter((type) => type === 'stats')).toHaveLength(3);
  expect(world.logs.filter((line) => line.includes('hook'))).toHaveLength(1);
  expect(world.reportsTaken).toBe(4);
});

describe('exceptions', () => {
  const thrown = (count: number, trace = 'same'): UsersInput => ({ kind: 'exception', message: `m of ${trace}`, trace, count, isOutsideTask: false });
  const told = (world: FakeWorld): Said[] => world.sent.filter(({ type }) => type === 'exception');
  /** Lets time pass with a master that answers its heartbeats. */
  function passAnswered(world: FakeWorld, ms: number): void {
    for (let passed = 0; passed < ms; passed += 500) {
      world.master('heartbeat');
      world.pass(500);
    }
  }

  test('are told one by one, 2 000 a second, and those of ten seconds wait for it', () => {
    const world = FakeWorld.registered();
    world.agent.users(thrown(3_600));
    expect(told(world)).toHaveLength(100);
    expect(told(world)[0]).toEqual({ type: 'exception', data: { msg: 'm of same', traceback: 'same' } });
    passAnswered(world, 1_000);
    expect(told(world).length).toBeGreaterThan(1_900);
    expect(told(world).length).toBeLessThan(2_200);
    passAnswered(world, 1_000);
    expect(told(world)).toHaveLength(3_600);
    expect(world.logs).toEqual([]);
  });

  test('that are left out are named with their number, in the log and under the exceptions', () => {
    const world = FakeWorld.registered();
    world.spawn(1, { A: 1 });
    world.agent.users(thrown(30_000, 'often'));
    world.agent.users(thrown(150, 'rare'));
    world.agent.users(thrown(4, 'new'));
    passAnswered(world, 12_000);
    expect(world.logs).toContain('warning: 10053 exceptions of this test were counted here and not told to the master, which takes 2000 a second');
    world.master('stop');
    world.agent.users({ kind: 'usersStopped', generation: 2 });
    expect(told(world)).toHaveLength(30_154 - 10_053 + 1);
    const tracesTold = (trace: string): number => told(world).filter(({ data }) => (data as { traceback: string }).traceback === trace).length;
    expect([tracesTold('often'), tracesTold('rare'), tracesTold('new')]).toEqual([20_000, 100, 1]);
    const message = '10053 exceptions of this worker are not counted here: it tells its master at most 2000 a second';
    expect(told(world).at(-1)?.data).toEqual({ msg: message, traceback: `${message}\n10000 × m of often\n50 × m of rare\n3 × m of new` });
    expect(world.types().lastIndexOf('exception')).toBeLessThan(world.types().lastIndexOf('client_stopped'));
  });

  test('wait while the master answers no heartbeat, and until it has answered for the first time', () => {
    const early = new FakeWorld();
    early.agent.users(thrown(5));
    expect(told(early)).toEqual([]);
    early.master('ack', { index: 0 });
    expect(told(early)).toHaveLength(5);
    const world = FakeWorld.registered();
    world.pass(2_500);
    world.agent.users(thrown(5));
    world.pass(500);
    expect(told(world)).toEqual([]);
    passAnswered(world, 2_000);
    expect(told(world)).toHaveLength(5);
  });

  test('that still wait at the end are told before the worker signs off, up to a second\'s worth', () => {
    const world = FakeWorld.registered();
    world.agent.users(thrown(5_000));
    world.master('quit');
    expect(world.types().at(-1)).toBe('quit');
    expect(told(world)).toHaveLength(100 + 2_000 + 1);
    expect(told(world).at(-1)?.data).toMatchObject({ msg: expect.stringMatching(/^2900 exceptions of this worker are not counted here/u) as string });
  });

  test('of a test that is over are left out when the next one begins, which its log says', () => {
    const world = FakeWorld.registered();
    world.agent.users(thrown(5_000));
    world.spawn(1, { A: 1 });
    expect(world.logs).toContain('warning: 4900 exceptions of the test before were not told to the master any more: the next one begins');
    passAnswered(world, 3_000);
    expect(told(world)).toHaveLength(100);
  });
});

test('log lines go out as the whole recent list under the worker\'s id', () => {
  const world = FakeWorld.registered();
  world.logs.push('info: one', 'info: two');
  world.pass(10_000);
  expect(world.sent.filter(({ type }) => type === 'logs')).toEqual([
    { type: 'logs', data: { worker_id: nodeId, logs: ['info: one', 'info: two'] } },
  ]);
});

test('nothing is timed any more after the exit', async () => {
  const world = FakeWorld.registered();
  world.agent.signal();
  await tick();
  world.forget();
  world.pass(100_000);
  world.master('spawn');
  world.agent.users({ kind: 'customFromUser', type: 'late', data: 1 });
  expect(world.sent).toEqual([]);
});
