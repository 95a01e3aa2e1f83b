/**
 * How a request ended, as plain data, and what the scenario gets of it: the answer with its body already read, or the failure.
 */
import { BoomerError } from '../../util/boomerError.ts';
import type { Target } from '../connection/connection.ts';
import type { RequestContext } from '../request/requestContext.ts';
import type { Answer } from './answer.ts';
import { ResponseHeaders } from './responseHeaders.ts';

/** An answer that only said where to go on. */
export type Redirect = { readonly status: number; readonly url: string; readonly headers: ResponseHeaders };

/** How a request ended; `name` and `error` change while it is judged, `origin` and `request` are where the answer came from, after redirects. */
export type RequestResult = Target & {
  /** The stretch of the user's life in which it began. */
  readonly phase: number;
  /** Of the row: as the scenario asked, before any redirect. */
  readonly method: string;
  name: string;
  /** Empty, with status 0, unless the answer is whole. */
  readonly answer: Answer;
  /** What had come of an answer that is not whole. */
  readonly partial: Answer | null;
  readonly elapsedMs: number;
  /** `performance.now()` at the last byte. */
  readonly endMs: number;
  error: string | null;
  /** What lies under `error`, where something does. */
  readonly cause: Error | null;
  /** The answers that led on to this one, in order; mostly none. */
  readonly history: readonly Redirect[];
  /** No row, no failure sample, no listener hears of it. */
  readonly isSilent: boolean;
  /** For listeners of `request`; null: nobody gave any. */
  readonly context: RequestContext | null;
};

/** The answer to one request. Nothing in it needs to be awaited or released. */
export class HttpResponse {
  /** Status of the answer; 0 when there was none (refused, reset, timeout …). */
  readonly status: number;
  /** Milliseconds from the call to the last byte of the body. */
  readonly elapsedMs: number;
  /** Length of the body, decoded if it came compressed. */
  readonly bytes: number;
  readonly #result: RequestResult;
  #headers: ResponseHeaders | null = null;
  #body: Uint8Array | null = null;

  constructor(result: RequestResult) {
    this.status = result.answer.status;
    this.elapsedMs = result.elapsedMs;
    this.bytes = result.answer.bytes;
    this.#result = result;
  }

  /** Why the request counts as failed, as in the statistics; null for a success. */
  get error(): string | null {
    return this.#result.error;
  }

  /** True when the request counts as a success: a whole answer with a status below 400, and nobody objects. */
  get ok(): boolean {
    return this.error === null;
  }

  /** The URL that answered, after redirects. */
  get url(): string {
    return this.#result.origin + this.#result.request.path;
  }

  /** The redirects that led to this answer, the first one first; empty when there were none (requests' `history`). */
  get history(): readonly Redirect[] {
    return this.#result.history;
  }

  /** Empty when there was no answer. */
  get headers(): ResponseHeaders {
    this.#headers ??= new ResponseHeaders(this.#result.answer.rawHeaders);
    return this.#headers;
  }

  /** The body's bytes; empty when there is none. Throws a BoomerError (`body-discarded`) for one that was thrown away. */
  get body(): Uint8Array {
    this.#body ??= this.#result.answer.body();
    return this.#body;
  }

  /** The body decoded by the charset of its content type, UTF-8 without one. */
  text(): string {
    return this.#result.answer.text();
  }

  /** The body parsed as JSON. Throws a BoomerError (`not-json`) when it is none; the type is the caller's word. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- `json<Cart>()` is what scenarios write
  json<T = unknown>(): T {
    const text = this.text();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      const got = this.status === 0 ? String(this.error) : `status ${this.status}, ${this.headers.get('content-type') ?? 'no content type'}`;
      throw new BoomerError('not-json', `the answer is not JSON (${got})`, { cause });
    }
  }

  /** Throws a RequestFailed when the request counts as failed, with the text of the statistics. */
  raiseForStatus(): void {
    const { error } = this;
    if (error !== null) throw new RequestFailed(error, this, this.#result.cause);
  }
}

/** A response that is still judged: its request is not recorded yet. */
export type JudgedResponse = HttpResponse & {
  /** Another row for the request, by what was answered (in Locust, `response.request_meta["name"] = …`). */
  readonly rename: (name: string) => void;
};

/** As much of a response as every kind of response has. */
export type FailedResponse = {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly url: string;
  readonly error: string | null;
};

/** A request that counts as failed; `message` is the error text of the statistics, so equal failures group. */
export class RequestFailed extends Error {
  override readonly name: string = 'RequestFailed';
  readonly response: FailedResponse;

  constructor(message: string, response: FailedResponse, cause: Error | null) {
    super(message, cause === null ? {} : { cause });
    this.response = response;
  }
}
