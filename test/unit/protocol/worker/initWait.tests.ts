/** The scenario's `init`: fired at the first `ack`, and what waits for it. */
import { FakeWorld } from './fakeWorld.ts';

/** A worker whose `init` ends when the test says so. */
function slowWorld(): FakeWorld {
  const world = new FakeWorld();
  world.isInitQuick = false;
  world.forget();
  return world;
}

test('it is fired once, with the index of the first ack, before anything else; −1 is that of a master that gives none', () => {
  const world = new FakeWorld();
  world.spawn(1, { A: 1 });
  world.master('ack', { index: 3 });
  world.master('ack', { index: 3 });
  expect(world.calls.slice(0, 1)).toEqual([['init', 3]]);
  expect(world.callNames()).toEqual(['init', 'clearStats', 'startRun', 'setUsers']);
  const old = new FakeWorld();
  old.master('ack');
  expect(old.calls).toEqual([['init', -1]]);
});

test('the first report waits a moment for it, and what came before it is done first', () => {
  const world = slowWorld();
  world.extras = () => ({ keys: 1 });
  world.master('early', 1);
  world.master('ack', { index: 3 });
  world.master('later', 2);
  world.pass(400);
  expect([world.types(), world.calls]).toEqual([[], [['init', 3]]]);
  world.endInit();
  expect(world.types()).toEqual(['heartbeat', 'stats', 'logs']);
  expect(world.sent[1]?.data).toMatchObject({ keys: 1 });
  expect(world.calls).toEqual([['init', 3], ['deliver', 'early', 1], ['deliver', 'later', 2]]);
});

test('one that takes longer holds up users and messages only, in their order', () => {
  const world = slowWorld();
  world.master('ack', { index: 3 });
  world.pass(500);
  expect(world.types()).toEqual(['heartbeat', 'stats', 'logs']);
  world.spawn(1, { A: 1 });
  world.master('later', 2);
  world.pass(10_000);
  expect(world.types().filter((type) => type === 'heartbeat')).toHaveLength(11);
  expect(world.types()).toContain('spawning');
  expect(world.callNames()).toEqual(['init', 'clearStats']);
  world.endInit();
  expect(world.callNames()).toEqual(['init', 'clearStats', 'startRun', 'setUsers', 'deliver']);
  world.spawn(2, { A: 2 });
  expect(world.callNames().slice(5)).toEqual(['updateOptions', 'setUsers']);
});

test('a run that the master stops meanwhile has never begun', () => {
  const world = slowWorld();
  world.master('ack', { index: 3 });
  world.pass(500);
  world.spawn(1, { A: 1 });
  world.master('update_user_class', { user_class_name: 'A', weight: 2 });
  world.forget();
  world.master('stop');
  expect(world.types()).toEqual(['stats', 'client_stopped', 'client_ready']);
  world.master('ack', { index: 3 });
  world.spawn(2, { A: 2 });
  world.endInit();
  expect(world.callNames().filter((name) => name !== 'reportsTaken' && name !== 'reportsInDoubt')).toEqual(['clearStats', 'updateUserClass', 'startRun', 'setUsers']);
  expect(world.calls.at(-1)).toEqual(['setUsers', 3, { A: 2 }, 0]);
});

test('a signal ends a worker whose init does not end', async () => {
  const world = slowWorld();
  world.master('ack', { index: 3 });
  world.pass(500);
  world.agent.signal();
  world.pass(1_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect([world.types().at(-1), world.exitCode]).toEqual(['quit', 0]);
});
