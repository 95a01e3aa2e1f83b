/**
 * The cookies of one user. The only file that knows tough-cookie, which is loaded when the first cookie comes that needs
 * its rules (a domain, a path, an expiry): 30 ms and 8 MB once a load thread.
 */
import { createRequire } from 'node:module';
import type { Cookie, CookieJar as ToughJar } from 'tough-cookie';
import { BoomerError } from '../util/boomerError.ts';

type Library = { readonly CookieJar: typeof ToughJar };

const require = createRequire(import.meta.url);
let library: Library | null = null;

/** What a scenario may do with its user's cookies. */
export type Cookies = {
  /** Value of the cookie that a request to `url` (default: the host) would send; null for none. */
  readonly get: (name: string, url?: string) => string | null;
  /** Keeps a cookie as if `url` (default: the host) had set it: name and value, or a whole `set-cookie` line. */
  readonly set: (nameOrLine: string, value?: string | null, url?: string) => void;
  /** The `cookie` header that a request to `path` of `origin` (`https://shop.example`) has; null for none. */
  readonly header: (origin: string, path: string) => string | null;
  /** Forgets all cookies. */
  readonly clear: () => void;
};

/** Which cookies go with which request. */
export class CookieJar implements Cookies {
  /** The URL that `get` and `set` mean when they are given none. */
  hostUrl: string | null;
  #plain: PlainCookies | null = new PlainCookies();
  #jar: ToughJar | null = null;
  /** Headers by origin, good while every cookie of the jar is for all paths and none has expired. */
  readonly #headers = new Map<string, string | null>();
  #isForAllPaths = true;
  #goodUntilMs = Infinity;

  constructor(hostUrl: string | null) {
    this.hostUrl = hostUrl;
  }

  /** Keeps what an answer's `set-cookie` lines say; a line that makes no sense is dropped, as browsers do. */
  keep(origin: string, path: string, lines: readonly string[]): void {
    for (const line of lines) {
      if (this.#plain?.tryKeep(origin, path, line) !== true) this.#keepByRules(line, origin + path);
    }
  }

  header(origin: string, path: string): string | null {
    if (this.#plain !== null) return this.#plain.header(origin);
    if (this.#jar === null) return null;
    if (Date.now() >= this.#goodUntilMs) this.#forgetHeaders();
    const known = this.#isForAllPaths ? this.#headers.get(origin) : undefined;
    if (known !== undefined) return known;
    const header = this.#jar.getCookieStringSync(ruled(origin + path)) || null;
    if (this.#isForAllPaths) this.#headers.set(origin, header);
    return header;
  }

  get(name: string, url?: string): string | null {
    const { origin, pathname } = this.#place(url);
    const pairs = this.header(origin, pathname)?.split('; ') ?? [];
    return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null;
  }

  set(nameOrLine: string, value?: string | null, url?: string): void {
    const { origin, pathname } = this.#place(url);
    this.keep(origin, pathname, [value === undefined || value === null ? nameOrLine : `${nameOrLine}=${value}; Path=/`]);
  }

  clear(): void {
    this.#plain = new PlainCookies();
    this.#jar = null;
    this.#headers.clear();
    this.#isForAllPaths = true;
    this.#goodUntilMs = Infinity;
  }

  #keepByRules(line: string, url: string): void {
    const cookie = this.#rules().setCookieSync(line, ruled(url), { ignoreError: true });
    this.#headers.clear();
    if (cookie === undefined) return;
    fixExpiry(cookie);
    if (cookie.path !== '/') this.#isForAllPaths = false;
    const expiryMs = expiryOf(cookie);
    if (expiryMs > Date.now()) this.#goodUntilMs = Math.min(this.#goodUntilMs, expiryMs);
  }

  /** The jar, with everything in it that was kept without. */
  #rules(): ToughJar {
    if (this.#jar !== null) return this.#jar;
    library ??= require('tough-cookie') as Library;
    // A load test goes to `localhost`, to addresses and to names without a dot, and wants what the server set.
    const jar = new library.CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });
    for (const { url, line } of this.#plain ?? []) jar.setCookieSync(line, ruled(url), { ignoreError: true });
    this.#plain = null;
    this.#jar = jar;
    return jar;
  }

  /** Something has expired: what was written is stale, and the next expiry is looked for. */
  #forgetHeaders(): void {
    this.#headers.clear();
    this.#goodUntilMs = Infinity;
    this.#jar?.store.getAllCookies((_, cookies) => {
      const nowMs = Date.now();
      for (const cookie of cookies ?? []) {
        const expiryMs = expiryOf(cookie);
        if (expiryMs > nowMs) this.#goodUntilMs = Math.min(this.#goodUntilMs, expiryMs);
      }
    });
  }

  #place(url: string | undefined): URL {
    const written = url ?? this.hostUrl;
    if (written !== null && URL.canParse(written)) return new URL(written);
    throw new BoomerError('bad-cookie-url', `a cookie needs the URL it belongs to, like http://localhost:8080/, not ${String(written)}`);
  }
}

/** The library takes these hosts for public suffixes, and throws when it looks for their cookies: it gets them under another name. */
function ruled(url: string): string {
  return url.replace(/^(https?:\/\/(?:test|local|example))(?=[:/]|$)/u, '$1.host');
}

/** Of a cookie that has just been kept: the library counts its `Max-Age` from when it was last sent, and it means from now on (RFC 6265 §5.3). */
function fixExpiry(cookie: Cookie): void {
  if (typeof cookie.maxAge !== 'number') return;
  cookie.setExpires(new Date(Math.max(-lastMs, Math.min(Date.now() + 1000 * cookie.maxAge, lastMs))));
  cookie.maxAge = null;
}

/** The last moment that a `Date` knows; it lies as far after 1970 as the first one before. */
const lastMs = 8.64e15;

function expiryOf(cookie: Cookie): number {
  return cookie.expiryTime() ?? Infinity;
}

/** Nothing but name, value, `Path=/`, `HttpOnly`, `SameSite` and `Secure`, and no name with a meaning of its own. */
const plainLine = /^(?!__)([\w!#$%&'*+.^`|~-]+)=([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)((?:; *(?:path=\/|httponly|samesite=(?:lax|strict|none)|secure))*)$/iu;

type Plain = { readonly value: string; readonly isSecure: boolean };

/** A cookie that is kept here, as the `set-cookie` line that would set it. */
type KeptCookie = { readonly url: string; readonly line: string };

type HostCookies = {
  readonly byName: Map<string, Plain>;
  /** The `cookie` headers for https and for http; undefined: not written since the last change. */
  secureHeader: string | null | undefined;
  plainHeader: string | null | undefined;
};

/**
 * Cookies of one user by host, as most servers set them: for the host alone, for every path, until the session ends. They need no book of
 * rules: keeping one and sending it costs 0.9 µs, and 10 µs by tough-cookie (measured).
 */
export class PlainCookies {
  readonly #hosts = new Map<string, HostCookies>();

  /** False when the line needs more than this class knows; nothing is kept then. */
  tryKeep(origin: string, path: string, line: string): boolean {
    const [, name, value, attributes] = plainLine.exec(line) ?? [];
    if (name === undefined || value === undefined || attributes === undefined) return false;
    // Without a path of its own a cookie belongs to the folder of the page that set it.
    if (!/path=\//iu.test(attributes) && path.lastIndexOf('/', endOfPath(path)) > 0) return false;
    const isSecure = /secure/iu.test(attributes);
    if (isSecure && !origin.startsWith('https:')) return false;
    const host = hostOf(origin);
    let cookies = this.#hosts.get(host);
    if (cookies === undefined) this.#hosts.set(host, (cookies = { byName: new Map(), secureHeader: undefined, plainHeader: undefined }));
    const known = cookies.byName.get(name);
    if (known?.value === value && known.isSecure === isSecure) return true;
    // A page without TLS may not replace what was set with it (RFC 6265bis §5.7).
    if (known?.isSecure === true && !origin.startsWith('https:')) return true;
    cookies.byName.set(name, { value, isSecure });
    cookies.secureHeader = cookies.plainHeader = undefined;
    return true;
  }

  /** The `cookie` header for a request; null for none. */
  header(origin: string): string | null {
    const cookies = this.#hosts.get(hostOf(origin));
    if (cookies === undefined) return null;
    if (origin.startsWith('https:')) return (cookies.secureHeader ??= joined(cookies.byName, true));
    return cookies.plainHeader === undefined ? (cookies.plainHeader = joined(cookies.byName, false)) : cookies.plainHeader;
  }

  /** For a jar that takes over. */
  *[Symbol.iterator](): Generator<KeptCookie, void, undefined> {
    for (const [host, { byName }] of this.#hosts) {
      for (const [name, { value, isSecure }] of byName) {
        yield { url: `${isSecure ? 'https' : 'http'}://${host}/`, line: `${name}=${value}; Path=/${isSecure ? '; Secure' : ''}` };
      }
    }
  }
}

function joined(byName: ReadonlyMap<string, Plain>, isSecure: boolean): string | null {
  const pairs: string[] = [];
  for (const [name, cookie] of byName) if (isSecure || !cookie.isSecure) pairs.push(`${name}=${cookie.value}`);
  return pairs.length === 0 ? null : pairs.join('; ');
}

/** Cookies do not tell ports and schemes apart (RFC 6265 §8.5). */
function hostOf(origin: string): string {
  const start = origin.indexOf('//') + 2;
  const portStart = origin.indexOf(':', origin.startsWith('[', start) ? origin.indexOf(']', start) : start);
  return portStart < 0 ? origin.slice(start) : origin.slice(start, portStart);
}

function endOfPath(path: string): number {
  const queryStart = path.indexOf('?');
  return queryStart < 0 ? path.length : queryStart - 1;
}
