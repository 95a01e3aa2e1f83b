/** All that one person did, with as much of the answers as there is memory for. */
import { AnswerTexts } from './answerTexts.ts';
import type { Exchange } from './recording.ts';

/** Takes exchanges in any order. */
export class WalkExchanges {
  readonly #all: Exchange[] = [];
  readonly #texts = new AnswerTexts();

  /** In the order in which they began; as they were added where some have no time. */
  get all(): readonly Exchange[] {
    return this.#all.every(({ startedMs }) => startedMs !== null) ? this.#all.toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0)) : this.#all;
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#texts.remarks;
  }

  add(exchange: Exchange): void {
    this.#all.push(this.#texts.kept(exchange));
  }
}
