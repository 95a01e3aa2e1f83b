/** Arrivals of an open model on ramps: each is due at the solution of the integral of the rate. */
import fc from 'fast-check';
import { type ArrivalCurve, curveEndMs, dueMs, maxPerSec, type RateStage, stagedCurve, steadyCurve } from '../../../src/engine/shared/arrivalCurve.ts';

const stage = fc.record({ durationMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60_000 })), perSec: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 500, noNaN: true })) });
const stages = fc.array(stage, { minLength: 1, maxLength: 6 });

/** Written from the definition, in small steps of whole lines. */
function arrivalsBy(list: readonly RateStage[], atMs: number): number {
  let [startMs, from, sum] = [0, 0, 0];
  for (const { durationMs, perSec } of list) {
    const passed = Math.min(durationMs, Math.max(0, atMs - startMs));
    const reached = durationMs === 0 ? perSec : from + ((perSec - from) * passed) / durationMs;
    sum += ((from + reached) / 2) * (passed / 1000);
    startMs += durationMs;
    from = perSec;
  }
  return sum;
}

function moments(curve: ArrivalCurve): readonly number[] {
  const found: number[] = [];
  for (let k = 0; k < 2_000 && dueMs(curve, k) !== Infinity; k++) found.push(dueMs(curve, k));
  return found;
}

test('the n-th is due when so many have come, none before the one before it, all within the stages', () => {
  fc.assert(fc.property(stages, (list) => {
    const curve = stagedCurve(list);
    const end = curveEndMs(curve) ?? 0;
    const due = moments(curve);
    const wrong = due.findIndex((atMs, k) => Math.abs(arrivalsBy(list, atMs) - k) > 1e-6 * Math.max(1, k) || atMs < (due[k - 1] ?? 0) || atMs > end + 1e-6);
    expect(wrong).toBe(-1);
    const total = arrivalsBy(list, end);
    if (due.length < 2_000) expect(Math.abs(due.length - total)).toBeLessThan(1 + 1e-6);
    expect(maxPerSec(curve)).toBeLessThanOrEqual(Math.max(...list.map(({ perSec }) => perSec)));
  }));
});

test('a constant rate is that of --rate, for ever, and as a stage exactly as many as it says', () => {
  fc.assert(fc.property(fc.double({ min: 0.01, max: 1_000, noNaN: true }), fc.nat(100_000), (perSec, k) => {
    const exact = (k * 1000) / perSec;
    expect(Math.abs(dueMs(steadyCurve(perSec), k) - exact)).toBeLessThanOrEqual(1e-9 * exact);
  }));
  const curve = stagedCurve([{ durationMs: 0, perSec: 10 }, { durationMs: 30_000, perSec: 10 }]);
  expect(moments(curve)).toEqual(Array.from({ length: 300 }, (_, k) => k * 100));
  expect(curveEndMs(steadyCurve(1))).toBeNull();
});

test('nothing is due while the rate is 0', () => {
  const curve = stagedCurve([{ durationMs: 5_000, perSec: 0 }, { durationMs: 0, perSec: 2 }, { durationMs: 1_000, perSec: 2 }, { durationMs: 0, perSec: 0 }, { durationMs: 9_000, perSec: 0 }]);
  expect(moments(curve)).toEqual([5_000, 5_500]);
});
