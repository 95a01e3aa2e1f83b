import { StopUser } from '../../../../src/scenario/endings.ts';
import { task } from '../../../../src/scenario/task.ts';
import { User } from '../../../../src/scenario/user.ts';
import { constant } from '../../../../src/scenario/waitTime.ts';
import { UserGroups } from '../../../../src/engine/thread/users/userGroups.ts';
import type { UserRunner } from '../../../../src/engine/thread/users/userRunner.ts';
import { Stage, pass, pause, useFakeTime } from './stage.ts';

useFakeTime();

type Said = { readonly generation: number; readonly counts: Readonly<Record<string, number>>; readonly reached: boolean };

let stage: Stage;
let said: Said[];
let warnings: string[];
let lives: UserRunner[];
let born: number;

beforeEach(() => {
  stage = new Stage();
  said = [];
  warnings = [];
  lives = [];
  born = 0;
});

function groupsOf(...classes: (new () => User)[]): UserGroups {
  return new UserGroups({
    plans: classes.map((userClass) => stage.plan(userClass)),
    spawn: (plan, onGone) => {
      born++;
      try {
        const life = stage.spawn(plan, onGone);
        lives.push(life);
        return life;
      } catch (error) {
        stage.exceptions.add(error);
        return null;
      }
    },
    turn: stage.turn,
    report: (generation, counts, reached) => void said.push({ generation, counts, reached }),
    warn: (text) => void warnings.push(text),
    samples: () => stage.recorded.length,
  });
}

/** Waits 1 s after tasks of 400 ms. */
class Shopper extends User {
  override waitTime = constant(1);
  @task
  work(): Promise<void> {
    return pause(400);
  }
}
class Admin extends Shopper {}

const live = (groups: UserGroups): number => groups.userCount;

/** A killed task gets one turn of the event loop to clean up; an immediate takes a millisecond of fake time. */
const unwindMs = 1;

describe('setTargets', () => {
  it('brings every named class to its absolute target and says so', async () => {
    const groups = groupsOf(Shopper, Admin);
    void groups.setTargets(1, { Shopper: 3, Admin: 2 }, 0);
    await pass();
    expect(said).toEqual([{ generation: 1, counts: { Shopper: 3, Admin: 2 }, reached: true }]);
    void groups.setTargets(2, { Shopper: 5 }, 0);
    await pass();
    expect(said.at(-1)).toEqual({ generation: 2, counts: { Shopper: 5, Admin: 2 }, reached: true });
    expect(born).toBe(7);
  });

  it('keeps the users of a class that is absent, and takes no notice of a class that it does not have', async () => {
    const groups = groupsOf(Shopper, Admin);
    void groups.setTargets(1, { Admin: 4 }, 0);
    await pass();
    void groups.setTargets(2, { Shopper: 1, Stranger: 9 }, 0);
    await pass();
    expect(said.at(-1)).toEqual({ generation: 2, counts: { Shopper: 1, Admin: 4 }, reached: true });
  });

  it('lets the newest users go first, and has reached its target only when they have gone', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 3 }, 5000);
    await pass(100);
    void groups.setTargets(2, { Shopper: 1 }, 5000);
    await pass(299);
    expect(said.at(-1)).toMatchObject({ generation: 1 });
    await pass(1);
    expect(said.at(-1)).toEqual({ generation: 2, counts: { Shopper: 1 }, reached: true });
    expect(stage.gone).toEqual([lives[1], lives[2]]);
  });

  it('kills leavers when their grace is over', async () => {
    class Slow extends User {
      @task
      work(): Promise<void> {
        return pause(60_000);
      }
    }
    const groups = groupsOf(Slow);
    void groups.setTargets(1, { Slow: 2 }, 3000);
    await pass();
    void groups.setTargets(2, { Slow: 0 }, 3000);
    await pass(2999);
    expect(stage.gone).toEqual([]);
    await pass(1 + unwindMs);
    expect(said.at(-1)).toEqual({ generation: 2, counts: { Slow: 0 }, reached: true });
  });

  it('spawns many users without holding up the event loop', async () => {
    const groups = groupsOf(Shopper);
    const slices: number[] = [];
    let isDone = false;
    const look = (): void => {
      slices.push(groups.userCount);
      if (!isDone) setImmediate(look);
    };
    look();
    void groups.setTargets(1, { Shopper: 1000 }, 0).then(() => (isDone = true));
    await pass(10);
    expect(groups.userCount).toBe(1000);
    const steps = slices.map((count, index) => count - (slices[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThanOrEqual(200);
  });

  it('is superseded by a newer target while it is at work: no user too many, and only the newer one is reported', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 5000 }, 0);
    await pass(0);
    const alreadyBorn = born;
    expect(alreadyBorn).toBeLessThan(5000);
    void groups.setTargets(2, { Shopper: alreadyBorn + 50 }, 0);
    await pass(100);
    expect(born).toBe(alreadyBorn + 50);
    expect(said).toEqual([{ generation: 2, counts: { Shopper: alreadyBorn + 50 }, reached: true }]);
  });

  it('is superseded while users are leaving: those still leave', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 4 }, 5000);
    await pass(100);
    void groups.setTargets(2, { Shopper: 1 }, 5000);
    await pass(100);
    void groups.setTargets(3, { Shopper: 2 }, 5000);
    await pass(1000);
    expect(said.filter(({ generation }) => generation === 2)).toEqual([]);
    expect(said.at(-1)).toEqual({ generation: 3, counts: { Shopper: 2 }, reached: true });
    expect(stage.gone).toHaveLength(3);
  });

  it('says at once that the same target is reached again', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 2 }, 0);
    await pass();
    void groups.setTargets(2, { Shopper: 2 }, 0);
    await pass();
    expect(said.at(-1)).toEqual({ generation: 2, counts: { Shopper: 2 }, reached: true });
    expect(born).toBe(2);
  });
});

describe('users that end by themselves', () => {
  class Once extends User {
    @task
    work(): Promise<void> {
      return pause(100).then(() => {
        throw new StopUser();
      });
    }
  }

  it('are counted out soon, in one report for all', async () => {
    const groups = groupsOf(Once);
    void groups.setTargets(1, { Once: 10 }, 0);
    await pass(100);
    const before = said.length;
    await pass(60);
    expect(said.slice(before)).toEqual([{ generation: 1, counts: { Once: 0 }, reached: true }]);
  });

  it('are replaced at the next target', async () => {
    const groups = groupsOf(Once);
    void groups.setTargets(1, { Once: 3 }, 0);
    await pass(200);
    expect(groups.userCount).toBe(0);
    void groups.setTargets(2, { Once: 3 }, 0);
    await pass(10);
    expect(groups.userCount).toBe(3);
    expect(born).toBe(6);
  });

  it.each([
    ['onStart throws at once', true],
    ['onStart rejects', false],
  ])('because %s are counted out, and a stop does not wait for them', async (_, isSync) => {
    class Doomed extends User {
      override onStart(): unknown {
        if (isSync) throw new Error('no login');
        return Promise.reject(new Error('no login'));
      }
      @task
      work(): void {}
    }
    const groups = groupsOf(Doomed);
    void groups.setTargets(1, { Doomed: 2 }, 0);
    await pass(100);
    expect(groups.userCount).toBe(0);
    expect(said.at(-1)).toEqual({ generation: 1, counts: { Doomed: 0 }, reached: true });
    void groups.setTargets(2, { Doomed: 2 }, 0);
    await pass(100);
    expect(born).toBe(4);
    let isStopped = false;
    void groups.stopAll(3, 60_000).then(() => (isStopped = true));
    await pass();
    expect(isStopped).toBe(true);
  });

  it('because their constructor throws never count, and are tried once for each target', async () => {
    class Broken extends User {
      override waitTime = ((): never => {
        throw new Error('no handover');
      })();
      @task
      work(): void {}
    }
    const groups = groupsOf(Broken);
    void groups.setTargets(1, { Broken: 3 }, 0);
    await pass();
    expect(said).toEqual([{ generation: 1, counts: { Broken: 0 }, reached: true }]);
    expect(born).toBe(3);
    expect(stage.errors).toEqual(Array(3).fill('Error: no handover'));
  });
});

describe.each([
  ['dismissAll', (groups: UserGroups): void => groups.dismissAll()],
  ['stopAll with a grace', (groups: UserGroups): void => void groups.stopAll(2, 60_000)],
  ['stopAll without', (groups: UserGroups): void => void groups.stopAll(2, 0)],
])('%s', (_, end) => {
  it('ends many users without holding up the event loop', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 1_000 }, 0);
    await pass(600); // all wait
    expect(live(groups)).toBe(1_000);
    const left: number[] = [];
    const look = (): void => {
      left.push(live(groups));
      if (live(groups) > 0) setImmediate(look);
    };
    look();
    end(groups);
    end(groups); // as is said again and again when no iterations are left
    await pass(100);
    expect(live(groups)).toBe(0);
    expect(stage.gone).toHaveLength(1_000);
    expect(Math.max(...left.map((count, index) => (left[index - 1] ?? count) - count))).toBeLessThanOrEqual(500);
  });
});

describe('stopAll', () => {
  it('resolves when all are gone, and reports zeros', async () => {
    const groups = groupsOf(Shopper, Admin);
    void groups.setTargets(1, { Shopper: 3, Admin: 2 }, 0);
    await pass(500); // all wait
    let isStopped = false;
    void groups.stopAll(2, 5000).then(() => (isStopped = true));
    await pass();
    expect(isStopped).toBe(true);
    expect(said.at(-1)).toEqual({ generation: 2, counts: { Shopper: 0, Admin: 0 }, reached: false });
  });

  it.each([
    ['lets tasks finish within the grace', 5000, 300],
    ['ends them at once without one', 0, 0],
    ['ends them when it is over', 100, 100 + unwindMs],
  ])('%s', async (_, graceMs, takesMs) => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 3 }, 0);
    await pass(100);
    let stoppedAtMs = -1;
    void groups.stopAll(2, graceMs).then(() => (stoppedAtMs = performance.now()));
    await pass(1000);
    expect(stoppedAtMs).toBe(100 + takesMs);
    expect(live(groups)).toBe(0);
  });

  it.each([
    ['throws at once', (): never => fail()],
    ['rejects', (): Promise<never> => Promise.reject(new Error('no logout'))],
  ])('is not held up by an onStop that %s', async (_, stop) => {
    class Leaving extends Shopper {
      override onStop(): unknown {
        return stop();
      }
    }
    const groups = groupsOf(Leaving);
    void groups.setTargets(1, { Leaving: 3 }, 0);
    await pass(100);
    let isStopped = false;
    void groups.stopAll(2, 0).then(() => (isStopped = true));
    await pass();
    expect(isStopped).toBe(true);
    expect(warnings).toEqual([]);
    expect(stage.errors).toHaveLength(3);
  });

  it('abandons users whose onStop does not get on, and says how many', async () => {
    class Endless extends Shopper {
      override onStop(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const groups = groupsOf(Endless);
    void groups.setTargets(1, { Endless: 3 }, 0);
    await pass();
    let stoppedAtMs = -1;
    void groups.stopAll(2, 0).then(() => (stoppedAtMs = performance.now()));
    await pass(10_000);
    expect(stoppedAtMs).toBe(5_000);
    expect(warnings).toEqual(['3 users did not finish onStop in time and were abandoned']);
    expect(live(groups)).toBe(0);
  });

  it('lets a slow onStop end, and says what of one that does not is lost', async () => {
    class LoggingOut extends Shopper {
      override async onStop(): Promise<void> {
        await this.measure('t', 'log out', () => pause(4_000));
        await this.measure('t', 'gone', () => pause(this.environment.userIndex === 0 ? 60_000 : 4_000));
      }
    }
    const groups = groupsOf(LoggingOut);
    void groups.setTargets(1, { LoggingOut: 3 }, 0);
    await pass(100);
    let isStopped = false;
    void groups.stopAll(2, 0).then(() => (isStopped = true));
    await pass(59_000);
    expect(isStopped).toBe(false);
    await pass(2_000);
    expect(isStopped).toBe(true);
    expect(stage.recorded).toEqual(['log out', 'log out', 'log out', 'gone', 'gone']);
    expect(warnings).toEqual(['1 user did not finish onStop in time and was abandoned, with 1 request under way that does not count']);
  });

  it('once more, without grace, ends an onStop at once', async () => {
    class Endless extends Shopper {
      override onStop(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const groups = groupsOf(Endless);
    void groups.setTargets(1, { Endless: 3 }, 0);
    await pass();
    void groups.setTargets(2, { Endless: 2 }, 0);
    await pass();
    let isStopped = false;
    const stopped = (): void => void (isStopped = true);
    void groups.stopAll(3, 0).then(stopped);
    await pass(1_000);
    expect(isStopped).toBe(false);
    void groups.stopAll(4, 0);
    await pass();
    expect(isStopped).toBe(true);
  });

  it('stops a spawn that is at work', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 5000 }, 0);
    await pass(0);
    let isStopped = false;
    void groups.stopAll(2, 0).then(() => (isStopped = true));
    await pass(100);
    expect(isStopped).toBe(true);
    expect(live(groups)).toBe(0);
    expect(born).toBeLessThan(5000);
    expect(said.filter(({ reached }) => reached)).toEqual([]);
  });

  it('of 0 hurries users who leave with a long grace', async () => {
    const groups = groupsOf(Shopper);
    void groups.setTargets(1, { Shopper: 2 }, 60_000);
    await pass(100);
    void groups.setTargets(2, { Shopper: 1 }, 60_000);
    await pass(100);
    let isStopped = false;
    void groups.stopAll(3, 0).then(() => (isStopped = true));
    await pass();
    expect(isStopped).toBe(true);
  });

  it('has nothing to do without users', async () => {
    const groups = groupsOf(Shopper);
    await groups.stopAll(1, 5000);
    expect(said).toEqual([{ generation: 1, counts: { Shopper: 0 }, reached: false }]);
  });
});

function fail(): never {
  throw new Error('no logout');
}
