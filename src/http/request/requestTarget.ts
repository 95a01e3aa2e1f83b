/**
 * From a user's host and the URL given to a request to an origin and a path, joined, quoted and named as Locust's
 * HttpSession does (Locust clients.py, `_build_url`; requests models.py, `prepare_url` and `path_url`).
 */
import { BoomerError } from '../../util/boomerError.ts';
import { urlAuthorization } from './authorization.ts';

/** Where a request goes: `origin` as `http://host:port`, `path` with its query, quoted, beginning with a slash. */
export type RequestTarget = { readonly origin: string; readonly path: string };

/** A user's host, taken apart once. */
export type BaseUrl = {
  readonly origin: string;
  /** What stands between the origin and a relative path; mostly empty. */
  readonly prefix: string;
  /** `Basic …` when the host carries user and password, else null. */
  readonly authorization: string | null;
};

type FieldValue = string | number | boolean | null | undefined;

/** Fields by name; an array stands for several of one name. */
export type FieldValues = Readonly<Record<string, FieldValue | readonly FieldValue[]>>;

/** Values of a query, or the query ready made. */
export type QueryValues = URLSearchParams | FieldValues;

/** scheme://authority, and the rest. */
const absoluteUrl = /^(https?:\/\/[^/?#]*)(.*)$/isu;
/** Nothing to quote, no fragment, no segment that begins with a dot: sent as it is. */
const plainPath = /^(?:\/(?!\.)[\w\-.~!$&'()*+,;=:@?%]*)+$/u;
const unsafeCharacters = /[^\w\-.~!$&'()*+,;=:@?%/]+/gu;

/** Takes a host apart; throws a BoomerError that says how to write it. */
export function parseBaseUrl(host: string): BaseUrl {
  const [, authority, prefix] = absoluteUrl.exec(host) ?? [];
  if (authority === undefined || prefix === undefined) {
    throw new BoomerError('bad-host', `the host '${host}' is not an http(s) URL: write it like http://localhost:8080`);
  }
  const url = parseAuthority(authority, host);
  const hasCredentials = url.username !== '' && url.password !== '';
  return { origin: url.origin, prefix, authorization: hasCredentials ? urlAuthorization(url) : null };
}

/** Resolves what a request was given against `base`; throws `hostError`, or a BoomerError, when there is no base to a relative path. */
export function resolveTarget(base: BaseUrl | null, url: string, hostError: Error | null = null): RequestTarget {
  if (base !== null && base.prefix === '' && plainPath.test(url)) return { origin: base.origin, path: url };
  if (typeof url !== 'string') {
    throw new BoomerError('bad-request-url', `a request needs a path or a URL as a string, not ${typeof url}`);
  }
  const [, authority, rest] = absoluteUrl.exec(url) ?? [];
  if (authority !== undefined && rest !== undefined) return { origin: originOf(authority, url), path: quotePath(rest, url) };
  if (hostError !== null) throw hostError;
  if (base === null) {
    throw new BoomerError('no-host', `'${url}' needs a host: set \`static host\` on the user class, give --host, or fill in the host in Locust's web UI`);
  }
  return { origin: base.origin, path: quotePath(base.prefix + url, url) };
}

/** Adds `query` to a quoted path. */
export function withQuery(path: string, query: QueryValues): string {
  const added = (query instanceof URLSearchParams ? query : searchParams(query)).toString();
  if (added === '') return path;
  if (!path.includes('?')) return `${path}?${added}`;
  return path.endsWith('?') || path.endsWith('&') ? path + added : `${path}&${added}`;
}

/** Drops the fragment, resolves dot segments and quotes what may not stand in a request line; escapes stay as they are. */
function quotePath(written: string, url: string): string {
  const fragmentStart = written.indexOf('#');
  const whole = fragmentStart < 0 ? written : written.slice(0, fragmentStart);
  const path = whole === '' || whole.startsWith('?') ? `/${whole}` : whole;
  if (!path.startsWith('/')) {
    throw new BoomerError('bad-request-url', `'${url}' must begin with a slash, or be an absolute http(s) URL`);
  }
  const quoted = path.replace(unsafeCharacters, (characters) => encodeURIComponent(characters.toWellFormed()));
  return quoted.includes('/.') ? withoutDotSegments(quoted) : quoted;
}

function withoutDotSegments(quoted: string): string {
  const queryStart = quoted.indexOf('?');
  if (queryStart < 0) return new URL(`http://host${quoted}`).pathname;
  return new URL(`http://host${quoted.slice(0, queryStart)}`).pathname + quoted.slice(queryStart);
}

function originOf(authority: string, written: string): string {
  const url = parseAuthority(authority, written);
  if (url.username === '' && url.password === '') return url.origin;
  throw new BoomerError('credentials-in-url', `the URL of a request carries user and password: send an authorization header instead, or put them into the user's host`);
}

function parseAuthority(authority: string, written: string): URL {
  try {
    return new URL(authority);
  } catch (cause) {
    throw new BoomerError('bad-request-url', `'${written}' names no valid host`, { cause });
  }
}

/** Fields as pairs: null and undefined are left out. */
export function searchParams(values: FieldValues): URLSearchParams {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    for (const one of isList(value) ? value : [value]) {
      if (one !== null && one !== undefined) params.append(key, String(one));
    }
  }
  return params;
}

/** `Array.isArray` alone does not narrow a readonly array out of a union. */
function isList(value: FieldValue | readonly FieldValue[]): value is readonly FieldValue[] {
  return Array.isArray(value);
}
