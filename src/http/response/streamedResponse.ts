/**
 * A response whose body is handed out while it arrives: what `stream: true` gives back, when the headers are there.
 * The request is recorded at its last byte. A reader that is slower than the server holds the server back.
 */
import { RequestFailed } from './requestFailed.ts';
import { ResponseHeaders } from './responseHeaders.ts';
import type { RawHeaders } from './responseHeaders.ts';
import type { StreamedBody } from './streamedBody.ts';

/** What is known when the headers are there. */
export type Opening = {
  readonly status: number;
  readonly rawHeaders: RawHeaders;
  readonly error: string | null;
  readonly url: string;
};

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

  /** Why the request counts as failed; null for a success. Before the end of the body: by its status. */
  get error(): string | null {
    return this.#body.outcome === null ? this.#opening.error : this.#body.outcome.error;
  }

  get ok(): boolean {
    return this.error === null;
  }

  /** Milliseconds from the call to the last byte of the body; null before. */
  get elapsedMs(): number | null {
    return this.#body.outcome?.elapsedMs ?? null;
  }

  /** Length of the body as it came; null before its end. */
  get bytes(): number | null {
    return this.#body.outcome?.answer.bytes ?? null;
  }

  /** Throws a RequestFailed when the request counts as failed, with the text of the statistics. */
  raiseForStatus(): void {
    const { error } = this;
    if (error !== null) throw new RequestFailed(error, this, this.#body.outcome?.cause ?? null);
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
