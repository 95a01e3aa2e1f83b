import { collectTasks, type TaskEntry } from '../../../src/scenario/collectTasks.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { tag, task } from '../../../src/scenario/task.ts';

const shape = (entries: readonly TaskEntry[]): (readonly [string, number])[] => entries.map(({ name, weight }) => [name, weight]);
const call = (entry: TaskEntry | undefined, user: object): unknown => (entry?.run as unknown as () => unknown).call(user);

class Base {
  @task(2)
  first(): string {
    return 'base first';
  }
  @task
  @tag('read')
  second(): string {
    return 'base second';
  }
  notATask(): void {}
}

describe('collectTasks, decorated methods', () => {
  it('lists them in the order of declaration', () => {
    expect(shape(collectTasks(Base))).toEqual([
      ['first', 2],
      ['second', 1],
    ]);
    expect(collectTasks(Base)[1]?.tags).toEqual(new Set(['read']));
  });

  it("puts a base class's tasks first", () => {
    class Child extends Base {
      @task(9)
      third(): void {}
    }
    expect(shape(collectTasks(Child))).toEqual([
      ['first', 2],
      ['second', 1],
      ['third', 9],
    ]);
    expect(collectTasks(Base)).toHaveLength(2);
  });

  it('runs the overriding method of a subclass, with the weight of the base, or its own when it is decorated anew', () => {
    class Child extends Base {
      override first(): string {
        return 'child first';
      }
      @task(5)
      override second(): string {
        return 'child second';
      }
    }
    const entries = collectTasks(Child);
    expect(shape(entries)).toEqual([
      ['first', 2],
      ['second', 5],
    ]);
    expect(entries.map((entry) => call(entry, new Child()))).toEqual(['child first', 'child second']);
  });

  it('lets a subclass switch an inherited task off with weight 0', () => {
    class Child extends Base {
      @task(0)
      override first(): string {
        return 'never';
      }
    }
    expect(shape(collectTasks(Child))).toEqual([
      ['first', 0],
      ['second', 1],
    ]);
  });

  it('does not touch getters', () => {
    class Touchy extends Base {
      get trap(): never {
        throw new Error('a getter was read');
      }
    }
    expect(collectTasks(Touchy)).toHaveLength(2);
  });
});

describe('collectTasks, static tasks', () => {
  it('takes methods by name', () => {
    class Plain {
      static tasks = { hello: 1, item: 3 };
      hello(): void {}
      item(): void {}
    }
    expect(shape(collectTasks(Plain))).toEqual([
      ['hello', 1],
      ['item', 3],
    ]);
  });

  it('takes inherited methods by name, and adds to what is decorated', () => {
    class Child extends Base {
      static tasks = { notATask: 4, first: 8 };
    }
    expect(shape(collectTasks(Child))).toEqual([
      ['first', 8],
      ['second', 1],
      ['notATask', 4],
    ]);
  });

  it('takes a list of functions in its order; an item may stand twice', () => {
    function hello(): void {}
    const item = (): void => {};
    class Listed {
      id = 1;
      static tasks = [hello, item, hello];
    }
    expect(shape(collectTasks(Listed))).toEqual([
      ['hello', 1],
      ['item', 1],
      ['hello', 1],
    ]);
  });

  it('takes a map of functions, tells functions of one name apart, and names one without a name', () => {
    const make = (): (() => void) => {
      const twin = (): void => {};
      return twin;
    };
    class Mapped {
      id = 1;
      static tasks = new Map([
        [make(), 2],
        [make(), 3],
        [(() => () => {})(), 1],
      ]);
    }
    expect(shape(collectTasks(Mapped))).toEqual([
      ['twin', 2],
      ['twin', 3],
      ['anonymous', 1],
    ]);
  });

  it('hands a function its user, as this and as argument', () => {
    const seen: unknown[] = [];
    class Listed {
      id = 1;
      static tasks = [
        function (this: unknown, user: unknown): void {
          seen.push(this, user);
        },
      ];
    }
    const user = new Listed();
    call(collectTasks(Listed)[0], user);
    expect(seen).toEqual([user, user]);
  });

  it('hands a method that is listed as a function nothing beside its this', () => {
    const seen: unknown[] = [];
    class Listed {
      id = 1;
      static tasks: readonly (() => void)[] = [];
      get trap(): never {
        throw new Error('a getter was read');
      }
      pay(...given: unknown[]): void {
        seen.push(this, ...given);
      }
    }
    class Heir extends Listed {
       
      static override tasks = [Listed.prototype.pay];
    }
    const user = new Heir();
    call(collectTasks(Heir)[0], user);
    expect(seen).toEqual([user]);
  });

  it('keeps the name, weight and tags of a function', () => {
    const marked = (): void => {};
    class Listed {
      id = 1;
      static tasks = new Map([[marked, 4]]);
    }
    const [entry] = collectTasks(Listed);
    expect(entry).toMatchObject({ name: 'marked', weight: 4 });
    expect((entry?.run as () => void).name).toBe('marked');
  });

  it('inherits a list of the base class and adds its own', () => {
    const one = (): void => {};
    const two = (): void => {};
    class Parent {
      id = 1;
      static tasks = [one];
    }
    class Child extends Parent {
      static override tasks = [two];
    }
    class Heir extends Parent {}
    expect(shape(collectTasks(Child))).toEqual([
      ['one', 1],
      ['two', 1],
    ]);
    expect(shape(collectTasks(Heir))).toEqual([['one', 1]]);
  });

  it('finds nothing in a class without tasks', () => {
    class Empty {
      id = 1;
      static tasks = undefined;
    }
    expect(collectTasks(Empty as never)).toEqual([]);
  });

  it.each([
    ['a method that does not exist', { helo: 1 }, 'static tasks of Bad names "helo", but Bad has no method of that name'],
    ['a field that is no method', { size: 1 }, 'static tasks of Bad names "size", but Bad has no method of that name'],
    ['a weight below 0', { hello: -1 }, 'static tasks of Bad, hello expects a whole number of 0 or more, got -1'],
    ['a weight that is no number', { hello: '3' }, 'static tasks of Bad, hello expects a whole number of 0 or more, got "3"'],
    ['a list with a name', ['hello'], 'static tasks of Bad lists something that is neither a function nor a task set: "hello"'],
    ['a list with a hole', [undefined], 'static tasks of Bad lists something that is neither a function nor a task set: undefined'],
    ['a list with an object that cannot be printed', [Object.create(null)], 'static tasks of Bad lists something that is neither a function nor a task set: [Object: null prototype] {}'],
    ['a map with a bad weight', new Map([[(): void => {}, 0.5]]), 'static tasks of Bad expects a whole number of 0 or more, got 0.5'],
    ['a map with a name', new Map([['hello', 1]]), 'static tasks of Bad lists something that is neither a function nor a task set: "hello"'],
    ['a number', 7, 'static tasks of Bad expects { method: weight }, a list or a map of functions and task sets, got 7'],
    ['a text', 'hello', 'static tasks of Bad expects { method: weight }, a list or a map of functions and task sets, got "hello"'],
    ['null', null, 'static tasks of Bad expects { method: weight }, a list or a map of functions and task sets, got null'],
  ])('names class and fault: %s', (_, tasks, message) => {
    class Bad {
      static tasks = tasks as never;
      static size = 1;
      hello(): void {}
    }
    expect(() => collectTasks(Bad)).toThrow(new BoomerError('bad-task', message));
  });
});
