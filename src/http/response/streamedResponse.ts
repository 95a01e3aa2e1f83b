/**
 * A response whose body is handed out while it arrives: what `stream: true` gives back, when the headers are there.
 * The request is recorded at its last byte. A reader that is slower than the server holds the server back.
 */
import { RequestFailed, type Redirect, type RequestResult } from './httpResponse.ts';
import { ResponseHeaders, type RawHeaders } from './responseHeaders.ts';

/** What is known when the headers are there. */
export type Opening = {
  readonly status: number;
  readonly rawHeaders: RawHeaders;
  readonly error: string | null;
  readonly url: string;
  readonly history: readonly Redirect[];
};

/** Status, headers and body of an answer that still arrives. */
export class StreamedResponse implements AsyncIterable<Uint8Array> {
  readonly #opening: Opening;
  readonly #body: StreamedBody;

  constructor(opening: Opening, body: StreamedBody) {
    this.#opening = opening;
    this.#body = body;
  }

  get status(): number {
    return this.#opening.status;
  }

  get headers(): ResponseHeaders {
    return new ResponseHeaders(this.#opening.rawHeaders);
  }

  /** The URL that answered, after redirects. */
  get url(): string {
    return this.#opening.url;
  }

  /** The redirects that led to this answer, the first one first; empty when there were none. */
  get history(): readonly Redirect[] {
    return this.#opening.history;
  }

  /** Why the request counts as failed; null for a success. Before the end of the body: by its status. */
  get error(): string | null {
    return this.#body.result === null ? this.#opening.error : this.#body.result.error;
  }

  get ok(): boolean {
    return this.error === null;
  }

  /** Milliseconds from the call to the last byte of the body; null before. */
  get elapsedMs(): number | null {
    return this.#body.result?.elapsedMs ?? null;
  }

  /** Length of the body as it came; null before its end. */
  get bytes(): number | null {
    return this.#body.result?.answer.bytes ?? null;
  }

  /** Throws a RequestFailed when the request counts as failed, with the text of the statistics. */
  raiseForStatus(): void {
    const { error } = this;
    if (error !== null) throw new RequestFailed(error, this, this.#body.result?.cause ?? null);
  }

  /** Reads the body to its end and throws it away. */
  async discard(): Promise<void> {
    const chunks = this[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true);
  }

  /**
   * The body piece by piece, as it came (not decompressed); to be read once. It ends where the server ends it, also by
   * breaking off: `error` says so then. Leaving the loop early ends the request, with what has been read.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    return this.#body.read();
  }
}

/** So much is kept for a reader before the server is held back; each piece counts with what it is as an object. */
const maxUnreadBytes = 1024 * 1024;
const pieceBytes = 128;

/** The body on its way from the connection to the scenario: filled by the one, read by the other. */
export class StreamedBody {
  readonly #resume: () => void;
  readonly #stop: () => void;
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #isHeldBack = false;
  #isRead = false;
  #result: RequestResult | null = null;
  #abandoned: Error | null = null;
  #wake: (() => void) | null = null;

  /** `resume` lets the server go on, `stop` says that no more is wanted. */
  constructor(resume: () => void, stop: () => void) {
    this.#resume = resume;
    this.#stop = stop;
  }

  /** How the request ended; null before. */
  get result(): RequestResult | null {
    return this.#result;
  }

  /** The next piece has come; false when the server is to be held back. */
  push(chunk: Uint8Array): boolean {
    this.#unread.push(chunk);
    this.#unreadBytes += pieceBytes + chunk.byteLength;
    this.#wakeUp();
    this.#isHeldBack = this.#unreadBytes > maxUnreadBytes;
    return !this.#isHeldBack;
  }

  /** That was all. */
  finish(result: RequestResult): void {
    this.#result = result;
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
        } else if (this.#result !== null) {
          return;
        } else {
          await this.#more();
        }
      }
    } finally {
      this.#stop();
    }
  }

  /** Resolves when something has changed. Listens before it lets the server go on: what is there already comes at once, within `resume`. */
  #more(): Promise<void> {
    const changed = new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#isHeldBack) {
      this.#isHeldBack = false;
      this.#resume();
    }
    return changed;
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
