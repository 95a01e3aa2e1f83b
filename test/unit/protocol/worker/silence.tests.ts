import { fromMaster, replyEvent, spawnEvent } from './samples.ts';
import { Simulation } from './simulation.ts';

test('a master that answered once and then falls silent for 60 s: users stop, exit 255; what it may not take is not sent', () => {
  const simulation = Simulation.registered({ masterAddress: 'here:1' });
  simulation.tell(spawnEvent(10));
  simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.pass(2_000);
  simulation.isMasterAnswering = false;
  simulation.forget();
  simulation.pass(59_999);
  expect(simulation.deeds()).toEqual(['ask', 'open']);
  simulation.pass(1);
  expect(simulation.deeds()).toEqual(['ask', 'open', 'stopUsers']);
  expect(simulation.logs()).toContain('error: the master at here:1 has not answered heartbeats for 60 s');
  simulation.forget();
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
  expect(simulation.names()).toEqual(['quit', 'exit']);
  expect(simulation.find('exit').code).toBe(255);
});

test('a master whose silence ends the worker has been waited for: what it was sent last has a second to be confirmed', () => {
  const simulation = Simulation.registered({ masterSilenceMs: 2_500 });
  simulation.tell(spawnEvent(10));
  simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.isMasterAnswering = false;
  simulation.pass(2_500);
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
  simulation.pass(5_000);
  expect(simulation.find('exit').code).toBe(255);
  expect(simulation.times('exit')).toEqual([3_500]);
});

test('a master that never answered a heartbeat is not missed', () => {
  const simulation = new Simulation();
  simulation.isMasterAnswering = false;
  simulation.tell(fromMaster({ type: 'ack', data: { index: null } }));
  simulation.pass(500_000);
  expect(simulation.times('exit')).toEqual([]);
});

test('other messages do not count as answers', () => {
  const simulation = Simulation.registered({ masterSilenceMs: 5_000 });
  simulation.pass(1_000);
  simulation.isMasterAnswering = false;
  simulation.pass(4_000);
  simulation.tell(fromMaster({ type: 'custom', name: 'noise', data: null }));
  simulation.pass(1_000);
  expect(simulation.times('exit')).toEqual([6_000]);
});

test.each([
  ['the users\' answer', (generation: number) => ({ kind: 'users', generation, counts: { A: 2, B: 1 }, reached: true }) as const],
  ['a spawn', () => spawnEvent(11)],
  ['an answer to a heartbeat', () => replyEvent],
])('after a suspension of 70 s nothing about spawning is said, whichever event comes first: %s', (_, event) => {
  const simulation = Simulation.registered();
  simulation.pass(1_000);
  simulation.tell(spawnEvent(10));
  const { generation } = simulation.state;
  simulation.forget();
  simulation.stall(70_000);
  simulation.tell(event(generation));
  simulation.tell({ kind: 'users', generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.pass(1_000);
  expect(simulation.deeds()).toEqual(['stopUsers']);
  expect(simulation.state.phase.name).toBe('quitting');
});

test('a suspension of 50 s is survived', () => {
  const simulation = Simulation.registered();
  simulation.pass(1_000);
  simulation.stall(50_000);
  simulation.pass(10_000);
  expect(simulation.state.phase.name).toBe('ready');
});
