/** Orders of the master that a worker did not hear, or heard too late. */
import type { AgentEvent } from '../../../../src/protocol/worker/step.ts';
import { ackEvent, fromMaster, replyEvent, spawnEvent, stopEvent } from './samples.ts';
import { Simulation } from './simulation.ts';

const answer = (isOn: boolean, connection = 1): AgentEvent => ({ ...fromMaster({ type: 'custom', name: 'boomer_test_state', data: { isOn } }), connection }) as AgentEvent;

/** A worker whose users run, after its connection has been broken for a moment. */
function backFromBreak(): Simulation {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10));
  simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.pass(1_500);
  simulation.isMasterAnswering = false;
  simulation.tell({ kind: 'down', connection: 0 });
  simulation.tell({ kind: 'up', connection: 1 });
  simulation.forget();
  simulation.tell({ ...replyEvent, connection: 1 } as AgentEvent);
  return simulation;
}

test('after a break in which users ran the master is asked, once', () => {
  const simulation = backFromBreak();
  expect(simulation.times('boomer_test_state')).toHaveLength(1);
  expect(simulation.state.phase.name).toBe('running');
});

test('a stop that fell into the break is made up for: users stop, and the worker signs off', () => {
  const simulation = backFromBreak();
  simulation.forget();
  simulation.tell(answer(false));
  expect(simulation.deeds()).toEqual(['stopUsers']);
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
  expect(simulation.deeds()).toEqual(['stopUsers', 'client_stopped', 'client_ready']);
});

test('a test that is on goes on, and the answer is not for the scenario', () => {
  const simulation = backFromBreak();
  simulation.forget();
  simulation.tell(answer(true));
  simulation.pass(1_900);
  expect(simulation.deeds()).toEqual([]);
  expect(simulation.logs()).not.toContain('plug-in');
});

test('a master without the plug-in is asked once, and the log says once what may be lost', () => {
  const simulation = backFromBreak();
  simulation.pass(2_500);
  expect(simulation.logs().match(/stop_test\.py/gu)).toHaveLength(1);
  simulation.tell({ kind: 'down', connection: 1 });
  simulation.tell({ kind: 'up', connection: 2 });
  simulation.forget();
  simulation.tell({ ...replyEvent, connection: 2 } as AgentEvent);
  simulation.pass(2_500);
  expect(simulation.times('boomer_test_state')).toEqual([]);
  expect(simulation.logs()).not.toContain('stop_test.py');
});

test('a spawn that came between the stop and the ack is asked about: it may be the last of the test that was stopped', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10));
  simulation.tell(stopEvent);
  simulation.tell(spawnEvent(11));
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
  simulation.tell(ackEvent);
  expect(simulation.times('boomer_test_state')).toHaveLength(1);
  simulation.forget();
  simulation.tell(answer(false, 0));
  expect(simulation.deeds()).toEqual(['stopUsers']);
});

test('without users nothing is asked, and an answer that nobody asked for stops nobody', () => {
  const simulation = Simulation.registered();
  simulation.pass(1_500);
  simulation.isMasterAnswering = false;
  simulation.tell({ kind: 'down', connection: 0 });
  simulation.tell({ kind: 'up', connection: 1 });
  simulation.forget();
  simulation.tell({ ...replyEvent, connection: 1 } as AgentEvent);
  simulation.tell(answer(false));
  expect(simulation.deeds()).toEqual([]);
});

describe('the scenario asks for the end of the test', () => {
  /** Users run; the master has our plug-in for replays when its spawn lists the workers of the test. */
  function running(parsedOptions: Readonly<Record<string, unknown>> = {}): Simulation {
    const simulation = Simulation.registered();
    simulation.tell(spawnEvent(10, { A: 2, B: 1 }, { parsed_options: parsedOptions }));
    simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
    simulation.pass(1_500);
    simulation.forget();
    return simulation;
  }

  /** The connection breaks; `comesBack` is the moment of the next one's answer. */
  function breakOff(simulation: Simulation): void {
    simulation.isMasterAnswering = false;
    simulation.tell({ kind: 'down', connection: simulation.state.link.connection });
  }

  function comesBack(simulation: Simulation): void {
    const { connection } = simulation.state.link;
    simulation.tell({ kind: 'up', connection });
    simulation.tell({ ...replyEvent, connection } as AgentEvent);
  }

  const withPlugIn = { boomer_workers: [0, 4] };

  test('a worker that has replayed its share waits as long as the others take, where the plug-in ends the test', () => {
    const simulation = running(withPlugIn);
    simulation.tell({ kind: 'replayed', reason: 'traffic.gor has been replayed to its end' });
    simulation.pass(60_000);
    expect(simulation.deeds()).toEqual(['boomer_replayed']);
    simulation.tell(stopEvent);
    expect(simulation.deeds()).toEqual(['boomer_replayed', 'stopUsers']);
  });

  test('one without the plug-in leaves after 5 s', () => {
    const simulation = running();
    simulation.tell({ kind: 'replayed', reason: 'traffic.gor has been replayed to its end' });
    simulation.pass(5_000);
    expect(simulation.deeds()).toEqual(['boomer_replayed', 'stopUsers']);
    expect(simulation.state.phase.name).toBe('quitting');
  });

  test('a real wish to end is told after a share was replayed, and has its 5 s', () => {
    const simulation = running(withPlugIn);
    simulation.tell({ kind: 'replayed', reason: 'traffic.gor has been replayed to its end' });
    simulation.pass(1_000);
    simulation.tell({ kind: 'stopTest', reason: 'too many errors' });
    expect(simulation.deeds()).toEqual(['boomer_replayed', 'boomer_stop_test']);
    expect(simulation.logs()).toContain('the scenario asks to end the test: too many errors');
    simulation.pass(4_999);
    expect(simulation.state.phase.name).toBe('running');
    simulation.pass(1);
    expect(simulation.state.phase.name).toBe('quitting');
  });

  test('while the connection is broken the wish waits, and the master has 5 s from the moment at which it is there again', () => {
    const simulation = running();
    breakOff(simulation);
    simulation.pass(1_000);
    simulation.tell({ kind: 'stopTest', reason: 'too many errors' });
    simulation.pass(20_000);
    expect(simulation.state.phase.name).toBe('running');
    expect(simulation.times('boomer_stop_test')).toEqual([]);
    comesBack(simulation);
    expect(simulation.find('send').message).toMatchObject({ type: 'custom' });
    expect(simulation.times('boomer_stop_test')).toEqual([simulation.nowMs]);
    simulation.isMasterAnswering = true;
    simulation.pass(4_900);
    expect(simulation.state.phase.name).toBe('running');
    simulation.tell({ ...stopEvent, connection: simulation.state.link.connection } as AgentEvent);
    expect(simulation.state.phase.name).toBe('stopping');
  });

  test.each(['stopTest', 'replayed'] as const)('what was said on a connection that broke may not have arrived: %s is said again on the next one', (kind) => {
    const simulation = running(withPlugIn);
    const message = kind === 'stopTest' ? 'boomer_stop_test' : 'boomer_replayed';
    simulation.tell({ kind, reason: 'enough' });
    breakOff(simulation);
    simulation.pass(30_000);
    expect(simulation.times(message)).toHaveLength(1);
    comesBack(simulation);
    expect(simulation.times(message)).toHaveLength(2);
  });

  test('a master that only stood still has heard it: it is not said twice, and its 5 s begin when it answers again', () => {
    const simulation = running();
    simulation.tell({ kind: 'stopTest', reason: 'enough' });
    simulation.isMasterAnswering = false;
    simulation.pass(4_000);
    expect(simulation.state.link.standing).toBe('doubted');
    simulation.pass(10_000);
    expect(simulation.state.phase.name).toBe('running');
    while (simulation.answerOne());
    simulation.isMasterAnswering = true;
    expect(simulation.times('boomer_stop_test')).toHaveLength(1);
    simulation.pass(4_999);
    expect(simulation.state.phase.name).toBe('running');
    simulation.pass(1);
    expect(simulation.state.phase.name).toBe('quitting');
  });
});

describe('a spawn that the stop of its test has overtaken', () => {
  /** What the master's clock shows at 0 of the simulation's. */
  const epochSec = 1_800_000_000;

  /** Users run since 0 s, the master knows it, and stops the test at `stopMs`; users end, but `client_ready` has no `ack` yet. */
  function stopped(stopMs: number): Simulation {
    const simulation = Simulation.registered();
    simulation.tell(spawnEvent(epochSec));
    simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
    simulation.pass(stopMs);
    simulation.tell(stopEvent);
    simulation.forget();
    return simulation;
  }

  function goOn(simulation: Simulation, stampMs: number): void {
    simulation.tell(spawnEvent(epochSec + stampMs / 1_000));
    simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
    simulation.tell(ackEvent);
  }

  test('ends with its test where the master does not say that it goes on, and the next one does not even begin', () => {
    const simulation = stopped(3_000);
    goOn(simulation, 2_999);
    expect(simulation.state.phase.name).toBe('spawning');
    simulation.forget();
    simulation.pass(2_000);
    expect(simulation.deeds()).toEqual(['stopUsers']);
    expect(simulation.logs()).toContain('what the master ordered last was of the test that it had just stopped: users are stopping');
    simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
    simulation.tell(ackEvent);

    simulation.tell(spawnEvent(epochSec + 10));
    simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
    simulation.pass(3_000);
    simulation.tell(stopEvent);
    simulation.forget();
    goOn(simulation, simulation.nowMs - 1);
    expect(simulation.state.phase.name).toBe('ready');
    expect(simulation.deeds()).not.toContain('setUsers');
    expect(simulation.logs()).toContain('a spawn of the test that was stopped came after its end: it is left out');
  });

  test.each([
    ['the plug-in says that the test is on', (simulation: Simulation) => simulation.tell(answer(true, 0))],
    ['the next test begins meanwhile', (simulation: Simulation) => simulation.tell(spawnEvent(epochSec + 4.1))],
  ])('goes on when %s', (_, happen) => {
    const simulation = stopped(3_000);
    goOn(simulation, 2_999);
    happen(simulation);
    simulation.pass(10_000);
    expect(simulation.state.phase.name).toBe('spawning');
  });

  test.each([
    ['a second after the stop', 3_000, 4_000, {}],
    ['in a test of which the master may not have known any user', 500, 499, {}],
    ['after a standstill of this worker, in which the master may have stopped one test and begun the next', 3_000, 8_000, { stalledMs: 20_000 }],
  ])('is taken for the first of the next test %s', (_, stopMs, stampMs, { stalledMs = 0 }: { stalledMs?: number }) => {
    const simulation = Simulation.registered();
    simulation.tell(spawnEvent(epochSec));
    simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
    simulation.pass(stopMs);
    simulation.stall(stalledMs);
    simulation.tell(stopEvent);
    goOn(simulation, stampMs);
    simulation.pass(10_000);
    expect(simulation.state.phase.name).toBe('spawning');
  });

  test('is not looked for when all users have ended by themselves: the master begins anew at once', () => {
    const simulation = Simulation.registered();
    simulation.tell(spawnEvent(epochSec));
    const { generation } = simulation.state;
    simulation.tell({ kind: 'users', generation, counts: { A: 2, B: 1 }, reached: true });
    simulation.pass(3_000);
    simulation.tell({ kind: 'users', generation, counts: { A: 0, B: 0 }, reached: false });
    simulation.pass(2_000);
    simulation.tell(stopEvent);
    goOn(simulation, 5_010);
    simulation.pass(10_000);
    expect(simulation.state.phase.name).toBe('spawning');
  });
});
