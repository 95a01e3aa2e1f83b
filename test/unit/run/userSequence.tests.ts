/** Users are divided over classes as Locust's own dispatcher does: `locust/golden.py` wrote down what it gives. */
import { BoomerError } from '../../../src/util/boomerError.ts';
import { UserSequence } from '../../../src/run/userSequence.ts';
import { readGolden } from '../../golden/goldenFile.ts';

type DivisionCase = {
  name: string;
  classes: [name: string, weight: number, fixedCount: number][];
  equalWeights: boolean;
  totals: number[];
  counts: number[][];
};

const { cases } = readGolden('division.json') as { cases: DivisionCase[] };

test.each(cases)('$name, equal weights: $equalWeights', ({ classes, equalWeights, totals, counts }) => {
  // The order in which a scenario exports its classes must not matter.
  const sequence = new UserSequence(classes.map(([name, weight, fixedCount]) => ({ name, weight, fixedCount })).reverse(), equalWeights);
  const wrong = totals.flatMap((total, at) => {
    const users = sequence.moveTo(total);
    const ours = [...classes.map(([name]) => users[name]), Object.values(users).reduce((sum, count) => sum + count, 0), sequence.total].join();
    const whole = Math.min(total, sequence.most);
    const theirs = [...(counts[at] ?? []), whole, whole].join();
    return ours === theirs ? [] : [{ total, ours, theirs }];
  });
  expect(wrong).toEqual([]);
  expect(counts).toHaveLength(totals.length);
});

test('steps make no difference on the way up', () => {
  const classes = [{ name: 'A', weight: 3, fixedCount: 0 }, { name: 'B', weight: 1, fixedCount: 0 }, { name: 'F', weight: 1, fixedCount: 4 }];
  const slow = new UserSequence(classes, false);
  for (let total = 1; total <= 100; total++) slow.moveTo(total);
  expect(slow.moveTo(100)).toEqual(new UserSequence(classes, false).moveTo(100));
});

test('says so when there is nobody to run', () => {
  expect(() => new UserSequence([{ name: 'A', weight: 0, fixedCount: 0 }], true)).toThrow(BoomerError);
});
