/** The account of a loop that stands still, on a clock of the test. */
import { lookEveryMs, readTrust, trustMemory, type TrustNumbers } from '../../../../../src/engine/shared/trustMeter.ts';
import { TrustWatch, type WatchedLoop } from '../../../../../src/engine/thread/watching/trustWatch.ts';

/** A loop that waits, or works, as it is told; looks come when they are due and the loop is free. */
class VirtualLoop implements WatchedLoop {
  samples = 0;
  #nowMs = 0;
  #activeMs = 0;
  #dueMs = Number.POSITIVE_INFINITY;
  #look: () => void = () => undefined;
  #turnEnds: (() => void)[] = [];

  readonly nowMs = (): number => this.#nowMs;
  readonly utilisation = (): { active: number; idle: number } => ({ active: this.#activeMs, idle: this.#nowMs - this.#activeMs });
  readonly afterThisTurn = (work: () => void): void => void this.#turnEnds.push(work);
  readonly onGcPause = (): (() => void) => () => undefined;
  readonly every = (periodMs: number, look: () => void): (() => void) => {
    this.#dueMs = this.#nowMs + periodMs;
    this.#look = look;
    return () => (this.#dueMs = Number.POSITIVE_INFINITY);
  };

  get isWatched(): boolean {
    return this.#dueMs < Number.POSITIVE_INFINITY;
  }

  idle(forMs: number): void {
    const untilMs = this.#nowMs + forMs;
    while (this.#dueMs <= untilMs) this.#turn(this.#dueMs);
    this.#nowMs = untilMs;
  }

  /** One task that blocks, records a sample, and leaves one more in a socket for this turn. */
  block(forMs: number): void {
    this.#activeMs += forMs;
    this.#nowMs += forMs;
    this.samples++;
    if (this.#dueMs <= this.#nowMs) this.#turn(this.#nowMs);
  }

  #turn(atMs: number): void {
    this.#nowMs = atMs;
    if (this.isWatched) this.#dueMs = atMs + lookEveryMs;
    this.#look();
    if (this.#turnEnds.length > 0) this.samples++;
    for (const work of this.#turnEnds.splice(0)) work();
  }
}

const nobody = (): void => undefined;

function watched(onBusy: (percent: number) => void = nobody): { readonly loop: VirtualLoop; readonly watch: TrustWatch; readonly read: () => TrustNumbers } {
  const memory = trustMemory();
  const loop = new VirtualLoop();
  const watch = new TrustWatch(memory, () => loop.samples, loop);
  watch.start(onBusy);
  return { loop, watch, read: () => readTrust(memory) };
}

test('a loop that stood still for 3 s was busy for them, and its samples were late, as soon as it is back', () => {
  const { loop, read } = watched();
  loop.idle(100);
  loop.block(3_000);
  expect(read()).toMatchObject({ activeMs: 3_000, idleMs: 100, loopDelayMaxMs: 2_980, samples: 2, lateSamples: 2 });
  loop.block(2_000);
  expect(read()).toMatchObject({ activeMs: 5_000, idleMs: 100, samples: 4, lateSamples: 4 });
});

test('what was before a run, or its warm-up, is not part of it', () => {
  const { loop, watch, read } = watched();
  loop.block(3_000);
  watch.reset();
  expect(read()).toMatchObject({ activeMs: 0, idleMs: 0, loopDelayMaxMs: 0, samples: 0, lateSamples: 0 });
  loop.block(15);
  loop.idle(985);
  watch.update();
  expect(read()).toMatchObject({ activeMs: 15, idleMs: 985, samples: 1, lateSamples: 0 });
});

test('between tests nobody looks: what the loop does then is no part of any run', () => {
  const { loop, watch, read } = watched();
  loop.idle(1_000);
  watch.stop();
  expect(loop.isWatched).toBe(false);
  const atTheEnd = read();
  expect(atTheEnd).toMatchObject({ activeMs: 0, idleMs: 1_000 });
  loop.block(3_000);
  expect(read()).toEqual(atTheEnd);
  watch.start(nobody);
  watch.reset();
  loop.idle(500);
  loop.block(50);
  watch.update();
  expect(read()).toMatchObject({ activeMs: 50, idleMs: 500, samples: 2, lateSamples: 2, loopDelayMaxMs: 30 });
});

test('each ten seconds with hardly a free moment are told, those of a rest between two tests are not', () => {
  const told: number[] = [];
  const { loop, watch } = watched((percent) => told.push(percent));
  const second = (busyMs: number): void => {
    loop.block(busyMs);
    loop.idle(1_000 - busyMs);
  };
  for (let at = 0; at < 11; at++) second(950);
  expect(told).toEqual([expect.closeTo(95, 0)]);
  for (let at = 0; at < 11; at++) second(980);
  expect(told).toEqual([expect.closeTo(95, 0), expect.closeTo(98, 0)]);
  for (let at = 0; at < 30; at++) second(500);
  expect(told).toHaveLength(2);
  watch.stop();
  loop.block(20_000);
  watch.start((percent) => told.push(percent));
  second(0);
  expect(told).toHaveLength(2);
});
