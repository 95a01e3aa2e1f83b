/**
 * Looks at this thread's event loop fifty times a second and keeps account of how late it is (see util/trustMeter).
 */
import { performance, PerformanceObserver, type EventLoopUtilization } from 'node:perf_hooks';
import { lateAfterMs, lookEveryMs, TrustMeter } from '../util/trustMeter.ts';

/** Utilisation is asked for only now and then: it costs a microsecond. */
const looksPerUtilisation = 12;

export class TrustWatch {
  readonly #meter: TrustMeter;
  readonly #samplesSoFar: () => number;
  /** Samples that the meter knows, and those at the last two looks. */
  #known: number;
  #atLastLook: number;
  #lastLookMs: number = performance.now();
  #looks = 0;
  #utilisation: EventLoopUtilization = performance.eventLoopUtilization();

  /** `samplesSoFar` says how many samples the thread has counted since it began, modulo 2³¹. */
  constructor(memory: SharedArrayBuffer, samplesSoFar: () => number) {
    this.#meter = new TrustMeter(memory);
    this.#samplesSoFar = samplesSoFar;
    this.#known = this.#atLastLook = samplesSoFar();
    setInterval(() => this.#look(), lookEveryMs).unref();
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#meter.gcPause(duration);
    }).observe({ entryTypes: ['gc'] });
  }

  /** A new run, or the end of its warm-up. */
  reset(): void {
    this.update();
    this.#meter.reset();
  }

  /** Brings the memory up to date: at the end of a run main reads what is exact. */
  update(): void {
    const samples = this.#samplesSoFar();
    this.#meter.samples(samplesBetween(this.#known, samples));
    this.#known = samples;
    const now = performance.eventLoopUtilization();
    this.#meter.utilisation(now.active - this.#utilisation.active, now.idle - this.#utilisation.idle);
    this.#utilisation = now;
  }

  #look(): void {
    const nowMs = performance.now();
    const lateMs = Math.max(0, nowMs - this.#lastLookMs - lookEveryMs);
    this.#lastLookMs = nowMs;
    this.#meter.delay(lateMs);
    if (lateMs > lateAfterMs) this.#countLate(this.#atLastLook);
    this.#atLastLook = this.#samplesSoFar();
    if (++this.#looks % looksPerUtilisation === 0) this.update();
  }

  /** With this turn of the loop, in which answers are read that had to wait. */
  #countLate(from: number): void {
    setImmediate(() => {
      const samples = this.#samplesSoFar();
      this.#meter.lateSamples(samplesBetween(from, samples));
      this.#atLastLook = samples;
    });
  }
}

function samplesBetween(before: number, now: number): number {
  return (now - before) & 0x7fff_ffff;
}
