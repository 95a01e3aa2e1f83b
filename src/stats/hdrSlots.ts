/**
 * HDR counts in shared memory, the thread's side (layout in rowLayout.ts).
 */
import { hdrCounts, hdrEnd, hdrFirst, hdrGeneration } from './rowLayout.ts';

/** Counts one sample in the slot (see hdrIndex.ts) of the HDR part that begins at word `at`. */
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
