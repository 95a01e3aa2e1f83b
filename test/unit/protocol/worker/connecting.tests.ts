import { ackEvent, quitEvent, spawnEvent, stopEvent } from './samples.ts';
import { Simulation } from './simulation.ts';

test('only client_ready is said until the ack, every 5 s', () => {
  const simulation = new Simulation();
  simulation.pass(14_999);
  expect(simulation.names()).toEqual(['client_ready', 'client_ready', 'client_ready']);
  expect(simulation.times('client_ready')).toEqual([0, 5_000, 10_000]);
});

test('gives up after 61 tries with exit code 255 and says where it looked', () => {
  const simulation = new Simulation({ masterAddress: 'here:1' });
  simulation.pass(1_000_000);
  expect(simulation.times('client_ready')).toHaveLength(61);
  expect(simulation.times('exit')).toEqual([305_000]);
  expect(simulation.find('exit').code).toBe(255);
  expect(simulation.logs()).toContain('error: no master answered at here:1 after 61 tries');
});

test('retries are visible', () => {
  const simulation = new Simulation({ masterAddress: 'here:1' });
  simulation.pass(5_000);
  expect(simulation.logs()).toContain('info: no answer from a master at here:1 yet (try 2 of 61)');
});

test('the ack is followed at once by heartbeat, stats and logs', () => {
  const simulation = new Simulation();
  simulation.pass(7_000);
  simulation.forget();
  simulation.tell(ackEvent);
  expect(simulation.names()).toEqual(['sendHeartbeat', 'sendStats', 'sendLogs']);
  expect(simulation.state.workerIndex).toBe(4);
});

test('an ack without an index is an ack', () => {
  const simulation = new Simulation();
  simulation.tell({ kind: 'message', connection: 0, message: { type: 'ack', data: { index: null } }, classes: [] });
  expect(simulation.state.phase.name).toBe('ready');
  expect(simulation.state.workerIndex).toBe(-1);
});

test('what users say before the ack waits for it', () => {
  const simulation = new Simulation();
  simulation.tell({ kind: 'customFromUser', type: 'early', data: 1 });
  simulation.tell({ kind: 'exception', message: 'm', trace: 't', count: 1, isOutsideTask: false });
  expect(simulation.names()).toEqual(['client_ready']);
  simulation.tell(ackEvent);
  expect(simulation.names().slice(1)).toEqual(['sendHeartbeat', 'sendStats', 'sendLogs', 'early', 'exception']);
  expect(simulation.state.held).toEqual([]);
});

test('a flood before the ack is bounded, and said so', () => {
  const simulation = new Simulation();
  for (let sent = 0; sent < 1_002; sent += 1) simulation.tell({ kind: 'customFromUser', type: 'early', data: sent });
  expect(simulation.state.held).toHaveLength(1_000);
  expect(simulation.logs().match(/1000 messages wait for a master: more of them are left out/gu)).toHaveLength(1);
  simulation.tell(ackEvent);
  expect(simulation.times('early')).toHaveLength(1_000);
  expect(simulation.logs()).toContain('messages beyond the 1000 that waited for the master are left out: 2');
});

test('what is held when no master ever answers is named', () => {
  const simulation = new Simulation();
  for (let sent = 0; sent < 1_002; sent += 1) simulation.tell({ kind: 'customFromUser', type: 'early', data: sent });
  simulation.tell({ kind: 'signal' });
  expect(simulation.logs()).toContain('not delivered, as the master for them was not there: 1002 messages (1000 early, 2 left out before)');
});

test('a master that has only forgotten this worker is told what was held for it', () => {
  const simulation = Simulation.registered();
  simulation.pass(1_500);
  simulation.isMasterAnswering = false;
  simulation.pass(30_000);
  expect(simulation.state.link.standing).toBe('doubted');
  simulation.tell({ kind: 'customFromUser', type: 'order', data: 1 });
  simulation.tell(quitEvent);
  simulation.tell(ackEvent);
  expect(simulation.times('order')).toHaveLength(1);
  expect(simulation.logs()).not.toContain('not delivered');
});

test('a spawn before the ack waits for it; a stop after it calls it off', () => {
  const kept = new Simulation();
  kept.tell(spawnEvent(1));
  kept.tell(ackEvent);
  expect(kept.deeds()).toEqual(['client_ready', 'spawning', 'clearStats', 'startRun', 'setUsers']);

  const dropped = new Simulation();
  dropped.tell(spawnEvent(1));
  dropped.tell(stopEvent);
  dropped.tell(ackEvent);
  expect(dropped.deeds()).toEqual(['client_ready']);
  expect(dropped.state.phase.name).toBe('ready');
});
