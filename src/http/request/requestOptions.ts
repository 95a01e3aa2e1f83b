/**
 * What a scenario may ask of one request.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import { staticHttpFor } from '../httpDefaults.ts';
import type { JudgedResponse } from '../response/httpResponse.ts';
import type { BodyOptions } from './requestBody.ts';
import { checkedContext, type RequestContext } from './requestContext.ts';
import type { Credentials, HeaderValues } from './requestHeaders.ts';
import type { QueryValues } from './requestTarget.ts';

/** Says whether an answer is what was expected: false or a text make it a failure, true and nothing leave it as it is. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a check may just throw and return nothing
export type Check = (response: JudgedResponse) => boolean | string | null | undefined | void;

/** Options of one request, with those of its body: `json`, `form`, `multipart` or `body`. */
export type RequestOptions = BodyOptions & {
  /** Row in the statistics; without it (or empty) the path with its query; for a FastHttpUser the URL as it is written, without `query`, as in Locust. */
  readonly name?: string;
  /** Added to the user's default headers and stronger than they are; null takes a default away. */
  readonly headers?: HeaderValues;
  /** Added to the URL's query: null and undefined are left out, an array repeats its key, a space becomes `+`. */
  readonly query?: QueryValues;
  /** Instead of the user's own. */
  readonly auth?: Credentials;
  /** Seconds from the call to the last byte of the body, redirects included; above 0, at most 2 000 000. */
  readonly timeout?: number;
  /** Follow redirects, up to 30, as one row; true except for HEAD. */
  readonly allowRedirects?: boolean;
  /**
   * Looks at an answer that counts as a success before it is recorded: false or a text make it a failure, as does an
   * error that it throws, unless it steers the user (`StopUser` and its kin); true and nothing leave it as it is.
   */
  readonly check?: Check;
  /** The scenario judges: the request is recorded at the end of its block (`await using`), or else of its task. */
  readonly catchResponse?: boolean;
  /** Hands the body out while it arrives; the request is recorded at its last byte all the same. */
  readonly stream?: boolean;
  /** Throws the body away as it comes, but for the failure that a status of 400 or more is; `bytes` tells its length. Not for a streamed one. */
  readonly discardBody?: boolean;
  /** For listeners of `events.request`, over what `context()` of the user says (Locust's `context`). */
  readonly context?: RequestContext;
  /** Leaves the request out of everything that is counted: no row, no failure, no listener of `events.request`. Its response is as any other. */
  readonly silent?: boolean;
};

/** Options of a request whose response is a CaughtResponse. */
export type CatchOptions = RequestOptions & { readonly catchResponse: true };

/** Options of a request whose response is a StreamedResponse. */
export type StreamOptions = RequestOptions & { readonly stream: true };

/** Longest delay of a timer, rounded down. */
const maxTimeoutSec = 2_000_000;

const knownOptions: Readonly<Record<keyof RequestOptions, true>> = {
  name: true,
  json: true,
  form: true,
  multipart: true,
  body: true,
  headers: true,
  query: true,
  auth: true,
  timeout: true,
  allowRedirects: true,
  check: true,
  catchResponse: true,
  stream: true,
  discardBody: true,
  context: true,
  silent: true,
};

/** What requests calls it, for people who come from Locust. */
const wordsOfLocust: Readonly<Record<string, string>> = {
  data: 'form or body',
  params: 'query',
  files: 'multipart',
  allow_redirects: 'allowRedirects',
  catch_response: 'catchResponse',
  cookies: 'client.cookies.set()',
};

/**
 * Throws a BoomerError for an option that does not exist or contradicts another: plain JavaScript has no compiler to say so. Returns
 * whether there are any but those of its row, `name` and `context`, which do not change what is sent nor how.
 */
export function checkOptions(options: RequestOptions): boolean {
  let isPlanned = false;
  for (const key in options) {
    if (!Object.hasOwn(knownOptions, key)) throw unknownOption(key);
    if (key !== 'name' && key !== 'context') isPlanned = true;
  }
  const { json, form, multipart, body, name, check, context } = options;
  if (Number(json !== undefined) + Number(form !== undefined) + Number(multipart !== undefined) + Number(body !== undefined) > 1) {
    const given = Object.entries({ json, form, multipart, body }).filter(([, value]) => value !== undefined);
    throw new BoomerError('two-bodies', `a request was given both ${given.map(([option]) => option).join(' and ')}: leave one of them out`);
  }
  if (name !== undefined && typeof name !== 'string') {
    throw new BoomerError('bad-request-name', `the request option name must be a string, not ${typeof name}`);
  }
  if (check !== undefined && typeof check !== 'function') throw new BoomerError('bad-check', `the request option check must be a function, not ${typeof check}`);
  if (context !== undefined) checkedContext(context, 'the request option context');
  if (options.stream === true && (check !== undefined || options.catchResponse === true)) {
    throw new BoomerError('stream-and-judgement', 'a streamed response is recorded at its last byte: check and catchResponse need the whole body, leave stream out');
  }
  return isPlanned;
}

function unknownOption(key: string): BoomerError {
  const known = Object.keys(knownOptions);
  const meant = staticHttpFor(key) ?? (Object.hasOwn(wordsOfLocust, key) ? wordsOfLocust[key] : nearest(key, known));
  const hint = meant === null || meant === undefined ? '' : ` (did you mean ${meant}?)`;
  return new BoomerError('unknown-request-option', `unknown request option '${key}'${hint}: there are ${known.join(', ')}`);
}

/** Seconds to whole milliseconds, at least 1; throws a BoomerError unless above 0 and at most 2 000 000 s. */
export function timeoutMs(option: string, seconds: number): number {
  if (typeof seconds === 'number' && seconds > 0 && seconds <= maxTimeoutSec) return Math.max(1, Math.round(seconds * 1000));
  throw new BoomerError('bad-timeout', `${option} must be seconds above 0 and at most ${maxTimeoutSec}, not ${String(seconds)}`);
}
