import { ArrivalCounter } from '../../../../src/engine/shared/pace.ts';
import { sharedNowMs } from '../../../../src/util/sharedClock.ts';
import { ClassArrivals } from '../../../../src/engine/thread/pacing/arrivingUsers.ts';
import { Gate } from '../../../../src/engine/thread/pacing/gate.ts';
import { UserGroups } from '../../../../src/engine/thread/users/userGroups.ts';
import { type Arrivals, perUser } from '../../../../src/scenario/arrivals.ts';
import { StopUser } from '../../../../src/scenario/endings.ts';
import { task } from '../../../../src/scenario/task.ts';
import { User } from '../../../../src/scenario/user.ts';
import { constant } from '../../../../src/scenario/waitTime.ts';
import { pass, pause, Stage, useFakeTime } from './stage.ts';

useFakeTime();

/** Begun at, by the user of this number. */
let begun: [userIndex: number, atMs: number][];
let onStart: (user: User) => unknown;
let work: (user: User) => unknown;
beforeEach(() => {
  begun = [];
  onStart = () => undefined;
  work = () => pause(1_000);
});

abstract class Base extends User {
  override onStart(): unknown {
    return onStart(this);
  }
  @task
  async visit(): Promise<void> {
    begun.push([this.environment.userIndex, performance.now()]);
    await work(this);
    this.record({ type: 't', name: 'visit', elapsedMs: 1_000 });
  }
}

type SceneParts = { readonly arrivals?: Arrivals; readonly threadIndex?: number; readonly threadCount?: number };

/** One thread's users of a class with arrivals, and of one without. */
class Scene {
  readonly stage: Stage = new Stage();
  readonly said: Readonly<Record<string, number>>[] = [];
  readonly counter: ArrivalCounter;
  readonly arrivals: ClassArrivals;
  readonly groups: UserGroups;
  dropped = 0;
  #generation = 0;

  constructor({ arrivals = perUser('2/s'), threadIndex = 0, threadCount = 1 }: SceneParts = {}) {
    class Visitor extends Base {
      static override arrivals = arrivals;
    }
    class Plain extends Base {
      override waitTime = constant(1);
    }
    this.counter = ArrivalCounter.create(threadCount);
    const plans = [Visitor, Plain].map((userClass) => this.stage.plan(userClass));
    this.groups = new UserGroups({
      plans,
      spawn: this.stage.spawn,
      turn: this.stage.turn,
      report: (_, counts) => void this.said.push(counts),
      warn: () => undefined,
      samples: () => this.stage.recorded.length,
    });
    this.arrivals = new ClassArrivals({
      threadIndex, threadCount, classes: plans, counts: this.counter.memory, grow: this.groups.growFor, onDrop: () => this.dropped++,
    });
    this.stage.gate = Gate.of({ iterations: null, permits: null, arrivals: null, classArrivals: this.arrivals, limiter: null });
    this.groups.setArrivals(this.arrivals);
  }

  /** `workerUsers`: of the worker; `users`: of this thread. */
  async setUsers(workerUsers: number, users: number = workerUsers, stopTimeoutMs = 0): Promise<void> {
    this.arrivals.setOrder({ users: { Visitor: workerUsers }, fromMs: sharedNowMs(), epochMs: sharedNowMs() - performance.now(), workerIndex: 0 });
    await this.groups.setTargets(++this.#generation, { Visitor: users }, stopTimeoutMs);
  }

  counts(): readonly [started: number, dropped: number] {
    const { started, dropped } = this.counter.read();
    return [started, dropped];
  }
}

it('begins the tasks of its users on schedule, with as many users as that takes, and says that there are as many as were asked for', async () => {
  const scene = new Scene();
  void scene.setUsers(5);
  await pass(2_950);
  // Ten a second that take a second each.
  expect(begun.map(([, atMs]) => atMs)).toEqual(Array.from({ length: 30 }, (_, place) => place * 100));
  expect(new Set(begun.map(([index]) => index)).size).toBeLessThanOrEqual(11);
  expect([scene.said.at(-1), scene.groups.userCount, scene.counts()]).toEqual([{ Visitor: 5, Plain: 0 }, 5, [30, 0]]);
  expect(scene.stage.fromSchedule.length).toBe(scene.stage.recorded.length);
});

it('follows the users, up and down, and ends with them', async () => {
  const scene = new Scene();
  work = () => undefined;
  void scene.setUsers(2);
  await pass(1_990);
  expect(begun).toHaveLength(8);
  void scene.setUsers(10);
  await pass(1_000);
  expect(begun).toHaveLength(28);
  void scene.setUsers(1);
  await pass(2_000);
  expect(begun).toHaveLength(32);
  void scene.setUsers(0);
  await pass(5_000);
  expect(begun).toHaveLength(32);
  expect(scene.said.at(-1)).toEqual({ Visitor: 0, Plain: 0 });
  expect(scene.stage.gone.length).toBeGreaterThan(0);
});

it('drops and counts what finds nobody idle, once as many are under way as may be', async () => {
  const scene = new Scene({ arrivals: perUser('10/s', { maxAtOnce: 3 }) });
  work = () => pause(950);
  void scene.setUsers(1);
  await pass(1_950);
  expect(begun.map(([, atMs]) => atMs)).toEqual([0, 100, 200, 1_000, 1_100, 1_200]);
  expect([scene.counts(), scene.dropped, scene.said.at(-1)]).toEqual([[6, 14], 14, { Visitor: 1, Plain: 0 }]);
});

it('hands what comes to users that are still in their onStart, from schedule, and drops it when that fails', async () => {
  const scene = new Scene({ arrivals: perUser('4/s', { maxAtOnce: 2 }) });
  onStart = () => pause(400);
  work = () => undefined;
  void scene.setUsers(1);
  await pass(1_100);
  // That of 0 waits for the first user, that of 250 has a second one begin, and is taken by the first, which is free sooner; others find one idle.
  expect(begun).toEqual([[0, 400], [0, 401], [0, 500], [0, 750], [1, 1_000]]);
  expect(scene.counts()).toEqual([5, 0]);
  const failing = new Scene({ arrivals: perUser('4/s', { maxAtOnce: 2 }) });
  onStart = async () => {
    await pause(100);
    throw new Error('no way in');
  };
  void failing.setUsers(1);
  await pass(1_050);
  const [started, dropped] = failing.counts();
  expect([started, failing.dropped]).toEqual([0, dropped]);
  expect(dropped).toBeGreaterThanOrEqual(3);
  expect(failing.said.at(-1)).toEqual({ Visitor: 1, Plain: 0 });
});

it('makes a new user for one that has ended', async () => {
  const scene = new Scene();
  work = () => {
    throw new StopUser();
  };
  void scene.setUsers(1);
  await pass(2_990);
  expect(begun.map(([, atMs]) => atMs)).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500]);
  expect(new Set(begun.map(([index]) => index)).size).toBe(6);
});

it.each(['the run ends', 'there are to be none'])('begins what is due at the very moment in which its users are stopped, as %s', async (why) => {
  const scene = new Scene();
  const stop = (): Promise<void> => {
    if (why === 'there are to be none') return scene.setUsers(0, 0, 5_000);
    scene.arrivals.stop();
    return scene.groups.stopAll(9, 5_000);
  };
  void scene.setUsers(2);
  // Before the arrival of the same moment has had its turn, as on a machine that is late.
  setTimeout(() => void stop(), 1_500);
  await pass(1_490);
  const before = begun.length;
  await pass(4_000);
  expect([begun.length - before, scene.counts()]).toEqual([1, [begun.length, 0]]);
  expect(scene.stage.recorded).toHaveLength(begun.length);
});

it('stops with all users: busy ones have the stop timeout, and the count falls with the last of them', async () => {
  const scene = new Scene();
  void scene.setUsers(5);
  await pass(1_950);
  scene.arrivals.stop();
  const stopped = scene.groups.stopAll(9, 5_000);
  await pass(300);
  expect([begun.length, scene.said.at(-1)]).toEqual([20, { Visitor: 5, Plain: 0 }]);
  await pass(1_000);
  await stopped;
  expect([begun.length, scene.stage.recorded.length, scene.said.at(-1)]).toEqual([20, 20, { Visitor: 0, Plain: 0 }]);
});

it('lets busy users finish where users go, as long as these may be under way at once', async () => {
  const scene = new Scene({ arrivals: perUser('2/s', { maxAtOnce: 10 }) });
  void scene.setUsers(5);
  await pass(1_950);
  void scene.setUsers(1);
  await pass(1_000);
  // Ten were under way, and are as many as one user may have at once.
  expect(scene.stage.recorded).toHaveLength(20);
});

it('is a share of the worker: every second one in two threads, also in the one that no user falls to', async () => {
  const scene = new Scene({ threadIndex: 1, threadCount: 2 });
  work = () => undefined;
  void scene.setUsers(1, 0);
  await pass(2_990);
  expect(begun.map(([, atMs]) => atMs)).toEqual([500, 1_500, 2_500]);
  expect(scene.said.at(-1)).toEqual({ Visitor: 0, Plain: 0 });
});

it('leaves the users of other classes alone', async () => {
  const scene = new Scene();
  work = () => undefined;
  void scene.groups.setTargets(1, { Plain: 1 }, 0);
  await pass(2_500);
  expect(begun.map(([, atMs]) => atMs)).toEqual([0, 1_000, 2_000]);
  expect([scene.said.at(-1), scene.stage.fromSchedule]).toEqual([{ Visitor: 0, Plain: 1 }, []]);
});

it('says that a wait time is not heeded', () => {
  const stage = new Stage();
  class Waiting extends User {
    static override arrivals = perUser('1/s');
    override waitTime = constant(1);
    @task
    visit(): void {
      // nothing
    }
  }
  stage.unborn(stage.plan(Waiting));
  stage.unborn(stage.plan(Waiting));
  expect(stage.advice).toEqual(['waitTime of Waiting is not heeded: its arrivals say when tasks begin']);
});

describe('perUser', () => {
  it('gives the rate of a user, and what may be under way', () => {
    expect([perUser('2/s'), perUser('30/1m'), perUser(0.5), perUser('5/500ms', { maxAtOnce: 7 }), perUser(3)]).toEqual([
      { perSec: 2, maxAtOnce: 20 },
      { perSec: 0.5, maxAtOnce: 10 },
      { perSec: 0.5, maxAtOnce: 10 },
      { perSec: 10, maxAtOnce: 7 },
      { perSec: 3, maxAtOnce: 30 },
    ]);
  });

  it.each([
    [() => perUser('fast'), 'perUser(rate) expects a rate above 0 such as 100, 100/s, 30/1m or 5/500ms, got "fast"'],
    [() => perUser(0), 'perUser(rate) expects a rate above 0'],
    [() => perUser(true as unknown as number), "perUser(rate) expects a rate such as '2/s' or '30/1m', got true"],
    [() => perUser(1, { maxAtOnce: 0.5 }), 'perUser() expects maxAtOnce as a whole number above 0, got 0.5'],
  ])('refuses what is none', (make, message) => {
    expect(make).toThrow(message);
  });

  it('is what static arrivals are held against', () => {
    class Wrong extends Base {
      static override arrivals = '2/s' as unknown as Arrivals;
    }
    expect(() => new Stage().plan(Wrong)).toThrow('static arrivals of Wrong expects perUser(\'2/s\'), got "2/s"');
  });
});

test('an option of arrivals that does not exist is refused', () => {
  expect(() => perUser('2/s', { maxAtonce: 3 } as { maxAtOnce?: number })).toThrow('perUser(rate, options) has no option maxAtonce: it has maxAtOnce');
});
