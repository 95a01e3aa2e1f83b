/**
 * How well a load thread keeps up, in memory that it shares with the main thread: the thread adds, and so does main for a
 * thread that it ends while it is blocked; main reads at any moment. All numbers are of the run so far; those of a thread that was replaced stay.
 *
 * The event loop is looked at by a timer, every `lookEveryMs`: how much later it rings is how late the loop is. Samples
 * that came since the look before a late one, and in the turn of the loop after it (answers that had waited in their
 * sockets), were taken while the generator itself was late.
 */
import { placeOf, rankOf } from '../../stats/histogram.ts';

/** Milliseconds between two looks at the event loop. */
export const lookEveryMs = 20;
/** A loop that is later than this counts the samples of that time as late. */
export const lateAfterMs = 20;

/** The numbers of one thread. */
export type TrustNumbers = {
  readonly loopDelayP50Ms: number;
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** Milliseconds in which the event loop worked, and in which it waited. */
  readonly activeMs: number;
  readonly idleMs: number;
  readonly gcPauses: number;
  readonly gcPauseTotalMs: number;
  readonly gcPauseMaxMs: number;
  readonly samples: number;
  readonly lateSamples: number;
};

const active = 0;
const idle = 1;
const gcCount = 2;
const gcTotal = 3;
const gcMax = 4;
const sampleCount = 5;
const lateCount = 6;
const delayMax = 7;
const delays = 8;
/** Eight to each doubling of microseconds, so that a percentile is right to a tenth, up to more than an hour. */
const slotsPerOctave = 8;
const delaySlots = 32 * slotsPerOctave;
const words = delays + delaySlots;

/** New memory for one thread, all zero. */
export function trustMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(words * 8);
}

/** The side of the thread, and of main once it ends a thread that is blocked. */
export class TrustMeter {
  readonly #words: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Float64Array(memory);
  }

  /** The loop was so late. */
  delay(lateMs: number): void {
    this.#add(delays + slotOf(lateMs), 1);
    this.#raise(delayMax, lateMs);
  }

  /** The loop worked and waited for so long. */
  utilisation(activeMs: number, idleMs: number): void {
    this.#add(active, activeMs);
    this.#add(idle, idleMs);
  }

  /** The loop was blocked for so long, and its thread is ended. */
  stoodStill(forMs: number): void {
    this.delay(forMs);
    this.utilisation(forMs, 0);
  }

  gcPause(pauseMs: number): void {
    this.#add(gcCount, 1);
    this.#add(gcTotal, pauseMs);
    this.#raise(gcMax, pauseMs);
  }

  samples(count: number): void {
    this.#add(sampleCount, count);
  }

  lateSamples(count: number): void {
    this.#add(lateCount, count);
  }

  /** A new run, or the end of its warm-up. */
  reset(): void {
    this.#words.fill(0);
  }

  #add(word: number, amount: number): void {
    this.#words[word] = (this.#words[word] ?? 0) + amount;
  }

  #raise(word: number, value: number): void {
    if (value > (this.#words[word] ?? 0)) this.#words[word] = value;
  }
}

/** Main's side: all zeros before the thread has looked for the first time. */
export function readTrust(memory: SharedArrayBuffer): TrustNumbers {
  const read = new Float64Array(memory);
  const at = (word: number): number => read[word] ?? 0;
  const counts = read.subarray(delays);
  return {
    loopDelayP50Ms: percentileMs(counts, 50, at(delayMax)),
    loopDelayP99Ms: percentileMs(counts, 99, at(delayMax)),
    loopDelayMaxMs: at(delayMax),
    activeMs: at(active),
    idleMs: at(idle),
    gcPauses: at(gcCount),
    gcPauseTotalMs: at(gcTotal),
    gcPauseMaxMs: at(gcMax),
    samples: at(sampleCount),
    lateSamples: Math.min(at(lateCount), at(sampleCount)),
  };
}

function slotOf(ms: number): number {
  const us = Math.max(1, ms * 1000);
  return Math.min(delaySlots - 1, Math.floor(Math.log2(us) * slotsPerOctave));
}

/** The middle of the slot that the percentile falls into, at most `maxMs`; 0 without looks. */
function percentileMs(counts: Float64Array, percent: number, maxMs: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  return Math.min(maxMs, 2 ** ((placeOf(rankOf(percent, total), counts) + 0.5) / slotsPerOctave) / 1000);
}
