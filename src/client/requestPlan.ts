/**
 * What the options of a request make of it.
 */
import { authorizationOf } from './authorization.ts';
import type { RequestBody } from './bodyStream.ts';
import type { OpenResponses } from './caughtResponse.ts';
import { judgeByCheck, judgeLater } from './judge.ts';
import type { Judge } from './judge.ts';
import { encodeBody } from './requestBody.ts';
import { hasHeader, mergeHeaders } from './requestHeaders.ts';
import type { FlatHeaders } from './requestHeaders.ts';
import { checkOptions, timeoutMs } from './requestOptions.ts';
import type { RequestOptions } from './requestOptions.ts';
import { withQuery } from './requestTarget.ts';

export type RequestPlan = {
  readonly path: string;
  readonly headers: FlatHeaders;
  /** The scenario wrote its cookies by hand: the jar's stay at home. */
  readonly hasOwnCookie: boolean;
  readonly body: RequestBody | null;
  /** null: the user's. */
  readonly limitMs: number | null;
  readonly judge: Judge | null;
};

/** Throws a BoomerError for options that cannot be meant. */
export function planRequest(options: RequestOptions, path: string, defaults: FlatHeaders, open: OpenResponses): RequestPlan {
  checkOptions(options);
  const { query, headers: own, auth, timeout, check } = options;
  const { body, contentType, contentLength } = encodeBody(options);
  let headers = mergeHeaders(defaults, own, contentType);
  if (auth !== undefined) headers = mergeHeaders(headers, { authorization: authorizationOf(auth) }, null);
  if (contentLength !== null) headers = mergeHeaders(headers, { 'content-length': contentLength }, null);
  return {
    path: query === undefined ? path : withQuery(path, query),
    headers,
    hasOwnCookie: own !== undefined && hasHeader(headers, 'cookie'),
    body,
    limitMs: timeout === undefined ? null : timeoutMs('timeout', timeout),
    judge: options.catchResponse === true ? judgeLater(open, check) : check === undefined ? null : judgeByCheck(check),
  };
}
