import fc from 'fast-check';
import { apportion, countsForMaster, ownNamesPlan, planSpawn, type ClassPlan } from '../../../../src/protocol/worker/classPlan.ts';
import { classInfo } from './samples.ts';

const shop = [classInfo('Shopper'), classInfo('Admin')];
const tasks = [classInfo('Tasks', { isTaskList: true })];

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

describe('by name', () => {
  test('targets are the master\'s, for the classes it names', () => {
    expect(planSpawn(shop, ownNamesPlan, { Shopper: 3 })).toEqual({
      plan: { mode: 'byName', unknownNames: [] },
      targets: { Shopper: 3 },
      newUnknownNames: [],
    });
  });

  test('own live counts are reported as they are, zeros included', () => {
    const { plan } = planSpawn(shop, ownNamesPlan, { Shopper: 3, X: 1 });
    expect(countsForMaster(plan, { Shopper: 2, Admin: 0 })).toEqual({ Shopper: 2, Admin: 0 });
  });

  test('before any spawn the own names are reported', () => {
    expect(countsForMaster(ownNamesPlan, { Shopper: 0, Admin: 0 })).toEqual({ Shopper: 0, Admin: 0 });
  });

  test('an unknown name is new once, and not at all while nobody is asked for', () => {
    const first = planSpawn(shop, ownNamesPlan, { Shopper: 1, X: 0 });
    const second = planSpawn(shop, first.plan, { Shopper: 1, X: 1 });
    const third = planSpawn(shop, second.plan, { Shopper: 1, X: 2, Y: 1 });
    expect([first, second, third].map(({ newUnknownNames }) => newUnknownNames)).toEqual([[], ['X'], ['Y']]);
  });

  test('the names decide, not the counts: a worker that is given none of its own yet does not take others\' users', () => {
    const first = planSpawn(shop, ownNamesPlan, { Shopper: 0, X: 1 });
    expect(first.plan.mode).toBe('byName');
    expect(first.targets).toEqual({ Shopper: 0 });
  });

  test('a class named like a property of every object is a class', () => {
    const odd = [classInfo('__proto__'), classInfo('constructor')];
    const counts = JSON.parse('{"__proto__": 2, "constructor": 1, "toString": 1}') as Record<string, number>;
    const { targets, newUnknownNames } = planSpawn(odd, ownNamesPlan, counts);
    expect(Object.entries(targets)).toEqual([['__proto__', 2], ['constructor', 1]]);
    expect(newUnknownNames).toEqual(['toString']);
  });

  test('an empty map decides nothing', () => {
    expect(planSpawn(shop, ownNamesPlan, {})).toEqual({ plan: ownNamesPlan, targets: {}, newUnknownNames: [] });
  });

  test('a scenario without classes reports every name', () => {
    expect(planSpawn([], ownNamesPlan, { X: 1 })).toMatchObject({ targets: {}, newUnknownNames: ['X'] });
  });
});

describe('by total', () => {
  test('a task list takes all users, whatever they are called, even by a name of its own', () => {
    expect(planSpawn(tasks, ownNamesPlan, { Dummy: 2, Tasks: 1 }).targets).toEqual({ Tasks: 3 });
  });

  test('no name known: the total is split by weight', () => {
    const classes = [classInfo('Light', { weight: 3 }), classInfo('Heavy', { weight: 1 })];
    expect(planSpawn(classes, ownNamesPlan, { Dummy: 8 }).targets).toEqual({ Light: 6, Heavy: 2 });
  });

  test('fixed counts come first', () => {
    const classes = [classInfo('Many'), classInfo('One', { fixedCount: 1 })];
    const targets = [0, 1, 2, 5].map((total) => planSpawn(classes, ownNamesPlan, { Dummy: total }).targets);
    expect(targets).toEqual([{ Many: 0, One: 0 }, { Many: 0, One: 1 }, { Many: 1, One: 1 }, { Many: 4, One: 1 }]);
  });

  test('fixed counts only: the rest goes by weight all the same, the total must be reached', () => {
    const classes = [classInfo('F', { fixedCount: 2 }), classInfo('G', { fixedCount: 1 })];
    expect(sum(planSpawn(classes, ownNamesPlan, { Dummy: 9 }).targets)).toBe(9);
  });

  test('a name that a later spawn leaves out keeps its users', () => {
    const first = planSpawn(tasks, ownNamesPlan, { Dummy: 2, Other: 3 });
    const second = planSpawn(tasks, first.plan, { Dummy: 4 });
    expect(second.targets).toEqual({ Tasks: 7 });
    expect(countsForMaster(second.plan, { Tasks: 7 })).toEqual({ Dummy: 4, Other: 3 });
  });

  test('the decision holds for the run', () => {
    const first = planSpawn(shop, ownNamesPlan, { Dummy: 2 });
    expect(planSpawn(shop, first.plan, { Dummy: 2, Shopper: 1 }).plan.mode).toBe('byTotal');
  });

  test('after the stop every name of the run is at 0', () => {
    const { plan } = planSpawn(tasks, ownNamesPlan, { Dummy: 2, Other: 3 });
    expect(countsForMaster(plan, { Tasks: 0 })).toEqual({ Dummy: 0, Other: 0 });
  });

  test('leavers beyond the targets are still counted', () => {
    const { plan } = planSpawn(tasks, ownNamesPlan, { Dummy: 0, Other: 0 });
    expect(sum(countsForMaster(plan, { Tasks: 5 }))).toBe(5);
  });

  test('the reported sum is the live total, and no name exceeds its target while that is possible', () => {
    const names = fc.dictionary(fc.constantFrom('D', 'E', 'F', 'G'), fc.nat(40), { minKeys: 1 });
    fc.assert(
      fc.property(names, fc.nat(150), (masterTargets, live) => {
        const plan: ClassPlan = { mode: 'byTotal', masterTargets };
        const counts = countsForMaster(plan, { Tasks: live });
        expect(sum(counts)).toBe(live);
        expect(Object.keys(counts)).toEqual(Object.keys(masterTargets));
        for (const [name, count] of Object.entries(counts)) {
          if (live <= sum(masterTargets)) expect(count).toBeLessThanOrEqual(masterTargets[name] ?? 0);
          else expect(count).toBeGreaterThanOrEqual(masterTargets[name] ?? 0);
        }
      }),
    );
  });
});

describe('apportion', () => {
  const weightLists = fc.array(fc.oneof(fc.nat(20), fc.double({ min: 0.001, max: 100, noNaN: true })), { minLength: 1, maxLength: 8 });

  test('one user more is one more in exactly one place', () => {
    fc.assert(
      fc.property(fc.nat(2_000), weightLists, (total, weights) => {
        const before = apportion(total, weights);
        const after = apportion(total + 1, weights);
        const grown = after.map((count, index) => count - (before[index] ?? 0));
        expect(grown.filter((change) => change !== 0)).toEqual([1]);
      }),
    );
  });

  test.each([
    [5, [], []],
    [5, [0, 0], [3, 2]],
    [5, [Number.NaN, 1], [0, 5]],
    [0, [1, 2], [0, 0]],
    [100_000, [1, 1, 1], [33_334, 33_333, 33_333]],
  ])('%i users over %j are %j', (total, weights, expected) => {
    expect(apportion(total, weights)).toEqual(expected);
  });
});
