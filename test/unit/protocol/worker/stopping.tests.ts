import { ackEvent, spawnEvent, stopEvent } from './samples.ts';
import { Simulation } from './simulation.ts';
import type { AgentConfig } from '../../../../src/protocol/worker/timings.ts';

function running(config: Partial<AgentConfig> = {}): Simulation {
  const simulation = Simulation.registered(config);
  simulation.tell(spawnEvent(10));
  simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.forget();
  return simulation;
}

function usersGone(simulation: Simulation): void {
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
}

test('stop: users end, the rest is reported, then client_stopped and client_ready, once each', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  expect(simulation.names()).toEqual(['stopUsers']);
  simulation.pass(2_500);
  simulation.tell(stopEvent);
  simulation.forget();
  usersGone(simulation);
  expect(simulation.names()).toEqual(['sendStats', 'client_stopped', 'client_ready']);
  simulation.tell(ackEvent);
  expect(simulation.names()).toHaveLength(3);
  expect(simulation.state.phase.name).toBe('ready');
});

test('the claimed state stays running until client_ready was said', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  simulation.pass(1_000);
  expect(simulation.find('sendHeartbeat').state).toBe('running');
  usersGone(simulation);
  simulation.pass(1_000);
  expect(simulation.find('sendHeartbeat').state).toBe('ready');
});

test('stop in ready is answered at once, each time', () => {
  const simulation = Simulation.registered();
  for (let round = 0; round < 2; round += 1) {
    simulation.forget();
    simulation.tell(stopEvent);
    expect(simulation.names()).toEqual(['sendStats', 'client_stopped', 'client_ready']);
    simulation.tell(ackEvent);
  }
});

test('stop while spawning: no spawning_complete follows, whatever the users still say', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10));
  const generation = simulation.state.generation;
  simulation.tell(stopEvent);
  simulation.forget();
  simulation.tell({ kind: 'users', generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.tell({ kind: 'users', generation: generation + 1, counts: { A: 0, B: 0 }, reached: true });
  usersGone(simulation);
  simulation.tell({ kind: 'users', generation, counts: { A: 2, B: 1 }, reached: true });
  expect(simulation.names()).toEqual(['sendStats', 'client_stopped', 'client_ready']);
});

test('of the spawns that come while stopping the newest is honoured, after the ack of the new client_ready', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  simulation.tell(spawnEvent(20, { A: 4 }));
  simulation.tell(spawnEvent(22, { A: 6 }));
  simulation.tell(spawnEvent(21, { A: 5 }));
  usersGone(simulation);
  expect(simulation.deeds()).toEqual(['stopUsers', 'client_stopped', 'client_ready']);
  simulation.forget();
  simulation.tell(ackEvent);
  expect(simulation.deeds()).toEqual(['spawning', 'clearStats', 'startRun', 'setUsers', 'boomer_test_state']);
  expect(simulation.find('setUsers').targets).toEqual({ A: 6 });
  simulation.tell(ackEvent);
  expect(simulation.times('setUsers')).toHaveLength(1);
});

test('a spawn between client_stopped and the ack waits too; a later stop calls it off', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  usersGone(simulation);
  simulation.tell(spawnEvent(20, { A: 4 }));
  simulation.tell(stopEvent);
  simulation.forget();
  simulation.tell(ackEvent);
  expect(simulation.names()).toEqual([]);
  expect(simulation.state.phase.name).toBe('ready');
});

test('the additional wait comes between client_stopped and client_ready', () => {
  const simulation = running({ additionalReadyWaitMs: 2_000 });
  simulation.tell(stopEvent);
  usersGone(simulation);
  const stoppedMs = simulation.nowMs;
  simulation.tell(ackEvent);
  simulation.pass(5_000);
  expect(simulation.times('client_stopped')).toEqual([stoppedMs]);
  expect(simulation.times('client_ready')).toEqual([stoppedMs + 2_000]);
});

test('an additional wait longer than the silence allowed is not taken for a silent master', () => {
  const simulation = running({ additionalReadyWaitMs: 90_000 });
  simulation.pass(1_000);
  simulation.tell(stopEvent);
  usersGone(simulation);
  simulation.isMasterAnswering = false;
  simulation.pass(91_000);
  expect(simulation.times('client_ready')).toHaveLength(1);
  expect(simulation.times('exit')).toEqual([]);
});

test('client_ready is not repeated on a connection that nothing comes back on: the master may yet read it', () => {
  const simulation = running();
  simulation.pass(1_000);
  simulation.tell(stopEvent);
  usersGone(simulation);
  simulation.isMasterAnswering = false;
  const sentMs = simulation.nowMs;
  simulation.pass(12_000);
  expect(simulation.times('client_ready')).toEqual([sentMs]);
  expect(simulation.state.link.standing).toBe('doubted');
});

test('client_ready is not repeated when heartbeats are answered: the master knows this worker, and the kept spawn runs', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  simulation.tell(spawnEvent(20, { A: 4 }));
  usersGone(simulation);
  simulation.forget();
  simulation.pass(4_999);
  expect(simulation.deeds()).toEqual([]);
  simulation.pass(20_000);
  expect(simulation.deeds()).toEqual(['spawning', 'clearStats', 'startRun', 'setUsers', 'boomer_test_state']);
});

test('users that never report gone do not keep the master waiting for ever', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  simulation.pass(122_999);
  expect(simulation.times('client_stopped')).toEqual([]);
  simulation.pass(1);
  expect(simulation.times('client_stopped')).toEqual([123_000]);
  expect(simulation.logs()).toContain('error: the users did not end within their stop timeout');
});
