/** The scenario's `init`: fired at the first `ack`, and what waits for it. */
import { AgentScene } from './agentScene.ts';

/** A worker whose `init` ends when the test says so. */
function slowWorld(): AgentScene {
  const scene = new AgentScene();
  scene.isInitQuick = false;
  scene.forget();
  return scene;
}

test('it is fired once, with the index of the first ack, before anything else; −1 is that of a master that gives none', () => {
  const scene = new AgentScene();
  scene.spawn(1, { A: 1 });
  scene.master('ack', { index: 3 });
  scene.master('ack', { index: 3 });
  expect(scene.calls.slice(0, 1)).toEqual([['init', 3]]);
  expect(scene.callNames()).toEqual(['init', 'clearStats', 'startRun', 'setUsers']);
  const old = new AgentScene();
  old.master('ack');
  expect(old.calls).toEqual([['init', -1]]);
});

test('the first report waits a moment for it, and what came before it is done first', () => {
  const scene = slowWorld();
  scene.extras = () => ({ keys: 1 });
  scene.master('early', 1);
  scene.master('ack', { index: 3 });
  scene.master('later', 2);
  scene.pass(400);
  expect([scene.types(), scene.calls]).toEqual([[], [['init', 3]]]);
  scene.endInit();
  expect(scene.types()).toEqual(['heartbeat', 'stats', 'logs']);
  expect(scene.sent[1]?.data).toMatchObject({ keys: 1 });
  expect(scene.calls).toEqual([['init', 3], ['deliver', 'early', 1], ['deliver', 'later', 2]]);
});

test('one that takes longer holds up users and messages only, in their order', () => {
  const scene = slowWorld();
  scene.master('ack', { index: 3 });
  scene.pass(500);
  expect(scene.types()).toEqual(['heartbeat', 'stats', 'logs']);
  scene.spawn(1, { A: 1 });
  scene.master('later', 2);
  scene.pass(10_000);
  expect(scene.types().filter((type) => type === 'heartbeat')).toHaveLength(11);
  expect(scene.types()).toContain('spawning');
  expect(scene.callNames()).toEqual(['init', 'clearStats']);
  scene.endInit();
  expect(scene.callNames()).toEqual(['init', 'clearStats', 'startRun', 'setUsers', 'deliver']);
  scene.spawn(2, { A: 2 });
  expect(scene.callNames().slice(5)).toEqual(['updateOptions', 'setUsers']);
});

test('a run that the master stops meanwhile has never begun', () => {
  const scene = slowWorld();
  scene.master('ack', { index: 3 });
  scene.pass(500);
  scene.spawn(1, { A: 1 });
  scene.master('update_user_class', { user_class_name: 'A', weight: 2 });
  scene.forget();
  scene.master('stop');
  expect(scene.types()).toEqual(['stats', 'client_stopped', 'client_ready']);
  scene.master('ack', { index: 3 });
  scene.spawn(2, { A: 2 });
  scene.endInit();
  expect(scene.callNames().filter((name) => name !== 'reportsTaken' && name !== 'reportsInDoubt')).toEqual(['clearStats', 'updateUserClass', 'startRun', 'setUsers']);
  expect(scene.calls.at(-1)).toEqual(['setUsers', 3, { A: 2 }, 0]);
});

test('a signal ends a worker whose init does not end', async () => {
  const scene = slowWorld();
  scene.master('ack', { index: 3 });
  scene.pass(500);
  scene.agent.signal();
  scene.pass(1_000);
  await new Promise((resolve) => setImmediate(resolve));
  expect([scene.types().at(-1), scene.exitCode]).toEqual(['quit', 0]);
});
