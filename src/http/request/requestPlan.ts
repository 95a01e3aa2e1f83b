/**
 * What a request is to be: what its URL makes of it (once for each method and URL: most scenarios ask for the same few again and
 * again), and what its options make of that.
 */
import type { WireRequest } from '../connection/connection.ts';
import type { PoolSettingsOf } from '../connection/connectionPool.ts';
import { validateByCheck, validateLater, type Validate, type OpenResponses } from '../response/httpResponse.ts';
import { encodeBody } from './requestBody.ts';
import { RequestCache } from './requestCache.ts';
import { authorizationOf, hasHeader, mergeHeaders, type HeaderValues } from './requestHeaders.ts';
import { checkOptions, timeoutMs, type RequestOptions } from './requestOptions.ts';
import { resolveTarget, withQuery, type BaseUrl } from './requestTarget.ts';

/** A request before it is made. */
export type RequestPlan = {
  /** Of the row, unless the scenario gives another. */
  readonly name: string;
  readonly origin: string;
  /** Without the cookies of the user's jar. */
  readonly request: WireRequest;
  /** The scenario wrote its cookies by hand: the jar's are not sent. */
  readonly hasOwnCookie: boolean;
  readonly followsRedirects: boolean;
  /** The body is handed out while it arrives. */
  readonly streams: boolean;
  /** Limit on the whole request; null for none. */
  readonly limitMs: number | null;
  /** Makes the response in place of recording at once; null for most. */
  readonly validate: Validate | null;
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

function planPlainly(method: string, url: string, { base, hostError, namesByUrl, poolSettings, totalTimeoutMs }: PlanGround): RequestPlan {
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
    validate: null,
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
    validate: options.catchResponse === true ? validateLater(open, check) : check === undefined ? null : validateByCheck(check),
  };
}

/** Plans of requests without options, by method and URL. */
export class PlainPlans {
  readonly #ground: PlanGround;
  readonly #known = new RequestCache<RequestPlan>();

  constructor(ground: PlanGround) {
    this.#ground = ground;
  }

  /** Throws a BoomerError for a URL that leads nowhere. */
  of(method: string, url: string): RequestPlan {
    return this.#known.get(method, url) ?? this.#make(method, url);
  }

  #make(method: string, url: string): RequestPlan {
    const place = this.#known.placeFor(url);
    return this.#known.set(method, url, place, planPlainly(method, place ?? url, this.#ground));
  }
}
