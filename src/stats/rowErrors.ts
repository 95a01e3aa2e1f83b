/** The error slots of one row, by the text that the scenario hands over. */
import type { ErrorBook } from './errorBook.ts';
import type { ErrorSlot } from './errorSlot.ts';
import { reportedError } from '../util/errorText.ts';
import { textOf } from './userText.ts';

export class RowErrors {
  readonly #book: ErrorBook;
  readonly #method: string;
  readonly #name: string;
  readonly #slots = new Map<string, ErrorSlot>();
  #foldedSlot: ErrorSlot | null = null;

  constructor(book: ErrorBook, method: string, name: string) {
    this.#book = book;
    this.#method = method;
    this.#name = name;
  }

  /** The slot that counts this error, as reports show it: its own, or the one that errors beyond the bounds are folded into. */
  slotOf(error: string): ErrorSlot {
    return this.#slots.get(error) ?? this.#slotOfText(reportedError(textOf(error)));
  }

  #slotOfText(text: string): ErrorSlot {
    const known = this.#slots.get(text);
    if (known !== undefined) return known;
    const slot = this.#book.open(this.#method, this.#name, text);
    if (slot === null) return (this.#foldedSlot ??= this.#book.openFolded(this.#method, this.#name));
    this.#slots.set(text, slot);
    return slot;
  }
}
