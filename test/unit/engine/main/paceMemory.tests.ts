import { steadyCurve } from '../../../../src/engine/shared/arrivalCurve.ts';
import { noPace, PaceMemory } from '../../../../src/engine/main/paceMemory.ts';
import { ArrivalCounter, Countdown } from '../../../../src/engine/shared/pace.ts';

it('asks for nothing unless told to', () => {
  const memory = new PaceMemory(noPace, 2);
  expect(memory.pace).toEqual({ iterations: null, permits: null, classArrivals: expect.any(SharedArrayBuffer) as SharedArrayBuffer, replays: expect.any(SharedArrayBuffer) as SharedArrayBuffer });
  expect([memory.iterationsLeft(), memory.arrivals(null), memory.openModel]).toEqual([null, null, null]);
});

it('counts iterations down, anew in each run', () => {
  const memory = new PaceMemory({ ...noPace, iterations: 5 }, 2);
  const threads = new Countdown(memory.pace.iterations ?? new SharedArrayBuffer(4));
  threads.take();
  expect(memory.iterationsLeft()).toBe(4);
  memory.begin();
  expect(memory.iterationsLeft()).toBe(5);
});

it('counts arrivals of all threads, anew once the warm-up is over, and leaves the threads their places until the next run', () => {
  const memory = new PaceMemory({ ...noPace, arrivals: steadyCurve(100) }, 2);
  const threads = [0, 1].map(() => new ArrivalCounter(memory.openModel?.counts ?? new SharedArrayBuffer(16)));
  const places = (): (number | undefined)[] => threads.map((counter, index) => counter.dealtWith(index));
  for (const [index, counter] of threads.entries()) {
    counter.deal(index);
    counter.start(1.5 - index);
    counter.drop();
  }
  threads[1]?.deal(1);
  threads[1]?.start(0);
  expect([memory.arrivals(null), places()]).toEqual([{ perSec: 100, started: 3, dropped: 2, latestMs: 1.5, lateP99Ms: 1.5 }, [1, 2]]);
  memory.countArrivalsAnew();
  expect([memory.arrivals(null), places()]).toEqual([{ perSec: 100, started: 0, dropped: 0, latestMs: 0, lateP99Ms: 0 }, [1, 2]]);
  threads[0]?.start(86_400_000);
  expect(memory.arrivals(null)).toEqual({ perSec: 100, started: 1, dropped: 0, latestMs: (2 ** 31 - 1) / 1000, lateP99Ms: expect.closeTo((2 ** 31 - 1) / 1000, -6) as number });
  memory.begin();
  expect([memory.arrivals(null), places()]).toEqual([{ perSec: 100, started: 0, dropped: 0, latestMs: 0, lateP99Ms: 0 }, [0, 0]]);
});

it('counts arrivals of users that stand for a rate each, whether or not there are any', () => {
  const memory = new PaceMemory(noPace, 1);
  const counter = new ArrivalCounter(memory.pace.classArrivals);
  counter.start(2);
  counter.drop();
  expect([memory.arrivals(null), memory.arrivals(100)]).toEqual([null, { perSec: 100, started: 1, dropped: 1, latestMs: 2, lateP99Ms: 2 }]);
  memory.countArrivalsAnew();
  expect(memory.arrivals(50)).toEqual({ perSec: 50, started: 0, dropped: 0, latestMs: 0, lateP99Ms: 0 });
});

it('tells how late arrivals of all threads began since it was last asked, and forgets nothing of the whole run by that', () => {
  const memory = new PaceMemory({ ...noPace, arrivals: steadyCurve(100) }, 2);
  const threads = [0, 1].map(() => new ArrivalCounter(memory.openModel?.counts ?? new SharedArrayBuffer(16)));
  const taken = (): unknown => {
    const lateness = memory.takeLateness(null);
    return [lateness?.latestMs, new Map(lateness?.counts.map(([us, count]) => [Math.round(us / 1_000), count]))];
  };
  threads[0]?.start(5);
  threads[1]?.start(5);
  threads[1]?.start(80.25);
  expect(taken()).toEqual([80.25, new Map([[5, 2], [80, 1]])]);
  threads[0]?.start(3);
  expect(taken()).toEqual([3, new Map([[3, 1]])]);
  expect(taken()).toEqual([0, new Map()]);
  expect(memory.arrivals(null)).toMatchObject({ started: 4, latestMs: 80.25, lateP99Ms: 80.25 });
  memory.countArrivalsAnew();
  threads[0]?.start(5);
  expect([taken(), memory.arrivals(null)?.latestMs]).toEqual([[5, new Map([[5, 1]])], 5]);
  expect(new PaceMemory(noPace, 1).takeLateness(null)).toBeNull();
});

it('takes an open model from the scenario, once it is loaded', () => {
  const memory = new PaceMemory(noPace, 1);
  memory.setCurve(steadyCurve(7));
  new ArrivalCounter(memory.openModel?.counts ?? new SharedArrayBuffer(16)).start(1);
  expect([memory.openModel?.curve, memory.arrivals(null)]).toEqual([steadyCurve(7), { perSec: 7, started: 1, dropped: 0, latestMs: 1, lateP99Ms: 1 }]);
});
