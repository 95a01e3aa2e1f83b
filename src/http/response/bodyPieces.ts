/**
 * Where bodies of answers are kept while they arrive and for as long as the scenario holds them: short ones together in blocks, longer ones
 * as text in V8's heap, and outside of it what is wanted as bytes or does not fit.
 */
import { getHeapStatistics } from 'node:v8';

/** Part of a body: bytes that nobody changes, or text of as many letters (Latin-1). */
export type Piece = Uint8Array | string;

/** Up to here a body has no memory of its own: beyond, text in the heap is cheaper. */
export const maxSharedBytes = 256;

/** So much of memory that is overwritten afterwards, kept. */
export function pieceOf(bytes: Buffer, start: number, end: number): Piece {
  return hasHeapFor(end - start) ? bytes.toString('latin1', start, end) : Buffer.from(bytes.subarray(start, end));
}

/** Of a text the first `maxBytes` only. */
export function bytesOf(piece: Piece, maxBytes: number = piece.length): Uint8Array {
  return typeof piece === 'string' ? Buffer.from(piece.slice(0, maxBytes), 'latin1') : piece.subarray(0, maxBytes);
}

/** The pieces as one: the piece itself when there is one, and it is bytes. */
export function joinPieces(first: Piece | null, rest: readonly Piece[] | null): Uint8Array {
  if (first === null) return none;
  if (rest === null) return typeof first === 'string' ? bytesOf(first) : first;
  return Buffer.concat([first, ...rest].map((piece) => bytesOf(piece)));
}

/** The pieces as one text when all of them are text, and ASCII: the same in UTF-8. Null otherwise. */
export function asciiText(first: Piece | null, rest: readonly Piece[] | null): string | null {
  let text = '';
  for (const piece of [first, ...(rest ?? [])]) {
    if (typeof piece !== 'string') return null;
    text += piece;
  }
  return Buffer.byteLength(text) === text.length ? text : null;
}

const none = new Uint8Array(0);

/** Bytes of bodies from one look at the heap to the next. */
const bytesBetweenLooks = 4 * 1024 * 1024;
let bytesToNextLook = 0;
let isHeapRoomy = true;

/**
 * Whether a body may live in V8's heap: there it costs a copy, and next to nothing when it is forgotten. Memory outside costs `malloc`, pages that
 * the system has to clear, and a whole collection for every 64 MB: for 64 KB four times as much as all else of its request. It is for
 * scenarios that keep more bodies than the heap should hold.
 */
function hasHeapFor(bytes: number): boolean {
  bytesToNextLook -= bytes;
  if (bytesToNextLook < 0) {
    const { used_heap_size: usedBytes, heap_size_limit: limitBytes } = getHeapStatistics();
    // The limit counts the young generation, too, which may be the most of a small heap.
    isHeapRoomy = usedBytes < limitBytes / 8;
    bytesToNextLook = bytesBetweenLooks;
  }
  return isHeapRoomy;
}

/** Small, as one short body that is kept keeps its block whole. */
const blockBytes = 16 * 1024;
/** Larger pieces have memory of their own. */
const maxInBlockBytes = blockBytes / 4;

/** Up to here a loop is cheaper than a call. */
const maxLoopBytes = 48;

/** Memory for what is short: cut off one block after the other, and given back by the collector when the last piece in a block is forgotten. */
class SharedBlocks {
  /** The block that holds the last copy. */
  block: Buffer = Buffer.alloc(0);
  #used = 0;

  /** Copies `bytes` from `start` to `end` into `block`, and returns the place there. */
  copy(bytes: Buffer, start: number, end: number): number {
    const length = end - start;
    if (length > maxInBlockBytes) {
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

/** Of all answers of a thread. */
export const sharedBlocks: SharedBlocks = new SharedBlocks();
