/**
 * What a request is to be: what its URL makes of it (once for each method and URL: most scenarios ask for the same few again and
 * again), and what its options make of that.
 */
import type { ConnectionTimeouts, RequestMemo, WireRequest } from '../connection/connection.ts';
import type { PoolSettingsOf } from '../connection/connectionPool.ts';
import type { BodyLimits } from '../response/bodyLimits.ts';
import { encodeBody, frequentTypes } from './requestBody.ts';
import { RequestCache } from './requestCache.ts';
import { authorizationOf, hasHeader, mergeHeaders, withContentType, type FlatHeaders, type OwnHeaders } from './requestHeaders.ts';
import { checkOptions, timeoutMs, type Check, type RequestOptions } from './requestOptions.ts';
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
  /** The body is thrown away as it comes. */
  readonly discardsBody: boolean;
  /** It is not recorded. */
  readonly isSilent: boolean;
  /** Limit on the whole request; null for none. */
  readonly limitMs: number | null;
  /** Looks at its answer before it is recorded; null: nobody does. */
  readonly check: Check | null;
  /** Its response waits for the scenario's verdict. */
  readonly isCaught: boolean;
};

/** What all requests of a client look at. */
export type RequestSettings = {
  readonly timeouts: ConnectionTimeouts;
  readonly maxRedirects: number;
  readonly bodyLimits: BodyLimits;
  /** Which headers of an answer are to be acted on: marks of responseHeaders.ts. */
  readonly actedOn: number;
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
  readonly discardsBody: boolean;
};

/** The plain plan of a user with headers of its own, or with credentials for its host: `hostOrigin`. */
export function planForUser(plain: RequestPlan, own: OwnHeaders, hostOrigin: string | null): RequestPlan {
  const headers = own.over(plain.request.headers, plain.origin === hostOrigin);
  return { ...plain, request: { ...plain.request, headers, isOneOff: !own.isFixed, memo: null }, hasOwnCookie: own.hasCookie };
}

/** What `options` make of a plain plan; `namesByUrl` as in Engine. Throws a BoomerError for options that cannot be meant. */
export function planRequest(plain: RequestPlan, options: RequestOptions, namesByUrl: boolean): RequestPlan {
  if (!checkOptions(options)) return plain; // of many requests the name alone is given: no object of their own
  const { query, headers: own, timeout, check = null } = options;
  const request = wireRequest(plain.request, options);
  const streams = options.stream === true;
  return {
    name: namesByUrl || query === undefined ? plain.name : request.path,
    origin: plain.origin,
    request,
    hasOwnCookie: own === undefined ? plain.hasOwnCookie : hasHeader(request.headers, 'cookie'),
    followsRedirects: options.allowRedirects ?? plain.followsRedirects,
    streams,
    discardsBody: !streams && (options.discardBody ?? plain.discardsBody),
    isSilent: options.silent === true,
    limitMs: timeout === undefined ? plain.limitMs : timeoutMs('timeout', timeout),
    check,
    isCaught: options.catchResponse === true,
  };
}

/** The plain request with what the options say of query, headers and body; itself, where they say nothing. */
function wireRequest(plain: WireRequest, options: RequestOptions): WireRequest {
  const { query, headers: own, auth } = options;
  const { body, contentType, contentLength } = encodeBody(options);
  if (query === undefined && own === undefined && auth === undefined && body === null && contentType === null) return plain;
  const { method, path, headers: defaults } = plain;
  const isTypeAlone = !plain.isOneOff && own === undefined && contentType !== null && frequentTypes.has(contentType);
  let headers = isTypeAlone ? withContentType(defaults, contentType) : mergeHeaders(defaults, own, contentType);
  const isOneOff = plain.isOneOff || !(headers === defaults || isTypeAlone) || auth !== undefined || contentLength !== null;
  if (auth !== undefined) headers = mergeHeaders(headers, { authorization: authorizationOf(auth) }, null);
  if (contentLength !== null) headers = mergeHeaders(headers, { 'content-length': contentLength }, null);
  return { method, path: query === undefined ? path : withQuery(path, query), headers, isOneOff, memo: null, cookie: null, body };
}

/** What all plans of an origin have in common. */
type OriginGround = { readonly origin: string; readonly headers: FlatHeaders; readonly hasOwnCookie: boolean };

/** Plans of requests without options, by method and URL. */
export class PlainPlans {
  readonly #ground: PlanGround;
  readonly #known = new RequestCache<RequestPlan>();
  /** Of the last request: most scenarios know one origin. */
  #last: OriginGround | null = null;

  constructor(ground: PlanGround) {
    this.#ground = ground;
  }

  /** Throws a BoomerError for a URL that leads nowhere. */
  of(method: string, url: string): RequestPlan {
    return this.#known.get(method, url) ?? this.#make(method, url);
  }

  #make(method: string, url: string): RequestPlan {
    const place = this.#known.placeFor(url);
    return this.#known.set(method, url, place, this.#plan(method, place ?? url, place === null ? null : { head: null }));
  }

  #plan(method: string, url: string, memo: RequestMemo | null): RequestPlan {
    const { base, hostError, namesByUrl, totalTimeoutMs, discardsBody } = this.#ground;
    const { origin, path } = resolveTarget(base, url, hostError);
    const last = this.#last;
    const { headers, hasOwnCookie } = last !== null && last.origin === origin ? last : this.#groundOf(origin);
    return {
      name: namesByUrl ? url : path,
      origin,
      request: { method, path, headers, isOneOff: false, memo, cookie: null, body: null },
      hasOwnCookie,
      followsRedirects: method !== 'HEAD',
      streams: false,
      discardsBody,
      isSilent: false,
      limitMs: totalTimeoutMs,
      check: null,
      isCaught: false,
    };
  }

  #groundOf(origin: string): OriginGround {
    const { headers } = this.#ground.poolSettings(origin);
    return (this.#last = { origin, headers, hasOwnCookie: hasHeader(headers, 'cookie') });
  }
}
