import { runInNewContext } from 'node:vm';
import { asError, errorLine, errorTrace } from '../../../src/util/errorText.ts';

const unprintable = 'a thrown value that cannot be printed';

function withoutStack(): Error {
  const error = new TypeError('bare');
  delete error.stack;
  return error;
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function bad(): never {
  throw new Error('not today');
}

const hostile: readonly (readonly [string, unknown])[] = [
  ['an object whose toString throws', { toString: bad }],
  ['an object whose toString gives an object', { toString: () => ({}), valueOf: () => ({}) }],
  ['a revoked proxy', revoked()],
  ['a proxy that refuses everything', new Proxy({}, { get: bad, has: bad, getPrototypeOf: bad, ownKeys: bad, getOwnPropertyDescriptor: bad })],
  ['an Error whose message throws', Object.defineProperty(new Error('x'), 'message', { get: bad })],
];

describe('errorLine', () => {
  it.each([
    ['an Error', new TypeError('fetch failed'), 'TypeError: fetch failed'],
    ['an Error without message', new Error(), 'Error'],
    ['an Error with a cause', new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }), 'TypeError: fetch failed (Error: connect ECONNREFUSED 127.0.0.1:1)'],
    ['an Error with a cause that is no Error', new Error('a', { cause: 'b' }), 'Error: a'],
    ['a string', 'text', 'text'],
    ['undefined', undefined, 'undefined'],
    ['null', null, 'null'],
    ['a number', 42, '42'],
    ['a bigint', 42n, '42'],
    ['a boolean', false, 'false'],
    ['a symbol', Symbol('mark'), 'Symbol(mark)'],
    ['a list', ['a', 1], 'a,1'],
    ['an object with a toString', { toString: () => 'mine' }, 'mine'],
    ['a promise', Promise.resolve(1), '[object Promise]'],
    ['a plain object', { code: 7, why: 'full' }, "{ code: 7, why: 'full' }"],
    ['an object without prototype', Object.assign(Object.create(null), { code: 7 }) as object, '[Object: null prototype] { code: 7 }'],
  ])('shows %s', (_, thrown, text) => {
    expect(errorLine(thrown)).toBe(text);
  });

  it.each(hostile)('survives %s', (_, thrown) => {
    expect(errorLine(thrown)).toBe(unprintable);
  });
});

describe('asError', () => {
  it('leaves an Error as it is, whatever made it', () => {
    for (const error of [new TypeError('x'), runInNewContext('new RangeError("y")') as unknown]) expect(asError(error)).toBe(error);
  });

  it('makes one of anything else, with the text of errorLine', () => {
    expect([undefined, 'text', { code: 7 }].map((thrown) => asError(thrown).message)).toEqual(['undefined', 'text', '{ code: 7 }']);
  });

  it.each(hostile)('survives %s', (_, thrown) => {
    expect(asError(thrown)).toBeInstanceOf(Error);
  });
});

describe('errorTrace', () => {
  it('is the stack of an Error, equal for equal errors', () => {
    const make = (): Error => new RangeError('twice');
    const [first, second] = [0, 1].map(() => errorTrace(make()));
    expect(first).toBe(second);
    expect(first).toMatch(/^RangeError: twice\n\s+at .*errorText\.tests\.ts/u);
  });

  it.each(['tasks/taskLoop', 'users/userLife'])('cuts the frames of the user loop, which are the same below every task: %s', (file) => {
    const error = new Error('x');
    error.stack = `Error: x\n    at task (/s/mine.ts:3:9)\n    at run (${new URL(`../../../src/engine/thread/${file}.js:9:9`, import.meta.url).href})\n    at Array.map (<anonymous>)\n    at more (node:async_hooks:1:1)`;
    expect(errorTrace(error)).toBe('Error: x\n    at task (/s/mine.ts:3:9)');
  });

  it('keeps a stack that is nothing but frames of the user loop', () => {
    const error = new Error('x');
    error.stack = `Error: x\n    at #live (${new URL('../../../src/engine/thread/users/userLife.js:9:9', import.meta.url).href})`;
    expect(errorTrace(error)).toBe(error.stack);
  });

  it.each([
    ['undefined', undefined, 'undefined\n    (thrown value of type undefined: it has no stack; throw an Error to see the line)'],
    ['null', null, 'null\n    (thrown value of type null: it has no stack; throw an Error to see the line)'],
    ['a string', 'oh', 'oh\n    (thrown value of type string: it has no stack; throw an Error to see the line)'],
    ['a symbol', Symbol('s'), 'Symbol(s)\n    (thrown value of type symbol: it has no stack; throw an Error to see the line)'],
    ['an Error without stack', withoutStack(), 'TypeError: bare\n    (thrown value of type object: it has no stack; throw an Error to see the line)'],
  ])('says what was thrown instead of an Error: %s', (_, thrown, text) => {
    expect(errorTrace(thrown)).toBe(text);
  });

  it('takes a stack that is no text for none', () => {
    const error = Object.defineProperty(new Error('x'), 'stack', { value: 7 });
    expect(errorTrace(error)).toMatch(/^Error: x\n/u);
  });

  it.each(hostile.filter(([name]) => !name.startsWith('an Error')))('survives %s', (_, thrown) => {
    expect(errorTrace(thrown)).toContain(unprintable);
  });

  it('survives an Error whose stack throws', () => {
    expect(errorTrace(Object.defineProperty(new Error('x'), 'stack', { get: bad }))).toBe(unprintable);
  });
});

describe("Node's own frames", () => {
  it('stay out of a trace that has others, so that equal errors are equal whichever timer woke them', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at Shop.buy (/s/shop.ts:3:9)\n    at process.processTimers (node:internal/timers:516:9)\n    at async node:internal/modules/run:1:1';
    expect(errorTrace(error)).toBe('Error: x\n    at Shop.buy (/s/shop.ts:3:9)');
    error.stack = 'Error: x\n    at listOnTimeout (node:internal/timers:581:17)';
    expect(errorTrace(error)).toBe(error.stack);
  });

  it('and those of what a compiler put into the scenario, too', () => {
    const error = new Error('x');
    error.stack = 'Error: x\n    at __typeError (file:///tmp/boomer-node-a1B2c3/chunk-LBS4DJFE.mjs:7:9)\n    at Shop.buy (/s/shop.ts:3:9)\n    at new Shop (file:///tmp/boomer-node-a1B2c3/scenario0.mjs:9:1)';
    expect(errorTrace(error)).toBe('Error: x\n    at Shop.buy (/s/shop.ts:3:9)');
  });
});
