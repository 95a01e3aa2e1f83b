/** All that one person did, with as much of the answers as values can be found in. */
import { counted } from '../util/counted.ts';
import type { Exchange } from './recording.ts';
import { isStaticFile } from './selection.ts';

/** Memory for the answers of a walk, in letters. Nobody walks further in one recording. */
const maxLetters = 100_000_000;

/** Keeps the order in which they are added. */
export class WalkExchanges {
  readonly #all: Exchange[] = [];
  #letters = 0;
  #unread = 0;

  /** As they were added, those of static files without their content. */
  get all(): readonly Exchange[] {
    return this.#all.every(({ startedMs }) => startedMs !== null) ? this.#all.toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0)) : this.#all;
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#unread === 0 ? [] : [`the contents of ${counted(this.#unread, 'answer')} behind the first ${maxLetters / 1e6} MB: no values are taken from them`];
  }

  add(exchange: Exchange): void {
    const { answer } = exchange;
    if (answer === null || answer.text === null) {
      this.#all.push(exchange);
      return;
    }
    const isRead = !isStaticFile(exchange) && this.#letters + answer.text.length <= maxLetters;
    if (isRead) this.#letters += answer.text.length;
    else if (!isStaticFile(exchange)) this.#unread += 1;
    this.#all.push(isRead ? exchange : { ...exchange, answer: { ...answer, text: null } });
  }
}
