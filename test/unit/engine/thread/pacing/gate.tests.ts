import { steadyCurve } from '../../../../../src/engine/shared/arrivalCurve.ts';
import { ArrivalCounter, Countdown, Permits } from '../../../../../src/engine/shared/pace.ts';
import { sharedNowMs } from '../../../../../src/util/sharedClock.ts';
import { ArrivalQueue } from '../../../../../src/engine/thread/pacing/arrivalQueue.ts';
import { RunSchedule } from '../../../../../src/engine/thread/pacing/arrivalSchedule.ts';
import { Gate, type GateParts } from '../../../../../src/engine/thread/pacing/gate.ts';
import { LimiterGate } from '../../../../../src/engine/thread/pacing/limiterGate.ts';
import { PermitQueue } from '../../../../../src/engine/thread/pacing/permitQueue.ts';
import type { UserRunner } from '../../../../../src/engine/thread/users/userRunner.ts';
import type { RateLimiter } from '../../../../../src/scenario/scenarioHost.ts';
import { task } from '../../../../../src/scenario/task.ts';
import { TaskSet } from '../../../../../src/scenario/taskSet.ts';
import { User } from '../../../../../src/scenario/user.ts';
import { constant, constantPacing } from '../../../../../src/scenario/waitTime.ts';
import { pass, pause, Stage, useFakeTime } from '../stage.ts';

useFakeTime();

let stage: Stage;
let starts: [name: string, atMs: number][];
let stops: number;
beforeEach(() => {
  stage = new Stage();
  starts = [];
  stops = 0;
});

const began = (name: string): number => starts.push([name, performance.now()]);

class Quick extends User {
  @task
  quick(): void {
    began('quick');
    this.record({ type: 't', name: 'quick', elapsedMs: 1 });
  }
  override onStop(): void {
    stops++;
  }
}

class Slow extends User {
  override waitTime = constant(60);
  @task
  async slow(): Promise<void> {
    began('slow');
    await pause(250);
    this.record({ type: 't', name: 'slow', elapsedMs: 250 });
  }
}

class Browse extends TaskSet {
  @task
  async look(): Promise<void> {
    began('look');
    await pause(10);
    this.user.record({ type: 't', name: 'look', elapsedMs: 10 });
    if (starts.length % 2 === 0) this.interrupt();
  }
}
class Browser extends User {
  static override tasks = [Browse];
  override waitTime = constant(0.02);
}

const gateOf = (parts: Partial<GateParts>): Gate => new Gate({ iterations: null, permits: null, arrivals: null, classArrivals: null, limiter: null, ...parts });
const permitsOf = (count: number): PermitQueue => {
  const permits = Permits.create({ count, periodMs: 1_000 }, null);
  permits.reset(sharedNowMs());
  return new PermitQueue(permits);
};
const arrivalsOf = (perSec: number, threadIndex = 0, threadCount = 1): { readonly queue: ArrivalQueue; readonly counts: Int32Array; readonly start: (atMs: number) => void } => {
  const counter = ArrivalCounter.create(threadCount);
  const counts = new Int32Array(counter.memory, 0, 3 + threadCount);
  const schedule = new RunSchedule(steadyCurve(perSec), counter, threadIndex, threadCount);
  const queue = new ArrivalQueue({ schedule, counter });
  const start = (atMs: number): void => {
    schedule.startsAtMs = atMs;
    queue.serve();
  };
  return { queue, counts, start };
};
const users = (count: number, userClass: new () => User): UserRunner[] => Array.from({ length: count }, () => stage.born(userClass));

it('is none when nothing is asked for', () => {
  expect(Gate.of({ iterations: null, permits: null, arrivals: null, classArrivals: null, limiter: null })).toBeNull();
  expect(Gate.of({ iterations: Countdown.create(1), permits: null, arrivals: null, classArrivals: null, limiter: null })).toBeInstanceOf(Gate);
});

describe('iterations', () => {
  it('count each task run, those in task sets too, and end the users with their onStop', async () => {
    stage.gate = gateOf({ iterations: Countdown.create(7) });
    users(2, Quick);
    users(1, Browser);
    await pass(1_000);
    expect(starts).toHaveLength(7);
    expect([stage.gone.length, stops]).toEqual([3, 2]);
  });
});

describe('permits', () => {
  it('go to users evenly and in the order in which they came; who leaves takes none along', async () => {
    stage.gate = gateOf({ permits: permitsOf(10) });
    const [, second] = users(3, Quick);
    await pass(50);
    second?.stop();
    await pass(0);
    expect(stage.gone).toEqual([second]);
    await pass(460);
    expect(starts.map(([, atMs]) => atMs)).toEqual([0, 100, 200, 300, 400, 500]);
  });

  it('end with the kill of whoever waits', async () => {
    stage.gate = gateOf({ permits: permitsOf(0.01) });
    const lives = users(3, Quick);
    await pass(10);
    for (const life of lives) life.kill();
    await pass(1);
    expect([stage.gone.length, starts.length, stops]).toEqual([3, 1, 3]);
  });

  it('that lapse while nobody is there make nobody late who comes after that', async () => {
    const queue = permitsOf(10);
    stage.gate = gateOf({ permits: queue });
    const lives = users(20, Quick);
    await pass(150);
    for (const life of lives) life.stop(); // one of them was next
    await pass(60_000);
    users(20, Quick);
    await pass(500);
    const after = stage.fromSchedule.slice(2);
    expect(after).toHaveLength(6);
    expect(Math.max(...after.map(([, elapsedMs]) => elapsedMs ?? 0))).toBeLessThan(30);
    expect(starts.slice(2).map(([, atMs]) => Math.round(atMs - 60_150))).toEqual([0, 80, 180, 280, 380, 480]);
  });

  it('measure from their own moment', async () => {
    stage.gate = gateOf({ permits: permitsOf(10) });
    users(2, Quick);
    await pass(1_000);
    expect(stage.fromSchedule).toHaveLength(stage.recorded.length);
    expect(new Set(stage.fromSchedule.map(([, elapsedMs]) => Math.round(elapsedMs ?? 0)))).toEqual(new Set([1]));
  });
});

describe('arrivals', () => {
  it('come at their own moments, this thread\'s share of them, whatever the wait time', async () => {
    const { queue, counts, start } = arrivalsOf(20, 1, 2);
    stage.gate = gateOf({ arrivals: queue });
    users(6, Slow);
    await pass(500);
    expect(starts).toEqual([]);
    start(sharedNowMs());
    await pass(1_040);
    expect(starts.map(([, atMs]) => atMs - 500)).toEqual([50, 150, 250, 350, 450, 550, 650, 750, 850, 950]);
    expect([...counts]).toEqual([10, 0, 0, 0, 10]);
    queue.stop();
    await pass(2_000);
    expect(starts).toHaveLength(10);
  });

  it('go to the user that has been idle for longest', async () => {
    const { queue, start } = arrivalsOf(10);
    stage.gate = gateOf({ arrivals: queue });
    const order: UserRunner[] = [];
    const lives = users(3, class Named extends User {
      @task
      named(): void {
        const life = lives.find(({ user }) => user === this);
        if (life !== undefined) order.push(life);
      }
    });
    await pass();
    start(sharedNowMs());
    await pass(550);
    expect(order).toEqual([...lives, ...lives]);
  });

  it('are dropped and counted when nobody is idle', async () => {
    const { queue, counts, start } = arrivalsOf(10);
    stage.gate = gateOf({ arrivals: queue });
    users(1, Slow); // busy for two and a half arrivals
    await pass();
    start(sharedNowMs());
    await pass(950);
    expect(starts.map(([, atMs]) => atMs)).toEqual([0, 300, 600, 900]);
    expect([...counts.subarray(0, 2)]).toEqual([4, 6]);
  });

  it('are a whole task set each', async () => {
    const { queue, counts, start } = arrivalsOf(10);
    stage.gate = gateOf({ arrivals: queue });
    users(1, Browser);
    await pass();
    start(sharedNowMs());
    await pass(195);
    // Two tasks of the set, with the set's own wait between them.
    expect(starts).toEqual([['look', 0], ['look', 30], ['look', 100], ['look', 130]]);
    expect(counts[0]).toBe(2);
  });

  it('that a late timer missed all start at once, and are measured from when they were due', async () => {
    const { queue, start } = arrivalsOf(10);
    stage.gate = gateOf({ arrivals: queue });
    users(5, Quick);
    await pass();
    start(sharedNowMs() - 250);
    await pass(0);
    expect(starts).toHaveLength(3);
    expect(stage.fromSchedule.map(([, elapsedMs]) => Math.round(elapsedMs ?? 0))).toEqual([251, 151, 51]);
  });

  it('go on at their place in a thread that takes over', async () => {
    const { queue, counts, start } = arrivalsOf(10);
    counts[3] = 7;
    stage.gate = gateOf({ arrivals: queue });
    users(1, Quick);
    await pass();
    start(sharedNowMs() - 650);
    await pass(60);
    expect([starts.length, counts[3]]).toEqual([1, 8]);
    queue.stop();
  });
});

describe("a scenario's limiter", () => {
  const limiterGate = (limiter: RateLimiter, errors: unknown[] = []): LimiterGate => new LimiterGate(limiter, stage.turn, (error) => errors.push(error));

  it('is asked before each task, again after true', async () => {
    let asked = 0;
    stage.gate = gateOf({ limiter: limiterGate({ acquire: () => ++asked % 4 !== 0 }), iterations: Countdown.create(5) });
    users(1, Quick);
    await pass(100);
    expect([starts.length, asked]).toEqual([5, 24]); // the sixth time there is no iteration left
  });

  it('lets a user that is stopped go without its answer', async () => {
    stage.gate = gateOf({ limiter: limiterGate({ acquire: () => new Promise(() => undefined) }) });
    const [life] = users(1, Quick);
    await pass(10);
    life?.stop();
    await pass();
    expect([starts.length, stops, stage.gone.length]).toEqual([0, 1, 1]);
  });

  it('that fails is reported and asked again after a second, without letting anybody through', async () => {
    const errors: unknown[] = [];
    let asked = 0;
    const fail = (): boolean | Promise<boolean> => {
      if (++asked === 1) throw new Error('broken');
      return asked === 2 ? Promise.reject(new Error('broken again')) : Promise.resolve(false);
    };
    stage.gate = gateOf({ limiter: limiterGate({ acquire: fail }, errors), iterations: Countdown.create(1) });
    users(1, Quick);
    await pass(1_999);
    expect([starts.length, errors]).toEqual([0, [new Error('broken'), new Error('broken again')]]);
    await pass(1);
    expect(starts).toHaveLength(1);
  });
});

describe('a pacing', () => {
  it('is a schedule: what a late task records is measured from its due moment, one step', async () => {
    class Paced extends User {
      override waitTime = constantPacing(0.1);
      #runs = 0;
      @task
      async pace(): Promise<void> {
        this.#runs++;
        const elapsedMs = this.#runs === 2 ? 450 : 20;
        await pause(elapsedMs);
        this.record({ type: 't', name: `${this.#runs}`, elapsedMs });
      }
    }
    const [life] = users(1, Paced);
    await pass(900);
    life?.kill();
    await pass();
    expect(stage.fromSchedule.slice(0, 5)).toEqual([
      ['1', 20], // at 0
      ['2', 450], // due and begun at 100, over at 550
      ['3', 20 + 351], // due at 200, begun at the next turn of the event loop after 550
      ['4', 20], // due at 650: the schedule goes on from there
      ['5', 20],
    ]);
    expect(stage.recorded.slice(0, 5)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('begins with the first task: an onStart makes nobody late', async () => {
    class LoggingIn extends User {
      override waitTime = constantPacing(0.1);
      override onStart(): Promise<void> {
        return pause(10_000);
      }
      @task
      async pace(): Promise<void> {
        await pause(20);
        this.record({ type: 't', name: 'pace', elapsedMs: 20 });
      }
    }
    const [life] = users(1, LoggingIn);
    await pass(10_500);
    life?.kill();
    await pass();
    expect(stage.fromSchedule).toEqual(Array(5).fill(['pace', 20]));
  });

  it('of a task set begins with its first task', async () => {
    class Visit extends TaskSet {
      override waitTime = constantPacing(0.1);
      override onStart(): Promise<void> {
        return pause(5_000);
      }
      @task
      async pace(): Promise<void> {
        await pause(20);
        this.user.record({ type: 't', name: 'pace', elapsedMs: 20 });
      }
    }
    class Visitor extends User {
      static override tasks = [Visit];
    }
    const [life] = users(1, Visitor);
    await pass(5_500);
    life?.kill();
    await pass();
    expect(stage.fromSchedule).toEqual(Array(5).fill(['pace', 20]));
  });

  it('within the task sets of an open model does not run while the user is idle', async () => {
    class Visit extends TaskSet {
      @task
      async pace(): Promise<void> {
        await pause(20);
        this.user.record({ type: 't', name: 'pace', elapsedMs: 20 });
        if (stage.recorded.length % 2 === 0) this.interrupt();
      }
    }
    class Visitor extends User {
      static override tasks = [Visit];
      override waitTime = constantPacing(0.1);
    }
    const { queue, start } = arrivalsOf(0.1);
    stage.gate = gateOf({ arrivals: queue });
    const [life] = users(1, Visitor);
    await pass();
    start(sharedNowMs());
    await pass(35_000);
    queue.stop();
    life?.kill();
    await pass();
    // The shared clock is a sum of fractions.
    expect(stage.fromSchedule.map(([name, elapsedMs]) => [name, Math.round(elapsedMs ?? Number.NaN)])).toEqual(Array(8).fill(['pace', 20]));
  });

  it('that nobody has measures nothing', async () => {
    const [life] = users(1, Slow);
    await pass(300);
    life?.kill();
    await pass();
    expect([stage.recorded, stage.fromSchedule]).toEqual([['slow'], []]);
  });
});
