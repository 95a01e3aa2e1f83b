import { noPace, PaceMemory } from '../../../../src/engine/main/paceMemory.ts';
import { Countdown } from '../../../../src/engine/shared/pace.ts';

it('asks for nothing unless told to', () => {
  const memory = new PaceMemory(noPace, 2);
  expect(memory.pace).toEqual({ iterations: null, permits: null, arrivals: null });
  expect([memory.iterationsLeft(), memory.arrivals()]).toEqual([null, null]);
});

it('counts iterations down, anew in each run', () => {
  const memory = new PaceMemory({ ...noPace, iterations: 5 }, 2);
  const threads = new Countdown(memory.pace.iterations ?? new SharedArrayBuffer(4));
  threads.take();
  expect(memory.iterationsLeft()).toBe(4);
  memory.begin();
  expect(memory.iterationsLeft()).toBe(5);
});

it('counts arrivals, anew once the warm-up is over, and leaves the threads their places', () => {
  const memory = new PaceMemory({ ...noPace, arrivalsPerSec: 100 }, 2);
  const words = new Int32Array(memory.pace.arrivals?.counts ?? new SharedArrayBuffer(16));
  words.set([7, 2, 1500, 5, 4]);
  expect(memory.arrivals()).toEqual({ perSec: 100, started: 7, dropped: 2, latestMs: 1.5 });
  memory.countArrivalsAnew();
  expect([...words]).toEqual([0, 0, 0, 5, 4]);
  memory.begin();
  expect([...words]).toEqual([0, 0, 0, 0, 0]);
});
