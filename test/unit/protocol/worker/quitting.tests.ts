import type { AgentEvent } from '../../../../src/protocol/worker/step.ts';
import { ackEvent, quitEvent, replyEvent, spawnEvent, stopEvent } from './samples.ts';
import { Simulation } from './simulation.ts';

function running(): Simulation {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 2, B: 1 }, { stop_timeout: 30 }));
  simulation.tell({ kind: 'users', generation: simulation.state.generation, counts: { A: 2, B: 1 }, reached: true });
  simulation.forget();
  return simulation;
}

function usersGone(simulation: Simulation): void {
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
}

test.each([
  ['the master says quit', quitEvent],
  ['a signal comes', { kind: 'signal' } as const],
])('when %s: flush at once, often for a second, most before a master stops listening, and once more with quit at the end', (_, event) => {
  const simulation = running();
  simulation.tell(event);
  expect(simulation.names()).toEqual(['sendStats', 'stopUsers']);
  expect(simulation.find('stopUsers').stopTimeoutMs).toBe(30_000);
  simulation.pass(2_000);
  expect(simulation.times('sendStats')).toEqual([0, 100, 200, 300, 400, 450, 475, 490, 600, 700, 800, 900, 1_000]);
  simulation.forget();
  usersGone(simulation);
  expect(simulation.names()).toEqual(['sendStats', 'quit', 'exit']);
  expect(simulation.find('exit').code).toBe(0);
  simulation.forget();
  simulation.pass(100_000);
  expect(simulation.names()).toEqual([]);
});

test('usual reports and heartbeats go on while users end', () => {
  const simulation = running();
  simulation.pass(500);
  simulation.tell({ kind: 'signal' });
  simulation.forget();
  simulation.pass(9_000);
  expect(simulation.times('sendStats').filter((atMs) => atMs > 1_500)).toEqual([3_000, 6_000, 9_000]);
  expect(new Set(simulation.times('sendHeartbeat').filter((atMs) => atMs % 1_000 === 0)).size).toBe(9);
  expect(simulation.find('sendHeartbeat').state).toBe('running');
});

test('quit three times and stop in between: one clean end', () => {
  const simulation = running();
  simulation.tell(quitEvent);
  simulation.pass(500);
  simulation.tell(quitEvent);
  simulation.tell(stopEvent);
  simulation.pass(500);
  simulation.tell(quitEvent);
  usersGone(simulation);
  simulation.tell(quitEvent);
  expect(simulation.deeds()).toEqual(['stopUsers', 'quit', 'exit']);
});

test('quit while stopping: the users keep the time they were given, client_stopped is not said any more', () => {
  const simulation = running();
  simulation.tell(stopEvent);
  const { generation } = simulation.state;
  simulation.pass(10_000);
  simulation.tell(quitEvent);
  expect(simulation.state.generation).toBe(generation);
  simulation.forget();
  usersGone(simulation);
  expect(simulation.names()).toEqual(['sendStats', 'quit', 'exit']);
});

test('a second signal ends the users at once; further ones change nothing', () => {
  const simulation = running();
  simulation.tell({ kind: 'signal' });
  const first = simulation.state.generation;
  simulation.tell({ kind: 'signal' });
  expect(simulation.find('stopUsers')).toEqual({ kind: 'stopUsers', generation: first + 1, stopTimeoutMs: 0 });
  simulation.tell({ kind: 'signal' });
  expect(simulation.times('stopUsers')).toHaveLength(2);
  simulation.tell({ kind: 'usersStopped', generation: first });
  expect(simulation.times('exit')).toEqual([]);
  usersGone(simulation);
  expect(simulation.times('exit')).toHaveLength(1);
});

test('a signal after the master said quit hurries too', () => {
  const simulation = running();
  simulation.tell(quitEvent);
  simulation.tell({ kind: 'signal' });
  expect(simulation.find('stopUsers').stopTimeoutMs).toBe(0);
});

test('a worker that was never acknowledged just ends: nothing but client_ready was ever said', () => {
  const simulation = new Simulation();
  simulation.tell({ kind: 'signal' });
  expect(simulation.names()).toEqual(['client_ready', 'exit']);
  expect(simulation.find('exit').code).toBe(0);
});

test('a worker without users ends at once, with its last report', () => {
  const simulation = Simulation.registered();
  simulation.tell(quitEvent);
  expect(simulation.names()).toEqual(['sendStats', 'quit', 'exit']);
});

test('quit as the answer to spawning ends the worker', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10));
  simulation.tell(quitEvent);
  usersGone(simulation);
  expect(simulation.deeds()).toEqual(['spawning', 'clearStats', 'startRun', 'setUsers', 'stopUsers', 'quit', 'exit']);
});

test('users that never report gone do not keep the process alive for ever', () => {
  const simulation = running();
  simulation.tell({ kind: 'signal' });
  simulation.pass(160_000);
  expect(simulation.times('exit')).toEqual([150_000]);
  expect(simulation.times('quit')).toEqual([150_000]);
  expect(simulation.logs()).toContain('error: the users did not end within their stop timeout');
});

test('a scenario\'s wish to end is told to the master, and heard when it stops the test', () => {
  const simulation = running();
  simulation.tell({ kind: 'stopTest', reason: 'enough' });
  simulation.tell({ kind: 'stopTest', reason: 'enough, I said' });
  expect(simulation.times('boomer_stop_test')).toHaveLength(1);
  expect(simulation.find('send').message).toEqual({ type: 'custom', name: 'boomer_stop_test', data: { reason: 'enough' } });
  simulation.pass(100);
  simulation.tell(stopEvent);
  usersGone(simulation);
  simulation.tell(ackEvent);
  simulation.tell(spawnEvent(20));
  simulation.pass(20_000);
  expect(simulation.times('exit')).toEqual([]);
});

test('a scenario\'s wish to end that no master hears: this worker leaves after 5 s', () => {
  const simulation = running();
  simulation.tell({ kind: 'stopTest', reason: 'enough' });
  simulation.pass(4_999);
  expect(simulation.deeds()).toEqual(['boomer_stop_test']);
  simulation.pass(1);
  usersGone(simulation);
  expect(simulation.deeds()).toEqual(['boomer_stop_test', 'stopUsers', 'quit', 'exit']);
  expect(simulation.find('exit').code).toBe(0);
});

describe('a signal comes while answers are missing', () => {
  function mute(): Simulation {
    const simulation = running();
    simulation.pass(2_900);
    simulation.isMasterAnswering = false;
    simulation.pass(2_200);
    simulation.forget();
    simulation.tell({ kind: 'signal' });
    simulation.pass(1_000);
    usersGone(simulation);
    simulation.pass(1);
    expect(simulation.names().filter((name) => name !== 'sendHeartbeat')).toEqual(['stopUsers', 'ask', 'open']);
    return simulation;
  }
  const connectionOf = (simulation: Simulation): number => simulation.state.link.connection;
  const answer = (simulation: Simulation): void => simulation.tell({ ...replyEvent, connection: connectionOf(simulation) } as AgentEvent);

  test('the last report waits, and leaves on the connection as soon as that is answered', () => {
    const simulation = mute();
    simulation.forget();
    simulation.isMasterAnswering = true;
    simulation.answerOne();
    expect(simulation.names().filter((name) => name !== 'sendHeartbeat')).toEqual(['drop', 'sendStats', 'quit', 'exit']);
    expect(simulation.done.map(({ effect }) => effect.kind)).not.toContain('reportsInDoubt');
    expect(simulation.find('exit').code).toBe(0);
  });

  test('or on another one, when the master reads and does not answer on this', () => {
    const simulation = mute();
    const side = simulation.state.link.side?.connection ?? -1;
    simulation.tell({ kind: 'up', connection: side });
    simulation.tell({ ...quitEvent, connection: side } as AgentEvent);
    simulation.pass(500);
    simulation.tell({ kind: 'up', connection: connectionOf(simulation) });
    simulation.forget();
    answer(simulation);
    expect(simulation.names()).toContain('sendStats');
    for (let turn = 0; turn < 5 && simulation.state.phase.name !== 'closed'; turn += 1) answer(simulation);
    const kinds = simulation.done.map(({ effect }) => effect.kind);
    expect(kinds).toContain('reportsTaken');
    expect(kinds).not.toContain('reportsInDoubt');
    expect(simulation.names().slice(-2)).toEqual(['quit', 'exit']);
  });

  test.each([
    ['nobody answers for 8 s', (simulation: Simulation) => simulation.pass(8_000)],
    ['a second signal comes', (simulation: Simulation) => simulation.tell({ kind: 'signal' })],
    ['another master is there', (simulation: Simulation) => simulation.tell(quitEvent)],
  ])('it ends without having said it when %s', (_, happen) => {
    const simulation = mute();
    happen(simulation);
    expect(simulation.state.phase.name).toBe('closed');
    expect(simulation.times('exit')).toHaveLength(1);
    expect(simulation.times('sendStats')).toEqual([]);
  });
});

describe('the last report was said, and the master is slow', () => {
  function parting(): Simulation {
    const simulation = running();
    simulation.pass(900);
    simulation.isMasterAnswering = false;
    simulation.tell({ kind: 'signal' });
    usersGone(simulation);
    simulation.forget();
    return simulation;
  }
  const kinds = (simulation: Simulation): readonly string[] => simulation.done.map(({ effect }) => effect.kind);

  test('it is waited for as long as answers come, which is said once, and taken at last', () => {
    const simulation = parting();
    simulation.pass(7_000);
    simulation.answerOne();
    simulation.pass(7_000);
    expect(simulation.logs()).toMatch(/^info: waiting for the master at 127\.0\.0\.1:5557 to confirm the last report; another signal ends this worker at once$/mu);
    expect(simulation.times('log')).toEqual([1_900]);
    expect(simulation.times('exit')).toEqual([]);
    simulation.answerOne();
    expect(simulation.names()).toEqual(['quit', 'exit']);
    expect(kinds(simulation)).not.toContain('reportsInDoubt');
  });

  test('a master that answers nothing for 8 s, and one that is not done in 20 s, leave it in doubt', () => {
    const silent = parting();
    silent.pass(8_000);
    expect(silent.times('exit')).toEqual([8_900]);
    expect(silent.logs()).toContain('warning: the last report was sent to the master at 127.0.0.1:5557, which does not confirm it');
    expect(kinds(silent)).toContain('reportsInDoubt');

    const slow = running();
    slow.pass(900);
    slow.isMasterAnswering = false;
    slow.tell({ kind: 'signal' });
    slow.pass(100);
    usersGone(slow);
    const fromMs = slow.nowMs;
    while (slow.state.phase.name !== 'closed') {
      slow.pass(6_500);
      slow.answerOne();
    }
    expect(slow.times('exit')).toEqual([fromMs + 20_000]);
  });

  test.each([
    ['a second signal comes', (simulation: Simulation) => simulation.tell({ kind: 'signal' })],
    ['the connection is over', (simulation: Simulation) => simulation.tell({ kind: 'down', connection: 0 })],
  ])('it ends at once when %s', (_, happen) => {
    const simulation = parting();
    simulation.pass(500);
    happen(simulation);
    expect(simulation.times('exit')).toEqual([1_400]);
    expect(kinds(simulation)).toContain('reportsInDoubt');
  });
});

test('quit of a master whose answers are late: it listens, and has the report at once', () => {
  const simulation = running();
  simulation.pass(2_900);
  simulation.isMasterAnswering = false;
  simulation.pass(2_200);
  simulation.forget();
  simulation.tell(quitEvent);
  expect(simulation.names()).toEqual(['sendStats', 'stopUsers']);
});
