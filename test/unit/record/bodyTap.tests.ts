/** What is kept of bodies that pass. */
import { BodyTap, maxBodyBytes, maxHeldBytes } from '../../../src/record/bodyTap.ts';

describe('a body that passes', () => {
  it('is kept up to a limit, and counted beyond', () => {
    const held = { bytes: 0 };
    const tap = new BodyTap(held);
    tap.add(Buffer.alloc(maxBodyBytes - 1, 'a'));
    tap.add(Buffer.from('bcd'));
    tap.add(Buffer.from('e'));
    const { bytes, totalBytes } = tap.body;
    expect([bytes.length, bytes.at(-1), totalBytes, held.bytes]).toEqual([maxBodyBytes, 'b'.charCodeAt(0), maxBodyBytes + 3, maxBodyBytes]);
    tap.release();
    tap.release();
    expect([held.bytes, tap.totalBytes]).toEqual([0, maxBodyBytes + 3]);
  });

  it('is kept no longer once all together hold too much, and has no hole', () => {
    const held = { bytes: maxHeldBytes - 2 };
    const tap = new BodyTap(held);
    tap.add(Buffer.from('abc'));
    held.bytes = 0;
    tap.add(Buffer.from('def'));
    expect([tap.body.bytes.toString(), tap.totalBytes]).toEqual(['ab', 6]);
  });

  it('keeps no more memory alive than it is long', () => {
    const tap = new BodyTap({ bytes: 0 });
    tap.add(Buffer.alloc(65_536, 'a').subarray(0, 10));
    const { bytes } = tap.body;
    expect([bytes.toString(), bytes.buffer.byteLength]).toEqual(['a'.repeat(10), 10]);
  });

  it('of which nothing is to be kept is counted', () => {
    const tap = new BodyTap({ bytes: 0 });
    tap.count(Buffer.from('abc'));
    expect(tap.body).toEqual({ bytes: Buffer.alloc(0), totalBytes: 3 });
  });
});
