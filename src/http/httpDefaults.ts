/**
 * What holds for all requests of a user class: the type of `static http`.
 */
import type { SecureVersion } from 'node:tls';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import type { Credentials, HeaderValues } from './request/requestHeaders.ts';
import type { RequestNaming } from './request/requestTarget.ts';
import type { ContentCoding } from './response/contentCoding.ts';

/** TLS towards the host, in the words of `tls.connect`; PEM texts or bytes, several as a list. */
export type TlsOptions = {
  /** Authorities to trust in place of the system's. */
  readonly ca?: string | Uint8Array | readonly (string | Uint8Array)[];
  /** The client's certificate chain, and `key` for it. */
  readonly cert?: string | Uint8Array;
  readonly key?: string | Uint8Array;
  /** Certificate and key in one PKCS#12 file. */
  readonly pfx?: Uint8Array;
  /** Of `key` or `pfx`. */
  readonly passphrase?: string;
  /** false takes any certificate, as Locust's FastHttpUser does; default true, as Locust's HttpUser. */
  readonly rejectUnauthorized?: boolean;
  /** Name to ask for and to expect in the certificate; default: the host's. */
  readonly servername?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's list. */
  readonly ciphers?: string;
};

/** What holds for every request of a user; the words and values of Locust's FastHttpUser where it has them. */
export type HttpDefaults = {
  readonly headers?: HeaderValues;
  /** Sent to the host, never to another origin. */
  readonly auth?: Credentials;
  /** Seconds, as `RequestOptions.timeout`; default: no limit on the whole. */
  readonly timeout?: number;
  /** Seconds (to the second) without an answer's headers, or without any byte of a body that has begun; default 60. */
  readonly networkTimeout?: number;
  /** Seconds (to the second) until the answer's headers; default `networkTimeout`. */
  readonly headersTimeout?: number;
  /** Seconds (to the second) without any byte of a body that has begun; default `networkTimeout`. */
  readonly bodyTimeout?: number;
  /** Seconds (to the second) that a connection may take; default 60. */
  readonly connectionTimeout?: number;
  /**
   * Connections (with HTTP/2: streams) that a user may have to one origin when it makes requests in parallel; more
   * requests wait. Default 10, with HTTP/2 100. For a shared pool: of all users of the class on one load thread, by
   * default as many as they ask for.
   */
  readonly concurrency?: number;
  /** `user` (default): connections of its own for each user; `shared`: one pool for the class on each load thread. */
  readonly pool?: 'user' | 'shared';
  /** Offers HTTP/2 to https origins, requests in parallel over one connection; a server without it gets HTTP/1.1. Default false. */
  readonly http2?: boolean;
  /** Keeps cookies and sends them, as a browser does; default true, at no cost before the first one. */
  readonly cookies?: boolean;
  /** Codings to ask for in `accept-encoding`; true for all that this Node can decode; default false: none. */
  readonly compression?: boolean | readonly ContentCoding[];
  /** Decodes answers that come compressed, so that `bytes` and `text()` are the content's; default true. */
  readonly decompress?: boolean;
  /**
   * Longest body of an answer in bytes, as it comes and decoded; a longer one makes the request a failure. A streamed body has no
   * limit. Default 64 MB (67 108 864).
   */
  readonly maxBodyBytes?: number;
  /** Throws bodies away as they come, as `RequestOptions.discardBody`; default false. */
  readonly discardBody?: boolean;
  /** Redirects that one request may follow; default 30. */
  readonly maxRedirects?: number;
  /**
   * Proxy for all origins, as `http://user:password@proxy:3128`; `environment` reads HTTP_PROXY, HTTPS_PROXY and
   * NO_PROXY; default none, also when the environment names one, as in Locust.
   */
  readonly proxy?: string | null;
  /** Path of a unix socket on which the host listens; other origins are reached as usual. */
  readonly socketPath?: string;
  readonly tls?: TlsOptions;
  /** Names of rows for requests without a `name`: templates like `/item/[id]`, or a function. */
  readonly requestName?: RequestNaming;
};

const knownDefaults: Readonly<Record<keyof HttpDefaults, true>> = {
  headers: true,
  auth: true,
  timeout: true,
  networkTimeout: true,
  headersTimeout: true,
  bodyTimeout: true,
  connectionTimeout: true,
  concurrency: true,
  pool: true,
  http2: true,
  cookies: true,
  compression: true,
  decompress: true,
  maxBodyBytes: true,
  discardBody: true,
  maxRedirects: true,
  proxy: true,
  socketPath: true,
  tls: true,
  requestName: true,
};

const knownTls: Readonly<Record<keyof TlsOptions, true>> = {
  ca: true,
  cert: true,
  key: true,
  pfx: true,
  passphrase: true,
  rejectUnauthorized: true,
  servername: true,
  minVersion: true,
  maxVersion: true,
  ciphers: true,
};

/** Whether `static http` may have it. */
export function isHttpDefault(name: string): boolean {
  return Object.hasOwn(knownDefaults, name);
}

/** What sessions of requests, which Locust's clients are, call it, and how it is written here. */
const settingsOfSessions: ReadonlyMap<string, string> = new Map([
  ['verify', 'tls: { rejectUnauthorized: false }'],
  ['cert', 'tls: { cert, key }'],
  ['proxies', 'proxy'],
  ['trust_env', "proxy: 'environment'"],
  ['max_redirects', 'maxRedirects'],
]);

/** `static http = { … }` for what is called `name` in Locust; null for what is nothing of it, or has the same name. */
export function staticHttpFor(name: string): string | null {
  const setting = settingsOfSessions.get(name);
  return setting === undefined ? null : `static http = { ${setting} }`;
}

/** Throws a BoomerError for a default that does not exist: plain JavaScript has no compiler to say so. */
export function checkDefaults(defaults: HttpDefaults): void {
  refuseUnknown(defaults, knownDefaults, 'HTTP setting');
  if (defaults.tls !== undefined) refuseUnknown(defaults.tls, knownTls, 'TLS setting');
  if (defaults.pool !== undefined && defaults.pool !== 'user' && defaults.pool !== 'shared') {
    throw new BoomerError('bad-http-default', `pool must be 'user' or 'shared', not '${String(defaults.pool)}'`);
  }
}

function refuseUnknown(given: object, known: object, what: string): void {
  const key = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (key === undefined) return;
  const names = Object.keys(known);
  const meant = nearest(key, names);
  throw new BoomerError('unknown-http-default', `unknown ${what} '${key}'${meant === null ? '' : ` (did you mean '${meant}'?)`}: there are ${names.join(', ')}`);
}
