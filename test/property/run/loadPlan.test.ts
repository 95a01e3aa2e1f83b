/** How many users there are to be: laws for any load, and examples that k6 and Locust would give. */
import fc from 'fast-check';
import { endMs, fullMs, loadPlan, mostFrom, nextChangeMs, usersAt, withMoreUsers, type LoadPlan } from '../../../src/run/loadPlan.ts';

const perSec = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.double({ min: 0.05, max: 50, noNaN: true }));
const steady = fc.record({ kind: fc.constant('steady' as const), users: fc.integer({ min: 0, max: 300 }), spawnPerSec: perSec });
const stage = fc.record({ durationMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60_000 })), users: fc.integer({ min: 0, max: 100 }) });
const stages = fc.record({ kind: fc.constant('stages' as const), stages: fc.array(stage, { minLength: 1, maxLength: 6 }) });
const key = fc.record({ afterMs: fc.integer({ min: 0, max: 5_000 }), by: fc.constantFrom(1, 10, -1, -10) });

const steadyPlan = (users: number, spawnPerSec: number): LoadPlan => loadPlan({ kind: 'steady', users, spawnPerSec });
const stagesPlan = (...list: [durationMs: number, users: number][]): LoadPlan => loadPlan({ kind: 'stages', stages: list.map(([durationMs, users]) => ({ durationMs, users })) });

test('a steady load is never ahead of its rate by more than the first user, never behind it, and never falls', () => {
  fc.assert(
    fc.property(steady, fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 20 }), (load, times) => {
      const plan = loadPlan(load);
      let before = 0;
      for (const atMs of times.sort((one, other) => one - other)) {
        const users = usersAt(plan, atMs);
        const onLine = (load.spawnPerSec * atMs) / 1000;
        expect(users).toBeLessThanOrEqual(Math.min(load.users, onLine + 1 + 1e-6));
        expect(users).toBeGreaterThanOrEqual(Math.min(load.users, onLine - 1e-6));
        expect(users).toBeGreaterThanOrEqual(before);
        before = users;
      }
    }),
  );
});

test.each([
  // Locust waits 1/rate s between users at rates up to 1 (dispatch.py): so does this.
  [3, 0.5, [0, 2_000, 4_000]],
  [4, 1, [0, 1_000, 2_000, 3_000]],
  // Above, Locust starts ⌊rate⌋ at once; here they come evenly.
  [5, 10, [0, 100, 200, 300, 400]],
])('%i users at %d a second come at %j ms', (users, rate, timesMs) => {
  const plan = steadyPlan(users, rate);
  expect(changesOf(plan, -1)).toEqual(timesMs.map((atMs, index) => [atMs, index + 1]));
  expect(fullMs(plan)).toBe(timesMs.at(-1));
  expect(endMs(plan)).toBeNull();
});

test('a stage is a straight line that is met from below on the way up and from above on the way down, as in k6', () => {
  const plan = stagesPlan([1_000, 4], [500, 4], [400, 2], [0, 5], [100, 5], [1_000, 0]);
  expect(changesOf(plan, 0)).toEqual([
    [250, 1], [500, 2], [750, 3], [1_000, 4],
    [1_700, 3], [1_900, 5], // the jump at the end of the line hides its last user
    [2_200, 4], [2_400, 3], [2_600, 2], [2_800, 1], [3_000, 0],
  ]);
  expect(endMs(plan)).toBe(3_000);
  expect(fullMs(plan)).toBe(1_900);
  expect([0, 1_000, 1_850, 2_100].map((atMs) => mostFrom(plan, atMs))).toEqual([5, 5, 5, 5]);
  expect([2_500, 2_900, 9_000].map((atMs) => mostFrom(plan, atMs))).toEqual([3, 1, 0]);
});

test('the last stage may jump', () => {
  const plan = stagesPlan([0, 7], [100, 7], [0, 2]);
  expect([0, 99, 100].map((atMs) => usersAt(plan, atMs))).toEqual([7, 7, 2]);
});

test('each stage ends at its number and stays between its ends', () => {
  fc.assert(
    fc.property(stages, fc.double({ min: 0, max: 1, noNaN: true }), (load, share) => {
      const plan = loadPlan(load);
      let startMs = 0;
      let from = 0;
      load.stages.forEach(({ durationMs, users }, index) => {
        const within = usersAt(plan, startMs + durationMs * share * 0.999);
        if (durationMs > 0) {
          expect(within).toBeGreaterThanOrEqual(Math.min(from, users));
          expect(within).toBeLessThanOrEqual(Math.max(from, users));
        }
        startMs += durationMs;
        from = users;
        if (load.stages[index + 1]?.durationMs !== 0) expect(usersAt(plan, startMs)).toBe(users);
      });
      expect(endMs(plan)).toBe(startMs);
    }),
  );
});

test('between two changes nothing changes, whatever keys were pressed, and users never get below 0', () => {
  fc.assert(
    fc.property(fc.oneof(steady, stages), fc.array(key, { maxLength: 8 }), (load, keys) => {
      let plan = loadPlan(load);
      let atMs = 0;
      for (const { afterMs, by } of keys) {
        const before = usersAt(plan, atMs + afterMs);
        plan = withMoreUsers(plan, by, (atMs += afterMs));
        // A ramp bends at once but by one user at most, stages are raised by what was asked for.
        expect(Math.abs(usersAt(plan, atMs) - before)).toBeLessThanOrEqual(plan.kind === 'ramp' ? 1 : Math.abs(by));
      }
      for (let changes = 0; changes < 50; changes++) {
        const nextMs = nextChangeMs(plan, atMs);
        const users = usersAt(plan, atMs);
        expect(users).toBeGreaterThanOrEqual(0);
        expect(users).toBeLessThanOrEqual(mostFrom(plan, atMs));
        // A user is there already when all that lacks is what a sum may be off: the last microsecond before a change may show it.
        expect(usersAt(plan, nextMs === null ? atMs + 1e7 : Math.max(atMs, nextMs - 0.001))).toBe(users);
        if (nextMs === null) break;
        expect(nextMs).toBeGreaterThan(atMs);
        if (plan.kind === 'ramp') expect(Math.abs(usersAt(plan, nextMs) - users)).toBe(1);
        atMs = nextMs;
      }
    }),
    {
      examples: [
        // Keys 2.5 µs before a change.
        [{ kind: 'steady', users: 1, spawnPerSec: 0.405021871202942 }, [{ afterMs: 0, by: 1 }, { afterMs: 2_463, by: 1 }, { afterMs: 6, by: 1 }]],
        // Two turns in the instant in which a user is due.
        [{ kind: 'steady', users: 1, spawnPerSec: 1 }, [{ afterMs: 1_000, by: -1 }, { afterMs: 0, by: 10 }]],
      ],
    },
  );
});

test('a ramp that is turned round begins anew: one user goes at once, the others at its rate', () => {
  const up = steadyPlan(10, 2);
  const down = withMoreUsers(up, -8, 2_250); // at 4.5 users: 5 are there, 2 are to be
  expect(changesOf(down, 2_250)).toEqual([[2_750, 3], [3_250, 2]]);
  expect(usersAt(down, 2_250)).toBe(4);
  expect(fullMs(down)).toBe(3_250);
  expect(usersAt(withMoreUsers(down, -50, 4_000), 9_000)).toBe(0);
});

test('keys raise and lower stages as a whole, and more keys than users are not remembered', () => {
  const lower = withMoreUsers(withMoreUsers(stagesPlan([0, 3], [1_000, 3], [1_000, 5]), -10, 500), -10, 500);
  expect([500, 2_000].map((atMs) => usersAt(lower, atMs))).toEqual([0, 2]);
  expect([500, 2_000].map((atMs) => usersAt(withMoreUsers(lower, 10, 500), atMs))).toEqual([10, 12]);
});

/** Every change after a moment: when, and to how many. */
function changesOf(plan: LoadPlan, afterMs: number): [atMs: number, users: number][] {
  const changes: [number, number][] = afterMs < 0 ? [[0, usersAt(plan, 0)]] : [];
  for (let nextMs = nextChangeMs(plan, Math.max(0, afterMs)); nextMs !== null; nextMs = nextChangeMs(plan, nextMs)) changes.push([Number(nextMs.toFixed(6)), usersAt(plan, nextMs)]);
  return changes;
}
