/**
 * One connection to one origin by undici's client.
 *
 * Built on `Client.dispatch` with the handler form that gets raw headers: the newer form decodes every header of every
 * answer, and `Client.request` makes a stream of every body (measured: 14.0 against 16.3 µs CPU a request).
 *
 * No request is ever sent twice: one call is one attempt and one row. A server may close an idle connection in the
 * moment in which a request sets out; undici looks for that once more before it writes (one turn of the event loop),
 * and what still slips through is a `RemoteDisconnected` or `ConnectionResetError` row, as with Locust's HttpUser.
 */
import type { ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { RequestBody } from '../../request/requestBody.ts';
import { hasHeader, type FlatHeaders } from '../../request/requestHeaders.ts';
import type { Connection, Proxy, WireHandler, WireRequest, Wiring } from '../connection.ts';
import type { Attempt } from '../openSocket.ts';
import { readStreamBeforeEnd } from '../unreadAnswer.ts';
import { dialerOf, type Dial } from './undiciDial.ts';
import { endGracefully, mendParser, undici, type buildConnector, type Client, type Dispatcher, type UndiciContext, type UndiciParser } from './undiciLibrary.ts';

/** Idle connections stay as long as the server keeps them, as Locust's do; 10 min is undici's own upper limit. */
const idleMs = 600_000;
/** Kept away from the end of a `keep-alive: timeout=…` that the server announces: undici's 2 s would never reuse a connection that lives 2 s. */
const idleMarginMs = 500;
/** Requests at once over one HTTP/2 connection, beyond what any pool asks for. */
const maxStreams = 10_000;

/** What connections of one wiring have in common: each keeps no copy of it (0.4 KB). */
export type Route = {
  readonly url: URL;
  readonly options: Client.Options;
  /** Makes what dials for one connection. */
  readonly dialer: () => Dial;
  /** Changes a request on its way out; mostly null: nothing to change. */
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

  /** `onProtocol` is called each time a connection is made, with whether it speaks HTTP/2. */
  constructor({ url, options, dialer, adapt }: Route, onProtocol: ((isHttp2: boolean) => void) | null = null) {
    this.#adapt = adapt;
    this.#dial = dialer();
    this.#onProtocol = onProtocol;
    // Bound, since it lives as long as the client: a closure would keep a scope beside itself.
    this.#client = new (undici().Client)(url, { ...options, connect: this.#connect.bind(this) });
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
    this.#attempt = this.#dial(target, (...result) => {
      this.#attempt = null;
      const [, socket] = result as readonly [unknown, Socket | null | undefined]; // undefined after an error, whatever its type says
      if (socket) readStreamBeforeEnd(socket);
      if (this.#onProtocol !== null && socket) this.#reportProtocol(socket, this.#onProtocol);
      callback(...result);
      if (socket) this.#mend(socket);
    });
  }

  /** After undici has taken the socket over, and before anything is read. */
  #mend(socket: object): void {
    const { kParser, kHTTP2Session, kHTTPContext } = undici().symbols;
    if (kParser !== undefined) mendParser(Reflect.get(socket, kParser) as UndiciParser | null | undefined);
    if (this.#onProtocol === null || kHTTP2Session === undefined || kHTTPContext === undefined) return;
    const session = Reflect.get(socket, kHTTP2Session) as ClientHttp2Session | null | undefined;
    const context = Reflect.get(this.#client, kHTTPContext) as UndiciContext | null | undefined;
    this.#session = session ?? null;
    this.#hasTaken = false;
    if (session && context) endGracefully(session, context, (lastStreamId) => (this.#hasTaken = lastStreamId > 0));
  }

  #reportProtocol(socket: object, onProtocol: (isHttp2: boolean) => void): void {
    const isHttp2 = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
    this.#client.pipelining = isHttp2 ? maxStreams : 1;
    onProtocol(isHttp2);
  }
}

type DispatchOptions = { method: string; path: string; headers: FlatHeaders; body: RequestBody | null; blocking: boolean; reset: boolean; idempotent?: boolean };

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

function ignore(): void {
  // destroy() never fails; the callback only keeps undici from making a promise that nobody owns
}

/**
 * An origin for undici, which asks its URL for three parts at each request. A URL cuts them out of its text anew each
 * time; here they are cut once (0.1 µs a request, and no copies in each client).
 */
export class OriginUrl extends URL {
  override readonly origin: string;
  override readonly protocol: string;
  override readonly hostname: string;
  override readonly port: string;

  /** `origin` as `http://host:8080`, without a path. */
  constructor(origin: string) {
    super(origin);
    const parts = new URL(origin);
    this.origin = parts.origin;
    this.protocol = parts.protocol;
    this.hostname = parts.hostname;
    this.port = parts.port;
  }
}
