import { UserPlan } from '../../../../src/engine/thread/users/userPlan.ts';
import { MarkovTaskSet, transition, transitions } from '../../../../src/scenario/markovTaskSet.ts';
import { tag, task } from '../../../../src/scenario/task.ts';
import { SequentialTaskSet } from '../../../../src/scenario/taskSet.ts';
import { User } from '../../../../src/scenario/user.ts';

const pause = (): void => undefined;
const names = (plan: UserPlan): string[] => plan.tasks.runnables.map((run) => (typeof run === 'function' ? run.name : run.owner.name)).sort();

function planOf(changes: object = {}): UserPlan {
  class Shopper extends User {
    @task(2)
    @tag('read', 'list')
    list(): void {}
    @task
    @tag('write')
    buy(): void {}
    @task
    look(): void {}
    @task(0)
    off(): void {}
  }
  Object.assign(Shopper, changes);
  return new UserPlan('Shopper', Shopper);
}

describe('a plan', () => {
  it('tells what the main thread must know', () => {
    const plain = { set: null, transitions: null };
    expect(planOf({ weight: 3, fixedCount: 2, host: 'http://h' }).info()).toEqual({
      name: 'Shopper',
      weight: 3,
      fixedCount: 2,
      arrivals: null,
      replay: null,
      host: 'http://h',
      taskNames: ['list', 'buy', 'look', 'off'],
      tasks: [
        { name: 'list', weight: 2, tags: ['list', 'read'], ...plain },
        { name: 'buy', weight: 1, tags: ['write'], ...plain },
        { name: 'look', weight: 1, tags: [], ...plain },
        { name: 'off', weight: 0, tags: [], ...plain },
      ],
      isTaskList: false,
    });
    expect(planOf().info()).toMatchObject({ weight: 1, fixedCount: 0, host: null });
  });

  it('tells of task sets with their tags, of chains with their transitions, of lists what stands twice, and whatever the tags are at the moment', () => {
    class Chain extends MarkovTaskSet {
      @transitions({ ask: 3, go: 1 })
      ask(): void {}
      @transition('ask')
      go(): void {}
    }
    @tag('shop')
    class Again extends SequentialTaskSet {
      static again: unknown;
      @task(2)
      look(): void {}
    }
    task(Again, 'again', undefined as never);
    Again.again = Again;
    class Lists extends User {
      static override tasks = [Again, pause, pause, Chain];
    }
    const plan = new UserPlan('Lists', Lists);
    const told = plan.info();
    const set = { weight: 1, transitions: null };
    expect(told.tasks).toEqual([
      { name: 'Again', ...set, tags: ['shop'], set: { order: 'sequential', tasks: [{ name: 'look', weight: 2, tags: ['shop'], set: null, transitions: null }, { name: 'again', ...set, tags: ['shop'], set: null }] } },
      { name: 'pause', weight: 2, tags: [], set: null, transitions: null },
      {
        name: 'Chain',
        ...set,
        tags: [],
        set: {
          order: 'markov',
          tasks: [
            { name: 'ask', weight: 1, tags: [], set: null, transitions: { ask: 3, go: 1 } },
            { name: 'go', weight: 1, tags: [], set: null, transitions: { ask: 1 } },
          ],
        },
      },
    ]);
    plan.filterByTags({ tags: ['nothing'], excludeTags: null });
    expect(plan.info()).toEqual(told);
  });

  it('holds each task as often as its weight says', () => {
    expect(names(planOf())).toEqual(['buy', 'list', 'list', 'look']);
    expect(planOf().tasks.isEmpty).toBe(false);
  });

  it.each([
    ['weight', -1, 'static weight of Shopper expects a whole number of 0 or more, got -1'],
    ['weight', '2', 'static weight of Shopper expects a whole number of 0 or more, got "2"'],
    ['fixedCount', 0.5, 'static fixedCount of Shopper expects a whole number of 0 or more, got 0.5'],
    ['host', 8080, "static host of Shopper expects a text like 'http://localhost:8080', got 8080"],
  ])('refuses a %s of %p', (key, value, message) => {
    expect(() => planOf({ [key]: value })).toThrow(message);
  });

  it.each([undefined, null, ''])('has no host when the class says %p', (host) => {
    expect(planOf({ host }).host).toBeNull();
  });
});

describe('tags', () => {
  it.each([
    [null, null, ['buy', 'list', 'list', 'look']],
    [[], [], ['buy', 'list', 'list', 'look']],
    [['read'], null, ['list', 'list']],
    [['read', 'write'], null, ['buy', 'list', 'list']],
    [null, ['read'], ['buy', 'look']],
    [['read', 'write'], ['list'], ['buy']],
    [['read'], ['list'], []],
    [['unknown'], null, []],
  ])('%j without %j leave %j', (tags, excludeTags, left) => {
    const plan = planOf();
    plan.filterByTags({ tags, excludeTags });
    expect(names(plan)).toEqual(left);
    plan.filterByTags({ tags: null, excludeTags: null });
    expect(names(plan)).toHaveLength(4);
  });
});

describe('update', () => {
  it('changes the host of users to come, but not to nothing', () => {
    const plan = planOf({ host: 'http://old' });
    expect(plan.update({ host: 'http://new' })).toEqual([]);
    expect(plan.host).toBe('http://new');
    for (const host of ['', null, 7, {}]) plan.update({ host });
    expect(plan.host).toBe('http://new');
  });

  it('chooses tasks by name, together with the tags, and says which names it does not know', () => {
    const plan = planOf();
    expect(plan.update({ tasks: ['list', 'look', 'nonsense', 7] })).toEqual([
      'the master chooses tasks that Shopper does not have: "nonsense", 7 (it has list, buy, look, off): list, look run',
    ]);
    expect(names(plan)).toEqual(['list', 'list', 'look']);
    plan.filterByTags({ tags: ['read', 'write'], excludeTags: null });
    expect(names(plan)).toEqual(['list', 'list']);
    plan.update({ tasks: ['list', 'buy', 'look', 'off'] });
    expect(names(plan)).toEqual(['buy', 'list', 'list']);
  });

  it('runs all tasks when none of the names is its own, as those of a stub in the master\'s locustfile', () => {
    const plan = planOf();
    plan.update({ tasks: ['list'] });
    expect(plan.update({ tasks: ['run_in_node', 'other'] })).toEqual([
      'the master chooses tasks that Shopper does not have: "run_in_node", "other" (it has list, buy, look, off): all tasks of Shopper run',
    ]);
    expect(names(plan)).toEqual(['buy', 'list', 'list', 'look']);
    plan.update({ tasks: ['list'] });
    expect(plan.update({ tasks: [] })).toEqual(['the master chooses no task of Shopper: all tasks of Shopper run']);
    expect(names(plan)).toHaveLength(4);
  });

  it('says when what is chosen cannot run', () => {
    const plan = planOf();
    expect(plan.update({ tasks: ['off'] })).toEqual([
      'none of the tasks that the master chooses for Shopper can run: check tags, exclude tags and weights; users without tasks idle',
    ]);
  });

  it.each([['all'], [null], [{ list: 1 }]])('refuses tasks that are no list: %j', (tasks) => {
    const plan = planOf();
    expect(plan.update({ tasks })[0]).toMatch(/^tasks of Shopper: expected a list of task names, got /u);
    expect(names(plan)).toHaveLength(4);
  });

  it('makes every other attribute a static, in our spelling', () => {
    const plan = planOf();
    expect(plan.update({ user_class_name: 'Shopper', think_time: 4, plain: 'x' })).toEqual([]);
    expect({ ...plan.userClass }).toMatchObject({ thinkTime: 4, plain: 'x' });
    expect(plan.userClass).not.toHaveProperty('userClassName');
    plan.update({ think_time: 5 });
    expect({ ...plan.userClass }).toMatchObject({ thinkTime: 5 });
  });

  it('says what cannot be changed, and changes the rest', () => {
    const plan = planOf();
    expect(plan.update({ prototype: {}, think_time: 1 })).toEqual(['prototype of Shopper cannot be changed']);
    expect({ ...plan.userClass }).toMatchObject({ thinkTime: 1 });
    expect(plan.userClass.prototype).toBeInstanceOf(User);
  });

  it('does not poison anything with a hostile key', () => {
    const plan = planOf();
    plan.update(JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1}') as Record<string, unknown>);
    expect(Object.getPrototypeOf(plan.userClass)).toBe(User);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
