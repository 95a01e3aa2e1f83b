/**
 * JSON in, JSON out: Locust's `rest` (Locust user/users.py, `RestMixin`).
 *
 * Texts of failures are Locust's but for the body that it quotes: each body would make a row of its own in the list of
 * failures, and a failure sample shows it.
 */
import { errorLine } from '../util/errorText.ts';
import { isSteering } from '../util/steering.ts';
import type { HttpMethods } from './httpMethods.ts';
import { headerPairs, type HeaderValues } from './request/requestHeaders.ts';
import type { RequestOptions } from './request/requestOptions.ts';
import type { CaughtResponse } from './response/endedRequest.ts';

/** What `rest` takes: what a request takes, but for what it decides itself. */
export type RestOptions = Omit<RequestOptions, 'catchResponse' | 'stream' | 'discardBody'>;

/** A caught response with its body parsed. */
export type RestResponse<T> = CaughtResponse & {
  /** The body as JSON; undefined when there is none or it is not JSON, which is a failure already. The type is the caller's word. */
  readonly js: T | undefined;
};

const jsonHeaders = [['content-type', 'application/json'], ['accept', 'application/json']] as const;

/**
 * A request that must be answered with JSON (or nothing). With `inspect` it is recorded when that has ended, and an
 * error in it is a failure of the request and goes no further, as in Locust's `with` block, unless it steers the user; without, as `catchResponse`.
 */
export async function rest<T>(client: HttpMethods, method: string, url: string, options: RestOptions, inspect: ((response: RestResponse<T>) => unknown) | null): Promise<RestResponse<T>> {
  const caught = await client.request(method, url, { ...options, headers: withJsonHeaders(options.headers), catchResponse: true, discardBody: false });
  const response = Object.assign(caught, { js: parsed<T>(caught) });
  if (inspect === null) return response;
  try {
    await inspect(response);
  } catch (error) {
    if (isSteering(error)) throw error;
    response.failure(error instanceof Error && error.name === 'AssertionError' ? error.message : errorLine(error));
  } finally {
    response.end();
  }
  return response;
}

/** A request's own headers are stronger; a null of theirs is left to the request, which takes away what class and user have, too. */
function withJsonHeaders(own: HeaderValues | undefined): HeaderValues {
  const pairs = [...headerPairs(own ?? {})];
  const taken = new Set(pairs.filter(([, value]) => value !== undefined).map(([name]) => name.toLowerCase()));
  return [...pairs, ...jsonHeaders.filter(([name]) => !taken.has(name))];
}

/** `url` with `_=` and the time in ms, for servers and proxies that would answer from a cache; one row, `url` with `_=...`. */
export function uncached(url: string, options: RestOptions, nowMs: number): { readonly url: string; readonly options: RestOptions } {
  const separator = url.includes('?') ? '&' : '?';
  return { url: `${url}${separator}_=${nowMs}`, options: { ...options, name: options.name ?? `${url}${separator}_=...` } };
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the type is the caller's word
function parsed<T>(response: CaughtResponse): T | undefined {
  if (response.status === 0 || response.bytes === 0) return undefined;
  try {
    return response.json<T>();
  } catch {
    response.failure(`Could not parse response as JSON, response code ${response.status}`);
    return undefined;
  }
}
