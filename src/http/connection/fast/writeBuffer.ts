/**
 * Memory for what is kept of small answers: cut off one block after the other, and given back by the collector when the
 * last answer in a block is forgotten. The block is small, as one kept answer keeps it whole.
 */
const blockBytes = 16 * 1024;
/** Larger pieces have memory of their own. */
const maxSharedBytes = blockBytes / 4;

/** Up to here a loop is cheaper than a call. */
const maxLoopBytes = 48;

/** A copy of a stretch of bytes: where it is, without an object of its own. */
export class WriteBuffer {
  /** The block that holds the last copy. */
  block: Buffer = Buffer.alloc(0);
  #used = 0;

  /** Copies `bytes` from `start` to `end` into `block`, and returns the place there. */
  copy(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length > maxSharedBytes) {
      this.#used = Infinity;
      this.block = Buffer.allocUnsafeSlow(length);
      bytes.copy(this.block, 0, start, end);
      return 0;
    }
    if (this.#used + length > this.block.byteLength) {
      this.block = Buffer.allocUnsafeSlow(blockBytes);
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += length;
    if (length > maxLoopBytes) {
      bytes.copy(this.block, at, start, end);
    } else {
      const { block } = this;
      for (let offset = 0; offset < length; offset += 1) block[at + offset] = bytes[start + offset] ?? 0;
    }
    return at;
  }
}
