/**
 * From a user's host and the URL given to a request to an origin, a path and the name of a row: joined, quoted and named as Locust's
 * HttpSession does (Locust clients.py, `_build_url`; requests models.py, `prepare_url` and `path_url`).
 */
import { BoomerError } from '../../util/boomerError.ts';
import { searchParams, type FieldValues } from './requestBody.ts';
import { urlAuthorization } from './requestHeaders.ts';

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
  if (base !== null && (base.prefix === '' || base.prefix === '/') && plainPath.test(url)) return { origin: base.origin, path: url };
  if (typeof url !== 'string') {
    throw new BoomerError('bad-request-url', `a request needs a path or a URL as a string, not ${typeof url}`);
  }
  const [, authority, rest] = absoluteUrl.exec(url) ?? [];
  if (authority !== undefined && rest !== undefined) return { origin: originOf(authority, url), path: quotePath(rest, url) };
  if (hostError !== null) throw hostError;
  if (base === null) {
    throw new BoomerError('no-host', `'${url}' needs a host: set \`static host\` on the user class, give --host, or fill in the host in Locust's web UI`);
  }
  return { origin: base.origin, path: quotePath(joined(base.prefix, url), url) };
}

/** One slash where both have one. Locust asks for `//hello` where a host is written `http://h/`, which no target means by `/hello`. */
function joined(prefix: string, url: string): string {
  return prefix.endsWith('/') && url.startsWith('/') ? prefix + url.slice(1) : prefix + url;
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

/**
 * Templates of paths, in which `[id]`, `{id}` or `:id` stands for one segment, the first that fits the path (without
 * its query) being the name; or a function of method and path (with its query), null and undefined keeping the name that it would have without.
 */
export type RequestNaming = string | readonly string[] | ((method: string, path: string) => string | null | undefined);

/** The name of a request; null when nothing fits. */
export type NameOf = (method: string, path: string) => string | null;

const placeholder = /\[[^\]/]+\]|\{[^}/]+\}|(?<=\/):\w+/gu;

/** Throws a BoomerError for what is neither templates nor a function. */
export function nameOf(naming: RequestNaming): NameOf {
  if (typeof naming === 'function') return (method, path) => naming(method, path) ?? null;
  const written = typeof naming === 'string' ? [naming] : naming;
  if (!areTemplates(written)) {
    throw new BoomerError('bad-request-name', `requestName must be a function (method, path) => name, or templates like '/item/[id]'`);
  }
  const templates = written.map((template) => ({ template, pattern: patternOf(template) }));
  return (_, path) => {
    const queryStart = path.indexOf('?');
    const bare = queryStart < 0 ? path : path.slice(0, queryStart);
    return templates.find(({ pattern }) => pattern.test(bare))?.template ?? null;
  };
}

function areTemplates(written: unknown): written is readonly string[] {
  return Array.isArray(written) && written.every((template) => typeof template === 'string' && template.startsWith('/'));
}

function patternOf(template: string): RegExp {
  const fixed = template.split(placeholder).map((text) => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'));
  return new RegExp(`^${fixed.join('[^/]+')}$`, 'u');
}
