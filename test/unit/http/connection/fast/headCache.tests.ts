import fc from 'fast-check';
import { Pattern } from '../../../../../src/http/connection/fast/headCache.ts';

/** `bytes` at a place that may not be a word's, in memory that goes on. */
function placed(bytes: Uint8Array, offset: number): Buffer {
  const block = Buffer.alloc(offset + bytes.byteLength + 7, 0x61);
  block.set(bytes, offset);
  return block.subarray(offset);
}

describe('a pattern', () => {
  it('says what a comparison byte by byte says, wherever the bytes lie', () => {
    const few = fc.uint8Array({ maxLength: 40, max: 1 });
    fc.assert(
      fc.property(few, few, fc.nat({ max: 3 }), fc.nat({ max: 3 }), fc.nat({ max: 50 }), (first, second, mine, theirs, end) => {
        const pattern = placed(first, mine).subarray(0, first.byteLength);
        const bytes = placed(second, theirs);
        const expected = end >= first.byteLength && bytes.subarray(0, first.byteLength).equals(pattern);
        expect(new Pattern(pattern).begins(bytes, end)).toBe(expected);
        const isLonger = end >= first.byteLength;
        const same = placed(first, theirs);
        expect(new Pattern(pattern).begins(same, end)).toBe(isLonger);
      }),
    );
  });

  it.each([0, 3, 4, 9, 40])('sees a difference in byte %i', (at) => {
    const bytes = Buffer.alloc(41, 0x61);
    const pattern = new Pattern(Buffer.from(bytes));
    expect(pattern.begins(bytes, 41)).toBe(true);
    bytes[at] = 0x62;
    expect(pattern.begins(bytes, 41)).toBe(false);
  });
});
