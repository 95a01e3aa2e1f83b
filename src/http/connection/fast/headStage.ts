/**
 * Heads that differ by their path alone, put together in one and the same piece of memory: all but the path is there already, and what is in front of it is
 * written anew. As text, V8 makes a string of each, and another one of it when it is written.
 *
 *   …free…│ GET │ /item/12345 │ HTTP/1.1 and all that follows
 *         └─ begins here, the shorter the path the further back
 */
/** Longer paths go as text. */
const maxPathLetters = 256;

export class HeadStage {
  readonly #start: string;
  readonly #bytes: Buffer;
  /** From each place at which a head has begun. */
  readonly #heads: (Buffer | undefined)[] = [];

  /** `start` is what stands before the path, `rest` what follows it: Latin-1, as the paths are. */
  constructor(start: string, rest: string) {
    this.#start = start;
    this.#bytes = Buffer.allocUnsafeSlow(start.length + maxPathLetters + rest.length);
    this.#bytes.write(rest, start.length + maxPathLetters, 'latin1');
  }

  /** The head for `path`, which the next one overwrites; null for a path that is too long. */
  headOf(path: string): Buffer | null {
    const { length } = path;
    if (length > maxPathLetters) return null;
    const begin = maxPathLetters - length;
    this.#write(this.#start, begin);
    this.#write(path, begin + this.#start.length);
    return (this.#heads[begin] ??= this.#bytes.subarray(begin));
  }

  #write(text: string, begin: number): void {
    const bytes = this.#bytes;
    for (let at = 0; at < text.length; at += 1) bytes[begin + at] = text.charCodeAt(at);
  }
}
