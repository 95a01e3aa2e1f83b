/**
 * Sockets for undici: to the host, over TLS, and through proxies. It never sees how they were made.
 */
import { connect, type Socket } from 'node:net';
import { setImmediate } from '../../../util/nodeTime.ts';
import { clearTimer, setTimer } from '../../../util/timers.ts';
import type { AllowedHosts } from '../allowedHosts.ts';
import type { Proxy, Wiring } from '../connection.ts';
import { connectToAny, openSocket, type Attempt, type OnSocket } from '../openSocket.ts';
import { openTunnel, proxyError } from '../proxy.ts';
import { undici, type buildConnector } from './undiciLibrary.ts';

type Connector = ReturnType<typeof buildConnector>;
/** Opens the socket of one connection. */
export type Dial = (...call: Parameters<Connector>) => Attempt | null;

/** What dials as `wiring` says, for one connection after the other. */
export function dialerOf({ origin, timeouts, tls, socketPath, proxy, http2, allowed }: Wiring): () => Dial {
  const { connectMs } = timeouts;
  if (proxy === null) {
    if (origin.startsWith('http:')) return always(plainDial({ socketPath, allowed }, connectMs));
    // TLS sessions belong to one connection: each user shakes hands for itself, as different clients do.
    return () => secureDial({ timeout: connectMs, socketPath, allowH2: http2, ...tls }, allowed);
  }
  if (origin.startsWith('http:')) {
    if (proxy.origin.startsWith('http:')) return always(toProxy(proxy, plainDial({ socketPath: null, allowed }, connectMs)));
    return () => toProxy(proxy, secureDial({ timeout: connectMs }, allowed));
  }
  return () => throughTunnel(proxy, allowed, connectMs, secureDial({ timeout: connectMs, allowH2: http2, ...tls }, null));
}

/** Without TLS nothing is to be kept between connections: one for all. */
function always(dial: Dial): () => Dial {
  return () => dial;
}

function plainDial(route: Pick<Wiring, 'socketPath' | 'allowed'>, connectMs: number): Dial {
  return ({ hostname, port }, callback) => openPlainSocket({ hostname, port, ...route }, connectMs, callback);
}

/** The handshake is undici's; where to is looked up before. */
function secureDial(settings: buildConnector.BuildOptions & { readonly timeout: number }, allowed: AllowedHosts | null): Dial {
  const connector = undici().buildConnector(settings);
  // undici's type hides that a connector returns its socket.
  const shakeHands: Dial = (options, callback) => (connector(options, callback) as Socket | undefined) ?? null;
  return (options, onResult) => {
    const { hostname, httpSocket } = options;
    if (httpSocket || typeof settings.socketPath === 'string') return shakeHands(options, onResult);
    const port = options.port === '' ? 443 : Number(options.port);
    return inTime<Parameters<buildConnector.Callback>>(settings.timeout, (callback) => {
      const begin = (addresses: readonly string[]): Attempt => {
        const [only = hostname] = addresses;
        if (addresses.length < 2) return shakeHands({ ...options, hostname: only }, callback) ?? noAttempt;
        let attempt = connectToAny(addresses, port, connect, (error, socket) => {
          if (error === null) attempt = shakeHands({ ...options, httpSocket: socket }, callback) ?? noAttempt;
          else callback(error, null);
        });
        return { destroy: (reason) => attempt.destroy(reason) };
      };
      return openSocket({ host: hostname, port }, allowed, begin, callback);
    }, onResult, withoutSocket);
  };
}

const noAttempt: Attempt = { destroy: () => undefined };

function toProxy(proxy: Proxy, dial: Dial): Dial {
  return (options, callback) => dial(options, (...[error, socket]) => (error === null ? callback(null, socket) : callback(proxyError(error, proxy.origin), null)));
}

function throughTunnel(proxy: Proxy, allowed: AllowedHosts | null, connectMs: number, dial: Dial): Dial {
  return (options, callback) => {
    const { hostname, port } = options;
    const host = hostname.includes(':') ? `[${hostname}]` : hostname; // undici has taken them away
    const target = `${host}:${port === '' ? '443' : port}`;
    let attempt: Attempt = openTunnel(proxy, allowed, target, connectMs, (error, httpSocket) => {
      if (httpSocket === null) callback(error ?? new Error('the tunnel has no end'), null);
      else attempt = dial({ ...options, httpSocket }, callback) ?? attempt;
    });
    return { destroy: (reason) => attempt.destroy(reason) };
  };
}

/** Where to: host without the brackets of an IPv6 address; port as in a URL, empty for 80. `socketPath` is a unix socket in place of both. */
export type PlainAddress = { readonly hostname: string; readonly port: string; readonly socketPath: string | null; readonly allowed: AllowedHosts | null };

/** As undici sets its sockets up. */
const socketSettings = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, highWaterMark: 64 * 1024 };

/** The connection took longer than `connectionTimeout`; with undici's code, as over TLS it is undici that says so. */
class ConnectTimeoutError extends Error {
  override readonly name: string = 'ConnectTimeoutError';
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
}

/**
 * Connects; when the attempt is destroyed before, `onSocket` gets the reason. Sockets without TLS are not undici's own: its connector does the
 * same, but whatever it needs until the socket is connected (timer, weak reference, names, five closures) stays with the socket: 0.7 KB each.
 */
export function openPlainSocket({ hostname, port, socketPath, allowed }: PlainAddress, timeoutMs: number, onSocket: OnSocket): Attempt {
  const to = socketPath === null ? { host: hostname, port: port === '' ? 80 : Number(port) } : null;
  const begin = (addresses: readonly string[], callback: OnSocket): Attempt =>
    connectToAny(to === null ? [''] : addresses, to?.port ?? 0, (address) => connect({ ...socketSettings, ...(socketPath === null ? address : { path: socketPath }) }), callback);
  return inTime<Parameters<OnSocket>>(timeoutMs, (callback) => openSocket(to, allowed, (addresses) => begin(addresses, callback), callback), onSocket, withoutSocket);
}

function withoutSocket(reason: Error): [Error, null] {
  return [reason, null];
}

/** Gives an attempt up after `timeoutMs`, or when it is destroyed: `onResult` gets what `failed` makes of the reason. */
function inTime<Result extends readonly unknown[]>(timeoutMs: number, begin: (callback: (...result: Result) => void) => Attempt, onResult: (...result: Result) => void, failed: (reason: Error) => Result): Attempt {
  let waits = true;
  const settle = (...result: Result): void => {
    if (!waits) return;
    waits = false;
    clearTimer(timer);
    onResult(...result);
  };
  const giveUp = (reason: Error): void => {
    if (!waits) return;
    attempt?.destroy(reason);
    settle(...failed(reason));
  };
  // A loop that is late looks at its sockets first: what is connected by then is in time.
  const timer = setTimer(() => setImmediate(() => giveUp(new ConnectTimeoutError(`no connection within ${timeoutMs} ms`))), timeoutMs);
  let attempt: Attempt | null = null;
  try {
    attempt = begin(settle);
  } catch (error) {
    waits = false; // settings that Node refuses
    clearTimer(timer);
    throw error;
  }
  return { destroy: (reason) => giveUp(reason ?? new Error('the connection is not wanted any more')) };
}
