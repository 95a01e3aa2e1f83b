/**
 * Bytes seen as words of four, for comparing stretches that are mostly equal: a loop over a few dozen words costs a third
 * of a call to `Buffer.compare`.
 */
const wordBytes = 4;
/** Reads land in one and the same buffer, so its view is kept. */
let lastBytes: Uint8Array | null = null;
let lastWords = new Int32Array(0);

/** The whole words of `bytes`; none where they do not begin at a word of their memory. */
function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Int32Array<ArrayBuffer> {
  const isAligned = byteOffset % wordBytes === 0 && buffer instanceof ArrayBuffer;
  return isAligned ? new Int32Array(buffer, byteOffset, Math.floor(byteLength / wordBytes)) : new Int32Array(0);
}

/** What others are compared with. */
export class Pattern {
  readonly byteLength: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;

  /** `bytes` must not change. */
  constructor(bytes: Uint8Array) {
    this.byteLength = bytes.byteLength;
    this.#bytes = bytes;
    this.#words = wordsOf(bytes);
  }

  /** True when `bytes` begin with the pattern; of `bytes` only the first `end` are looked at. */
  begins(bytes: Uint8Array, end: number): boolean {
    if (end < this.byteLength) return false;
    const mine = this.#words;
    if (bytes !== lastBytes) {
      lastBytes = bytes;
      lastWords = wordsOf(bytes);
    }
    const theirs = lastWords;
    const wordCount = Math.min(mine.length, theirs.length);
    for (let at = 0; at < wordCount; at += 1) if (mine[at] !== theirs[at]) return false;
    for (let at = wordCount * wordBytes; at < this.byteLength; at += 1) if (this.#bytes[at] !== bytes[at]) return false;
    return true;
  }
}
