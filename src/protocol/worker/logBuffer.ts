/** The recent log lines that the master's Logs tab shows: Locust's worker keeps 500 (log.py:14-20). */

const maxLines = 500;
/** A line is for reading; a user who logs a body of a megabyte must not make every `logs` message half a gigabyte. */
const maxLineCharacters = 2_000;

export class LogBuffer {
  #lines: string[] = [];
  #total = 0;

  /** Keeps one formatted line, cut to 2 000 characters. */
  add(line: string): void {
    this.#total += 1;
    this.#lines.push(line.length > maxLineCharacters ? `${line.slice(0, maxLineCharacters)}…` : line);
    // Cut in batches, so that a busy log does not move 500 lines at every line.
    if (this.#lines.length >= 2 * maxLines) this.#lines = this.#lines.slice(-maxLines);
  }

  /** The last 500 lines at most, and how many there have ever been. */
  read(): { readonly lines: readonly string[]; readonly total: number } {
    return { lines: this.#lines.slice(-maxLines), total: this.#total };
  }
}
