import { countHdrSlot, HdrTap, renewHdrSlots, type SlotCounts } from '../../../src/stats/ledgerHistogram.ts';
import { hdrCounts, hdrWords } from '../../../src/stats/ledgerLayout.ts';

const at = 16;

function slotsOf(tap: HdrTap, generation = 0): SlotCounts {
  const slots: SlotCounts = new Map();
  tap.addTo(slots, generation);
  return slots;
}

test('counts of touched slots are read, as often as wanted', () => {
  const words = new Uint32Array(at + hdrWords);
  const tap = new HdrTap(words, at);
  expect(slotsOf(tap)).toEqual(new Map());
  for (const slot of [700, 0, 23_551, 700]) countHdrSlot(words, at, slot);
  const expected = new Map([[0, 1], [700, 2], [23_551, 1]]);
  expect(slotsOf(tap)).toEqual(expected);
  expect(slotsOf(tap)).toEqual(expected);
});

test('counts that wrap around 32 bits stay exact', () => {
  const words = new Uint32Array(at + hdrWords);
  const tap = new HdrTap(words, at);
  countHdrSlot(words, at, 0);
  countHdrSlot(words, at, 9);
  const batch = 2 ** 30 + 12_345;
  for (let round = 1; round <= 12; round++) {
    words[at + hdrCounts] = (words[at + hdrCounts] ?? 0) + batch;
    tap.note(batch, 0);
    expect(slotsOf(tap)).toEqual(new Map([[0, 1 + round * batch], [9, 1]]));
  }
  tap.clear();
  renewHdrSlots(words, at, 1);
  countHdrSlot(words, at, 9);
  expect(slotsOf(tap, 1)).toEqual(new Map([[9, 1]]));
});

test('slots of another run are taken for empty until the thread renews them', () => {
  const words = new Uint32Array(at + hdrWords);
  const tap = new HdrTap(words, at);
  countHdrSlot(words, at, 5_000);
  expect(slotsOf(tap, 1)).toEqual(new Map());
  renewHdrSlots(words, at, 1);
  countHdrSlot(words, at, 3);
  expect(slotsOf(tap, 1)).toEqual(new Map([[3, 1]]));
});
