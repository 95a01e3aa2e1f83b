import fc from 'fast-check';
import { splitOverThreads } from '../../../../src/engine/main/runControl.ts';

const users = fc.nat(100_000);
const threadCount = fc.integer({ min: 1, max: 64 });
const classIndex = fc.nat(200);
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

describe('splitOverThreads', () => {
  it.each([
    [7, 3, 0, [3, 2, 2]],
    [7, 3, 1, [2, 3, 2]],
    [2, 4, 3, [1, 0, 0, 1]],
    [0, 2, 0, [0, 0]],
    [5, 1, 9, [5]],
  ])('splits %d users over %d threads, class %d, as %j', (count, threads, index, split) => {
    expect(splitOverThreads(count, threads, index)).toEqual(split);
  });

  it('sums to the users, and no thread has two more than another', () => {
    fc.assert(
      fc.property(users, threadCount, classIndex, (count, threads, index) => {
        const split = splitOverThreads(count, threads, index);
        expect(split).toHaveLength(threads);
        expect(sum(split)).toBe(count);
        expect(Math.max(...split) - Math.min(...split)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('gives one user more to exactly one thread', () => {
    fc.assert(
      fc.property(users, threadCount, classIndex, (count, threads, index) => {
        const before = splitOverThreads(count, threads, index);
        const growth = splitOverThreads(count + 1, threads, index).map((after, thread) => after - (before[thread] ?? 0));
        expect(growth.filter((more) => more !== 0)).toEqual([1]);
      }),
    );
  });

  it('spreads many classes of one user each evenly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), threadCount, (classes, threads) => {
        const totals = new Array<number>(threads).fill(0);
        for (let index = 0; index < classes; index++) {
          splitOverThreads(1, threads, index).forEach((count, thread) => (totals[thread] = (totals[thread] ?? 0) + count));
        }
        expect(Math.max(...totals) - Math.min(...totals)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
