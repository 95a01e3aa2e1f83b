/** A recorder whose definitions reach their reader at once or when told, in one process. */
import type { LedgerMessage } from '../../../src/stats/ledgerMessages.ts';
import { Recorder } from '../../../src/stats/recorder.ts';

export const wallOffsetMs = 1_700_000_000_000;

export class SimulatedThread {
  readonly problems: string[] = [];
  recorder: Recorder;
  /** Memory of the pages, by kind, in order. */
  readonly pages = { control: [] as SharedArrayBuffer[], rows: [] as SharedArrayBuffer[], histograms: [] as SharedArrayBuffer[], errors: [] as SharedArrayBuffer[] };
  readonly #define: (message: LedgerMessage) => void;
  readonly #waiting: LedgerMessage[] = [];
  #isHeld = false;

  constructor(define: (message: LedgerMessage) => void) {
    this.#define = define;
    this.recorder = this.#newRecorder();
  }

  /** A new run: counts in a new ledger, as a load thread does. */
  beginRun(): void {
    this.recorder = this.#newRecorder();
  }

  #newRecorder(): Recorder {
    return new Recorder({
      sink: (message) => {
        if (message.kind === 'ledgerPage') this.pages[message.holds].push(message.memory);
        if (this.#isHeld) this.#waiting.push(message);
        else this.#define(message);
      },
      problem: (text) => this.problems.push(text),
      wallOffsetMs,
    });
  }

  /** From now on definitions wait, as they do in a port. */
  hold(): void {
    this.#isHeld = true;
  }

  /** Hands over what waits. */
  deliver(): void {
    this.#isHeld = false;
    for (const message of this.#waiting.splice(0)) this.#define(message);
  }
}
