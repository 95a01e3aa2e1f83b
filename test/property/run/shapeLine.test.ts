/** The way to what a shape asked for: laws for any decisions, and examples. */
import fc from 'fast-check';
import { countsAt, hasSameCounts, lineEndMs, nextMoveMs, noShapeYet, redirected, type ShapeCounts, type ShapeLine, sumOfCounts } from '../../../src/run/shapeLine.ts';

const counts = fc.record({ A: fc.integer({ min: 0, max: 40 }), B: fc.integer({ min: 0, max: 40 }), C: fc.integer({ min: 0, max: 3 }) });
const decision = fc.record({ afterMs: fc.integer({ min: 0, max: 4_000 }), to: counts, perSec: fc.oneof(fc.double({ min: 0.2, max: 60, noNaN: true }), fc.constant(Infinity)) });

/** Each moment at which something changes until `untilMs`, with the users from there on. */
function changes(line: ShapeLine, fromMs: number, untilMs: number): readonly (readonly [atMs: number, users: ShapeCounts])[] {
  const seen: [number, ShapeCounts][] = [];
  for (let atMs = nextMoveMs(line, fromMs); atMs !== null && atMs <= untilMs; atMs = nextMoveMs(line, atMs)) seen.push([Math.round(atMs), countsAt(line, atMs)]);
  return seen;
}

test('every decision is reached, in time, without overshooting, and classes move together', () => {
  fc.assert(
    fc.property(counts, decision, (first, { to, perSec }) => {
      const line = redirected(redirected(noShapeYet, first, Infinity, 0), to, perSec, 1_000);
      const end = lineEndMs(line);
      expect(hasSameCounts(countsAt(line, 999), first)).toBe(true);
      expect(hasSameCounts(countsAt(line, end + 0.01), to)).toBe(true);
      expect(nextMoveMs(line, end + 0.01)).toBeNull();
      for (const [, users] of changes(line, 999, end)) {
        for (const name of ['A', 'B', 'C'] as const) {
          const [low, high] = [Math.min(first[name], to[name]), Math.max(first[name], to[name])];
          expect(users[name] ?? 0).toBeGreaterThanOrEqual(low);
          expect(users[name] ?? 0).toBeLessThanOrEqual(high);
        }
      }
    }),
  );
});

test('however often the function changes its mind, no second has more comings than its rate and one', () => {
  fc.assert(
    fc.property(fc.array(decision, { minLength: 1, maxLength: 12 }), fc.double({ min: 0.5, max: 20, noNaN: true }), (decisions, perSec) => {
      let line = noShapeYet;
      let atMs = 0;
      const moves: number[] = [];
      for (const { afterMs, to } of [...decisions, { afterMs: 60_000, to: {} }]) {
        for (let next = nextMoveMs(line, atMs - 1e-6); next !== null && next < atMs + afterMs; next = nextMoveMs(line, next)) moves.push(next);
        atMs += afterMs;
        line = redirected(line, to, perSec, atMs);
      }
      for (const [index, moment] of moves.entries()) {
        const within = moves.slice(index).filter((other) => other < moment + 1_000 - 1e-6).length;
        expect(within).toBeLessThanOrEqual(Math.ceil(perSec) + 1);
      }
    }),
  );
});

test('the first user comes at once and the others follow at the rate, on the way down too', () => {
  const up = redirected(noShapeYet, { '': 4 }, 2, 3_000);
  expect(changes(up, 2_999, 9_000)).toEqual([[3_000, { '': 1 }], [3_500, { '': 2 }], [4_000, { '': 3 }], [4_500, { '': 4 }]]);
  const down = redirected(up, { '': 2 }, 1, 4_600);
  expect(changes(down, 4_600, 9_000)).toEqual([[5_500, { '': 3 }], [6_500, { '': 2 }]]);
});

test('the same decision again changes nothing, a new goal on the way keeps the pace', () => {
  const line = redirected(noShapeYet, { '': 10 }, 2, 0);
  expect(redirected(line, { '': 10 }, 2, 2_000)).toBe(line);
  const more = redirected(line, { '': 20 }, 2, 2_250);
  expect(changes(more, 2_250, 3_600)).toEqual([[2_500, { '': 6 }], [3_000, { '': 7 }], [3_500, { '': 8 }]]);
});

test('users of one class come while those of another go', () => {
  const line = redirected(redirected(noShapeYet, { A: 4, B: 1 }, Infinity, 0), { B: 3, C: 1 }, 2, 1_000);
  expect(changes(line, 999, 9_000).map(([atMs, users]) => [atMs, users, sumOfCounts(users)])).toEqual([
    [1_000, { A: 3, B: 1 }, 4], [1_500, { A: 2, B: 2 }, 4], [2_000, { A: 1, B: 2 }, 3], [2_500, { B: 3, C: 1 }, 4],
  ]);
});
