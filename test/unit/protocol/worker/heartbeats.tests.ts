import { nextBeatMs } from '../../../../src/protocol/worker/timings.ts';
import { Simulation } from './simulation.ts';

test('heartbeats each second and after each report, reports every 3 s, logs every 10 s, without drift', () => {
  const simulation = Simulation.registered();
  simulation.pass(60_000);
  const beats = Array.from({ length: 60 }, (_, index) => (index + 1) * 1_000);
  expect(simulation.times('sendHeartbeat')).toEqual(beats.flatMap((atMs) => (atMs % 3_000 === 0 ? [atMs, atMs] : [atMs])));
  expect(simulation.times('sendStats')).toEqual(Array.from({ length: 20 }, (_, index) => (index + 1) * 3_000));
  expect(simulation.times('sendLogs')).toEqual([10_000, 20_000, 30_000, 40_000, 50_000, 60_000]);
});

test('being late by a few milliseconds each time does not add up', () => {
  const simulation = Simulation.registered();
  for (let beat = 1; beat <= 100; beat += 1) {
    simulation.nowMs = beat * 1_000 + 7;
    simulation.tell({ kind: 'tick' });
  }
  expect(simulation.times('sendHeartbeat')).toHaveLength(133);
  expect(simulation.times('sendHeartbeat').at(-1)).toBe(100_007);
});

test('a stall ends in one beat of each kind, and the next is at least half an interval away', () => {
  const simulation = Simulation.registered();
  simulation.stall(25_900);
  simulation.tell({ kind: 'tick' });
  expect(simulation.names()).toEqual(['sendHeartbeat', 'sendLogs', 'sendStats']);
  simulation.pass(1_200);
  expect(simulation.times('sendHeartbeat')).toEqual([25_900, 25_900, 27_000]);
});

test.each([
  [1_000, 1_000, 2_000],
  [1_000, 1_499, 2_000],
  [1_000, 1_500, 2_000],
  [1_000, 1_501, 3_000],
  [1_000, 9_000, 10_000],
  [1_000, 9_900, 11_000],
])('a beat due at %i and handled at %i comes next at %i', (dueMs, nowMs, nextMs) => {
  expect(nextBeatMs(dueMs, 1_000, nowMs)).toBe(nextMs);
});
