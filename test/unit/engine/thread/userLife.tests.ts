import { jest } from '@jest/globals';
import { EventEmitter, getMaxListeners, once } from 'node:events';
import type { OwnedResource } from '../../../../src/scenario/userContext.ts';
import { RescheduleTask, RescheduleTaskImmediately, StopUser } from '../../../../src/scenario/endings.ts';
import { task } from '../../../../src/scenario/task.ts';
import { TaskSet } from '../../../../src/scenario/taskSet.ts';
import { contextOf, User } from '../../../../src/scenario/user.ts';
import { constant, constantPacing, constantThroughput } from '../../../../src/scenario/waitTime.ts';
import { collectNow } from '../../../../src/util/garbage.ts';
import { until } from '../../../support/until.ts';
import { pass, pause, Stage, useFakeTime } from './stage.ts';

useFakeTime();

let stage: Stage;
/** What happened, in order. */
let diary: string[];
beforeEach(() => {
  stage = new Stage();
  diary = [];
});

/** Waits 1 s between tasks that take 400 ms, and writes down everything. */
class Worker extends User {
  override waitTime = constant(1);
  override onStart(): unknown {
    diary.push('onStart');
    return undefined;
  }
  override onStop(): unknown {
    diary.push('onStop');
    return undefined;
  }
  @task
  async work(): Promise<void> {
    diary.push('work');
    await pause(400);
    diary.push('done');
  }
}

describe('a life', () => {
  it('starts, works, waits, and works again', async () => {
    stage.born(Worker);
    await pass(400);
    expect(diary).toEqual(['onStart', 'work', 'done']);
    await pass(999);
    expect(diary).toHaveLength(3);
    await pass(1);
    expect(diary).toEqual(['onStart', 'work', 'done', 'work']);
  });

  it.each([
    ['a method', { value: () => 3 }],
    ['a getter', { get: () => constant(3) }],
  ])('waits as long as %s of its class says', async (_, waitTime) => {
    class Visitor extends User {
      @task
      look(): void {
        diary.push('look');
      }
    }
    Object.defineProperty(Visitor.prototype, 'waitTime', waitTime);
    stage.born(Visitor);
    await pass(2999);
    expect(diary).toEqual(['look']);
    await pass(1);
    expect(diary).toEqual(['look', 'look']);
  });

  it.each([
    ['a getter that makes it anew', { get: () => constantPacing(1) }],
    ['a method that makes it anew', { value: () => constantPacing(1) }],
    [
      'a method that calls it',
      {
        value(this: User): number {
          return constantThroughput(1)(this);
        },
      },
    ],
  ])('keeps the pace of %s', async (_, waitTime) => {
    class Paced extends User {
      override async onStart(): Promise<void> {
        await pause(2500);
      }
      @task
      async look(): Promise<void> {
        diary.push(`look at ${performance.now()}`);
        await pause(300);
      }
    }
    Object.defineProperty(Paced.prototype, 'waitTime', waitTime);
    stage.born(Paced);
    await pass(5600);
    expect(diary).toEqual(['look at 2500', 'look at 3500', 'look at 4500', 'look at 5500']);
    expect(stage.errors).toEqual([]);
  });

  it('waits in a task set as long as a method of it says', async () => {
    class Inside extends TaskSet {
      override waitTime(): number {
        return 2;
      }
      @task
      look(): void {
        diary.push('look');
      }
    }
    class Visitor extends User {
      static override tasks = [Inside];
    }
    stage.born(Visitor);
    await pass(3999);
    expect(diary).toEqual(['look', 'look']);
  });

  it.each([
    ['an hour', 3600, 'kill'],
    ['for ever', Infinity, 'stop'],
  ] as const)('is not held in memory by a wait of %s that its end has cut short', async (_, waitSec, end) => {
    class Once extends User {
      override waitTime(): number {
        return waitSec;
      }
      @task
      work(): void {}
    }
    const lives = Array.from({ length: 20 }, () => new WeakRef(stage.born(Once)));
    stage.born(Once); // stays
    await pass(10);
    for (const life of lives) life.deref()?.[end]();
    await pass(10);
    expect(stage.gone.splice(0)).toHaveLength(20);
    jest.useRealTimers();
    await until('the users to be collected', async () => {
      await new Promise(setImmediate);
      collectNow();
      return lives.every((life) => life.deref() === undefined);
    }, { everyMs: 1, timeoutMs: 10_000 });
  });

  it('waits for onStart before the first task', async () => {
    class Slow extends Worker {
      override async onStart(): Promise<void> {
        await pause(500);
        diary.push('started');
      }
    }
    stage.born(Slow);
    await pass(499);
    expect(diary).toEqual([]);
    await pass(1);
    expect(diary).toEqual(['started', 'work']);
  });

  it('picks tasks by weight', async () => {
    class Weighted extends User {
      override waitTime = constant(1);
      @task(3)
      often(): void {
        diary.push('often');
      }
      @task
      rarely(): void {
        diary.push('rarely');
      }
      @task(0)
      never(): void {
        diary.push('never');
      }
    }
    stage.born(Weighted);
    await pass(2000 * 1000);
    expect(diary.length).toBe(2001);
    expect(diary).not.toContain('never');
    const often = diary.filter((name) => name === 'often').length;
    expect(Math.abs(often - 1500)).toBeLessThan(120); // six standard deviations
  });

  it('awaits whatever has a then', async () => {
    class Thenable extends User {
      override waitTime = constant(1);
      @task
      work(): unknown {
        return {
          // A promise of some library.
          then: (resolve: () => void) => {
            setTimeout(() => {
              diary.push('resolved');
              resolve();
            }, 100);
          },
        };
      }
    }
    stage.born(Thenable);
    await pass(100);
    await pass(1000);
    expect(diary).toEqual(['resolved']);
    await pass(100);
    expect(diary).toEqual(['resolved', 'resolved']);
  });

  it('lets timers have their turn when tasks take no time and users do not wait', async () => {
    let rounds = 0;
    class Eager extends User {
      @task
      async work(): Promise<void> {
        rounds++;
        if (rounds % 10 === 0) await pause(1); // without it, fake time would stand still
      }
    }
    stage.born(Eager).stop();
    const life = stage.born(Eager);
    await pass(50);
    expect(rounds).toBeGreaterThan(100);
    life.stop();
    await pass(10);
    expect(stage.gone).toHaveLength(2);
  });
});

describe('stop', () => {
  it('ends a waiting user at once', async () => {
    const life = stage.born(Worker);
    await pass(500);
    life.stop();
    await pass(0);
    expect(diary).toEqual(['onStart', 'work', 'done', 'onStop']);
    expect(stage.gone).toEqual([life]);
  });

  it('lets a working user finish its task, but not wait', async () => {
    const life = stage.born(Worker);
    await pass(100);
    life.stop();
    await pass(299);
    expect(stage.gone).toEqual([]);
    await pass(1);
    expect(diary).toEqual(['onStart', 'work', 'done', 'onStop']);
    expect(stage.gone).toEqual([life]);
  });

  it('lets a starting user finish onStart, and no task begins', async () => {
    class Slow extends Worker {
      override async onStart(): Promise<void> {
        await pause(500);
        diary.push('onStart');
      }
    }
    const life = stage.born(Slow);
    await pass(100);
    life.stop();
    await pass(400);
    expect(diary).toEqual(['onStart', 'onStop']);
    expect(stage.gone).toEqual([life]);
  });

  it('twice is once, and after the end it is nothing', async () => {
    const life = stage.born(Worker);
    await pass(500);
    life.stop();
    life.stop();
    await pass(0);
    life.stop();
    life.kill();
    life.abandon();
    await pass(10_000);
    expect(diary.filter((entry) => entry === 'onStop')).toHaveLength(1);
    expect(stage.gone).toEqual([life]);
  });

  it('counts what the last task and onStop record', async () => {
    class Recording extends User {
      override async onStop(): Promise<void> {
        await this.measure('t', 'goodbye', () => pause(10));
      }
      @task
      async work(): Promise<void> {
        await this.measure('t', 'last', () => pause(100));
      }
    }
    const life = stage.born(Recording);
    await pass(50);
    life.stop();
    await pass(60);
    expect(stage.recorded).toEqual(['last', 'goodbye']);
    expect(stage.gone).toEqual([life]);
  });
});

describe('kill', () => {
  it('ends a waiting, a working and a starting user at once, each with its onStop', async () => {
    class Slow extends Worker {
      override onStart(): Promise<void> {
        return pause(10_000);
      }
    }
    const [waiting, working, starting] = [stage.born(Worker), stage.born(Worker), stage.born(Slow)];
    await pass(300);
    working.kill();
    await pass(200);
    waiting.kill();
    starting.kill();
    await pass(0);
    expect(stage.gone).toEqual([working, waiting, starting]);
    expect(diary.filter((entry) => entry === 'onStop')).toHaveLength(3);
  });

  it('does not count what was in flight, however it ends, nor what the old task does later', async () => {
    class InFlight extends User {
      @task
      async work(): Promise<void> {
        await this.measure('t', 'in flight', () => pause(100)).catch(() => undefined);
        await this.measure('t', 'afterwards', () => pause(1));
        this.record({ type: 't', name: 'later', elapsedMs: 1 });
      }
    }
    const life = stage.born(InFlight);
    await pass(50);
    life.kill();
    await pass(1000);
    expect(stage.recorded).toEqual([]);
    expect(stage.gone).toEqual([life]);
    expect(stage.errors).toEqual([]);
  });

  it('drops the sample in flight while a slow onStop still records its own', async () => {
    class Goodbye extends User {
      override async onStop(): Promise<void> {
        await this.measure('t', 'logout', () => pause(200));
      }
      @task
      async work(): Promise<void> {
        await this.measure('t', 'in flight', () => pause(100));
      }
    }
    const life = stage.born(Goodbye);
    await pass(50);
    life.kill();
    await pass(250);
    expect(stage.recorded).toEqual(['logout']);
    expect(stage.gone).toEqual([life]);
  });

  it('fires the signal and ends a sleep, by StopUser, which nobody hears of', async () => {
    class Sleeper extends User {
      @task
      async work(): Promise<void> {
        this.signal.addEventListener('abort', () => diary.push(`aborted by ${(this.signal.reason as Error | undefined)?.name ?? 'nobody yet'}`));
        await this.sleep(60).catch((error: unknown) => {
          diary.push(error instanceof StopUser ? 'woken by StopUser' : 'woken by something else');
          throw error;
        });
      }
    }
    const life = stage.born(Sleeper);
    await pass(50);
    life.kill();
    await pass(0);
    expect(diary).toContain('woken by StopUser');
    expect(stage.errors).toEqual([]);
    expect(stage.gone).toEqual([life]);
  });

  it('lets a task sleep, or send, as often at once as it likes: no listener of its signal is a leak', async () => {
    class Many extends Worker {
      override async onStart(): Promise<void> {
        await Promise.all(Array.from({ length: 20 }, () => this.sleep(0.2)));
        diary.push(`slept, up to ${getMaxListeners(this.signal)} listeners`);
      }
    }
    stage.born(Many);
    await pass(300);
    expect(diary).toEqual(['slept, up to Infinity listeners', 'work']);
  });

  it('gives onStop a signal that has not fired, and one that has when the user is gone', async () => {
    const signals: AbortSignal[] = [];
    class Signals extends User {
      override onStop(): void {
        diary.push(`onStop, aborted: ${this.signal.aborted}`);
        signals.push(this.signal);
      }
      @task
      async work(): Promise<void> {
        signals.push(this.signal);
        await pause(1000);
        signals.push(this.signal);
      }
    }
    const life = stage.born(Signals);
    await pass(50);
    life.kill();
    await pass(1000);
    expect(diary).toEqual(['onStop, aborted: false']);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true, true]);
    expect(stage.gone).toEqual([life]);
  });

  it('gives a function that outlives its user a signal that has fired, and one that tries again with it holds up nobody', async () => {
    const tries = 500;
    class Stubborn extends User {
      @task
      async work(): Promise<void> {
        await pause(100);
        diary.push(`aborted: ${this.signal.aborted}, then ${this.signal.aborted}`);
        const never = new EventEmitter();
        for (let at = 0; at < tries; at++) await once(never, 'event', { signal: this.signal }).catch(() => undefined);
        diary.push('over');
      }
    }
    const life = stage.born(Stubborn);
    await pass(50);
    life.kill();
    await pass();
    expect(stage.gone).toEqual([life]);
    const before = stage.turn.number;
    await pass(1000);
    expect(diary).toEqual(['aborted: true, then true', 'over']);
    expect(stage.turn.number - before).toBeGreaterThan(tries / 20);
    expect(stage.advice).toEqual(['Stubborn.work goes on after its user is gone, or another user makes use of its client: what it awaits does not come any more']);
  });

  it.each([
    ['and says nothing where owners are known', true],
    ['and says when it stops where they are not', false],
  ])('goes on telling other users that make use of what was its own, %s', async (_, isKnown) => {
    const told = new Map<User, number>();
    class Sharing extends User {
      override waitTime = constant(1);
      @task
      async work(): Promise<void> {
        if (this.environment.userIndex === 0) return await pause(100_000);
        const context = lives[0];
        if (context?.isGone === true) await context.refuse(new Error('closed')).catch(() => told.set(this, (told.get(this) ?? 0) + 1));
      }
    }
    if (isKnown) stage.attribution.begin();
    const lives = Array.from({ length: 6 }, () => stage.unborn(stage.plan(Sharing)));
    for (const life of lives) void life.start();
    await pass(10);
    lives[0]?.kill();
    await pass(100_000);
    const advice = 'Sharing.work goes on after its user is gone, or another user makes use of its client: what it awaits does not come any more';
    expect(stage.advice).toEqual(isKnown ? [] : [advice]);
    const toldUsers = [...told.values()].filter((times) => times > 90).length;
    expect(toldUsers).toBe(isKnown ? 5 : 4); // one of them waits for ever, the others are known from then on
  });

  it('aborts what the user owns, and closes it at the end', async () => {
    class Owner extends User {
      readonly resource: OwnedResource = {
        abort: (reason) => diary.push(`abort by ${reason.name}`),
        close: () => diary.push('close'),
      };
      constructor() {
        super();
        contextOf(this).own(this.resource);
      }
      override onStop(): void {
        diary.push('onStop');
      }
      @task
      work(): Promise<void> {
        return pause(1000);
      }
    }
    const [killed, stopped] = [stage.born(Owner), stage.born(Owner)];
    await pass(50);
    killed.kill();
    await pass(0);
    expect(diary).toEqual(['abort by StopUser', 'onStop', 'close']);
    diary.length = 0;
    stopped.stop();
    await pass(1000);
    expect(diary).toEqual(['onStop', 'close']);
  });

  it('after stop ends the wait for the task', async () => {
    const life = stage.born(Worker);
    await pass(100);
    life.stop();
    await pass(100);
    life.kill();
    await pass(0);
    expect(stage.gone).toEqual([life]);
    await pass(1000);
    expect(diary.filter((entry) => entry === 'onStop')).toHaveLength(1);
  });
});

describe('abandon', () => {
  it('ends a user whose onStop does not end, and nothing of it counts any more', async () => {
    class Endless extends User {
      override async onStop(): Promise<void> {
        await pause(1000);
        this.record({ type: 't', name: 'too late' });
        throw new Error('too late');
      }
      @task
      work(): Promise<void> {
        return pause(100);
      }
    }
    const life = stage.born(Endless);
    await pass(50);
    life.kill();
    await pass(500);
    expect(stage.gone).toEqual([]);
    life.abandon();
    expect(stage.gone).toEqual([life]);
    await pass(10_000);
    expect(stage.recorded).toEqual([]);
    expect(stage.errors).toEqual([]);
    expect(stage.gone).toEqual([life]);
  });

  it('ends a user that nobody has asked before', async () => {
    const life = stage.born(Worker);
    await pass(50);
    life.abandon();
    expect(stage.gone).toEqual([life]);
    await pass(10_000);
    expect(stage.gone).toEqual([life]);
    expect(diary).toEqual(['onStart', 'work', 'done']);
  });
});

describe('what a task throws', () => {
  /** Throws `thrown` at its first task; says when each task began. */
  function throwing(thrown: unknown, how: 'throws' | 'rejects' = 'rejects'): typeof User {
    let isFirst = true;
    class Throwing extends User {
      override waitTime = constant(1);
      override onStop(): void {
        diary.push('onStop');
      }
      @task
      work(): Promise<void> | undefined {
        diary.push(`work at ${performance.now()}`);
        if (!isFirst) return undefined;
        isFirst = false;
        if (how === 'throws') throw thrown;
        return Promise.reject(thrown);
      }
    }
    return Throwing;
  }
  const born = (userClass: typeof User): unknown => stage.born(userClass as unknown as new () => User);

  it.each([
    ['an Error', new TypeError('x'), 'TypeError: x'],
    ['a text', 'x', 'x'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 0, '0'],
    ['a revoked proxy', revoked(), 'a thrown value that cannot be printed'],
    ['an object without prototype', Object.create(null), '[Object: null prototype] {}'],
  ])('is reported, and the user goes on after its wait: %s', async (_, thrown, text) => {
    born(throwing(thrown, 'throws'));
    born(throwing(thrown, 'rejects'));
    await pass(1000);
    expect(diary).toEqual(['work at 0', 'work at 0', 'work at 1000', 'work at 1000']);
    expect(stage.errors).toEqual([text, text]);
    expect(stage.gone).toEqual([]);
  });

  it('ends the user when it is StopUser: onStop runs, nothing is reported', async () => {
    born(throwing(new StopUser()));
    await pass(1000);
    expect(diary).toEqual(['work at 0', 'onStop']);
    expect(stage.gone).toHaveLength(1);
    expect(stage.errors).toEqual([]);
  });

  it('is not reported when it is RescheduleTask, and the user waits', async () => {
    born(throwing(new RescheduleTask()));
    await pass(999);
    expect(diary).toEqual(['work at 0']);
    await pass(1);
    expect(diary).toEqual(['work at 0', 'work at 1000']);
    expect(stage.errors).toEqual([]);
  });

  it('makes the user go on at once when it is RescheduleTaskImmediately', async () => {
    born(throwing(new RescheduleTaskImmediately()));
    await pass(0);
    expect(diary).toEqual(['work at 0', 'work at 0']);
    expect(stage.errors).toEqual([]);
  });
});

describe('what onStart throws', () => {
  function starting(start: () => unknown): new () => User {
    return class Starting extends User {
      override onStart(): unknown {
        return start();
      }
      override onStop(): void {
        diary.push('onStop');
      }
      @task
      work(): void {
        diary.push('work');
      }
    };
  }
  const sync = (thrown: unknown) => (): never => {
    throw thrown;
  };
  const later = (thrown: unknown) => async (): Promise<never> => {
    await pause(10);
    throw thrown;
  };

  it.each([
    ['at once', sync(new Error('no login'))],
    ['later', later(new Error('no login'))],
  ])('ends the user without onStop (%s)', async (_, start) => {
    stage.born(starting(start));
    expect(stage.gone).toEqual([]); // its owner must know the user before it hears of its end
    await pass(10);
    expect(stage.gone).toHaveLength(1);
    expect(diary).toEqual([]);
    expect(stage.errors).toEqual(['Error: no login']);
  });

  it.each([
    ['at once', sync(new StopUser())],
    ['later', later(new StopUser())],
  ])('ends the user with onStop when it is StopUser (%s)', async (_, start) => {
    stage.born(starting(start));
    await pass(10);
    expect(stage.gone).toHaveLength(1);
    expect(diary).toEqual(['onStop']);
    expect(stage.errors).toEqual([]);
  });

  it('is of no interest after a kill', async () => {
    const life = stage.born(starting(later(new Error('no login'))));
    life.kill();
    await pass(100);
    expect(stage.errors).toEqual([]);
    expect(stage.gone).toEqual([life]);
    expect(diary).toEqual(['onStop']);
  });
});

describe('what onStop throws', () => {
  it.each([
    ['an error at once', () => sync(new Error('no logout')), ['Error: no logout']],
    ['an error later', () => Promise.reject(new Error('no logout')), ['Error: no logout']],
    ['StopUser', () => sync(new StopUser()), []],
    ['a revoked proxy', () => sync(revoked()), ['a thrown value that cannot be printed']],
  ])('is reported, and the user leaves: %s', async (_, stop, errors) => {
    class Leaving extends User {
      override onStop(): unknown {
        return stop();
      }
      @task
      work(): Promise<void> {
        return pause(100);
      }
    }
    const [killed, stopped] = [stage.born(Leaving), stage.born(Leaving)];
    await pass(50);
    killed.kill();
    expect(stage.gone).toEqual([]); // its owner is still about to send others away
    stopped.stop();
    await pass(50);
    expect(stage.gone).toEqual([killed, stopped]);
    expect(stage.errors).toEqual([...errors, ...errors]);
  });

  function sync(thrown: unknown): never {
    throw thrown;
  }
});

describe('the wait time', () => {
  function waiting(wait: () => unknown): new () => User {
    class Waiting extends User {
      override waitTime = wait as () => number;
      @task
      work(): void {
        diary.push(`work at ${performance.now()}`);
      }
    }
    return Waiting;
  }

  it.each([
    ['undefined', undefined, 'TypeError: waitTime of Waiting must return seconds as a number, got undefined'],
    ['a text', '1', 'TypeError: waitTime of Waiting must return seconds as a number, got "1"'],
    ['NaN', Number.NaN, 'TypeError: waitTime of Waiting must return seconds as a number, got NaN'],
    ['a promise', Promise.resolve(1), 'TypeError: waitTime of Waiting must return seconds as a number, got a promise'],
  ])('that is %s is reported, and the user waits a second', async (_, value, message) => {
    stage.born(waiting(() => value));
    await pass(1000);
    expect(diary).toEqual(['work at 0', 'work at 1000']);
    expect(stage.errors).toEqual([message, message]);
  });

  it('that throws is reported, and the user waits a second', async () => {
    stage.born(
      waiting(() => {
        throw new Error('no time');
      }),
    );
    await pass(999);
    expect(diary).toEqual(['work at 0']);
    expect(stage.errors).toEqual(['Error: no time']);
  });

  it('of a hundred days is not cut to the longest that a timer takes', async () => {
    const life = stage.born(waiting(() => 100 * 86_400));
    await pass(100 * 86_400_000 - 1);
    expect(diary).toEqual(['work at 0']);
    await pass(1);
    expect(diary).toEqual(['work at 0', 'work at 8640000000']);
    life.stop();
    await pass(0);
    expect(stage.gone).toEqual([life]);
  });

  it('that never ends is ended by stop', async () => {
    const life = stage.born(waiting(() => Infinity));
    await pass(1e9);
    expect(diary).toEqual(['work at 0']);
    life.stop();
    await pass(0);
    expect(stage.gone).toEqual([life]);
  });

  it('is asked with the user as argument and as this', async () => {
    class Asked extends User {
      sec = 2;
      override waitTime = function (this: unknown, user: unknown): number {
        diary.push(`waits, ${this === user}`);
        return (user as Asked).sec;
      };
      @task
      work(): void {
        diary.push('work');
      }
    }
    stage.born(Asked);
    await pass(2000);
    expect(diary).toEqual(['work', 'waits, true', 'work', 'waits, true']);
  });
});

describe('a user without a task left', () => {
  it('idles, takes up work when there is some again, and stops at once', async () => {
    const plan = stage.plan(Worker);
    plan.filterByTags({ tags: ['none'], excludeTags: null });
    const life = stage.unborn(plan);
    void life.start();
    await pass(5000);
    expect(diary).toEqual(['onStart']);
    plan.filterByTags({ tags: null, excludeTags: null });
    await pass(1000);
    expect(diary).toEqual(['onStart', 'work']);
    life.stop();
    await pass(1000);
    expect(stage.gone).toEqual([life]);
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('a task that is cut off', () => {
  it('cleans up before any onStop', async () => {
    const diary: string[] = [];
    class Careful extends User {
      override onStop(): unknown {
        return diary.push('onStop');
      }
      @task
      async work(): Promise<void> {
        try {
          await this.sleep(60);
        } finally {
          await Promise.resolve();
          diary.push('cleaned up');
        }
      }
    }
    const life = stage.born(Careful);
    await pass(10);
    life.kill();
    await pass(1);
    expect(diary).toEqual(['cleaned up', 'onStop']);
  });
});

describe('a wait time', () => {
  it('may end the user, as a task may', async () => {
    class Brief extends User {
      override waitTime = (): never => {
        throw new StopUser();
      };
      @task
      work(): void {}
    }
    stage.born(Brief);
    await pass();
    expect(stage.gone).toHaveLength(1);
    expect(stage.errors).toEqual([]);
  });
});

describe('work that was in flight at a kill', () => {
  it('does not count when the task records it while onStop still runs; what onStop does itself counts', async () => {
    class Recorder extends User {
      override waitTime = constant(1);
      @task
      async work(): Promise<void> {
        const startedAt = performance.now();
        await pause(300);
        this.record({ type: 'x', name: 'in flight', elapsedMs: performance.now() - startedAt, startedAt });
      }
      override async onStop(): Promise<void> {
        const startedAt = performance.now();
        await pause(400);
        this.record({ type: 'x', name: 'goodbye', elapsedMs: performance.now() - startedAt, startedAt });
        this.record({ type: 'x', name: 'timed elsewhere', elapsedMs: 3_600_000 });
      }
    }
    const life = stage.born(Recorder);
    await pass(100);
    life.kill();
    await pass(1000);
    expect(stage.recorded).toEqual(['goodbye', 'timed elsewhere']);
  });
});
