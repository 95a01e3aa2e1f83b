/** What a person sees: lines that stay, and one status line that is redrawn in place where that is possible. */

/** The part of a terminal's stream that is needed here. */
export type ScreenStream = {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): boolean;
};

const eraseLine = '\r\u001b[2K';

/** Statuses into a file or a pipe: one each so many milliseconds is enough to see that something moves. */
const plainStatusEveryMs = 5_000;

export class Screen {
  readonly #out: ScreenStream;
  readonly #nowMs: () => number;
  #status = '';
  #lastPlainStatusMs = -Infinity;

  constructor(out: ScreenStream, nowMs: () => number = () => performance.now()) {
    this.#out = out;
    this.#nowMs = nowMs;
  }

  /** A line that stays. */
  line(text: string): void {
    if (this.#status === '') {
      this.#out.write(`${text}\n`);
      return;
    }
    this.#out.write(`${eraseLine}${text}\n${this.#status}`);
  }

  /** A line that is replaced by the next one; where nothing can be redrawn, one of them each 5 s. */
  status(text: string): void {
    if (this.#out.isTTY === true) {
      this.#status = text.slice(0, this.#width() - 1);
      this.#out.write(`${eraseLine}${this.#status}`);
      return;
    }
    const nowMs = this.#nowMs();
    if (nowMs - this.#lastPlainStatusMs < plainStatusEveryMs) return;
    this.#lastPlainStatusMs = nowMs;
    this.#out.write(`${text}\n`);
  }

  /** Takes the status away, and lets the next one be seen at once. */
  endStatus(): void {
    if (this.#status !== '') this.#out.write(eraseLine);
    this.#status = '';
    this.#lastPlainStatusMs = -Infinity;
  }

  /** Some terminals do not know their width and say 0. */
  #width(): number {
    const { columns = 0 } = this.#out;
    return columns > 0 ? columns : 80;
  }
}
