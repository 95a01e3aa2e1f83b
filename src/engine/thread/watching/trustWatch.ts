/**
 * Looks at this thread's event loop fifty times a second while a test runs, and keeps account of how late it is (see engine/shared/trustMeter).
 * Between tests it does not: these looks would be nearly all that an idle thread does.
 */
import { performance, PerformanceObserver } from 'node:perf_hooks';
import { clearInterval, now, setImmediate, setInterval } from '../../../util/nodeTime.ts';
import { lateAfterMs, lookEveryMs, TrustMeter } from '../../shared/trustMeter.ts';

/** A core that is used more than this in so long is worth a warning (Locust runners.py, `CPU_WARNING_THRESHOLD`). */
const busyPercent = 90;
const busyWindowMs = 10_000;

/** Utilisation is asked for only now and then: it costs a microsecond. */
const looksPerUtilisation = 12;

export class TrustWatch {
  readonly #meter: TrustMeter;
  readonly #loop: WatchedLoop;
  readonly #samplesSoFar: () => number;
  /** Samples that the meter knows, and those at the last two looks. */
  #known: number;
  #atLastLook: number;
  #lastLookMs: number;
  #looks = 0;
  #utilisation: Utilisation;
  /** When the ten seconds began that are judged next. */
  #window: Utilisation;
  #onBusy: (percent: number) => void = ignore;
  /** What ends the looks; empty while there are none. */
  #ends: readonly (() => void)[] = [];

  /** `samplesSoFar` says how many samples the thread has counted since it began, modulo 2³¹. */
  constructor(memory: SharedArrayBuffer, samplesSoFar: () => number, loop: WatchedLoop = ownLoop) {
    this.#meter = new TrustMeter(memory);
    this.#loop = loop;
    this.#samplesSoFar = samplesSoFar;
    this.#known = this.#atLastLook = samplesSoFar();
    this.#lastLookMs = loop.nowMs();
    this.#utilisation = this.#window = loop.utilisation();
  }

  /** A test begins, or users come: the loop is looked at from now on. `onBusy` hears of each ten seconds that left hardly a moment free. May be called twice. */
  start(onBusy: (percent: number) => void): void {
    if (this.#ends.length > 0) return;
    this.#onBusy = onBusy;
    this.#known = this.#atLastLook = this.#samplesSoFar();
    this.#lastLookMs = this.#loop.nowMs();
    this.#utilisation = this.#window = this.#loop.utilisation();
    this.#ends = [this.#loop.every(lookEveryMs, () => this.#look()), this.#loop.onGcPause((pauseMs) => this.#meter.gcPause(pauseMs))];
  }

  /** The test is over: no more looks. May be called twice. */
  stop(): void {
    if (this.#ends.length > 0) this.update();
    for (const end of this.#ends) end();
    this.#ends = [];
  }

  /** A new run, or the end of its warm-up. */
  reset(): void {
    this.update();
    this.#meter.reset();
  }

  /** Brings the memory up to date: at the end of a run main reads what is exact. */
  update(): void {
    this.#countSamples();
    const now = this.#loop.utilisation();
    this.#meter.utilisation(now.active - this.#utilisation.active, now.idle - this.#utilisation.idle);
    this.#utilisation = now;
    this.#judge(now);
  }

  #judge(now: Utilisation): void {
    const active = now.active - this.#window.active;
    const all = active + now.idle - this.#window.idle;
    if (all < busyWindowMs) return;
    this.#window = now;
    const percent = Math.round((active / all) * 1000) / 10;
    if (percent > busyPercent && this.#ends.length > 0) this.#onBusy(percent);
  }

  #look(): void {
    const nowMs = this.#loop.nowMs();
    const lateMs = Math.max(0, nowMs - this.#lastLookMs - lookEveryMs);
    this.#lastLookMs = nowMs;
    this.#meter.delay(lateMs);
    const isLate = lateMs > lateAfterMs;
    if (isLate) this.#countLate(this.#atLastLook);
    this.#atLastLook = this.#samplesSoFar();
    // At once after a late look: of a loop that stands still for seconds, twelve looks take a minute.
    if (++this.#looks % looksPerUtilisation === 0 || isLate) this.update();
  }

  /** With this turn of the loop, in which answers are read that had to wait. */
  #countLate(from: number): void {
    this.#loop.afterThisTurn(() => {
      const samples = this.#samplesSoFar();
      this.#meter.lateSamples(samplesBetween(from, samples));
      this.#atLastLook = samples;
      this.#countSamples();
    });
  }

  #countSamples(): void {
    const samples = this.#samplesSoFar();
    this.#meter.samples(samplesBetween(this.#known, samples));
    this.#known = samples;
  }
}

function ignore(): void {
  // nobody is told before a test begins
}

function samplesBetween(before: number, now: number): number {
  return (now - before) & 0x7fff_ffff;
}

type Utilisation = ReturnType<WatchedLoop['utilisation']>;

/** An event loop as the one who watches it sees it. */
export type WatchedLoop = {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Milliseconds in which the loop worked and waited, since it began. */
  readonly utilisation: () => { readonly active: number; readonly idle: number };
  /** Calls `look` as `setInterval` does, until the returned function is called; keeps nothing alive. */
  readonly every: (periodMs: number, look: () => void) => () => void;
  /** Calls `work` when what waits to be read has been read. */
  readonly afterThisTurn: (work: () => void) => void;
  /** Returns what ends it. */
  readonly onGcPause: (listener: (pauseMs: number) => void) => () => void;
};

/** The loop of the thread that this file is loaded in. */
export const ownLoop: WatchedLoop = {
  nowMs: () => now(),
  utilisation: () => performance.eventLoopUtilization(),
  every(periodMs, look) {
    const timer = setInterval(look, periodMs).unref();
    return () => clearInterval(timer);
  },
  afterThisTurn: (work) => void setImmediate(work),
  onGcPause(listener) {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) listener(duration);
    });
    observer.observe({ entryTypes: ['gc'] });
    return () => observer.disconnect();
  },
};
