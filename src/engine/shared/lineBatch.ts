/**
 * Lines that wait to be appended to a file, in memory that a load thread shares with the main thread: when the thread is
 * killed, main appends what it had not yet. The file gets whole lines only, each exactly once.
 *
 * Writing to a file and forgetting what was written are two steps, and a kill may come between them. So the thread first
 * notes how long the file was; main then looks whether the batch is already there beyond that.
 *
 *   int32 length · int32 isBeingWritten · float64 fileBytesBefore · the lines, in UTF-8
 */
import { fstatSync, readSync, writeSync } from 'node:fs';

const headBytes = 16;
const lengthWord = 0;
const writingWord = 1;

/** Room for some hundred lines; a longer line than this is not possible (names and errors are cut before). */
export const batchBytes = 262_144;
/** No character of UTF-16 takes more bytes in UTF-8. */
const maxBytesPerUnit = 3;

export class LineBatch {
  readonly #head: Int32Array;
  readonly #fileBytes: Float64Array;
  readonly #text: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.#head = new Int32Array(memory, 0, 2);
    this.#fileBytes = new Float64Array(memory, 8, 1);
    this.#text = Buffer.from(memory, headBytes);
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(headBytes + batchBytes);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.#head, lengthWord) === 0;
  }

  /** False when there is no room: append to the file first. `line` ends with a newline. */
  add(line: string): boolean {
    const length = Atomics.load(this.#head, lengthWord);
    if (length + line.length * maxBytesPerUnit > this.#text.length) return false;
    const bytes = this.#text.write(line, length);
    Atomics.store(this.#head, lengthWord, length + bytes);
    return true;
  }

  /** Appends all lines to a file that was opened for appending, then forgets them; throws what the file system does, and has forgotten them too. */
  appendTo(file: number): void {
    this.#fileBytes[0] = fstatSync(file).size;
    Atomics.store(this.#head, writingWord, 1);
    try {
      this.#write(file);
    } finally {
      this.#forget();
    }
  }

  /** The same by main, once the thread has ended, with a file that can be read too: leaves out what is there already. */
  rescueTo(file: number): void {
    if (this.isEmpty) return;
    if (Atomics.load(this.#head, writingWord) === 0 || !this.#isThere(file)) this.appendTo(file);
    else this.#forget();
  }

  #write(file: number): void {
    const length = Atomics.load(this.#head, lengthWord);
    for (let done = 0; done < length; ) done += writeSync(file, this.#text, done, length - done);
  }

  #forget(): void {
    Atomics.store(this.#head, lengthWord, 0);
    Atomics.store(this.#head, writingWord, 0);
  }

  #isThere(file: number): boolean {
    const from = this.#fileBytes[0] ?? 0;
    const beyond = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    const bytes = readSync(file, beyond, 0, beyond.length, from);
    return beyond.subarray(0, bytes).includes(this.#text.subarray(0, Atomics.load(this.#head, lengthWord)));
  }
}
