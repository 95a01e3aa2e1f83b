/**
 * Headers of requests: as a flat list (name, value, name, value …), the form that costs undici least. The defaults are made once
 * per class and handed out unchanged to every request without headers of its own.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { printed } from '../../util/printed.ts';

/** null takes a default away; undefined is as if absent; an array is sent as several header lines. */
export type HeaderValue = string | number | readonly string[] | null | undefined;

/** Headers by name, or pairs of name and value. */
export type HeaderValues = Readonly<Record<string, HeaderValue>> | Iterable<readonly [string, HeaderValue]>;

/** Name, value, name, value …; an array of values is sent as several lines. */
export type FlatHeaders = readonly (string | readonly string[])[];

/** As every HTTP client says who it is: many servers refuse a request without these two. */
export const standardHeaders: FlatHeaders = ['user-agent', 'boomer-node', 'accept', '*/*'];

/** `defaults` with `own` over them, names compared without case, and `contentType` unless one is there already. */
export function mergeHeaders(defaults: FlatHeaders, own: HeaderValues | undefined, contentType: string | null): FlatHeaders {
  if (own === undefined && contentType === null) return defaults;
  const merged: (string | readonly string[])[] = [];
  const taken = new Set<string>();
  if (own !== undefined) {
    for (const [name, value] of headerPairs(own)) {
      if (value === undefined) continue;
      taken.add(name.toLowerCase());
      if (value !== null) merged.push(name, typeof value === 'number' ? String(value) : value);
    }
  }
  for (let at = 0; at + 1 < defaults.length; at += 2) {
    const name = String(defaults[at]);
    const value = defaults[at + 1];
    if (value === undefined || taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    merged.push(name, value);
  }
  if (contentType !== null && !taken.has('content-type')) merged.push('content-type', contentType);
  return merged;
}

const withTypes = new WeakMap<FlatHeaders, Map<string, FlatHeaders>>();

/** `headers` with a content type of which there are few, unless one is there already: the same list each time, so that engines know it again. */
export function withContentType(headers: FlatHeaders, contentType: string): FlatHeaders {
  let byType = withTypes.get(headers);
  if (byType === undefined) withTypes.set(headers, (byType = new Map<string, FlatHeaders>()));
  let merged = byType.get(contentType);
  if (merged === undefined) byType.set(contentType, (merged = mergeHeaders(headers, undefined, contentType)));
  return merged;
}

/** The list without the named headers (lower case): the same one when it has none of them. */
export function withoutHeaders(headers: FlatHeaders, names: ReadonlySet<string>): FlatHeaders {
  const kept = headers.filter((_, at) => !names.has(String(headers[at - (at % 2)]).toLowerCase()));
  return kept.length === headers.length ? headers : kept;
}

/** Whether the list has `name` (lower case). */
export function hasHeader(headers: FlatHeaders, name: string): boolean {
  return headers.some((written, at) => at % 2 === 0 && String(written).toLowerCase() === name);
}

/** The list as pairs of name and value. */
export function* flatPairs(headers: FlatHeaders): Generator<readonly [string, string | readonly string[]], void, undefined> {
  for (let at = 0; at + 1 < headers.length; at += 2) yield [String(headers[at]), headers[at + 1] ?? ''];
}

/** Names and values, however they were written. */
export function headerPairs(headers: HeaderValues): Iterable<readonly [string, HeaderValue]> {
  return isIterable(headers) ? headers : Object.entries(headers);
}

function isIterable(headers: HeaderValues): headers is Iterable<readonly [string, HeaderValue]> {
  return Symbol.iterator in headers;
}

/** User and password (basic, RFC 7617; as a pair, as in Locust, or by name), or a bearer token (RFC 6750). */
export type Credentials = readonly [username: string, password: string] | { readonly username: string; readonly password: string } | { readonly bearer: string };

/** Value of the `authorization` header; throws a BoomerError for what are no credentials. */
export function authorizationOf(auth: Credentials): string {
  if (typeof auth === 'object' && auth !== null) {
    if ('bearer' in auth && typeof auth.bearer === 'string') return `Bearer ${auth.bearer}`;
    const pair: readonly unknown[] = 'username' in auth ? [auth.username, auth.password] : Array.isArray(auth) ? auth : [];
    const [username, password] = pair;
    if (typeof username === 'string' && typeof password === 'string') return basicAuthorization(username, password);
  }
  throw new BoomerError('bad-auth', `auth must be ['user', 'password'], { username, password } or { bearer: token }`);
}

/** Of user and password as UTF-8. */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The same of what stands in a URL. Escapes are undone where they are some, as by Python's `unquote`: `p%zz` is a password like others. */
export function urlAuthorization({ username, password }: URL): string {
  return basicAuthorization(unquoted(username), unquoted(password));
}

function unquoted(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/giu, (escapes) => Buffer.from(escapes.replaceAll('%', ''), 'hex').toString());
}

/** By name; upper and lower case are one name, as on the wire. null takes a default of the class away. */
export type UserHeaders = Record<string, HeaderValue>;

/**
 * Headers of one user: what a scenario writes to `client.headers`, over the defaults of its class and under the headers of a request
 * (requests' `Session.headers`), and its own credentials, which go to its host alone; made when first asked for, as most users have none.
 * Throws a BoomerError for what are no headers.
 */
export class OwnHeaders implements ProxyHandler<UserHeaders> {
  /** What the scenario sees and writes to. */
  readonly view: UserHeaders;
  readonly #values: UserHeaders = { __proto__: null };
  #authorization: string | null | undefined = undefined;
  /** The last list of `over`, and what it was made from: null when a header has changed since. */
  #base: FlatHeaders | null = null;
  #isForHost = false;
  #merged: FlatHeaders = [];
  /** Of the last list: the same comes again, as long as no header changes. */
  isFixed = false;
  /** Of the last list: it has a cookie. */
  hasCookie = false;

  constructor(values: HeaderValues) {
    if (typeof values !== 'object' || values === null) {
      throw new BoomerError('bad-headers', `client.headers must be an object of names and values, got ${printed(values)}: write client.headers = { 'x-token': token }`);
    }
    this.view = new Proxy(this.#values, this);
    for (const [name, value] of headerPairs(values)) {
      const before = Symbol.iterator in values ? this.view[name] : undefined;
      this.view[name] = before === undefined || before === null || value === null || value === undefined ? value : [...[before].flat().map(String), ...[value].flat().map(String)];
    }
  }

  /** For the host, over the header of that name; null: none is sent; undefined: what the headers say. */
  set authorization(value: string | null | undefined) {
    this.#base = null;
    this.#authorization = value;
  }

  /** `defaults` with these over them; with the credentials for a request to the host. */
  over(defaults: FlatHeaders, isForHost: boolean): FlatHeaders {
    if (defaults === this.#base && isForHost === this.#isForHost && this.isFixed) return this.#merged;
    this.#base = defaults;
    this.#isForHost = isForHost;
    const merged = mergeHeaders(defaults, this.#values, null);
    this.#merged = isForHost && this.#authorization !== undefined ? mergeHeaders(merged, { authorization: this.#authorization }, null) : merged;
    this.isFixed = this.#merged.every((part) => typeof part === 'string'); // a list of values may change without our knowledge
    this.hasCookie = hasHeader(this.#merged, 'cookie');
    return this.#merged;
  }

  get(headers: UserHeaders, name: string | symbol): HeaderValue {
    return typeof name === 'string' ? headers[known(headers, name)] : undefined;
  }

  set(headers: UserHeaders, name: string | symbol, value: HeaderValue): boolean {
    if (typeof name !== 'string') return false;
    this.#base = null;
    headers[known(headers, name)] = value;
    return true;
  }

  has(headers: UserHeaders, name: string | symbol): boolean {
    return typeof name === 'string' && known(headers, name) in headers;
  }

  deleteProperty(headers: UserHeaders, name: string | symbol): boolean {
    this.#base = null;
    return typeof name === 'string' && Reflect.deleteProperty(headers, known(headers, name));
  }

  defineProperty(headers: UserHeaders, name: string | symbol, attributes: PropertyDescriptor): boolean {
    this.#base = null;
    return Reflect.defineProperty(headers, name, attributes);
  }
}

/** The name under which a header is known already. */
function known(headers: UserHeaders, name: string): string {
  const wanted = name.toLowerCase();
  return Object.keys(headers).find((key) => key.toLowerCase() === wanted) ?? name;
}
