import { printed } from '../../../src/util/printed.ts';

const bad = (): never => {
  throw new Error('not today');
};

describe('printed', () => {
  it.each([
    ['3', '"3"'],
    [3, '3'],
    [-0, '-0'],
    [Number.NaN, 'NaN'],
    [7n, '7n'],
    [null, 'null'],
    [undefined, 'undefined'],
    [Symbol('s'), 'Symbol(s)'],
    [(): void => {}, 'a function'],
    [Promise.resolve(1), 'a promise'],
    [Map, 'a function'],
    [{ a: 1 }, '{ a: 1 }'],
    [[1, 2], '[ 1, 2 ]'],
    [Object.create(null), '[Object: null prototype] {}'],
    [{ toString: bad }, '{ toString: [Function: bad] }'],
  ])('shows %#', (value, text) => {
    expect(printed(value)).toBe(text);
  });

  it('shows what a proxy stands before, without asking it', () => {
    const proxy = new Proxy({ a: 1 }, { get: bad, ownKeys: bad, getPrototypeOf: bad });
    // Node 26 says that it is a proxy.
    expect(['{ a: 1 }', 'Proxy({ a: 1 })']).toContain(printed(proxy));
  });

  it('is short and one line, whatever comes', () => {
    for (const value of ['x'.repeat(1000), 'a\nb', Array.from({ length: 1000 }, (_, index) => `item ${index}`), { deep: { deeper: { deepest: {} } } }]) {
      expect(printed(value).length).toBeLessThan(110);
      expect(printed(value)).not.toContain('\n');
    }
  });
});
