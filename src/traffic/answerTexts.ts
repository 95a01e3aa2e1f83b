/** The texts of answers, as far as there is memory for them: where values come from that later requests send. */
import { counted } from '../util/counted.ts';
import type { Exchange } from './recording.ts';
import { isStaticFile } from './selection.ts';

/** Of all answers together. Nobody walks further in one recording. */
const maxLetters = 50_000_000;

/** Counts what it lets through. */
export class AnswerTexts {
  #letters = 0;
  #unread = 0;

  /** The exchange, with the text of its answer or without. */
  kept(exchange: Exchange): Exchange {
    const { answer } = exchange;
    if (answer === null || answer.text === null) return exchange;
    const isStatic = isStaticFile(exchange);
    if (!isStatic && this.#letters + answer.text.length <= maxLetters) {
      this.#letters += answer.text.length;
      return exchange;
    }
    if (!isStatic) this.#unread += 1;
    return { ...exchange, answer: { ...answer, text: null } };
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#unread === 0 ? [] : [`the contents of ${counted(this.#unread, 'answer')} behind the first ${maxLetters / 1e6} MB: no values are taken from them`];
  }
}
