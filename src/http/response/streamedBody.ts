/**
 * The body of a streamed answer on its way from the connection to the scenario: filled by the one, read by the other.
 */
import type { Outcome } from './outcome.ts';

/** So much is kept for a reader before the server is held back; each piece counts with what it is as an object. */
const mostUnreadBytes = 1024 * 1024;
const pieceBytes = 128;

export class StreamedBody {
  readonly #resume: () => void;
  readonly #stop: () => void;
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #isHeldBack = false;
  #isRead = false;
  #outcome: Outcome | null = null;
  #abandoned: Error | null = null;
  #wake: (() => void) | null = null;

  /** `resume` lets the server go on, `stop` says that no more is wanted. */
  constructor(resume: () => void, stop: () => void) {
    this.#resume = resume;
    this.#stop = stop;
  }

  /** How the request ended; null before. */
  get outcome(): Outcome | null {
    return this.#outcome;
  }

  /** The next piece has come; false when the server is to be held back. */
  push(chunk: Uint8Array): boolean {
    this.#unread.push(chunk);
    this.#unreadBytes += pieceBytes + chunk.byteLength;
    this.#wakeUp();
    this.#isHeldBack = this.#unreadBytes > mostUnreadBytes;
    return !this.#isHeldBack;
  }

  /** That was all. */
  finish(outcome: Outcome): void {
    this.#outcome = outcome;
    this.#wakeUp();
  }

  /** The user has been stopped: the reader's wait rejects with `reason`. */
  abandon(reason: Error): void {
    this.#abandoned = reason;
    this.#wakeUp();
  }

  /** The pieces, once; ends where the request ends, and ends the request where the reader leaves. */
  async *read(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#isRead) throw new TypeError('the body of a streamed response can be read once');
    this.#isRead = true;
    try {
      for (;;) {
        const chunk = this.#unread.shift();
        if (chunk !== undefined) {
          this.#unreadBytes -= pieceBytes + chunk.byteLength;
          yield chunk;
        } else if (this.#abandoned !== null) {
          throw this.#abandoned;
        } else if (this.#outcome !== null) {
          return;
        } else {
          await this.#more();
        }
      }
    } finally {
      this.#stop();
    }
  }

  /** Resolves when something has changed. */
  #more(): Promise<void> {
    if (this.#isHeldBack) {
      this.#isHeldBack = false;
      this.#resume();
    }
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
