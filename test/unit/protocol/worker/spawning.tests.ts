import { classInfo, fromMaster, spawnData, spawnEvent, stopEvent } from './samples.ts';
import { Simulation } from './simulation.ts';

function reached(simulation: Simulation, counts: Record<string, number>): void {
  simulation.tell({ kind: 'users', generation: simulation.state.generation, counts, reached: true });
}

function completed(simulation: Simulation): unknown {
  const sent = simulation.done.map(({ effect }) => effect).findLast((effect) => effect.kind === 'send' && effect.message.type === 'spawning_complete');
  return sent?.kind === 'send' && sent.message.type === 'spawning_complete' ? sent.message.data : null;
}

test('the first spawn starts a run: statistics cleared, options taken, users set, then live counts reported', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 2, B: 0 }, { host: 'http://h', parsed_options: { team: 1, master_port: 5, tags: ['x'] } }));
  expect(simulation.deeds()).toEqual(['spawning', 'clearStats', 'startRun', 'setUsers']);
  expect(simulation.find('startRun').options).toEqual({
    host: 'http://h',
    parsedOptions: { team: 1, tags: ['x'] },
    tags: ['x'],
    excludeTags: null,
    workerIndex: 4,
  });
  expect(simulation.find('setUsers')).toMatchObject({ targets: { A: 2, B: 0 }, stopTimeoutMs: 3_000 });
  reached(simulation, { A: 2, B: 0 });
  expect(completed(simulation)).toEqual({ user_classes_count: { A: 2, B: 0 }, user_count: 2 });
  expect(simulation.state.phase.name).toBe('running');
});

test('a later spawn of the same run changes options and users, and clears nothing', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 2, B: 0 }));
  reached(simulation, { A: 2, B: 0 });
  simulation.forget();
  simulation.tell(spawnEvent(10.000_001, { A: 1, B: 1 }));
  expect(simulation.deeds()).toEqual(['spawning', 'updateOptions', 'setUsers']);
});

test.each([10, 9.999, 0])('a spawn stamped %d after one stamped 10 changes nothing', (timestamp) => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10));
  reached(simulation, { A: 2, B: 1 });
  simulation.forget();
  simulation.tell(spawnEvent(timestamp, { A: 50 }));
  expect(simulation.deeds()).toEqual(['spawning']);
  expect(simulation.state.phase.name).toBe('running');
});

test('a newer spawn supersedes: only its own answer completes it', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 5 }));
  const first = simulation.state.generation;
  simulation.tell(spawnEvent(11, { A: 7 }));
  simulation.tell({ kind: 'users', generation: first, counts: { A: 5, B: 0 }, reached: true });
  expect(completed(simulation)).toBeNull();
  reached(simulation, { A: 7, B: 0 });
  expect(completed(simulation)).toEqual({ user_classes_count: { A: 7, B: 0 }, user_count: 7 });
  simulation.forget();
  reached(simulation, { A: 6, B: 0 });
  expect(completed(simulation)).toBeNull();
});

test('an all-zero first spawn is a spawn like any other', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 0, B: 0 }));
  reached(simulation, { A: 0, B: 0 });
  expect(completed(simulation)).toEqual({ user_classes_count: { A: 0, B: 0 }, user_count: 0 });
});

test('an unknown class is reported once per run, the known ones run', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 1, X: 0 }));
  expect(simulation.deeds()).not.toContain('exception');
  simulation.tell(spawnEvent(11, { A: 1, X: 2 }));
  simulation.tell(spawnEvent(12, { A: 2, X: 3 }));
  expect(simulation.times('exception')).toHaveLength(1);
  expect(simulation.find('setUsers').targets).toEqual({ A: 2 });
  expect(simulation.logs()).toContain('users of class X, which this worker\'s scenario does not have (it has: A, B)');
  reached(simulation, { A: 2, B: 0 });
  expect(completed(simulation)).toEqual({ user_classes_count: { A: 2, B: 0 }, user_count: 2 });

  simulation.tell(stopEvent);
  simulation.tell({ kind: 'usersStopped', generation: simulation.state.generation });
  simulation.tell(fromMaster({ type: 'ack', data: { index: 4 } }));
  simulation.tell(spawnEvent(20, { A: 1, X: 1 }));
  expect(simulation.times('exception')).toHaveLength(2);
});

test('a task list runs for any class of the master, and is counted under its names', () => {
  const simulation = Simulation.registered();
  const classes = [classInfo('Tasks', { isTaskList: true })];
  simulation.tell(fromMaster({ type: 'spawn', data: spawnData(10, { Dummy: 3, Other: 1 }) }, classes));
  expect(simulation.find('setUsers').targets).toEqual({ Tasks: 4 });
  expect(simulation.deeds()).not.toContain('exception');
  reached(simulation, { Tasks: 4 });
  expect(completed(simulation)).toEqual({ user_classes_count: { Dummy: 3, Other: 1 }, user_count: 4 });
});

test('a very long stop timeout goes down as it is: timers can wait for any', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(10, { A: 1 }, { stop_timeout: 1e12 }));
  expect(simulation.find('setUsers').stopTimeoutMs).toBe(1e15);
});

test("the master's --reset-stats drops what was counted while users were spawned, at its spawning_complete", () => {
  for (const resets of [true, false]) {
    const simulation = Simulation.registered();
    simulation.tell(spawnEvent(10, { A: 1, B: 0 }, { parsed_options: { reset_stats: resets } }));
    reached(simulation, { A: 1, B: 0 });
    const before = simulation.deeds().length;
    simulation.tell(fromMaster({ type: 'spawning_complete', data: { user_count: 1 } }));
    expect(simulation.deeds().slice(before)).toEqual(resets ? ['discardStats', 'spawningComplete'] : ['spawningComplete']);
  }
});

test('a stamp from the far future does not deafen: the next real one is obeyed, an overtaken one is not', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(1_800_000_000, { A: 1 }));
  simulation.tell(spawnEvent(4_000_000_000, { A: 2 }));
  simulation.tell(spawnEvent(1_800_000_001, { A: 3 }));
  expect(simulation.find('setUsers').targets).toEqual({ A: 3 });
  simulation.tell(spawnEvent(1_800_000_000.999, { A: 4 }));
  expect(simulation.find('setUsers').targets).toEqual({ A: 3 });
  // A number that is no time tells only the order.
  simulation.tell(spawnEvent(1, { A: 5 }));
  expect(simulation.find('setUsers').targets).toEqual({ A: 3 });
});

test('a spawn for a billion users is refused, with the reason, to the master too', () => {
  const simulation = Simulation.registered();
  simulation.tell(spawnEvent(1_000, { A: 1_000_000_000 }));
  expect(simulation.deeds()).toEqual(['spawning', 'exception']);
  expect(simulation.logs()).toContain('1000000000 users on this worker, which takes 1000000 at most');
  simulation.tell(spawnEvent(1_001, { A: 1 }));
  expect(simulation.find('setUsers').targets).toEqual({ A: 1 });
});
