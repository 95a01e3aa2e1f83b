/**
 * One request from the call to its row: gathers the answer, keeps its time, reports it exactly once.
 *
 *              onHeaders, onData          onComplete
 *   waiting ───────────────────► reading ────────────► settled: reported, promise resolved
 *      ▲              │ onError, timeout                  ▲  ▲
 *      │              └───────────────────────────────────┘  │ abandon, misuse: not reported, promise rejected
 *      └── redirect: onComplete with a location              │
 *
 * The clock is read twice: at the call and at the last byte.
 */
import { BoomerError } from '../util/boomerError.ts';
import { Answer } from './answer.ts';
import type { Guest, Slot } from './connectionPool.ts';
import { failureText, statusErrorText, timeoutErrorText } from './errorText.ts';
import { HttpResponse } from './httpResponse.ts';
import { isRedirect, maxRedirects, nextHop } from './redirects.ts';
import type { RequestSink } from './requestSink.ts';
import { rawHeader } from './responseHeaders.ts';
import { isMisuse } from './undiciClient.ts';
import type { ConnectionTimeouts, WireRequest } from './undiciClient.ts';

/** What stays the same from the call to the row. */
export type Call = {
  readonly sink: RequestSink;
  readonly phase: number;
  /** `performance.now()` at the call. */
  readonly startMs: number;
  readonly method: string;
  readonly name: string;
  readonly followsRedirects: boolean;
  readonly timeouts: ConnectionTimeouts;
  /** Hands an exchange to the connections of its origin: at a redirect. */
  readonly send: (exchange: Exchange) => void;
};

export class Exchange implements Guest {
  readonly promise: Promise<HttpResponse>;
  /** Where the request of this hop goes. */
  origin: string;
  request: WireRequest;
  slot: Slot | null = null;
  readonly #call: Call;
  #resolve: (response: HttpResponse) => void = nothing;
  #reject: (reason: Error) => void = nothing;
  #timer: NodeJS.Timeout | null = null;
  #isSettled = false;
  #hops = 0;
  #answer = new Answer();

  constructor(call: Call, origin: string, request: WireRequest) {
    this.#call = call;
    this.origin = origin;
    this.request = request;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Gives the request up as a failure after `delayMs`; `onTimeout` takes it out of the line if it waits for a connection. */
  limit(delayMs: number, onTimeout: (exchange: Exchange) => void): void {
    this.#timer = setTimeout(() => {
      if (this.slot === null) onTimeout(this);
      this.#fail(timeoutErrorText(delayMs / 1000), null);
    }, delayMs);
  }

  onConnect(): void {
    // the time of connecting is part of the request's; nothing to do
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, reason: string): boolean {
    if (status >= 200) this.#answer.begin(status, reason, headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#answer.take(chunk);
    return true;
  }

  onComplete(): void {
    if (this.#isSettled) return;
    this.#leave();
    const { status, reason } = this.#answer;
    if (status >= 300 && this.#call.followsRedirects && isRedirect(status) && this.#redirect()) return;
    this.#settle(status >= 400 ? statusErrorText(status, reason, this.#call.name) : null, null);
  }

  onError(error: Error): void {
    if (this.#isSettled) return;
    if (isMisuse(error)) {
      this.#leave();
      this.#end();
      this.#reject(new BoomerError('bad-request', `the request cannot be sent as it is: ${error.message}`, { cause: error }));
      return;
    }
    const host = this.origin.slice(this.origin.indexOf('//') + 2);
    this.#fail(failureText(error, { host, hasAnswer: this.#answer.status > 0, timeouts: this.#call.timeouts }), error);
  }

  /** Rejects with `reason` and reports nothing. */
  abandon(reason: Error): void {
    if (this.#isSettled) return;
    this.#end();
    this.promise.catch(nothing); // a request that nobody awaits must not become an unhandled rejection when its user stops
    this.#reject(reason);
  }

  #redirect(): boolean {
    const location = rawHeader(this.#answer.rawHeaders, 'location');
    if (location === null || location === '') return false;
    if (this.#hops === maxRedirects) {
      this.#fail(`TooManyRedirects('Exceeded ${maxRedirects} redirects.')`, null);
      return true;
    }
    try {
      const next = nextHop(this.#answer.status, location, this.origin, this.request);
      this.origin = next.origin;
      this.request = next.request;
    } catch (cause) {
      this.#fail('InvalidURL: the location of a redirect is no http(s) URL', cause instanceof Error ? cause : null);
      return true;
    }
    this.#hops += 1;
    this.#answer = new Answer();
    this.#call.send(this);
    return true;
  }

  #leave(): void {
    const slot = this.slot;
    this.slot = null;
    slot?.free();
  }

  /**
   * Without a whole answer: what came of it counts as nothing, as with Locust. The connection goes, even where undici
   * would open it again: after a certificate for another name it never sends anything any more.
   */
  #fail(error: string, cause: Error | null): void {
    this.#answer = new Answer();
    this.#settle(error, cause);
    this.slot?.drop(cause ?? new Error(error));
  }

  #settle(error: string | null, cause: Error | null): void {
    this.#end();
    const { sink, phase, startMs, method, name } = this.#call;
    const endMs = performance.now();
    const elapsedMs = endMs - startMs;
    try {
      sink.report(phase, method, name, elapsedMs, this.#answer.bytes, error, endMs);
    } catch (broken) {
      this.#reject(broken as Error); // undici would swallow it and the user wait for ever
      return;
    }
    const { origin, request } = this;
    this.#resolve(new HttpResponse({ answer: this.#answer, elapsedMs, error, cause, origin, path: request.path }));
  }

  #end(): void {
    this.#isSettled = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

function nothing(): void {
  // stands in until the promise hands out its functions, and swallows what is said elsewhere
}
