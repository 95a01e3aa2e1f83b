/** The order of what goes down in a run without a master, and each way in which it ends. */
import { startLocalRun } from '../../../src/run/localRun.ts';
import { classOf, LocalRunScene, stages, steady } from './localRunScene.ts';

test('a steady run: told first, counted at once, users one by one, complete, ended by its time', () => {
  const scene = new LocalRunScene({ load: steady(3, 2), runTimeMs: 5_000, stopTimeoutMs: 700, host: 'http://target', parsedOptions: { colour: 'red' } }, { spawnMs: 10, finishMs: 300 });
  scene.pass(10_000);
  expect(scene.calls).toEqual([
    [0, 'startRun', { host: 'http://target', parsedOptions: { colour: 'red' }, tags: null, excludeTags: null, workerIndex: 0 }],
    [0, 'onCounting'],
    [0, 'setUsers', 1, { A: 1, B: 0 }, 700],
    [500, 'setUsers', 2, { A: 1, B: 1 }, 700],
    [1_000, 'setUsers', 3, { A: 2, B: 1 }, 700],
    [1_010, 'spawningComplete', 3],
    [5_000, 'stopUsers', 4, 700],
    [5_300, 'onOver', 'runTime'],
  ]);
  expect(scene.logs).toEqual([
    'info: Ramping to 3 users at a rate of 2.00 per second',
    'info: All users spawned: {"A":2,"B":1} (3 total users)',
    'info: The run time is over: stopping all users',
  ]);
  expect(scene.timersLeft).toBe(0);
});

test.each([0, 100])('what its start takes is not taken from its time, with a warm-up of %d ms', (warmUpMs) => {
  const scene = new LocalRunScene({ load: steady(1, 1), runTimeMs: 1_000, warmUpMs }, { startMs: 150 });
  scene.pass(2_000);
  expect(scene.named('onCounting', 'stopUsers').map(([atMs, name]) => [atMs, name])).toEqual([[150 + warmUpMs, 'onCounting'], [1_150, 'stopUsers']]);
});

test('answers to older orders say nothing of the newest one', () => {
  const scene = new LocalRunScene({ load: steady(2, 1), stopTimeoutMs: 500 }, { spawnMs: 100, finishMs: 300 });
  scene.pass(1_050);
  scene.run.input({ kind: 'users', generation: 1, counts: { A: 1, B: 0 }, reached: true });
  expect(scene.run.status().phase).toBe('spawning');
  scene.pass(100);
  expect(scene.run.status().phase).toBe('running');
  scene.run.stop({ kind: 'key' });
  scene.run.input({ kind: 'usersStopped', generation: 2 });
  expect(scene.ended).toEqual([]);
  scene.pass(300);
  expect(scene.ended).toEqual([{ kind: 'key' }]);
});

test('a high rate goes up in steps of 50 ms, never ahead of it', () => {
  const scene = new LocalRunScene({ load: steady(1_000, 500) });
  scene.pass(5_000);
  expect(scene.asked().slice(0, 3)).toEqual([[0, 1], [50, 26], [100, 51]]);
  expect(scene.asked().at(-1)).toEqual([2_000, 1_000]);
  expect(scene.named('spawningComplete')).toEqual([[2_000, 'spawningComplete', 1_000]]);
});

test('the warm-up is not counted, is part of the run time, and shows', () => {
  const scene = new LocalRunScene({ load: steady(2, 1), warmUpMs: 3_000, runTimeMs: 4_000 });
  const seen = [500, 1_000, 1_999, 1].map((ms) => {
    scene.pass(ms);
    const { phase, isCounting } = scene.run.status();
    return [phase, isCounting];
  });
  expect(seen).toEqual([['spawning', false], ['warming up', false], ['running', true], ['running', true]]);
  scene.pass(1_000);
  expect(scene.named('setCounting', 'onCounting', 'onOver')).toEqual([[0, 'setCounting', false], [3_000, 'onCounting'], [3_000, 'setCounting', true], [4_000, 'onOver', 'runTime']]);
});

test('counting that waits for all users begins when the last has come, and not before the warm-up is over', () => {
  const counted = (warmUpMs: number): unknown => {
    const scene = new LocalRunScene({ load: steady(3, 1), warmUpMs, countsFromSpawned: true }, { spawnMs: 20 });
    scene.pass(9_000);
    return scene.named('onCounting')[0]?.[0];
  };
  expect([0, 1_000, 5_000].map(counted)).toEqual([2_020, 2_020, 5_000]);
});

test('a run that ends within its warm-up says that nothing counts', () => {
  const scene = new LocalRunScene({ warmUpMs: 3_000, runTimeMs: 1_000 });
  scene.pass(9_000);
  expect(scene.named('onCounting')).toEqual([]);
  expect(scene.ended).toEqual([{ kind: 'runTime' }]);
  expect(scene.logs).toContain('warning: the run ended before counting began: none of its samples counts');
});

test('arrivals begin once, with the first user', () => {
  const scene = new LocalRunScene({ load: steady(2, 1), isOpen: true }, { spawnMs: 5 });
  scene.pass(2_000);
  scene.run.changeUsers(1);
  scene.pass(2_000);
  expect(scene.named('spawningComplete', 'startArrivals')).toEqual([
    [5, 'startArrivals'],
    [1_005, 'spawningComplete', 2],
    [2_005, 'spawningComplete', 3],
  ]);
});

test('arrivals wait for all users where these come at once', () => {
  const scene = new LocalRunScene({ load: steady(40, 800), isOpen: true }, { spawnMs: 5 });
  scene.pass(2_000);
  expect(scene.named('spawningComplete', 'startArrivals')).toEqual([
    [55, 'spawningComplete', 40],
    [55, 'startArrivals'],
  ]);
});

test('stages are followed up and down, are complete at their most, and end the run', () => {
  const scene = new LocalRunScene({ load: stages([300, 3], [300, 3], [200, 1]), warmUpMs: 0 });
  const targets: [number, string][] = [];
  for (let atMs = 0; atMs < 800; atMs += 100) {
    targets.push([scene.run.status().targetUserCount, scene.run.status().phase]);
    scene.pass(100);
  }
  expect(scene.asked()).toEqual([[100, 1], [200, 2], [300, 3], [700, 2]]);
  expect(targets.map(([users]) => users)).toEqual([0, 1, 2, 3, 3, 3, 3, 2]);
  expect(targets.map(([, phase]) => phase)).toEqual([...Array<string>(3).fill('spawning'), ...Array<string>(5).fill('running')]);
  expect(scene.named('spawningComplete', 'onOver')).toEqual([[300, 'spawningComplete', 3], [800, 'onOver', 'stages']]);
});

test('stages that only touch their most are complete although no order is met before the next one', () => {
  const scene = new LocalRunScene({ load: stages([1_000, 1_000], [1_000, 0]), countsFromSpawned: true, stopTimeoutMs: 500 }, { spawnMs: 60 });
  scene.pass(990);
  scene.become({ A: 600, B: 390 }, false);
  scene.pass(60);
  scene.become({ A: 660, B: 340 }, false);
  expect(scene.named('onCounting')).toHaveLength(1);
});

test('a run time shorter than the stages ends them', () => {
  const scene = new LocalRunScene({ load: stages([10_000, 5]), runTimeMs: 3_000 });
  expect(scene.run.status().progress).toBe(0);
  scene.pass(1_500);
  expect(scene.run.status().progress).toBe(0.5);
  scene.pass(5_000);
  expect(scene.ended).toEqual([{ kind: 'runTime' }]);
  expect(scene.run.status()).toMatchObject({ phase: 'stopping', elapsedMs: 3_000, targetUserCount: 0, progress: 1 });
});

test('keys change the goal at the rate of the plan, never below 0, and no users are not an end', () => {
  const scene = new LocalRunScene({ load: steady(2, 10) });
  scene.pass(1_000);
  scene.run.changeUsers(2);
  expect(scene.run.status()).toMatchObject({ phase: 'spawning', targetUserCount: 4 });
  scene.pass(1_000);
  scene.run.changeUsers(-10);
  scene.pass(5_000);
  expect(scene.asked()).toEqual([[0, 1], [100, 2], [1_000, 3], [1_100, 4], [2_000, 3], [2_100, 2], [2_200, 1], [2_300, 0]]);
  expect(scene.run.status()).toMatchObject({ phase: 'running', targetUserCount: 0, userCounts: { A: 0, B: 0 }, progress: null });
  scene.run.changeUsers(1);
  scene.pass(1_000);
  expect(scene.run.status().userCounts).toEqual({ A: 0, B: 1 }); // weights go on where they were: A B A A, then B
  expect(scene.ended).toEqual([]);
});

test('the run ends when all users have ended by themselves, not before all have come', () => {
  const scene = new LocalRunScene({ load: steady(2, 1) });
  scene.pass(500);
  scene.become({ A: 0, B: 0 });
  expect(scene.calls.at(-1)?.[1]).toBe('setUsers');
  scene.pass(1_000);
  scene.become({ A: 1, B: 0 });
  scene.become({ A: 0, B: 0 });
  scene.pass(0);
  expect(scene.ended).toEqual([{ kind: 'usersGone' }]);
});

test('users that were lost with their thread and come back are no end', () => {
  const scene = new LocalRunScene({ load: steady(1, 1) });
  scene.pass(100);
  scene.become({ A: 0, B: 0 }, false);
  scene.pass(100);
  expect(scene.run.status().phase).toBe('running');
  scene.become({ A: 1, B: 0 });
  scene.pass(100);
  expect(scene.ended).toEqual([]);
});

test('between two stages with users nobody is there, and that is no end', () => {
  const scene = new LocalRunScene({ load: stages([0, 2], [1_000, 2], [0, 0], [1_000, 0], [0, 2], [1_000, 2]) });
  scene.pass(2_500);
  expect(scene.asked()).toEqual([[0, 2], [1_000, 0], [2_000, 2]]);
  expect(scene.ended).toEqual([]);
});

describe('iterations', () => {
  test('when the last has begun, all may finish and no user comes any more', () => {
    const scene = new LocalRunScene({ load: steady(100, 10), iterations: 20, stopTimeoutMs: 0 }, { finishMs: 60_000 });
    scene.pass(980);
    expect(scene.run.status().progress).toBe(0);
    scene.iterationsLeft = 5;
    expect(scene.run.status().progress).toBe(0.75);
    scene.iterationsLeft = 0;
    scene.pass(100_000);
    const [stop, over, ...others] = scene.named('stopUsers', 'onOver');
    const [stoppedMs = 0, , , graceMs] = stop ?? [];
    expect(stoppedMs).toBeLessThanOrEqual(1_080);
    expect(graceMs).toBeGreaterThan(1e9);
    expect(over).toEqual([stoppedMs + 60_000, 'onOver', 'iterations']);
    expect(others).toEqual([]);
    expect(scene.asked().at(-1)?.[1]).toBeLessThanOrEqual(11);
    expect(scene.logs).toContain('info: The last task run has begun: waiting until all have ended');
  });

  test('the run time, and a stop, give those who finish the stop timeout', () => {
    const begun = (runTimeMs: number | null): LocalRunScene => {
      const scene = new LocalRunScene({ load: steady(1, 1), iterations: 1, runTimeMs, stopTimeoutMs: 400 }, { finishMs: 60_000 });
      scene.iterationsLeft = 0;
      scene.pass(1_000);
      expect(scene.run.status().phase).toBe('stopping');
      return scene;
    };
    const timed = begun(2_000);
    timed.pass(5_000);
    expect(timed.named('stopUsers', 'onOver').slice(1)).toEqual([[2_400, 'stopUsers', 3, 0], [2_400, 'onOver', 'runTime']]);
    const stopped = begun(null);
    stopped.run.stop({ kind: 'signal', signal: 'SIGINT' });
    stopped.pass(5_000);
    expect(stopped.named('stopUsers', 'onOver').slice(1)).toEqual([[1_400, 'stopUsers', 3, 0], [1_400, 'onOver', 'signal']]);
  });

  test('a second stop does not wait', () => {
    const scene = new LocalRunScene({ load: steady(1, 1), iterations: 1, stopTimeoutMs: 400 }, { finishMs: 60_000 });
    scene.iterationsLeft = 0;
    scene.pass(1_000);
    scene.run.stop({ kind: 'key' });
    scene.run.stop({ kind: 'key' });
    scene.pass(0);
    expect(scene.named('onOver')).toEqual([[1_000, 'onOver', 'key']]);
    expect(scene.timersLeft).toBe(1); // the fake users' own
  });
});

test('stages of arrivals end the run, counted from the first arrival, when the last has had its time', () => {
  const scene = new LocalRunScene({ load: steady(1, 1), isOpen: true, arrivalsMs: 3_000 }, { spawnMs: 200 });
  scene.pass(5_000);
  const [[sinceMs] = [0]] = scene.named('startArrivals');
  expect(sinceMs).toBeGreaterThanOrEqual(200);
  expect(scene.named('onOver')).toEqual([[sinceMs + 3_050, 'onOver', 'stages']]);
});

describe('stop', () => {
  test('the second one cuts the grace short, each later one says so again, the first reason stays', () => {
    const scene = new LocalRunScene({ load: steady(1, 1), stopTimeoutMs: 10_000 }, { finishMs: 60_000 });
    scene.pass(100);
    scene.run.stop({ kind: 'signal', signal: 'SIGTERM' });
    scene.pass(100);
    scene.run.stop({ kind: 'key' });
    scene.run.stop({ kind: 'key' });
    scene.pass(100);
    expect(scene.named('stopUsers', 'onOver')).toEqual([[100, 'stopUsers', 2, 10_000], [200, 'stopUsers', 3, 0], [200, 'stopUsers', 4, 0], [200, 'onOver', 'signal']]);
    expect(scene.ended).toEqual([{ kind: 'signal', signal: 'SIGTERM' }]);
  });

  test('for a scenario that was saved lets users finish; an end that comes meanwhile is the reason, and one who cannot wait does not', () => {
    const begun = (): LocalRunScene => {
      const scene = new LocalRunScene({ load: steady(1, 1) }, { finishMs: 5_000 });
      scene.pass(100);
      scene.run.stop({ kind: 'changed', files: 'shop.ts' });
      expect(scene.named('stopUsers')).toEqual([[100, 'stopUsers', 2, 10_000]]);
      return scene;
    };
    const changed = begun();
    changed.pass(5_000);
    expect(changed.ended).toEqual([{ kind: 'changed', files: 'shop.ts' }]);
    const left = begun();
    left.run.stop({ kind: 'threshold', expression: 'x' });
    left.pass(5_000);
    expect(left.ended).toEqual([{ kind: 'threshold', expression: 'x' }]);
    const interrupted = begun();
    interrupted.run.stop({ kind: 'signal', signal: 'SIGINT' });
    interrupted.pass(0);
    expect(interrupted.named('onOver')).toEqual([[100, 'onOver', 'signal']]);
  });

  test('a scenario or a threshold that says it again lets users finish', () => {
    const scene = new LocalRunScene({ load: steady(1, 1), stopTimeoutMs: 1_000 }, { finishMs: 500 });
    scene.pass(100);
    scene.run.input({ kind: 'stopTest', reason: 'enough' });
    scene.run.input({ kind: 'stopTest', reason: 'enough' });
    scene.run.stop({ kind: 'threshold', expression: 'rate<0.1' });
    scene.pass(1_000);
    expect(scene.named('stopUsers', 'onOver')).toEqual([[100, 'stopUsers', 2, 1_000], [600, 'onOver', 'stopTest']]);
    expect(scene.ended).toEqual([{ kind: 'stopTest', reason: 'enough' }]);
  });
});

test('classes with fixed counts only bound the users, and both misfits are said', () => {
  const fixed = { classes: [classOf('A', 1, 2), classOf('B', 1, 1)] };
  const tooMany = new LocalRunScene({ load: steady(9, 10) }, fixed);
  tooMany.pass(1_000);
  expect(tooMany.run.status()).toMatchObject({ phase: 'running', targetUserCount: 3, userCounts: { A: 2, B: 1 } });
  expect(tooMany.logs).toContain('warning: All user classes have fixed counts, 3 users in all: there will not be 9');
  const tooFew = new LocalRunScene({ load: steady(2, 10) }, fixed);
  expect(tooFew.logs).toContain("info: The user classes' fixed counts (3) are more than the number of users (2): not all will be spawned");
});

test('what fails below is logged, and the run still comes to its end', () => {
  const logs: string[] = [];
  const ended: string[] = [];
  const broken = (): never => {
    throw new Error('broken');
  };
  const stopped: number[] = [];
  const run = startLocalRun({
    plan: { load: steady(1, 1), runTimeMs: null, iterations: null, warmUpMs: 0, countsFromSpawned: false, isOpen: false, arrivalsMs: null, stopTimeoutMs: 0, host: null, parsedOptions: {}, equalWeights: false },
    users: {
      classes: () => [classOf('A', 1)],
      counts: () => ({}),
      startRun: broken,
      setUsers: broken,
      stopUsers: (generation) => stopped.push(generation),
      spawningComplete: broken,
      updateUserClass: () => false,
      setCounting: broken,
      startArrivals: broken,
      iterationsLeft: () => null,
    },
    nowMs: () => 0,
    setTimer: () => () => undefined,
    log: (level, text) => logs.push(`${level}: ${text}`),
    onCounting: broken,
    onOver: ({ kind }) => ended.push(kind),
  });
  run.input({ kind: 'users', generation: 1, counts: { A: 1 }, reached: true });
  run.stop({ kind: 'key' });
  run.input({ kind: 'usersStopped', generation: stopped[0] ?? 0 });
  expect(logs.filter((line) => line.startsWith('error'))).toEqual(['startRun', 'count', 'setUsers', 'spawningComplete'].map((what) => `error: ${what} failed: Error: broken`));
  expect(ended).toEqual(['key']);
});

test('a shape gives the users that it asks for, at its rate, divided by weights, until it ends the test', () => {
  const scene = new LocalRunScene({ load: { kind: 'shape' } }, { spawnMs: 10 });
  scene.pass(1_000);
  expect([scene.asked(), scene.run.status().phase]).toEqual([[], 'spawning']);
  scene.run.decide({ users: 3, spawnRate: 2 });
  scene.pass(600);
  scene.run.decide({ users: 3, spawnRate: 2 });
  scene.pass(1_400);
  expect(scene.asked()).toEqual([[1_000, 1], [1_500, 2], [2_000, 3]]);
  expect(scene.counts).toEqual({ A: 2, B: 1 });
  expect([scene.run.status().phase, scene.named('spawningComplete')]).toEqual(['running', [[2_010, 'spawningComplete', 3]]]);
  scene.run.changeUsers(10);
  scene.run.decide({ users: 1, spawnRate: null });
  scene.pass(1_000);
  expect(scene.asked().at(-1)).toEqual([3_000, 1]);
  expect(scene.logs.at(-1)).toBe("warning: the scenario's shape says how many users there are: the key changes nothing");
  // Users that end by themselves do not end the run: the function may ask for others.
  scene.become({ A: 0, B: 0 });
  scene.pass(1_000);
  expect(scene.ended).toEqual([]);
  scene.run.stop({ kind: 'shape' });
  scene.pass(10);
  expect(scene.ended).toEqual([{ kind: 'shape' }]);
  scene.run.decide({ users: 9, spawnRate: null });
  expect(scene.timersLeft).toBe(0);
});

test('a shape may say how many users of each class there are, whatever their weights and fixed counts', () => {
  const scene = new LocalRunScene({ load: { kind: 'shape' } }, { classes: [classOf('A', 2), classOf('B', 1, 1)] });
  scene.run.decide({ users: { A: 2, B: 2 }, spawnRate: null });
  scene.pass(1_000);
  scene.run.decide({ users: { B: 4 }, spawnRate: 2 });
  scene.pass(5_000);
  expect(scene.named('setUsers').map(([atMs, , , targets]) => [atMs, targets])).toEqual([
    [0, { A: 2, B: 2 }], [1_000, { A: 1, B: 3 }], [1_500, { A: 0, B: 4 }],
  ]);
});
