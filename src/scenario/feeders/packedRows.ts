/**
 * A file's rows as JSON texts, packed one after the other into memory that all threads share: a row costs its bytes
 * and 4 more, once per worker, and becomes objects only when it is drawn.
 */
import type { PackedRows } from '../../engine/shared/feeders.ts';
import { BoomerError } from '../../util/boomerError.ts';

const firstBytes = 1 << 16;
/** Ends are 32-bit numbers. */
const maxBytes = 2 ** 32 - 1;

/** Gathers rows; `finish()` moves them to shared memory. */
export class RowPacker {
  #bytes: Buffer = Buffer.allocUnsafe(firstBytes);
  #ends = new Uint32Array(firstBytes / 64);
  #used = 0;
  #rowCount = 0;

  get rowCount(): number {
    return this.#rowCount;
  }

  /** `row` must be what JSON can say. Throws a BoomerError beyond 4 GiB. */
  add(row: unknown): void {
    const text = JSON.stringify(row);
    const needed = this.#used + Buffer.byteLength(text);
    if (needed > maxBytes) throw new BoomerError('feed-too-big', 'the rows need more than 4 GiB of memory: split the file, or name only the columns that are used');
    if (needed > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.max(needed, 2 * this.#bytes.length));
    this.#used += this.#bytes.write(text, this.#used);
    if (this.#rowCount === this.#ends.length) {
      const ends = new Uint32Array(2 * this.#ends.length);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    this.#ends[this.#rowCount++] = this.#used;
  }

  finish(columns: readonly string[] | null): PackedRows {
    const bytes = new SharedArrayBuffer(this.#used);
    new Uint8Array(bytes).set(this.#bytes.subarray(0, this.#used));
    const ends = new SharedArrayBuffer(4 * this.#rowCount);
    new Uint32Array(ends).set(this.#ends.subarray(0, this.#rowCount));
    return { bytes, ends, columns };
  }
}

/** Reads packed rows; each row that it returns is a new object. */
export function unpacker({ bytes, ends, columns }: PackedRows): (row: number) => unknown {
  const texts = Buffer.from(bytes);
  const endOf = new Uint32Array(ends);
  const read = (row: number): unknown => JSON.parse(texts.toString('utf8', row === 0 ? 0 : endOf[row - 1], endOf[row]));
  if (columns === null) return read;
  return (row) => {
    const cells = read(row) as readonly string[];
    const named: Record<string, string> = {};
    let place = 0;
    for (const column of columns) named[column] = cells[place++] ?? '';
    return named;
  };
}

function grown(bytes: Buffer, size: number): Buffer {
  const larger = Buffer.allocUnsafe(size);
  bytes.copy(larger);
  return larger;
}
