/** Keeps what passes of a body, up to limits: its own, and that of all bodies that are under way. */
import type { KeptBody } from './passedExchange.ts';

/** Of one body. Pages, JSON and forms are smaller; of a download the beginning says what it is. */
export const maxBodyBytes = 8_000_000;
/** Of all that pass or wait to be written. */
export const maxHeldBytes = 128_000_000;

/** How much is held by all taps of a proxy. */
export type HeldBytes = { bytes: number };

/** One body. `release` has to be called when what was kept is needed no longer. */
export class BodyTap {
  readonly #held: HeldBytes;
  #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;
  /** Once a piece is missing nothing behind it is kept: a body with a hole would pass for a whole one. */
  #isCut = false;

  constructor(held: HeldBytes) {
    this.#held = held;
  }

  /** Of the wire, kept or not. */
  get totalBytes(): number {
    return this.#total;
  }

  /** What was kept until now. */
  get body(): KeptBody {
    const [first] = this.#chunks;
    if (first === undefined || this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return { bytes: this.#chunks[0] ?? Buffer.alloc(0), totalBytes: this.#total };
  }

  /** A piece that passes. */
  add(chunk: Buffer): void {
    this.#total += chunk.length;
    if (this.#isCut) return;
    const room = Math.max(0, Math.min(maxBodyBytes - this.#kept, maxHeldBytes - this.#held.bytes));
    this.#isCut = chunk.length > room;
    const kept = this.#isCut ? chunk.subarray(0, room) : chunk;
    if (kept.length === 0) return;
    this.#chunks.push(kept.length * 2 < kept.buffer.byteLength ? copyOf(kept) : kept);
    this.#kept += kept.length;
    this.#held.bytes += kept.length;
  }

  /** A piece of which nothing is kept. */
  count(chunk: Buffer): void {
    this.#total += chunk.length;
  }

  /** Gives its share of the memory back; may be called twice. */
  release(): void {
    this.#held.bytes -= this.#kept;
    this.#kept = 0;
    this.#chunks = [];
    this.#isCut = true;
  }
}

/** A small piece would keep alive all that was read with it, and one from Node's pool the whole pool, which is 64 KB from Node 24 on. */
function copyOf(piece: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(piece.length);
  copy.set(piece);
  return copy;
}
