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
import type { Guest, Slot } from './connectionPool.ts';
import { failureText, statusErrorText, timeoutErrorText } from './errorText.ts';
import { HttpResponse } from './httpResponse.ts';
import { isRedirect, maxRedirects, nextHop } from './redirects.ts';
import type { RequestSink } from './requestSink.ts';
import { rawHeader } from './responseHeaders.ts';
import type { RawHeaders } from './responseHeaders.ts';
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

const noHeaders: RawHeaders = [];

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
  #status = 0;
  #reason = '';
  #rawHeaders: RawHeaders = noHeaders;
  #firstChunk: Uint8Array | null = null;
  #restChunks: Uint8Array[] | null = null;
  #bytes = 0;

  constructor(call: Call, origin: string, request: WireRequest) {
    this.#call = call;
    this.origin = origin;
    this.request = request;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Gives the request up as a failure after `delayMs`; `onTimeout` takes it from where it waits or is under way. */
  limit(delayMs: number, onTimeout: (exchange: Exchange) => void): void {
    this.#timer = setTimeout(() => {
      const slot = this.slot;
      this.#fail(timeoutErrorText(delayMs / 1000), null);
      if (slot === null) onTimeout(this);
      else slot.drop(new Error('the request was given up'));
    }, delayMs);
  }

  onConnect(): void {
    // the time of connecting is part of the request's; nothing to do
  }

  onHeaders(status: number, headers: Buffer[], _resume: () => void, reason: string): boolean {
    if (status >= 200) {
      this.#status = status;
      this.#rawHeaders = headers;
      this.#reason = reason;
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#bytes += chunk.byteLength;
    if (this.#firstChunk === null) this.#firstChunk = chunk;
    else if (this.#restChunks === null) this.#restChunks = [chunk];
    else this.#restChunks.push(chunk);
    return true;
  }

  onComplete(): void {
    if (this.#isSettled) return;
    this.#leave();
    if (this.#status >= 300 && this.#call.followsRedirects && isRedirect(this.#status) && this.#redirect()) return;
    this.#settle(this.#status >= 400 ? statusErrorText(this.#status, this.#reason, this.#call.name) : null, null);
  }

  onError(error: Error): void {
    if (this.#isSettled) return;
    this.#leave();
    if (isMisuse(error)) {
      this.#end();
      this.#reject(new BoomerError('bad-request', `the request cannot be sent as it is: ${error.message}`, { cause: error }));
      return;
    }
    const host = this.origin.slice(this.origin.indexOf('//') + 2);
    this.#fail(failureText(error, { host, hasAnswer: this.#status > 0, timeouts: this.#call.timeouts }), error);
  }

  /** Rejects with `reason` and reports nothing. */
  abandon(reason: Error): void {
    if (this.#isSettled) return;
    this.#end();
    this.promise.catch(nothing); // a request that nobody awaits must not become an unhandled rejection when its user stops
    this.#reject(reason);
  }

  #redirect(): boolean {
    const location = rawHeader(this.#rawHeaders, 'location');
    if (location === null) return false;
    if (this.#hops === maxRedirects) {
      this.#fail(`TooManyRedirects('Exceeded ${maxRedirects} redirects.')`, null);
      return true;
    }
    try {
      const next = nextHop(this.#status, location, this.origin, this.request);
      this.origin = next.origin;
      this.request = next.request;
    } catch (cause) {
      this.#fail('InvalidURL: the location of a redirect is no http(s) URL', cause instanceof Error ? cause : null);
      return true;
    }
    this.#hops += 1;
    this.#forgetAnswer();
    this.#call.send(this);
    return true;
  }

  #leave(): void {
    const slot = this.slot;
    this.slot = null;
    slot?.free();
  }

  /** Without a whole answer: what came of it counts as nothing, as with Locust. */
  #fail(error: string, cause: Error | null): void {
    this.#forgetAnswer();
    this.#settle(error, cause);
  }

  #forgetAnswer(): void {
    this.#status = 0;
    this.#rawHeaders = noHeaders;
    this.#firstChunk = null;
    this.#restChunks = null;
    this.#bytes = 0;
  }

  #settle(error: string | null, cause: Error | null): void {
    this.#end();
    const { sink, phase, startMs, method, name } = this.#call;
    const endMs = performance.now();
    const elapsedMs = endMs - startMs;
    try {
      sink.report(phase, method, name, elapsedMs, this.#bytes, error, endMs);
    } catch (broken) {
      this.#reject(broken as Error); // undici would swallow it and the user wait for ever
      return;
    }
    this.#resolve(
      new HttpResponse({
        status: this.#status,
        rawHeaders: this.#rawHeaders,
        firstChunk: this.#firstChunk,
        restChunks: this.#restChunks,
        bytes: this.#bytes,
        elapsedMs,
        error,
        cause,
        origin: this.origin,
        path: this.request.path,
      }),
    );
  }

  #end(): void {
    this.#isSettled = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }
}

function nothing(): void {
  // stands in until the promise hands out its functions
}
