/**
 * What a scenario may ask of one request, and of all requests of a user.
 */
import { BoomerError } from '../util/boomerError.ts';
import type { HeaderValues } from './requestHeaders.ts';
import type { QueryValues } from './requestTarget.ts';

/** Options of one request. */
export type RequestOptions = {
  /** Row in the statistics; without it (or empty) the path with its query, as Locust's HttpUser names rows. */
  readonly name?: string;
  /** Sent as JSON with `content-type: application/json`; null is sent as `null`. Not together with `body`. */
  readonly json?: unknown;
  /** Sent as it is, a string as UTF-8; no content type is added. */
  readonly body?: string | Uint8Array | ArrayBuffer;
  /** Added to the user's default headers and stronger than they are; null takes a default away. */
  readonly headers?: HeaderValues;
  /** Added to the URL's query: null and undefined are left out, an array repeats its key, a space becomes `+`. */
  readonly query?: QueryValues;
  /** Seconds from the call to the last byte of the body, redirects included; above 0, at most 2 000 000. */
  readonly timeout?: number;
  /** Follow redirects, up to 30, as one row; true except for HEAD. */
  readonly allowRedirects?: boolean;
};

/** What holds for every request of a user; the words and values of Locust's FastHttpUser. */
export type HttpDefaults = {
  readonly headers?: HeaderValues;
  /** Seconds, as `RequestOptions.timeout`; default: no limit on the whole. */
  readonly timeout?: number;
  /** Seconds (to the second) without an answer's headers, or without any byte of a body that has begun; default 60. */
  readonly networkTimeout?: number;
  /** Seconds (to the second) that a connection may take; default 60. */
  readonly connectionTimeout?: number;
  /** Connections a user may have to one origin when it makes requests in parallel; more requests wait; default 10. */
  readonly concurrency?: number;
};

/** Longest delay of a timer, rounded down. */
const maxTimeoutSec = 2_000_000;

const knownOptions: Readonly<Record<keyof RequestOptions, true>> = {
  name: true,
  json: true,
  body: true,
  headers: true,
  query: true,
  timeout: true,
  allowRedirects: true,
};

/** Throws a BoomerError for an option that does not exist or contradicts another: plain JavaScript has no compiler to say so. */
export function checkOptions(options: RequestOptions): void {
  for (const key in options) {
    if (!Object.hasOwn(knownOptions, key)) {
      throw new BoomerError('unknown-request-option', `unknown request option '${key}': there are ${Object.keys(knownOptions).join(', ')}`);
    }
  }
  if (options.json !== undefined && options.body !== undefined) {
    throw new BoomerError('two-bodies', 'a request was given both json and body: leave one of them out');
  }
  if (options.name !== undefined && typeof options.name !== 'string') {
    throw new BoomerError('bad-request-name', `the request option name must be a string, not ${typeof options.name}`);
  }
}

/** Seconds to whole milliseconds, at least 1; throws a BoomerError unless above 0 and at most 2 000 000 s. */
export function timeoutMs(option: string, seconds: number): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= maxTimeoutSec) return Math.max(1, Math.round(seconds * 1000));
  throw new BoomerError('bad-timeout', `${option} must be seconds above 0 and at most ${maxTimeoutSec}, not ${String(seconds)}`);
}
