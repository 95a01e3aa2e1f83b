/** A reverse proxy on the loopback interface: what is sent to it goes to one target. */
import { Agent, createServer, request as httpRequest, ServerResponse, type ClientRequest, type IncomingMessage, type RequestOptions, type Server, type ServerOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import { isIP, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine, hasCode } from '../util/errorText.ts';
import { hostPortOf } from '../util/hostPattern.ts';
import { callLater } from '../util/timers.ts';
import type { HeldBytes } from './bodyTap.ts';
import { Passage } from './passage.ts';
import { headText, pairsOf, type Headers, type PassedExchange } from './passedExchange.ts';
import type { Route } from './passedHeaders.ts';

/** Where it listens and where it sends to. */
export type ProxyOptions = {
  /** An origin, `http:` or `https:`. */
  readonly target: URL;
  /** 0: a free one. */
  readonly port: number;
  /** The target gets the `Host` that the client sent. */
  readonly keepsHost: boolean;
  /** Takes any certificate. */
  readonly isInsecure: boolean;
  /** Called once for each request, at its end. `release`: gives the bodies' memory back, when they are needed no longer. */
  readonly onExchange: (exchange: PassedExchange, release: () => void) => void;
  /** Resolves when a request may begin; it waits while what has passed cannot be written as fast. */
  readonly mayBegin: () => Promise<void> | null;
};

/** Servers limit heads to 8 or 16 kB, mostly; what one of them takes has to get through. */
const maxHeaderSize = 262_144;
const loopback = '127.0.0.1';

export class ReverseProxy {
  readonly #options: ProxyOptions;
  readonly #server: Server;
  readonly #pairs = new Map<Duplex, ConnectionPair>();
  readonly #held: HeldBytes = { bytes: 0 };
  /** What a browser opens. */
  url = '';
  #isStopping = false;
  #onIdle: (() => void) | null = null;

  private constructor(options: ProxyOptions) {
    this.#options = options;
    // Whoever is slow is slow without a proxy too.
    const patient: ServerOptions = { maxHeaderSize, requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0, requireHostHeader: false, connectionsCheckingInterval: 3_600_000 };
    const choosing: UpgradeChoice = { shouldUpgradeCallback: isUpgraded };
    this.#server = createServer({ ...patient, ...choosing });
    this.#server
      .on('connection', (client) => {
        if (!this.#pairs.has(client)) this.#pairs.set(client, new ConnectionPair(client, options, () => this.#pairs.delete(client)));
      })
      .on('request', (request, response) => this.#pass(request, response, false))
      .on('checkContinue', (request, response) => this.#pass(request, response, true))
      .on('upgrade', (request, client, head) => this.#upgrade(request, client, head))
      .on('connect', (request, client) => client.end(`HTTP/1.1 405 Method Not Allowed\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n${this.#notAForwardProxy(request.url ?? '')}`));
  }

  /** Rejects with a BoomerError when it cannot listen there. */
  static async start(options: ProxyOptions): Promise<ReverseProxy> {
    const proxy = new ReverseProxy(options);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', (cause) => reject(unable(options.port, cause))).listen(options.port, loopback, resolve);
    });
    const address = proxy.#server.address();
    proxy.url = `http://${loopback}:${isInfo(address) ? address.port : options.port}`;
    return proxy;
  }

  /** Requests that are on their way, without tunnels. */
  get underWay(): number {
    return this.#passages.filter(({ isTunnel }) => !isTunnel).length;
  }

  /** Takes no new requests, waits for those that are under way, cuts off those that are not done by then. May be called again, with less patience. */
  async stop(patienceMs: number): Promise<void> {
    const isFirst = !this.#isStopping;
    this.#isStopping = true;
    if (isFirst) {
      this.#server.close();
      this.#server.closeIdleConnections();
      for (const passage of this.#passages) if (passage.isTunnel) passage.cutOff('');
    }
    if (this.underWay > 0 && patienceMs > 0) await this.#idle(patienceMs);
    for (const passage of this.#passages) passage.cutOff('not done when the recording ended');
    for (const client of this.#pairs.keys()) client.destroy();
    this.#onIdle?.();
  }

  get #passages(): readonly Passage[] {
    return [...this.#pairs.values()].flatMap(({ passages }) => [...passages]);
  }

  async #idle(patienceMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const callOff = callLater(resolve, patienceMs);
      this.#onIdle = () => {
        callOff();
        resolve();
      };
    });
    this.#onIdle = null;
  }

  #upgrade(request: IncomingMessage, client: Duplex, head: Buffer): void {
    const pair = this.#pairs.get(client);
    // Nobody may ask for another protocol before the request before that is answered (RFC 9110, 7.8): what came next could be either.
    if (pair === undefined || pair.passages.size > 0) return void client.destroy();
    if (!isUpgraded(request)) {
      client.unshift(Buffer.concat([headWithoutUpgrade(request), head]));
      this.#server.emit('connection', client);
      return;
    }
    const response = new ServerResponse(request);
    // Node has given the connection away; the target may answer in HTTP all the same.
    response.assignSocket(pair.client);
    response.shouldKeepAlive = false;
    response.on('finish', () => client.end());
    this.#pass(request, response, false, { protocol: request.headers.upgrade ?? '', head });
  }

  #pass(request: IncomingMessage, response: ServerResponse, isContinueAwaited: boolean, upgrade: { readonly protocol: string; readonly head: Buffer } | null = null): void {
    const pair = this.#pairs.get(request.socket);
    if (pair === undefined || this.#isStopping) return void request.socket.destroy();
    const { target, keepsHost, onExchange, mayBegin } = this.#options;
    const { host } = request.headers;
    const seen = host !== undefined && URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : null;
    const path = pathOf(request.url ?? '/', [target.origin, this.url, this.url.replace(loopback, 'localhost')]);
    if (path === null) return this.#refuse(response, 421, this.#notAForwardProxy(request.url ?? ''));
    const route: Route = { target, keepsHost, seen };
    const begin = (): void => {
      if (request.socket.destroyed) return;
      const passage: Passage = new Passage({
        request,
        response,
        client: request.socket,
        path,
        route,
        isContinueAwaited,
        upgrade,
        held: this.#held,
        send: (method, ownPath, headers) => pair.send(method, ownPath, headers),
        onEnd: (exchange, release) => {
          pair.passages.delete(passage);
          onExchange(exchange, release);
          if (this.#isStopping && this.underWay === 0) this.#onIdle?.();
        },
      });
      pair.passages.add(passage);
    };
    const wait = mayBegin();
    if (wait === null) begin();
    else void wait.then(begin);
  }

  #refuse(response: ServerResponse, status: number, why: string): void {
    response.shouldKeepAlive = false;
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`boomer-node record: ${why}\n`);
  }

  #notAForwardProxy(asked: string): string {
    return `${asked} is not reached through here: this passes on to ${this.#options.target.origin} whatever is sent to ${this.url}; open that, and set no proxy`;
  }
}

/**
 * A client's connection, and one to the target that belongs to it. Each ends when the other does: what a client sees of a connection that the
 * target closes, and what the target sees of the client's, is what they would see without a proxy (log-ins that hold for a connection, too).
 */
class ConnectionPair {
  readonly client: Socket;
  readonly passages = new Set<Passage>();
  readonly #agent: Agent;
  readonly #options: RequestOptions;

  constructor(client: Socket, { target, isInsecure }: ProxyOptions, onGone: () => void) {
    this.client = client;
    const isTls = target.protocol === 'https:';
    const { host, port } = hostPortOf(target);
    this.#agent = isTls ? new TlsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: !isInsecure, servername: isIP(host) === 0 ? host : '' }) : new Agent({ keepAlive: true, maxSockets: 1 });
    this.#options = { protocol: target.protocol, host, port, agent: this.#agent, maxHeaderSize };
    client
      .on('error', () => undefined)
      .on('close', () => {
        for (const passage of this.passages) passage.clientGone();
        this.#agent.destroy();
        onGone();
      });
  }

  send(method: string, path: string, headers: Headers): ClientRequest {
    const options: RequestOptions = { ...this.#options, method, path, headers: headers.flat() };
    const sent = this.#options.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
    sent.on('socket', (socket) => {
      if (known.has(socket)) return;
      known.add(socket);
      socket.once('close', () => {
        if (this.passages.size === 0) this.client.end();
      });
    });
    return sent;
  }
}

/** Connections to targets whose end is listened for. */
const known = new WeakSet<Socket>();

/** An option that Node 20 does not have, which upgrades all that ask and does not read their bodies; elsewhere what it refuses goes on as plain HTTP. */
type UpgradeChoice = { readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean };

/** HTTP/2 without TLS is asked for by clients of Java, and hardly ever given; and no protocol that proxies know begins with a body. */
function isUpgraded({ headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return headers.upgrade?.toLowerCase() !== 'h2c' && !hasBody;
}

/** The request's first lines, as if nobody had asked for another protocol. */
function headWithoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const kept = pairsOf(rawHeaders).filter(([name]) => !/^(?:connection|upgrade|http2-settings)$/iu.test(name));
  return Buffer.from(headText(`${method ?? ''} ${url ?? ''} HTTP/${httpVersion}`, kept), 'latin1');
}

/** A client that takes us for its proxy names the host too; null: another one's. */
function pathOf(url: string, origins: readonly string[]): string | null {
  if (url.startsWith('/') || url === '*') return url;
  if (!URL.canParse(url)) return null;
  return origins.includes(new URL(url).origin) ? url.replace(/^[a-z]+:\/\/[^/?#]*/iu, '') || '/' : null;
}

function isInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

function unable(port: number, cause: Error): BoomerError {
  if (hasCode(cause, 'EADDRINUSE')) return new BoomerError('cannot-listen', `port ${port} of ${loopback} is taken: name another with --port, or --port 0 for any that is free`, { cause });
  if (hasCode(cause, 'EACCES')) return new BoomerError('cannot-listen', `port ${port} needs rights that you do not have: name one from 1024 on with --port`, { cause });
  return new BoomerError('cannot-listen', `cannot listen on port ${port} of ${loopback}: ${errorLine(cause)}`, { cause });
}
