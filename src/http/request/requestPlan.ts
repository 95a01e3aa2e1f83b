/**
 * What a request is to be: what its URL makes of it, and what its options make of that.
 */
import { authorizationOf } from './authorization.ts';
import type { OpenResponses } from '../response/caughtResponse.ts';
import type { WireRequest } from '../connection/connection.ts';
import { judgeByCheck, judgeLater } from '../response/judge.ts';
import type { Judge } from '../response/judge.ts';
import type { PoolSettingsOf } from '../connection/poolSet.ts';
import { encodeBody } from './requestBody.ts';
import { hasHeader, mergeHeaders } from './requestHeaders.ts';
import type { HeaderValues } from './requestHeaders.ts';
import { checkOptions, timeoutMs } from './requestOptions.ts';
import type { RequestOptions } from './requestOptions.ts';
import { resolveTarget, withQuery } from './requestTarget.ts';
import type { BaseUrl } from './requestTarget.ts';

export type RequestPlan = {
  /** Of the row, unless the scenario gives another. */
  readonly name: string;
  readonly origin: string;
  /** Without the cookies of the user's jar. */
  readonly request: WireRequest;
  /** The scenario wrote its cookies by hand: the jar's stay at home. */
  readonly hasOwnCookie: boolean;
  readonly followsRedirects: boolean;
  /** The body is handed out while it arrives. */
  readonly streams: boolean;
  /** Limit on the whole request; null for none. */
  readonly limitMs: number | null;
  /** Makes the response in place of recording at once; null for the most. */
  readonly judge: Judge | null;
};

/** What plans are made from. */
export type PlanGround = {
  readonly base: BaseUrl | null;
  /** Why there is no `base` although a host was given; null otherwise. */
  readonly hostError: Error | null;
  /** As in Engine. */
  readonly namesByUrl: boolean;
  readonly poolSettings: PoolSettingsOf;
  readonly totalTimeoutMs: number | null;
};

/** Of a request without options. Throws a BoomerError for a URL that leads nowhere. */
export function planPlainly(method: string, url: string, { base, hostError, namesByUrl, poolSettings, totalTimeoutMs }: PlanGround): RequestPlan {
  const { origin, path } = resolveTarget(base, url, hostError);
  const { headers } = poolSettings(origin);
  return {
    name: namesByUrl ? url : path,
    origin,
    request: { method, path, headers, cookie: null, body: null },
    hasOwnCookie: hasHeader(headers, 'cookie'),
    followsRedirects: method !== 'HEAD',
    streams: false,
    limitMs: totalTimeoutMs,
    judge: null,
  };
}

/** The plain plan of a user with headers of its own. */
export function planForUser(plain: RequestPlan, own: HeaderValues): RequestPlan {
  const headers = mergeHeaders(plain.request.headers, own, null);
  return { ...plain, request: { ...plain.request, headers }, hasOwnCookie: hasHeader(headers, 'cookie') };
}

/** What `options` make of a plain plan; `namesByUrl` as in Engine. Throws a BoomerError for options that cannot be meant. */
export function planRequest(plain: RequestPlan, options: RequestOptions, open: OpenResponses, namesByUrl: boolean): RequestPlan {
  checkOptions(options);
  const { query, headers: own, auth, timeout, check } = options;
  const { method, path, headers: defaults } = plain.request;
  const { body, contentType, contentLength } = encodeBody(options);
  let headers = mergeHeaders(defaults, own, contentType);
  if (auth !== undefined) headers = mergeHeaders(headers, { authorization: authorizationOf(auth) }, null);
  if (contentLength !== null) headers = mergeHeaders(headers, { 'content-length': contentLength }, null);
  const wholePath = query === undefined ? path : withQuery(path, query);
  return {
    name: namesByUrl ? plain.name : wholePath,
    origin: plain.origin,
    request: { method, path: wholePath, headers, cookie: null, body },
    hasOwnCookie: own === undefined ? plain.hasOwnCookie : hasHeader(headers, 'cookie'),
    followsRedirects: options.allowRedirects ?? plain.followsRedirects,
    streams: options.stream === true,
    limitMs: timeout === undefined ? plain.limitMs : timeoutMs('timeout', timeout),
    judge: options.catchResponse === true ? judgeLater(open, check) : check === undefined ? null : judgeByCheck(check),
  };
}
