/**
 * Counts the turns of the event loop in which somebody asked, so that a connection knows whether the loop has been round
 * since its last answer: only then can the system have told of its end. One immediate a turn for the whole thread.
 */
export class LoopTurn {
  /** The turn under way. */
  current = 0;
  #isMarked = false;

  /** The turn under way, which will have another number after it. */
  mark(): number {
    if (!this.#isMarked) {
      this.#isMarked = true;
      setImmediate(this.#pass);
    }
    return this.current;
  }

  readonly #pass = (): void => {
    this.#isMarked = false;
    this.current += 1;
  };
}
