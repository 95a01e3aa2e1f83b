import { checkedWeight, markedTags, markedWeight, tag, task } from '../../../src/scenario/task.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { printed } from '../../../src/util/printed.ts';

type Method = (...args: never[]) => unknown;
const methodOf = (userClass: { readonly prototype: object }, name: string): Method =>
  (userClass.prototype as Readonly<Record<string, Method>>)[name] as Method;

describe('@task, standard form', () => {
  class Shopper {
    @task
    bare(): void {}
    @task(7)
    weighted(): void {}
    @task(0)
    off(): void {}
    plain(): void {}
  }

  it.each([
    ['bare', 1],
    ['weighted', 7],
    ['off', 0],
    ['plain', null],
  ])('gives %s the weight %p', (name, weight) => {
    expect(markedWeight(methodOf(Shopper, name))).toBe(weight);
  });

  it('leaves the method itself as it was', () => {
    class Counting {
      count = 0;
      @task
      add(): number {
        return ++this.count;
      }
    }
    expect(new Counting().add()).toBe(1);
    expect(Counting.prototype.add.name).toBe('add');
  });

  const context = (changed: object): never =>
    ({ kind: 'method', name: 'x', static: false, private: false, access: {}, addInitializer: () => undefined, metadata: {}, ...changed }) as never;

  it.each([
    ['a static method', { static: true }, 'method x'],
    ['a private method', { private: true, name: '#x' }, 'method #x'],
    ['a getter', { kind: 'getter' }, 'getter x'],
    ['a field', { kind: 'field' }, 'field x: write it as a method, async x() { … }'],
    ['a class', { kind: 'class', name: 'Shopper' }, 'class Shopper'],
  ])('does not go on %s', (_, changed, what) => {
    const problem = (decorator: string): BoomerError => new BoomerError('bad-task', `${decorator} belongs on a public instance method or a class that extends TaskSet, not on ${what}`);
    expect(() => task(() => undefined, context(changed))).toThrow(problem('@task'));
    expect(() => task(2)(() => undefined, context(changed))).toThrow(problem('@task'));
    expect(() => tag('a')(() => undefined, context(changed))).toThrow(problem('@tag'));
  });

  it.each([[-1], [1.5], [Number.NaN], [Infinity], ['3'], [null], [undefined], [{}], [true]])('refuses the weight %p', (weight) => {
    expect(() => task(weight as never)).toThrow(`@task(weight) expects a whole number of 0 or more, got ${printed(weight)}`);
  });
});

describe('@task and @tag, the form of experimentalDecorators', () => {
  const prototype = { bare(): void {}, weighted(): void {}, tagged(): void {} };
  const descriptorOf = (name: keyof typeof prototype): PropertyDescriptor =>
    Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor;

  it('marks the same way', () => {
    task(prototype, 'bare', descriptorOf('bare'));
    task(5)(prototype, 'weighted', descriptorOf('weighted'));
    tag('read')(prototype, 'tagged', descriptorOf('tagged'));
    expect(markedWeight(prototype.bare)).toBe(1);
    expect(markedWeight(prototype.weighted)).toBe(5);
    expect(markedTags(prototype.tagged)).toEqual(new Set(['read']));
  });

  it('refuses a static method, an accessor and a property', () => {
    class Holder {
      id = 1;
    }
    expect(() => task(Holder, 'make', { value: () => undefined })).toThrow('@task belongs on a public instance method or a class that extends TaskSet, not on make');
    expect(() => task(prototype, 'size', { get: () => 1 })).toThrow('not on size');
    expect(() => task(2)(prototype, 'field', undefined as never)).toThrow('not on field');
  });
});

describe('@tag', () => {
  it('gathers names, above or below @task, once each', () => {
    class Shopper {
      @tag('slow', 'read')
      @task
      @tag('read', 'list')
      list(): void {}
      @task
      untagged(): void {}
    }
    expect(markedTags(methodOf(Shopper, 'list'))).toEqual(new Set(['read', 'list', 'slow']));
    expect(markedTags(methodOf(Shopper, 'untagged')).size).toBe(0);
  });

  it.each([[[]], [['']], [['ok', '']], [[7]], [[null]]])('refuses the names %j', (names) => {
    expect(() => tag(...(names as unknown as [string]))).toThrow(/^@tag\(…?.*expects one or more names, e\.g\. @tag\('read'\)/u);
  });
});

describe('checkedWeight', () => {
  it.each([0, 1, 1000])('takes %d', (weight) => {
    expect(checkedWeight(weight, 'x')).toBe(weight);
  });

  it('survives a value that cannot be printed', () => {
    expect(() => checkedWeight(Object.create(null), 'static weight of A')).toThrow(BoomerError);
  });
});
