/**
 * The only file that knows undici: one connection to one origin.
 *
 * Built on `Client.dispatch` with the handler form that gets raw headers: the newer form decodes every header of every
 * answer, and `Client.request` makes a stream of every body (measured: 14.0 against 16.3 µs CPU a request).
 *
 * No request is ever sent twice: one call is one attempt and one row. A server may close an idle connection in the
 * moment in which a request sets out; undici looks for that once more before it writes (one turn of the event loop),
 * and what still slips through is a `RemoteDisconnected` or `ConnectionResetError` row, as with Locust's HttpUser.
 */
import type { ClientHttp2Session } from 'node:http2';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type * as Undici from 'undici';
import type { Client, Dispatcher, buildConnector } from 'undici';
import type { AllowedHosts } from '../../request/allowedHosts.ts';
import type { RequestBody } from '../../request/bodyStream.ts';
import type { Connection, WireHandler, WireRequest } from '../connection.ts';
import type { Engine } from '../engine.ts';
import { OriginUrl } from '../../request/originUrl.ts';
import { connectToAny, openSocket } from '../openSocket.ts';
import type { Attempt } from '../openSocket.ts';
import { inTime, openPlainSocket } from './plainSocket.ts';
import { openTunnel, proxyError } from '../proxyTunnel.ts';
import type { Proxy } from '../../request/proxySetting.ts';
import { mendParser } from './undiciParser.ts';
import type { UndiciParser } from './undiciParser.ts';
import { endGracefully } from './undiciSession.ts';
import type { UndiciContext } from './undiciSession.ts';
import { readStreamBeforeEnd } from '../unreadAnswer.ts';
import { hasHeader } from '../../request/requestHeaders.ts';
import type { FlatHeaders } from '../../request/requestHeaders.ts';
import type { Wiring } from '../wiring.ts';

/** Where undici keeps what there is mended of it; absent when undici is another. */
type Symbols = Partial<Readonly<Record<'kParser' | 'kHTTP2Session' | 'kHTTPContext', symbol>>>;
type Parts = Pick<typeof Undici, 'Client' | 'buildConnector'> & { readonly symbols: Symbols };

const undici = loadParts(createRequire(import.meta.url));

/** Idle connections stay as long as the server keeps them, as Locust's do; 10 min is undici's own upper limit. */
const idleMs = 600_000;
/** Kept away from the end of a `keep-alive: timeout=…` that the server announces: undici's 2 s would never reuse a connection that lives 2 s. */
const idleMarginMs = 500;
/** Requests at once over one HTTP/2 connection, beyond what any pool asks for. */
const mostStreams = 10_000;

/** HTTP/1.1 and 2, proxies: everything that the settings know. */
export const undiciEngine: Engine = {
  namesByUrl: false,
  check: () => undefined,
  connector(wiring) {
    const route = routeOf(wiring);
    return () => new UndiciConnection(route);
  },
};

/** What connections of one wiring have in common: each keeps no copy of it (0.4 KB). */
export type Route = {
  readonly url: URL;
  readonly options: Client.Options;
  /** Makes what dials for one connection. */
  readonly dialer: () => Dial;
  /** Changes a request on its way out; null for the most: nothing to change. */
  readonly adapt: ((options: DispatchOptions) => void) | null;
};

/** Works out once what connections as `wiring` says share. */
export function routeOf(wiring: Wiring): Route {
  const { origin, timeouts, proxy, http2 } = wiring;
  const forwards = proxy !== null && origin.startsWith('http:');
  return {
    url: new OriginUrl(forwards ? proxy.origin : origin),
    options: {
      pipelining: 1,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      keepAliveTimeoutThreshold: idleMarginMs,
      // Equal by default: undici then moves one timer along instead of making a new one twice a request.
      headersTimeout: timeouts.headersMs,
      bodyTimeout: timeouts.bodyMs,
      // Without these each client makes empty ones of its own.
      webSocket: {},
      eventSource: {},
    },
    dialer: dialerOf(wiring),
    adapt: forwards ? forwarding(origin, proxy) : http2 ? adaptToStreams : null,
  };
}

/** Over HTTP/1.1 one request at a time; over HTTP/2 (only where `wiring.http2`) as many as one likes. */
export class UndiciConnection implements Connection {
  readonly #client: Client;
  readonly #adapt: Route['adapt'];
  readonly #dial: Dial;
  readonly #onProtocol: ((isHttp2: boolean) => void) | null;
  #attempt: Attempt | null = null;
  #hasTaken = false;
  /** Of HTTP/2, once connected. */
  #session: ClientHttp2Session | null = null;

  /** `onProtocol` hears, each time a connection is made, whether it speaks HTTP/2. */
  constructor({ url, options, dialer, adapt }: Route, onProtocol: ((isHttp2: boolean) => void) | null = null) {
    this.#adapt = adapt;
    this.#dial = dialer();
    this.#onProtocol = onProtocol;
    // Bound, since it lives as long as the client: a closure would keep a scope beside itself.
    this.#client = new undici.Client(url, { ...options, connect: this.#connect.bind(this) });
  }

  /** Sends one request; over HTTP/1.1 the caller waits for its end before the next. */
  send(request: WireRequest, handler: WireHandler): void {
    const options: DispatchOptions = {
      method: request.method,
      path: request.path,
      headers: request.cookie === null ? request.headers : [...request.headers, 'cookie', request.cookie],
      body: request.body,
      blocking: false, // only means something to a pipeline; true costs one more turn of undici's queue per answer
      reset: false, // keeps the connection after a HEAD, and after a GET or DELETE with a body
    };
    if (this.#adapt !== null) this.#adapt(options);
    this.#client.dispatch(options as Dispatcher.DispatchOptions, handler);
  }

  /** The server takes no new requests on this connection (GOAWAY, RFC 9113 §6.8); those under way may go on. */
  get isGoingAway(): boolean {
    return this.#session?.closed === true;
  }

  /** When it is going away: the server has taken at least one request. */
  get hasTaken(): boolean {
    return this.#hasTaken;
  }

  /** Ends the connection at once, and what is under way on it with `reason`. */
  destroy(reason: Error): void {
    this.#client.destroy(reason, ignore);
    this.#attempt?.destroy(reason); // undici itself would wait for the connection before it lets go
  }

  #connect(target: buildConnector.Options, callback: buildConnector.Callback): void {
    this.#attempt = this.#dial(target, (...outcome) => {
      this.#attempt = null;
      const [, socket] = outcome as readonly [unknown, Socket | null | undefined]; // undefined after an error, whatever its type says
      if (socket) readStreamBeforeEnd(socket);
      if (this.#onProtocol !== null && socket) this.#tell(socket, this.#onProtocol);
      callback(...outcome);
      if (socket) this.#mend(socket);
    });
  }

  /** After undici has taken the socket over, and before anything is read. */
  #mend(socket: object): void {
    const { kParser, kHTTP2Session, kHTTPContext } = undici.symbols;
    if (kParser !== undefined) mendParser(Reflect.get(socket, kParser) as UndiciParser | null | undefined);
    if (this.#onProtocol === null || kHTTP2Session === undefined || kHTTPContext === undefined) return;
    const session = Reflect.get(socket, kHTTP2Session) as ClientHttp2Session | null | undefined;
    const context = Reflect.get(this.#client, kHTTPContext) as UndiciContext | null | undefined;
    this.#session = session ?? null;
    this.#hasTaken = false;
    if (session && context) endGracefully(session, context, (lastStreamId) => (this.#hasTaken = lastStreamId > 0));
  }

  #tell(socket: object, onProtocol: (isHttp2: boolean) => void): void {
    const isHttp2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
    this.#client.pipelining = isHttp2 ? mostStreams : 1;
    onProtocol(isHttp2);
  }
}

type DispatchOptions = { method: string; path: string; headers: FlatHeaders; body: RequestBody | null; blocking: boolean; reset: boolean; idempotent?: boolean };
type Connector = ReturnType<typeof buildConnector>;
type Dial = (...call: Parameters<Connector>) => Attempt | null;

function dialerOf({ origin, timeouts, tls, socketPath, proxy, http2, allowed }: Wiring): () => Dial {
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
  const connector = undici.buildConnector(settings);
  // undici's type hides that a connector returns its socket.
  const shakeHands: Dial = (options, callback) => (connector(options, callback) as Socket | undefined) ?? null;
  return (options, onOutcome) => {
    const { hostname, httpSocket } = options;
    if (httpSocket || typeof settings.socketPath === 'string') return shakeHands(options, onOutcome);
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
    }, onOutcome);
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

/** For a proxy that is asked for whole URLs (RFC 9112 §3.2.2). */
function forwarding(origin: string, proxy: Proxy): (options: DispatchOptions) => void {
  const added = ['host', origin.slice(origin.indexOf('//') + 2), ...(proxy.authorization === null ? [] : ['proxy-authorization', proxy.authorization])];
  return (options) => {
    options.path = origin + options.path;
    options.headers = [...options.headers, ...(hasHeader(options.headers, 'host') ? added.slice(2) : added)];
  };
}

/** undici would hold a POST back until the connection is empty, in order to send it again; nothing is sent again here. */
function adaptToStreams(options: DispatchOptions): void {
  options.idempotent = true;
}

/** Three of undici's files, where they are still in their places: all of it costs a load thread 60 ms and 4 MB more at its start. */
function loadParts(require: NodeJS.Require): Parts {
  try {
    const Client: unknown = require('undici/lib/dispatcher/client.js');
    const buildConnector: unknown = require('undici/lib/core/connect.js');
    const symbols: unknown = require('undici/lib/core/symbols.js');
    if (typeof Client === 'function' && typeof buildConnector === 'function') return { Client, buildConnector, symbols } as Parts;
  } catch {
    // they have moved
  }
  return { ...(require('undici') as typeof Undici), symbols: {} };
}

function ignore(): void {
  // destroy() never fails; the callback only keeps undici from making a promise that nobody owns
}
