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
