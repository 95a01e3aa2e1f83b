import fc from 'fast-check';
import { Random } from '../../../src/util/random.ts';

const drawn = (seed: string, count: number): number[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('Random', () => {
  it('repeats the stream of a seed, and gives other seeds other streams', () => {
    expect(drawn('42', 100)).toEqual(drawn('42', 100));
    expect(drawn('42', 10)).not.toEqual(drawn('43', 10));
    expect(drawn('', 10)).not.toEqual(drawn('\0', 10));
  });

  it('gives this stream on any machine', () => {
    const random = new Random('seed');
    expect(Array.from({ length: 4 }, () => random.int(0, 999_999))).toEqual([879_140, 132_310, 49_394, 775_131]);
  });

  it('gives neighbours unrelated streams', () => {
    const firsts = new Set(Array.from({ length: 1000 }, (_, index) => new Random(`User/${index}`).int(0, 1_000_000)));
    expect(firsts.size).toBeGreaterThan(990);
  });

  it('fills [0, 1) evenly', () => {
    const numbers = drawn('even', 100_000);
    expect(Math.min(...numbers.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers.slice(0, 50_000))).toBeLessThan(1);
    const bins = new Array<number>(10).fill(0);
    for (const number of numbers) bins[Math.floor(number * 10)] = (bins[Math.floor(number * 10)] ?? 0) + 1;
    // 10 000 each; six standard deviations are 570.
    for (const count of bins) expect(Math.abs(count - 10_000)).toBeLessThan(570);
  });

  it('draws whole numbers with both ends included', () => {
    const random = new Random('dice');
    const counts = new Map<number, number>();
    for (let roll = 0; roll < 60_000; roll++) {
      const value = random.int(1, 6);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(570);
  });

  it('keeps every number within its bounds', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: -1e6, max: 1e6 }), fc.nat(1e6), (seed, min, range) => {
        const random = new Random(seed);
        const whole = random.int(min, min + range);
        const real = random.float(min, min + range);
        expect(Number.isInteger(whole) && whole >= min && whole <= min + range).toBe(true);
        expect(real >= min && (range === 0 ? real === min : real < min + range)).toBe(true);
      }),
    );
  });

  it('picks every element, and says what is wrong with an empty list', () => {
    const random = new Random('pick');
    expect(new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('shuffles a copy, into every order about equally often', () => {
    const random = new Random('cards');
    const list = [1, 2, 3] as const;
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const order = random.shuffle(list).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(list).toEqual([1, 2, 3]);
    expect([...counts.keys()].sort()).toEqual(['123', '132', '213', '231', '312', '321']);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(175);
  });
});
