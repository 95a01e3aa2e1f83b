/**
 * The last head of an answer to one request, byte for byte, with what was read out of it: a server's answers to one and
 * the same request mostly begin alike for a second (then `date` moves on), and comparing costs a fifth of parsing.
 */
import type { FastHead } from './fastHead.ts';
import { Pattern } from './wordView.ts';

/** What a head says about the answer. */
export type ReadHead = {
  readonly head: FastHead;
  readonly status: number;
  readonly contentLength: number;
  readonly isChunked: boolean;
  readonly isKept: boolean;
  readonly keepAliveMs: number;
};

/** Heads that were seen once only, before it is given up for a while. */
const mostMisses = 8;
/** Answers that pass by before it is tried again. */
const restAnswers = 1000;
/** Longer heads are not worth their memory. */
const mostHeadBytes = 2048;

export class AnswerMemo {
  #bytes: Pattern | null = null;
  #read: ReadHead | null = null;
  #misses = 0;

  /** What was read out of the same head before, if `bytes` begin with it; null otherwise. */
  recall(bytes: Buffer, end: number): ReadHead | null {
    const known = this.#bytes;
    if (known === null || !known.begins(bytes, end)) return null;
    this.#misses = 0;
    return this.#read;
  }

  /** Length of the head that `recall` found. */
  get headBytes(): number {
    return this.#bytes === null ? 0 : this.#bytes.byteLength;
  }

  /** True when the head that was parsed is worth keeping. */
  wants(headBytes: number): boolean {
    this.#misses += 1;
    if (this.#misses <= mostMisses) return headBytes <= mostHeadBytes;
    this.#bytes = this.#read = null;
    if (this.#misses > restAnswers) this.#misses = 0;
    return false;
  }

  keep(bytes: Buffer, read: ReadHead): void {
    this.#bytes = new Pattern(bytes);
    this.#read = read;
  }
}
