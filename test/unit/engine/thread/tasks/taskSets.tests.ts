import { InterruptTaskSet, RescheduleTask, StopUser } from '../../../../../src/scenario/endings.ts';
import { MarkovTaskSet, transition, transitions } from '../../../../../src/scenario/markovTaskSet.ts';
import { tag, task } from '../../../../../src/scenario/task.ts';
import type { TaskSetClass } from '../../../../../src/scenario/taskList.ts';
import { SequentialTaskSet, TaskSet } from '../../../../../src/scenario/taskSet.ts';
import { User } from '../../../../../src/scenario/user.ts';
import { constant } from '../../../../../src/scenario/waitTime.ts';
import type { TagFilter } from '../../../../../src/engine/thread/tasks/taskPlan.ts';
import { Stage, pass, pause, useFakeTime } from '../stage.ts';

useFakeTime();

let stage: Stage;
/** What happened, in order. */
let diary: string[];
beforeEach(() => {
  stage = new Stage();
  diary = [];
});

abstract class Diarist extends User {
  override waitTime = constant(1);
  override onStop(): unknown {
    diary.push('user stops');
    return undefined;
  }
}

/** Three steps in order, then back to the parent. */
class Checkout extends SequentialTaskSet {
  override onStart(): unknown {
    diary.push('enter');
    return undefined;
  }
  override onStop(): unknown {
    diary.push('exit');
    return undefined;
  }
  @task
  cart(): void {
    diary.push('cart');
  }
  @task(2)
  async pay(): Promise<void> {
    diary.push('pay');
    await pause(100);
    diary.push('paid');
  }
  @task
  done(): void {
    diary.push('done');
    this.interrupt();
  }
}

class Shopper extends Diarist {
  static override tasks = [Checkout];
}

describe('a sequential task set', () => {
  it('runs its tasks in order, each as often as its weight, waits between them, and starts over at once when interrupted', async () => {
    stage.born(Shopper);
    await pass(3300);
    expect(diary).toEqual(['enter', 'cart', 'pay', 'paid', 'pay', 'paid', 'done', 'exit', 'enter', 'cart']);
  });

  it('runs the onStop of set and user, from the inside out, when the user is stopped or killed', async () => {
    for (const end of ['stop', 'kill'] as const) {
      diary = [];
      const life = stage.born(Shopper);
      await pass(1050);
      life[end]();
      await pass(60);
      expect(diary).toEqual(['enter', 'cart', 'pay', ...(end === 'stop' ? ['paid'] : []), 'exit', 'user stops', ...(end === 'kill' ? ['paid'] : [])]);
    }
    expect(stage.gone).toHaveLength(2);
  });
});

describe('nested task sets', () => {
  it('know user and parent, share the random stream, and go back to the set around them', async () => {
    const seen: unknown[] = [];
    class Inner extends TaskSet<Nested> {
      @task
      look(): void {
        seen.push(this.user, this.parent, this.client, this.random === this.user.random);
        this.interrupt(false);
      }
    }
    class Outer extends TaskSet<Nested> {
      static override tasks = [Inner];
      override waitTime = constant(5);
    }
    class Nested extends Diarist {
      static override tasks = [Outer];
      readonly client = 'a client';
    }
    stage.born(Nested);
    await pass(0);
    const [user, parent, client, sameStream] = seen;
    expect(user).toBeInstanceOf(Nested);
    expect(parent).toBeInstanceOf(Outer);
    expect((parent as Outer).parent).toBe(user);
    expect(client).toBe('a client');
    expect(sameStream).toBe(true);
    await pass(4999);
    expect(seen).toHaveLength(4);
    await pass(1);
    expect(seen).toHaveLength(8);
  });

  it('wait as the user does unless they have a wait time of their own', async () => {
    class Quick extends TaskSet {
      @task
      step(): void {
        diary.push('step');
      }
    }
    class Own extends Quick {
      override waitTime = constant(0.1);
    }
    class A extends Diarist {
      static override tasks = [Quick];
    }
    class B extends Diarist {
      static override tasks = [Own];
    }
    stage.born(A);
    await pass(1000);
    expect(diary).toHaveLength(2);
    diary = [];
    stage.born(B).stop();
    await pass(0);
    diary = [];
    stage.born(B);
    await pass(1000);
    expect(diary.filter((line) => line === 'step').length).toBe(11 + 1); // and one of A
  });

  it('leave the user when a task throws StopUser, with every onStop', async () => {
    class Leaver extends TaskSet {
      override onStop(): unknown {
        diary.push('exit');
        return undefined;
      }
      @task
      leave(): void {
        throw new StopUser();
      }
    }
    class Around extends TaskSet {
      static override tasks = [Leaver];
      override onStop(): unknown {
        diary.push('around');
        return undefined;
      }
    }
    class Visitor extends Diarist {
      static override tasks = [Around];
    }
    stage.born(Visitor);
    await pass(0);
    expect(diary).toEqual(['exit', 'around', 'user stops']);
    expect(stage.gone).toHaveLength(1);
    expect(stage.errors).toEqual([]);
  });

  it('stay entered when a task fails, which is reported', async () => {
    class Failing extends TaskSet {
      override onStart(): unknown {
        diary.push('enter');
        return undefined;
      }
      @task
      fail(): void {
        throw new Error('broken');
      }
    }
    class Tester extends Diarist {
      static override tasks = [Failing];
    }
    stage.born(Tester);
    await pass(2000);
    expect(stage.errors).toEqual(['Error: broken', 'Error: broken', 'Error: broken']);
    expect(diary).toEqual(['enter']);
  });

  it('give back to the parent when onStart fails or interrupts, without onStop', async () => {
    let thrown: Error = new Error('closed');
    class Closed extends TaskSet {
      override onStart(): unknown {
        diary.push('knock');
        throw thrown;
      }
      override onStop(): unknown {
        diary.push('never');
        return undefined;
      }
      @task
      step(): void {}
    }
    class Visitor extends Diarist {
      static override tasks = [Closed];
    }
    stage.born(Visitor);
    await pass(999);
    expect(diary).toEqual(['knock']);
    expect(stage.errors).toEqual(['Error: closed']);
    thrown = new InterruptTaskSet(false);
    await pass(1);
    thrown = new RescheduleTask();
    await pass(1000);
    expect(diary).toEqual(['knock', 'knock', 'knock']);
    expect(stage.errors).toHaveLength(1);
  });

  it('are interrupted in a task of the user itself: the user ends', async () => {
    class Loner extends Diarist {
      @task
      leave(): void {
        throw new InterruptTaskSet();
      }
    }
    stage.born(Loner);
    await pass(0);
    expect(diary).toEqual(['user stops']);
  });

  it('take tasks into their queue, which goes first', async () => {
    const extra = (): unknown => diary.push('extra');
    class Planner extends SequentialTaskSet {
      @task
      plan(): void {
        diary.push('plan');
        this.scheduleTask(extra);
        this.scheduleTask(Visit, true);
      }
      @task
      relax(): void {
        diary.push('rest');
      }
    }
    class Visit extends TaskSet {
      @task
      look(): void {
        diary.push('visit');
        this.interrupt(false);
      }
    }
    class Busy extends Diarist {
      static override tasks = [Planner];
    }
    stage.born(Busy);
    await pass(3000);
    expect(diary).toEqual(['plan', 'visit', 'extra', 'rest']);
  });

  it('have what their user has: sleep, measure, record, host, signal, environment', async () => {
    class Browse extends TaskSet {
      @task
      async look(): Promise<void> {
        diary.push(`${this.host} ${this.environment.userIndex} ${this.signal.aborted}`);
        const length = await this.measure('redis', 'GET', () => this.sleep(1).then(() => 5));
        this.record({ type: 'a', name: `b ${length}` });
        this.interrupt(false);
      }
    }
    class Busy extends Diarist {
      static override host = 'http://h';
      static override tasks = [Browse];
    }
    stage.born(Busy);
    await pass(1001);
    expect(diary).toEqual(['http://h 0 false']);
    expect(stage.recorded).toEqual(['GET', 'b 5']);
  });

  it('say what to do when their user has no client', async () => {
    class Browse extends TaskSet {
      @task
      async look(): Promise<void> {
        await this.client.get('/');
      }
      @task
      async ask(): Promise<void> {
        await this.rest('GET', '/');
      }
    }
    class Busy extends Diarist {
      static override tasks = [Browse];
    }
    stage.born(Busy);
    await pass(20_000);
    expect(new Set(stage.errors)).toEqual(
      new Set(['client', 'rest'].map((what) => `BoomerError: this.${what} of Browse is that of its user, but Busy has none: make Busy extend HttpUser or FastHttpUser, or give it a client of its own`)),
    );
  });

  it('are not for scenarios to construct', () => {
    expect(() => new Checkout()).toThrow('only boomer-node makes task sets');
  });
});

describe('ways to name a task set', () => {
  it('are a list, a map, a static field with @task, and a marked class', async () => {
    class One extends TaskSet {
      @task
      step(): void {
        diary.push(this.constructor.name);
        this.interrupt(false);
      }
    }
    class Two extends One {}
    @task(3)
    class Three extends One {}
    class Named extends Diarist {
      static override tasks = new Map([[Two, 2]]);
      @task(4)
      static one = One;
    }
    class Listed extends Diarist {
      static override tasks = [Three];
    }
    expect(stage.plan(Named).tasks.runnables).toHaveLength(6);
    expect(stage.plan(Listed).tasks.runnables).toHaveLength(3);
    expect(stage.plan(Named).info().taskNames).toEqual(['Two', 'one']);
    stage.born(Listed);
    await pass(0);
    expect(diary[0]).toBe('Three');
  });

  it('refuse what is no task set', () => {
    class Wrong extends Diarist {
      @task(2)
      static one = 'no class';
    }
    expect(() => stage.plan(Wrong)).toThrow('@task static one of Wrong must hold a class that extends TaskSet, got "no class"');
  });
});

describe('tags', () => {
  class Reader extends TaskSet {
    @tag('read')
    @task
    read(): void {}
    @tag('write')
    @task
    write(): void {}
  }
  @tag('admin')
  class Admin extends TaskSet {
    @task
    ban(): void {}
  }
  class Member extends Diarist {
    static override tasks = [Reader, Admin];
    @task
    untagged(): void {}
  }

  it('reach into task sets; a set without a task left vanishes, a tag on a set stands for its tasks', () => {
    const plan = stage.plan(Member);
    const names = (): string[] => plan.tasks.runnables.map((run) => (typeof run === 'function' ? run.name : run.owner.name));
    expect(plan.filterByTags({ tags: ['write'], excludeTags: null })).toEqual(['Admin']);
    expect(names()).toEqual(['Reader']);
    plan.filterByTags({ tags: ['admin'], excludeTags: null });
    expect(names()).toEqual(['Admin']);
    plan.filterByTags({ tags: null, excludeTags: ['read', 'write'] });
    expect(names()).toEqual(['Admin', 'untagged']);
    expect(plan.filterByTags({ tags: ['nothing'], excludeTags: null })).toEqual(['Member', 'Reader', 'Admin']);
    plan.filterByTags({ tags: null, excludeTags: null });
    expect(names()).toEqual(['Reader', 'Admin', 'untagged']);
  });

  it('may meet a task set that names itself', async () => {
    class Endless extends TaskSet {
      static override tasks: never[] = [];
      @task
      step(): void {
        diary.push('step');
      }
    }
    Endless.tasks = [Endless as never];
    class Lost extends Diarist {
      static override tasks = [Endless as never];
    }
    const plan = stage.plan(Lost);
    expect(plan.filterByTags({ tags: null, excludeTags: ['x'] })).toEqual([]);
    stage.born(Lost);
    await pass(10_000);
    expect(diary.length).toBeGreaterThan(0);
  });
});

describe('a tag on a set', () => {
  class Pay extends TaskSet {
    @task
    pay(): void {}
  }
  @tag('checkout')
  class Checkout extends TaskSet {
    static override tasks: TaskSetClass[] = [Pay];
    @task
    basket(): void {}
  }
  class Derived extends Checkout {}

  it.each([
    ['it', Checkout, ['checkout']],
    ['one that extends it', Derived, []],
  ])('reaches the sets within %s', (_, set, ownTags) => {
    class Host extends Diarist {
      static override tasks = [set];
      @task
      home(): void {}
    }
    const plan = stage.plan(Host);
    expect(plan.filterByTags({ tags: null, excludeTags: ['checkout'] })).toEqual([set.name, 'Pay']);
    expect(plan.filterByTags({ tags: ['checkout'], excludeTags: null })).toEqual([]);
    expect(plan.tasks.names).toEqual([set.name, 'home']);
    expect(plan.tasks.info()[0]?.tags).toEqual(ownTags);
    expect(plan.tasks.info()[0]?.set?.tasks.map(({ name, tags }) => [name, tags])).toEqual([['Pay', ['checkout']], ['basket', ['checkout']]]);
  });

  it('does not reach what a class that extends it adds, nor sets among that which stand elsewhere too', () => {
    class Browse extends TaskSet {
      @task
      look(): void {}
    }
    class More extends Checkout {
      static override tasks = [Browse];
      @task
      extra(): void {}
    }
    @tag('young')
    class Youngest extends More {
      @task
      last(): void {}
    }
    const runnable = (set: TaskSetClass, filter: TagFilter): readonly string[] => {
      class Host extends Diarist {
        static override tasks = [set];
      }
      const plan = stage.plan(Host);
      plan.filterByTags(filter);
      return plan.tasks.below.flatMap(({ runnables }) => runnables.map((run) => (typeof run === 'function' ? run.name : run.owner.name)));
    };
    expect(runnable(More, { tags: null, excludeTags: ['checkout'] })).toEqual(['Browse', 'extra']);
    expect(runnable(More, { tags: ['checkout'], excludeTags: null })).toEqual(['Pay', 'basket']);
    expect(runnable(Youngest, { tags: ['young'], excludeTags: null })).toEqual(['Pay', 'basket', 'Browse', 'extra', 'last']);
    expect(runnable(Youngest, { tags: ['young'], excludeTags: ['checkout'] })).toEqual(['Browse', 'extra', 'last']);
    class Visitor extends Diarist {
      static override tasks = [Browse, More];
    }
    const plan = stage.plan(Visitor);
    plan.filterByTags({ tags: null, excludeTags: ['checkout'] });
    expect(plan.tasks.runnables).toHaveLength(2);
  });

  it('reaches a set that was known before, and one that stands around it', () => {
    class Around extends TaskSet {
      static override tasks: TaskSetClass[] = [Pay];
    }
    @tag('checkout')
    class Within extends TaskSet {
      static override tasks: TaskSetClass[] = [Around];
    }
    Around.tasks.push(Within);
    class Host extends Diarist {
      static override tasks = [Around];
    }
    expect(stage.plan(Host).filterByTags({ tags: null, excludeTags: ['checkout'] })).toContain('Pay');
  });

  it('gives its weight, too, to one that extends it', () => {
    @task(3)
    class Heavy extends TaskSet {
      @task
      lift(): void {}
    }
    class Heavier extends Heavy {}
    class Host extends Diarist {
      static override tasks = [Heavier];
    }
    expect(stage.plan(Host).tasks.runnables).toHaveLength(3);
  });
});

describe('a Markov task set', () => {
  class Visit extends MarkovTaskSet {
    @transition('browse')
    index(): void {
      diary.push('index');
    }
    @transitions({ index: 1, buy: 3 })
    browse(): void {
      diary.push('browse');
    }
    @transitions(['index', ['browse', 0]])
    buy(): void {
      diary.push('buy');
    }
  }
  class Surfer extends Diarist {
    static override tasks = [Visit];
  }

  it('begins with the first task and goes where the transitions lead, by weight', async () => {
    stage.born(Surfer);
    await pass(1_999_000);
    expect(diary).toHaveLength(2000);
    const pairs = new Map<string, number>();
    for (let at = 1; at < diary.length; at++) {
      const pair = `${diary[at - 1] ?? ''} ${diary[at] ?? ''}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    expect(diary[0]).toBe('index');
    expect(new Set(pairs.keys())).toEqual(new Set(['index browse', 'browse index', 'browse buy', 'buy index']));
    expect((pairs.get('browse buy') ?? 0) / (pairs.get('browse index') ?? 1)).toBeGreaterThan(2.2);
    expect((pairs.get('browse buy') ?? 0) / (pairs.get('browse index') ?? 1)).toBeLessThan(4.2);
  });

  it('says what is wrong with a chain', () => {
    class Empty extends MarkovTaskSet {}
    class Astray extends MarkovTaskSet {
      @transition('nowhere')
      index(): void {}
    }
    class Stuck extends MarkovTaskSet {
      @transition('index', 0)
      index(): void {}
    }
    class Tagged extends MarkovTaskSet {
      @tag('x')
      @transition('index')
      index(): void {}
    }
    @tag('x')
    class TaggedItself extends MarkovTaskSet {
      @transition('index')
      index(): void {}
    }
    const planOf = (taskSet: typeof Empty) => (): unknown => {
      class Host extends Diarist {
        static override tasks = [taskSet as never];
      }
      return stage.plan(Host);
    };
    expect(planOf(Empty)).toThrow('Empty has no Markov task');
    expect(planOf(Astray)).toThrow('Astray.index leads to "nowhere", which is no task with transitions: expected one of index');
    expect(planOf(Stuck)).toThrow('all transitions of Stuck.index have weight 0');
    expect(planOf(Tagged)).toThrow('Tagged.index has tags');
    expect(planOf(TaggedItself)).toThrow('TaggedItself has tags');
    expect(() => transition('x', -1)).toThrow('the weight of a transition to "x" expects a whole number of 0 or more, got -1');
  });
});

describe('an onStop of a set', () => {
  it('ends the user when it throws StopUser, and is reported when it throws anything else', async () => {
    let thrown: Error = new Error('stuck');
    class Leaving extends TaskSet {
      override onStop(): never {
        throw thrown;
      }
      @task
      step(): void {
        diary.push('step');
        this.interrupt(false);
      }
    }
    class Visitor extends Diarist {
      static override tasks = [Leaving];
    }
    stage.born(Visitor);
    await pass(999);
    expect(stage.errors).toEqual(['Error: stuck']);
    thrown = new StopUser();
    await pass(1);
    expect(diary).toEqual(['step', 'step', 'user stops']);
    expect(stage.errors).toHaveLength(1);
  });
});
