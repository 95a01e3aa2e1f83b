/**
 * The log lines that the master's Logs tab shows: which are kept, and when they are sent.
 *
 * They are sent at each check (every 10 s) if there are new ones. Locust's worker falls silent for good after an interval with more than
 * 70 new lines (runners.py:1460-1477). Ours sends that flood once, with a warning, then pauses: an interval with 70 lines or fewer ends
 * the pause, and while the flood lasts the lines still go out once in six intervals, so that whoever looks at the tab sees what is going on.
 */

/** As many as Locust's worker keeps (log.py:14-20). */
const maxLines = 500;
/** A line is for reading; a user who logs a body of a megabyte must not make every `logs` message half a gigabyte. */
const maxLineCharacters = 2_000;
/** New lines in an interval; more are a flood. */
export const maxNewLines = 70;
const pausedIntervals = 6;

/** The recent lines, as many as the tab shows. */
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

/** What becomes of the recent lines. */
export type LogDecision = 'send' | 'sendWithWarning' | 'skip';

/** Decides at each check whether the lines are sent. */
export class LogThrottle {
  #checkedTotal = 0;
  #sentTotal = 0;
  /** Intervals since the flood was last sent; null when there is none. */
  #paused: number | null = null;

  /** `total`: how many lines there have ever been. The caller must do what the answer says. */
  decide(total: number): LogDecision {
    const isFlood = total - this.#checkedTotal > maxNewLines;
    this.#checkedTotal = total;
    if (isFlood) return this.#decideInFlood(total);
    this.#paused = null;
    if (total === this.#sentTotal) return 'skip';
    this.#sentTotal = total;
    return 'send';
  }

  #decideInFlood(total: number): LogDecision {
    this.#paused = this.#paused === null ? 0 : this.#paused + 1;
    if (this.#paused % pausedIntervals !== 0) return 'skip';
    this.#sentTotal = total;
    return 'sendWithWarning';
  }
}
