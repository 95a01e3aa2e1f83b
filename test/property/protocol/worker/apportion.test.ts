import fc from 'fast-check';
import { apportion } from '../../../../src/protocol/worker/classPlan.ts';

const weightLists = fc.array(fc.oneof(fc.nat(20), fc.double({ min: 0.001, max: 100, noNaN: true })), { minLength: 1, maxLength: 8 });

/** Webster's method as defined, one seat after the other. */
function seatBySeat(total: number, weights: readonly number[]): number[] {
  const usable = weights.some((weight) => weight > 0) ? weights : weights.map(() => 1);
  const given = usable.map(() => 0);
  for (let seat = 0; seat < total; seat += 1) {
    const claims = usable.map((weight, index) => weight / (2 * (given[index] ?? 0) + 1));
    const index = claims.indexOf(Math.max(...claims));
    given[index] = (given[index] ?? 0) + 1;
  }
  return given;
}

test('users are spread over classes by Webster\'s method', () => {
  fc.assert(
    fc.property(fc.nat(200), weightLists, (total, weights) => {
      expect(apportion(total, weights)).toEqual(seatBySeat(total, weights));
    }),
    { numRuns: 3_000 },
  );
});
