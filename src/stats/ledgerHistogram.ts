/**
 * HDR counts in shared memory (layout in ledgerLayout.ts): the thread's side adds, main's side taps.
 *
 * The counts are read while the thread adds to them: a sample that is being written may be in or not. They are 32 bits
 * wide and wrap (a request that never waits fills one slot at 4 million a second: 18 minutes), so a tap that has seen
 * many samples moves what is there into 64-bit counts of its own, and goes on with differences modulo 2^32.
 */
import { hdrLength } from './histogram.ts';
import { hdrCounts, hdrEnd, hdrFirst, hdrGeneration } from './ledgerLayout.ts';
import { addCount } from './report.ts';

/** Slot → samples. */
export type SlotCounts = Map<number, number>;

/** A quarter of what a slot holds, so that no slot can wrap twice between two reads. */
const samplesUntilRebase = 2 ** 30;

/** Main's side of one HDR part. */
export class HdrTap {
  readonly #words: Uint32Array;
  readonly #at: number;
  readonly #carried: SlotCounts = new Map();
  #base: Uint32Array | null = null;
  #samplesSinceBase = 0;

  /** Taps the HDR part that begins at word `at`. */
  constructor(words: Uint32Array, at: number) {
    this.#words = words;
    this.#at = at;
  }

  /** That many samples were counted since the last call; to be called at each read of the ledger. */
  note(samples: number, generation: number): void {
    this.#samplesSinceBase += samples;
    if (this.#samplesSinceBase < samplesUntilRebase) return;
    this.#samplesSinceBase = 0;
    const countsAt = this.#at + hdrCounts;
    this.#addUncarried(this.#carried, generation);
    this.#base = this.#words.slice(countsAt, countsAt + hdrLength);
  }

  /** Whether there is a sample of the run `generation`. */
  hasSamples(generation: number): boolean {
    return this.#carried.size > 0 || (this.#words[this.#at + hdrGeneration] === generation && (this.#words[this.#at + hdrEnd] ?? 0) > 0);
  }

  /** Adds all samples of the run `generation`. */
  addTo(into: SlotCounts, generation: number): void {
    for (const [slot, count] of this.#carried) addCount(into, slot, count);
    this.#addUncarried(into, generation);
  }

  /** From here on only later samples of the run `generation` are told of; while the thread goes on counting. */
  restart(generation: number): void {
    const before: SlotCounts = new Map();
    this.addTo(before, generation);
    for (const [slot, count] of before) addCount(this.#carried, slot, -count);
  }

  /** A new run begins. */
  clear(): void {
    this.#carried.clear();
    this.#base = null;
    this.#samplesSinceBase = 0;
  }

  #addUncarried(into: SlotCounts, generation: number): void {
    const words = this.#words;
    const base = this.#base;
    if (words[this.#at + hdrGeneration] !== generation) return;
    const countsAt = this.#at + hdrCounts;
    const end = words[this.#at + hdrEnd] ?? 0;
    // Most slots are empty, and a table of thousands of rows reads tens of millions of them.
    for (let slot = words[this.#at + hdrFirst] ?? 0; slot < end; slot++) {
      const count = words[countsAt + slot] ?? 0;
      if (base !== null) addCount(into, slot, (count - (base[slot] ?? 0)) >>> 0);
      else if (count !== 0) addCount(into, slot, count);
    }
  }
}

/** Counts one sample in the slot (see histogram.ts) of the HDR part that begins at word `at`. */
export function countHdrSlot(words: Uint32Array, at: number, slot: number): void {
  const end = words[at + hdrEnd] ?? 0;
  if (slot >= end) {
    if (end === 0) words[at + hdrFirst] = slot;
    words[at + hdrEnd] = slot + 1;
  } else if (slot < (words[at + hdrFirst] ?? 0)) {
    words[at + hdrFirst] = slot;
  }
  const countAt = at + hdrCounts + slot;
  words[countAt] = (words[countAt] ?? 0) + 1;
}

/** Empties the HDR part if what it counted belongs to an older run. */
export function renewHdrSlots(words: Uint32Array, at: number, generation: number): void {
  if (words[at + hdrGeneration] === generation) return;
  const countsAt = at + hdrCounts;
  const end = words[at + hdrEnd] ?? 0;
  for (let slot = words[at + hdrFirst] ?? 0; slot < end; slot++) {
    // Reading leaves untouched memory uncommitted; writing zeros would not.
    if (words[countsAt + slot] !== 0) words[countsAt + slot] = 0;
  }
  words[at + hdrEnd] = 0;
  words[at + hdrGeneration] = generation;
}
