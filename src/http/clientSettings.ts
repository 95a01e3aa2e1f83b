/**
 * What a client knows before its first request, worked out once for all users with the same host and defaults.
 */
import { createSecureContext } from 'node:tls';
import { BoomerError } from '../util/boomerError.ts';
import { afterSockets } from '../util/eventLoop.ts';
import { allowedHosts, HostNotAllowedError, refusedHost } from './connection/allowedHosts.ts';
import type { Connection, ConnectionTimeouts, TlsSettings, Wiring } from './connection/connection.ts';
import { SharedPools, type Engine, type PoolSettings, type PoolSettingsOf } from './connection/connectionPool.ts';
import { proxyFor } from './connection/proxy.ts';
import { checkDefaults, type HttpDefaults, type TlsOptions } from './httpDefaults.ts';
import { authorizationOf, mergeHeaders, standardHeaders, type FlatHeaders } from './request/requestHeaders.ts';
import { timeoutMs } from './request/requestOptions.ts';
import { PlainPlans, type RequestSettings } from './request/requestPlan.ts';
import { nameOf, parseBaseUrl, type NameOf, type BaseUrl } from './request/requestTarget.ts';
import { bodyLimits, bodyMemoryOfThread, standardMaxBodyBytes } from './response/bodyLimits.ts';
import { acceptEncoding } from './response/contentCoding.ts';
import { encodingMark, setCookieMark } from './response/responseHeaders.ts';

/** Shared by all users of a class with the same host. */
export type ClientSettings = RequestSettings & {
  /** null: no host was given, and only absolute URLs work. */
  readonly base: BaseUrl | null;
  /** Names requests that bring no name; null: their plan does. */
  readonly nameOf: NameOf | null;
  /** As in Engine. */
  readonly namesByUrl: boolean;
  /** Of all users with these settings; null: each has its own. */
  readonly shared: SharedPools | null;
  readonly poolSettings: PoolSettingsOf;
  readonly plainPlans: PlainPlans;
};

/** FastHttpUser's values (Locust contrib/fasthttp.py, `network_timeout`, `connection_timeout`, `concurrency`, `max_redirects`). */
const standardTimeoutSec = 60;
const standardConcurrency = 10;
const standardRedirects = 30;
/** What servers usually allow, and browsers use. */
const standardStreams = 100;
/** A scenario may make up hosts for ever. */
const maxKnownOrigins = 1000;
/** Users may each have a base of their own. */
const maxKnownBases = 1000;

const caches = new Map<Engine, WeakMap<HttpDefaults, Map<string | null, ClientSettings>>>();

/** The settings for `defaults` (by identity) and a host. Throws a BoomerError for what cannot be meant. */
export function clientSettings(baseUrl: string | null, defaults: HttpDefaults, engine: Engine): ClientSettings {
  let cache = caches.get(engine);
  if (cache === undefined) caches.set(engine, (cache = new WeakMap()));
  let byHost = cache.get(defaults);
  if (byHost === undefined) cache.set(defaults, (byHost = new Map<string | null, ClientSettings>()));
  let settings = byHost.get(baseUrl);
  if (settings === undefined) {
    settings = workOut(baseUrl, defaults, engine);
    if (byHost.size >= maxKnownBases) byHost.clear();
    byHost.set(baseUrl, settings);
  }
  return settings;
}

function workOut(baseUrl: string | null, defaults: HttpDefaults, engine: Engine): ClientSettings {
  checkDefaults(defaults);
  engine.check(defaults);
  const { base, hostError } = readHost(baseUrl);
  const networkSec = defaults.networkTimeout ?? standardTimeoutSec;
  const networkMs = timeoutMs('networkTimeout', networkSec);
  const timeouts: ConnectionTimeouts = {
    headersMs: defaults.headersTimeout === undefined ? networkMs : timeoutMs('headersTimeout', defaults.headersTimeout),
    bodyMs: defaults.bodyTimeout === undefined ? networkMs : timeoutMs('bodyTimeout', defaults.bodyTimeout),
    connectMs: timeoutMs('connectionTimeout', defaults.connectionTimeout ?? standardTimeoutSec),
  };
  const poolSettings = poolSettingsOf(base, defaults, timeouts, engine);
  const totalTimeoutMs = defaults.timeout === undefined ? null : timeoutMs('timeout', defaults.timeout);
  return {
    base,
    timeouts,
    maxRedirects: wholeNumber('maxRedirects', defaults.maxRedirects ?? standardRedirects, 0),
    bodyLimits: bodyLimits(wholeNumber('maxBodyBytes', defaults.maxBodyBytes ?? standardMaxBodyBytes, 1), bodyMemoryOfThread()),
    nameOf: defaults.requestName === undefined ? null : nameOf(defaults.requestName),
    namesByUrl: engine.namesByUrl,
    actedOn: (defaults.cookies === false ? 0 : setCookieMark) | (defaults.decompress === false ? 0 : encodingMark),
    poolSettings,
    shared: defaults.pool === 'shared' ? new SharedPools(poolSettings) : null,
    plainPlans: new PlainPlans({ base, hostError, namesByUrl: engine.namesByUrl, poolSettings, totalTimeoutMs, discardsBody: defaults.discardBody === true }),
  };
}

/** A host that no HTTP client can use (`ws://h` of a scenario that also speaks HTTP) is an error of what is relative to it, and of nothing else. */
function readHost(host: string | null): { readonly base: BaseUrl | null; readonly hostError: Error | null } {
  if (host === null || host === '') return { base: null, hostError: null };
  try {
    return { base: parseBaseUrl(host), hostError: null };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { base: null, hostError: error };
  }
}

function poolSettingsOf(base: BaseUrl | null, defaults: HttpDefaults, timeouts: ConnectionTimeouts, engine: Engine): PoolSettingsOf {
  const codings = acceptEncoding(defaults.compression);
  const standard: FlatHeaders = codings === null ? standardHeaders : [...standardHeaders, 'accept-encoding', codings];
  const authorization = defaults.auth === undefined ? (base?.authorization ?? null) : authorizationOf(defaults.auth);
  const otherHeaders = mergeHeaders(standard, defaults.headers, null);
  const hostHeaders = authorization === null ? otherHeaders : mergeHeaders([...standard, 'authorization', authorization], defaults.headers, null);
  const tls = defaults.tls === undefined ? {} : tlsSettings(defaults.tls);
  const { proxy } = defaults;
  proxyFor(base?.origin ?? 'http://localhost', proxy, process.env); // a proxy that is none is a mistake of the class, not of a request
  const asked = defaults.concurrency === undefined ? null : wholeNumber('concurrency', defaults.concurrency, 1);
  const settingsOf = (origin: string): PoolSettings => {
    const isHost = origin === base?.origin;
    const http2 = defaults.http2 === true && origin.startsWith('https:');
    const headers = isHost ? hostHeaders : otherHeaders;
    const socketPath = isHost ? (defaults.socketPath ?? null) : null;
    const originProxy = socketPath === null ? proxyFor(origin, proxy, process.env) : null;
    const allowed = allowedHosts();
    const refused = allowed === null || socketPath !== null ? null : refusedHost(allowed, origin, originProxy?.origin ?? null);
    const wiring: Wiring = {
      origin,
      timeouts,
      tls,
      socketPath,
      proxy: originProxy,
      http2: http2 && refused === null,
      allowed,
    };
    const maxConnections = asked ?? (defaults.pool === 'shared' ? Infinity : http2 ? standardStreams : standardConcurrency);
    return { headers, maxConnections, wiring, connect: refused === null ? engine.connector(wiring) : () => refusedConnection(refused), openPool: engine.openPool };
  };
  const known = new Map<string, PoolSettings>();
  return (origin) => {
    let settings = known.get(origin);
    if (settings === undefined || settings.wiring.allowed !== allowedHosts()) {
      if (known.size >= maxKnownOrigins) known.clear();
      known.set(origin, (settings = settingsOf(origin)));
    }
    return settings;
  };
}

/** In place of a connection to a host that is not allowed. It takes a turn of the event loop, as any other would: a task that asks again and again holds up nobody. */
function refusedConnection(host: string): Connection {
  return { send: (_, handler) => afterSockets(() => handler.onError(new HostNotAllowedError(host))), destroy: () => undefined };
}

/** The context is made once: reading certificates costs milliseconds. */
function tlsSettings({ rejectUnauthorized, servername, ...context }: TlsOptions): TlsSettings {
  try {
    if (servername !== undefined && typeof servername !== 'string') throw new TypeError('servername must be text'); // else it fails when a socket is open already
    return {
      // OpenSSL's functions take what they do not change, but say so in no type.
      ...(Object.keys(context).length === 0 ? {} : { secureContext: createSecureContext(context as Parameters<typeof createSecureContext>[0]) }),
      ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
      ...(servername === undefined ? {} : { servername }),
    };
  } catch (cause) {
    throw new BoomerError('bad-tls', `the TLS settings cannot be used: ${String(cause)} (ca, cert and key take PEM text or bytes, not the name of a file)`, { cause });
  }
}

function wholeNumber(option: string, value: number, min: number): number {
  if (Number.isInteger(value) && value >= min) return value;
  throw new BoomerError(option === 'concurrency' ? 'bad-concurrency' : 'bad-http-default', `${option} must be a whole number, at least ${min}, not ${String(value)}`);
}
