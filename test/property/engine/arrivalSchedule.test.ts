/** Arrivals of users that each stand for a rate: laws for any number of users, threads and workers, on a virtual clock. */
import fc from 'fast-check';
import { phaseOf, UserSchedule } from '../../../src/engine/thread/pacing/arrivalSchedule.ts';

/** From this moment of a worker's on, it has so many users. */
type Change = { readonly atMs: number; readonly users: number };
type Worker = { readonly index: number; readonly changes: readonly Change[] };
type Plan = { readonly perSec: number; readonly threadCount: number; readonly sharers: number; readonly epochMs: number; readonly endMs: number };

/** When this thread of a worker has arrivals until the end. */
function momentsOfThread({ index, changes }: Worker, threadIndex: number, { perSec, sharers, epochMs, endMs }: Plan): number[] {
  const schedule = new UserSchedule(perSec, threadIndex);
  const moments: number[] = [];
  const serveUntil = (ms: number): void => {
    for (; schedule.nextMs() < ms; schedule.advance()) moments.push(schedule.nextMs());
  };
  for (const { atMs, users } of changes) {
    serveUntil(atMs);
    schedule.setUsers(users, sharers, atMs, { epochMs, phase: phaseOf(index, 0) });
  }
  serveUntil(endMs);
  return moments;
}

function momentsOf(worker: Worker, plan: Plan): number[] {
  const all = Array.from({ length: plan.threadCount }, (_, threadIndex) => momentsOfThread(worker, threadIndex, plan)).flat();
  return all.sort((one, other) => one - other);
}

const plan: fc.Arbitrary<Plan> = fc
  .record({
    perSec: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.double({ min: 0.05, max: 10, noNaN: true })),
    threadCount: fc.integer({ min: 1, max: 6 }),
    idleThreads: fc.nat(5),
    epochMs: fc.double({ min: -1.8e12, max: 0, noNaN: true }),
    endMs: fc.integer({ min: 1_000, max: 5_000 }),
  })
  .map(({ idleThreads, ...rest }) => ({ ...rest, sharers: Math.max(1, rest.threadCount - idleThreads) }));
const changes: fc.Arbitrary<readonly Change[]> = fc
  .array(fc.record({ atMs: fc.nat(4_000), users: fc.nat(40) }), { minLength: 1, maxLength: 6 })
  .map((all) => all.sort((one, other) => one.atMs - other.atMs));

/** What sums of numbers around 10¹² are off, in milliseconds. */
const off = 0.01;

/** By how much any of them is not where equal steps from the first one put it, in milliseconds. */
function unevenness(moments: readonly number[], stepMs: number): number {
  const [first = 0] = moments;
  return moments.reduce((most, ms, place) => Math.max(most, Math.abs(ms - first - place * stepMs)), 0);
}

test('a worker has as many arrivals as its users stand for, to one, at any time, and evenly over its threads', () => {
  fc.assert(
    fc.property(plan, changes, fc.nat(1_000), (given, steps, index) => {
      const moments = momentsOf({ index, changes: steps }, given);
      for (const [place, { atMs, users }] of steps.entries()) {
        const untilMs = Math.min(given.endMs, steps[place + 1]?.atMs ?? given.endMs);
        if (untilMs <= atMs) continue;
        const within = moments.filter((ms) => ms >= atMs && ms < untilMs);
        expect(Math.abs(within.length - (users * given.perSec * (untilMs - atMs)) / 1000)).toBeLessThanOrEqual(1 + off);
        expect(unevenness(within, 1000 / (users * given.perSec))).toBeLessThan(off);
      }
    }),
  );
});

test('threads take turns: each has every n-th arrival of its worker', () => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 1, max: 60 }), (given, users) => {
      const worker: Worker = { index: 0, changes: [{ atMs: 0, users }] };
      const all = momentsOf(worker, given);
      for (let thread = 0; thread < given.threadCount; thread++) {
        const own = momentsOfThread(worker, thread, given);
        const first = all.indexOf(own[0] ?? Number.NaN);
        const due = thread < given.sharers && first >= 0 ? all.filter((_, place) => place >= first && (place - first) % given.sharers === 0) : [];
        expect([own.length, own.every((ms, place) => ms === due[place])]).toEqual([due.length, true]);
      }
    }),
  );
});

test.each([1, 2, 4, 8, 16])('%d workers of as many users each have arrivals at equal distances', (workers) => {
  fc.assert(
    fc.property(plan, fc.integer({ min: 1, max: 30 }), (given, users) => {
      const moments = Array.from({ length: workers }, (_, index) => momentsOf({ index, changes: [{ atMs: 0, users }] }, given)).flat().sort((one, other) => one - other);
      expect(unevenness(moments, 1000 / (workers * users * given.perSec))).toBeLessThan(off);
    }),
    { numRuns: 30 },
  );
});

test('100 a second, with 2 workers, with a third one, with one less: each second has 100 ± 1, those of a change what users there are', () => {
  const given: Plan = { perSec: 2, threadCount: 2, sharers: 2, epochMs: -1.75e12, endMs: 30_000 };
  const moments = [
    { index: 0, changes: [{ atMs: 0, users: 25 }, { atMs: 10_003, users: 17 }, { atMs: 20_007, users: 25 }] },
    { index: 1, changes: [{ atMs: 0, users: 25 }, { atMs: 10_003, users: 17 }, { atMs: 20_007, users: 25 }] },
    { index: 2, changes: [{ atMs: 10_003, users: 16 }, { atMs: 20_007, users: 0 }] },
  ].flatMap((worker) => momentsOf(worker, given));
  for (let second = 0; second < 30; second++) {
    const count = moments.filter((ms) => ms >= second * 1_000 && ms < (second + 1) * 1_000).length;
    expect([second, Math.abs(count - 100) <= (second % 10 === 0 && second > 0 ? 3 : 1)]).toEqual([second, true]);
  }
});

test('workers and classes have phases of their own, spread over the time between two arrivals', () => {
  expect([0, 1, 2, 3, 4, 5, -1].map((index) => phaseOf(index, 0))).toEqual([0, 0.5, 0.25, 0.75, 0.125, 0.625, 0]);
  const phases = Array.from({ length: 8 }, (_, classIndex) => phaseOf(0, classIndex)).sort((one, other) => one - other);
  const gaps = phases.map((phase, place) => (phases[place + 1] ?? 1) - phase);
  expect(Math.min(...gaps)).toBeGreaterThan(0.05);
});
