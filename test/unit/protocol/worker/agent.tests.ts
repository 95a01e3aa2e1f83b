/** The shell around the machine: ports called in order, numbers filled in, nothing thrown. */
import { encode } from '@msgpack/msgpack';
import type { UsersInput } from '../../../../src/protocol/worker/ports.ts';
import { emptyReport, AgentScene, nodeId, type Said } from './agentScene.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a whole run, from knocking to the exit', async () => {
  const scene = new AgentScene();
  expect(scene.types()).toEqual(['client_ready']);
  expect(scene.agent.status()).toEqual({ phase: 'connecting', nodeId, isMasterReached: false, workerIndex: -1, userCounts: { A: 0, B: 0 } });
  scene.master('ack', { index: 3 });
  expect(scene.types()).toEqual(['client_ready', 'heartbeat', 'stats', 'logs']);
  expect(scene.sent[1]?.data).toEqual({ state: 'ready', current_cpu_usage: 12.5, current_memory_usage: 1_000 });
  expect(scene.sent[2]?.data).toMatchObject({ stats: [], errors: {}, user_classes_count: { A: 0, B: 0 }, user_count: 0 });

  scene.forget();
  scene.spawn(1, { A: 2, B: 0 });
  expect(scene.types()).toEqual(['spawning']);
  expect(scene.callNames()).toEqual(['clearStats', 'startRun', 'setUsers']);
  scene.counts = { A: 2, B: 0 };
  scene.agent.users({ kind: 'users', generation: 1, counts: scene.counts, reached: true });
  expect(scene.sent.at(-1)).toEqual({ type: 'spawning_complete', data: { user_classes_count: { A: 2, B: 0 }, user_count: 2 } });
  expect(scene.agent.status()).toEqual({ phase: 'running', nodeId, isMasterReached: true, workerIndex: 3, userCounts: { A: 2, B: 0 } });

  scene.forget();
  scene.pass(3_000);
  expect(scene.types()).toEqual(['heartbeat', 'heartbeat', 'heartbeat', 'stats']);
  expect(scene.sent[3]?.data).toMatchObject({ user_classes_count: { A: 2, B: 0 }, user_count: 2 });

  scene.forget();
  scene.agent.signal();
  scene.counts = { A: 0, B: 0 };
  scene.agent.users({ kind: 'usersStopped', generation: 2 });
  expect(scene.types()).toEqual(['stats', 'stats', 'quit']);
  expect(scene.callNames()).toEqual(['stopUsers', 'reportsInDoubt', 'close']);
  expect(scene.exitCode).toBeNull();
  await tick();
  expect(scene.exitCode).toBe(0);
});

test('users that answer inside the call are heard in order', () => {
  const scene = AgentScene.registered({}, (name, agent) => {
    if (name === 'setUsers') agent().users({ kind: 'users', generation: 1, counts: { A: 1, B: 0 }, reached: true });
  });
  scene.spawn(1, { A: 1 });
  expect(scene.types()).toEqual(['spawning', 'spawning_complete']);
});

test('counts go out under the master\'s names when the scenario has none of them', () => {
  const scene = AgentScene.registered();
  scene.spawn(1, { Dummy: 4 });
  expect(scene.calls.at(-1)).toEqual(['setUsers', 1, { A: 2, B: 2 }, 0]);
  scene.counts = { A: 2, B: 1 };
  scene.forget();
  scene.pass(3_000);
  expect(scene.sent.find(({ type }) => type === 'stats')?.data).toMatchObject({ user_classes_count: { Dummy: 3 }, user_count: 3 });
});

test('garbage is said once per kind, and changes nothing', () => {
  const scene = AgentScene.registered();
  for (let round = 0; round < 20; round += 1) {
    scene.agent.receive(0, new Uint8Array());
    scene.agent.receive(0, new Uint8Array([0xc1, round]));
    scene.agent.receive(0, new Uint8Array([0x92, 0xa3, 0x61, 0x62, 0x63, 0xc0]));
    scene.master('spawn', { timestamp: round, user_classes_count: 7 });
    scene.agent.receiveInvalid(`expected 1 frame, came ${round}`);
  }
  expect(scene.logs.filter((line) => line.startsWith('warning: the master sent something unreadable'))).toHaveLength(4);
  expect(scene.types()).toEqual([]);
  expect(scene.agent.status().phase).toBe('ready');
});

test('custom messages are delivered; a type without a listener is warned of once', () => {
  const scene = AgentScene.registered();
  scene.isKnownType = false;
  scene.master('news', { a: [1] });
  scene.master('news', null);
  scene.master('more', 'text');
  expect(scene.calls).toEqual([['deliver', 'news', { a: [1] }], ['deliver', 'news', null], ['deliver', 'more', 'text']]);
  expect(scene.logs).toHaveLength(2);
});

test('an edit of an unknown class is warned of', () => {
  const scene = AgentScene.registered();
  scene.master('update_user_class', { user_class_name: 'A', tasks: ['t'], host: 'h' });
  scene.master('update_user_class', { user_class_name: 'Z', host: 'h' });
  expect(scene.calls).toEqual([['updateUserClass', 'A', { host: 'h', tasks: ['t'] }], ['updateUserClass', 'Z', { host: 'h' }]]);
  expect(scene.logs).toEqual([expect.stringContaining('user class Z')]);
});

test('spawning_complete of the master reaches the users', () => {
  const scene = AgentScene.registered();
  scene.master('spawning_complete', { user_count: 12 });
  expect(scene.calls).toEqual([['spawningComplete', 12]]);
});

test('reconnect: a connection takes the place of the old one once everything on that is answered', () => {
  const scene = AgentScene.registered();
  scene.master('reconnect');
  expect(scene.calls).toEqual([]);
  scene.master('heartbeat');
  // The report that went out with the first heartbeat is not answered for: another one asks at once.
  expect(scene.calls).toEqual([]);
  scene.master('heartbeat');
  expect(scene.calls).toContainEqual(['drop', 0]);
  expect(scene.calls).toContainEqual(['open', 1, nodeId]);
});

test('a port that throws is logged, and the rest is done', () => {
  const scene = AgentScene.registered();
  scene.failing.set('startRun', new Error('no'));
  scene.spawn(1, { A: 1 });
  expect(scene.callNames()).toEqual(['clearStats', 'startRun', 'setUsers']);
  expect(scene.logs).toContain('error: startRun failed: Error: no');
  scene.pass(1_000);
  expect(scene.types()).toEqual(['spawning', 'heartbeat']);
});

test('a custom message that cannot be sent is logged; heartbeats go on', () => {
  const scene = AgentScene.registered();
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  scene.agent.users({ kind: 'customFromUser', type: 'mine', data: cycle });
  scene.agent.users({ kind: 'customFromUser', type: 'stats', data: {} });
  expect(scene.types()).toEqual([]);
  expect(scene.logs.filter((line) => line.startsWith('error: sending '))).toHaveLength(2);
  scene.pass(1_000);
  expect(scene.types()).toEqual(['heartbeat']);
});

test('a hook that throws or adds what cannot be sent costs its extra only', () => {
  const scene = AgentScene.registered();
  scene.extras = () => ({ mine: 1, stats: [], bad: Symbol('x') });
  scene.pass(3_000);
  expect(scene.sent.at(-1)?.data).toMatchObject({ mine: 1, stats: emptyReport.rows });
  scene.extras = () => {
    throw new Error('hook');
  };
  scene.pass(6_000);
  expect(scene.types().filter((type) => type === 'stats')).toHaveLength(3);
  expect(scene.logs.filter((line) => line.includes('hook'))).toHaveLength(1);
  expect(scene.reportsTaken).toBe(4);
});

describe('exceptions', () => {
  const thrown = (count: number, trace = 'same'): UsersInput => ({ kind: 'exception', message: `m of ${trace}`, trace, count, isOutsideTask: false });
  const told = (scene: AgentScene): Said[] => scene.sent.filter(({ type }) => type === 'exception');
  /** Lets time pass with a master that answers its heartbeats. */
  function passAnswered(scene: AgentScene, ms: number): void {
    for (let passed = 0; passed < ms; passed += 500) {
      scene.master('heartbeat');
      scene.pass(500);
    }
  }

  test('are told one by one, 2 000 a second, and those of ten seconds wait for it', () => {
    const scene = AgentScene.registered();
    scene.agent.users(thrown(3_600));
    expect(told(scene)).toHaveLength(100);
    expect(told(scene)[0]).toEqual({ type: 'exception', data: { msg: 'm of same', traceback: 'same' } });
    passAnswered(scene, 1_000);
    expect(told(scene).length).toBeGreaterThan(1_900);
    expect(told(scene).length).toBeLessThan(2_200);
    passAnswered(scene, 1_000);
    expect(told(scene)).toHaveLength(3_600);
    expect(scene.logs).toEqual([]);
  });

  test('that are left out are named with their number, in the log and under the exceptions', () => {
    const scene = AgentScene.registered();
    scene.spawn(1, { A: 1 });
    scene.agent.users(thrown(30_000, 'often'));
    scene.agent.users(thrown(150, 'rare'));
    scene.agent.users(thrown(4, 'new'));
    passAnswered(scene, 12_000);
    expect(scene.logs).toContain('warning: 10053 exceptions of this test were counted here and not told to the master, which takes 2000 a second');
    scene.master('stop');
    scene.agent.users({ kind: 'usersStopped', generation: 2 });
    expect(told(scene)).toHaveLength(30_154 - 10_053 + 1);
    const tracesTold = (trace: string): number => told(scene).filter(({ data }) => (data as { traceback: string }).traceback === trace).length;
    expect([tracesTold('often'), tracesTold('rare'), tracesTold('new')]).toEqual([20_000, 100, 1]);
    const message = '10053 exceptions of this worker are not counted here: it tells its master at most 2000 a second';
    expect(told(scene).at(-1)?.data).toEqual({ msg: message, traceback: `${message}\n10000 × m of often\n50 × m of rare\n3 × m of new` });
    expect(scene.types().lastIndexOf('exception')).toBeLessThan(scene.types().lastIndexOf('client_stopped'));
  });

  test('wait while the master answers no heartbeat, and until it has answered for the first time', () => {
    const early = new AgentScene();
    early.agent.users(thrown(5));
    expect(told(early)).toEqual([]);
    early.master('ack', { index: 0 });
    expect(told(early)).toHaveLength(5);
    const scene = AgentScene.registered();
    scene.pass(2_500);
    scene.agent.users(thrown(5));
    scene.pass(500);
    expect(told(scene)).toEqual([]);
    passAnswered(scene, 2_000);
    expect(told(scene)).toHaveLength(5);
  });

  test('that still wait at the end are told before the worker signs off, up to a second\'s worth', () => {
    const scene = AgentScene.registered();
    scene.agent.users(thrown(5_000));
    scene.master('quit');
    expect(scene.types().at(-1)).toBe('quit');
    expect(told(scene)).toHaveLength(100 + 2_000 + 1);
    expect(told(scene).at(-1)?.data).toMatchObject({ msg: expect.stringMatching(/^2900 exceptions of this worker are not counted here/u) as string });
  });

  test('that were left out are told once, however often the worker signs off', () => {
    const scene = AgentScene.registered();
    scene.spawn(1, { A: 1 });
    const rows = (): readonly string[] => told(scene).map(({ data }) => (data as { msg: string }).msg).filter((text) => text.includes('are not counted here'));
    scene.agent.users(thrown(30_000));
    scene.master('stop');
    scene.agent.users({ kind: 'usersStopped', generation: 2 });
    scene.master('ack', { index: 0 });
    expect(rows()).toEqual([expect.stringMatching(/^10000 exceptions/u)]);
    scene.master('quit');
    // Those that waited then are others.
    expect(rows()).toEqual([expect.stringMatching(/^10000 exceptions/u), expect.stringMatching(/^17900 exceptions/u)]);
    expect(told(scene).length - 2 + 10_000 + 17_900).toBe(30_000);
  });

  test('that wait for a master that is away cost no timer', () => {
    const scene = AgentScene.registered({ onMasterLoss: 'wait' });
    passAnswered(scene, 1_000);
    scene.agent.down(0);
    scene.agent.users(thrown(1));
    const before = scene.timersSet;
    scene.pass(10_000);
    expect(scene.timersSet - before).toBeLessThan(50);
  });

  test('and messages that no master took are named at the end, with their number', () => {
    const scene = AgentScene.registered();
    passAnswered(scene, 1_000);
    scene.agent.down(0);
    for (let order = 0; order < 20; order += 1) scene.agent.users({ kind: 'customFromUser', type: 'order', data: order });
    scene.agent.users({ kind: 'customFromUser', type: 'bill', data: 1 });
    scene.agent.users(thrown(500));
    scene.agent.signal();
    expect(scene.logs).toContain('warning: not delivered, as the master for them was not there: 21 messages (20 order, 1 bill)');
    expect(scene.logs).toContain('warning: not delivered, as the master for them was not there: 500 exceptions');
    expect(told(scene)).toEqual([]);
  });

  test('and messages of a test that another master does not know are named, and are not for that one', () => {
    const scene = AgentScene.registered();
    passAnswered(scene, 1_000);
    scene.agent.down(0);
    scene.agent.users({ kind: 'customFromUser', type: 'order', data: 1 });
    scene.agent.users(thrown(500));
    scene.agent.up(1);
    scene.agent.receive(1, encode(['quit', null, nodeId]));
    scene.agent.receive(1, encode(['ack', { index: 0 }, nodeId]));
    scene.pass(1_000);
    expect(scene.logs).toContain('warning: not delivered, as the master for them was not there: 1 message (1 order)');
    expect(scene.logs).toContain('warning: not delivered, as the master for them was not there: 500 exceptions');
    expect(scene.types()).not.toContain('order');
    expect(told(scene)).toEqual([]);
  });

  test('of a test that is over are left out when the next one begins, which its log says', () => {
    const scene = AgentScene.registered();
    scene.agent.users(thrown(5_000));
    scene.spawn(1, { A: 1 });
    expect(scene.logs).toContain('warning: 4900 exceptions of the test before were not told to the master any more: the next one begins');
    passAnswered(scene, 3_000);
    expect(told(scene)).toHaveLength(100);
  });
});

test('log lines go out as the whole recent list under the worker\'s id', () => {
  const scene = AgentScene.registered();
  scene.logs.push('info: one', 'info: two');
  scene.pass(10_000);
  expect(scene.sent.filter(({ type }) => type === 'logs')).toEqual([
    { type: 'logs', data: { worker_id: nodeId, logs: ['info: one', 'info: two'] } },
  ]);
});

test('nothing is timed any more after the exit', async () => {
  const scene = AgentScene.registered();
  scene.agent.signal();
  await tick();
  scene.forget();
  scene.pass(100_000);
  scene.master('spawn');
  scene.agent.users({ kind: 'customFromUser', type: 'late', data: 1 });
  expect(scene.sent).toEqual([]);
});
