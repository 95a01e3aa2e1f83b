/**
 * HTTP on undici: HTTP/1.1 and 2, proxies; everything that the settings know.
 *
 * HTTP/2 to one origin: one connection, a stream for each request.
 *
 * A server that wants a connection to end says up to which stream it has taken requests (GOAWAY, RFC 9113 §6.8): those finish on
 * it, the others, which it guarantees not to have looked at (§8.7), go on a new connection; once more only while each connection takes some, so that a server that takes none is not asked for ever.
 *
 *   unknown ── the first request goes out at once and makes the connection; others wait for its protocol
 *      ├─ h2 ────────► streams in parallel
 *      └─ http/1.1 ──► a ConnectionPool takes over; the first connection ends with its request
 */
import { STATUS_CODES } from 'node:http';
import { isOnce } from '../../request/requestBody.ts';
import type { PendingRequest, Slot, WireHandler } from '../connection.ts';
import { ConnectionPool, type Engine, type Pool, type PoolSettings } from '../connectionPool.ts';
import { routeOf, UndiciConnection } from './undiciClient.ts';
import { isUnseen } from './undiciLibrary.ts';

/** What `HttpUser` speaks HTTP with. */
export const undiciEngine: Engine = {
  namesByUrl: false,
  check: () => undefined,
  connector(wiring) {
    const route = routeOf(wiring);
    return () => new UndiciConnection(route);
  },
  openPool: (settings) => (settings.wiring.http2 ? new StreamPool(settings) : new ConnectionPool(settings)),
};

/** As a ConnectionPool, where the server speaks HTTP/2. */
class StreamPool implements Pool {
  readonly settings: PoolSettings;
  readonly #streams = new Set<StreamSlot>();
  readonly #waiting: PendingRequest[] = [];
  #connection: UndiciConnection | null = null;
  #isHttp2 = false;
  /** Serves everything once the server has shown that it speaks HTTP/1.1 only. */
  #oneByOne: ConnectionPool | null = null;

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  start(pending: PendingRequest): void {
    if (this.#oneByOne !== null) this.#oneByOne.start(pending);
    else if (this.#streams.size >= (this.#isHttp2 ? this.settings.maxConnections : 1)) this.#waiting.push(pending);
    else this.#serve(pending);
  }

  forget(pending: PendingRequest): void {
    const at = this.#waiting.indexOf(pending);
    if (at >= 0) this.#waiting.splice(at, 1);
    this.#oneByOne?.forget(pending);
  }

  abort(owner: object, reason: Error): void {
    for (const pending of this.#waiting.filter((waiting) => waiting.owner === owner)) {
      this.forget(pending);
      pending.abandon(reason);
    }
    for (const stream of [...this.#streams]) {
      if (stream.pending.owner !== owner) continue;
      stream.pending.abandon(reason);
      stream.drop(reason);
    }
    this.#oneByOne?.abort(owner, reason);
  }

  close(reason: Error): void {
    for (const pending of this.#waiting.splice(0)) pending.abandon(reason);
    const connections = new Set([...this.#streams].map(({ connection }) => connection));
    for (const stream of this.#streams) stream.pending.abandon(reason);
    this.#streams.clear();
    for (const connection of connections) connection.destroy(reason);
    this.#disconnect(reason);
    this.#oneByOne?.close(reason);
  }

  #serve(pending: PendingRequest, isAgain = false): void {
    if (this.#connection?.isGoingAway === true) this.#connection = null; // its streams end it
    const connection = (this.#connection ??= new UndiciConnection(routeOf(this.settings.wiring), (isHttp2) => this.#learn(isHttp2)));
    const stream = new StreamSlot(this, connection, pending, isAgain);
    this.#streams.add(stream);
    pending.slot = stream;
    connection.send(pending.request, stream);
  }

  #learn(isHttp2: boolean): void {
    this.#isHttp2 = isHttp2;
    if (!isHttp2) {
      const wiring = { ...this.settings.wiring, http2: false };
      const route = routeOf(wiring);
      this.#oneByOne ??= new ConnectionPool({ ...this.settings, wiring, connect: () => new UndiciConnection(route) });
    }
    // After undici has taken the connection over: what is sent before would make a second one.
    queueMicrotask(() => this.#admit());
  }

  #admit(): void {
    for (const pending of this.#waiting.splice(0)) this.start(pending);
  }

  /** The server has not looked at the request: it goes again. */
  serveAgain(stream: StreamSlot): void {
    this.#leave(stream);
    if (this.#oneByOne !== null) this.#oneByOne.start(stream.pending);
    else this.#serve(stream.pending, true);
  }

  end(stream: StreamSlot): void {
    this.#leave(stream);
    if (this.#oneByOne !== null && this.#streams.size === 0) this.#disconnect(new Error('the server speaks HTTP/1.1'));
    const next = this.#waiting.shift();
    if (next !== undefined) this.start(next);
  }

  /** The connection goes with the last request that it could not even begin; else only the stream goes. */
  drop(stream: StreamSlot, reason: Error): void {
    this.#streams.delete(stream);
    if (stream.connection === this.#connection && ![stream, ...this.#streams].some(({ hasBegun, connection }) => hasBegun && connection === stream.connection)) this.#disconnect(reason);
    this.end(stream);
  }

  /** A connection that takes no more requests goes with the last stream that is on it. */
  #leave(stream: StreamSlot): void {
    this.#streams.delete(stream);
    const { connection } = stream;
    if (connection === this.#connection || [...this.#streams].some((other) => other.connection === connection)) return;
    connection.destroy(new Error('the server wants the connection to end'));
  }

  #disconnect(reason: Error): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#isHttp2 = false;
    connection?.destroy(reason);
  }
}

/** A request on its stream. */
class StreamSlot implements WireHandler, Slot {
  readonly connection: UndiciConnection;
  readonly pending: PendingRequest;
  readonly #pool: StreamPool;
  /** It was refused before, on another connection. */
  readonly #isAgain: boolean;
  #abort: ((reason: Error) => void) | null = null;
  #dropped: Error | null = null;

  constructor(pool: StreamPool, connection: UndiciConnection, pending: PendingRequest, isAgain: boolean) {
    this.#pool = pool;
    this.connection = connection;
    this.pending = pending;
    this.#isAgain = isAgain;
  }

  /** The request has reached a connection. */
  get hasBegun(): boolean {
    return this.#abort !== null;
  }

  onConnect(abort: (reason: Error) => void): void {
    this.#abort = abort;
    if (this.#dropped === null) this.pending.onConnect(abort);
    else abort(this.#dropped);
  }

  /** HTTP/2 has no words beside its status; the usual ones keep a failure in one row over both protocols. */
  onHeaders(status: number, headers: Buffer[], resume: () => void, reason: string): boolean {
    return this.pending.onHeaders(status, headers, resume, reason === '' ? (STATUS_CODES[status] ?? '') : reason);
  }

  onData(chunk: Uint8Array): boolean {
    return this.pending.onData(chunk);
  }

  onComplete(): void {
    this.pending.onComplete();
  }

  onError(error: Error): void {
    if (this.#dropped !== null) return;
    const mayGoAgain = (!this.#isAgain || this.connection.hasTaken) && (!this.hasBegun || !isOnce(this.pending.request.body));
    if (mayGoAgain && this.connection.isGoingAway && isUnseen(error)) this.#pool.serveAgain(this);
    else this.pending.onError(error);
  }

  free(): void {
    this.#pool.end(this);
  }

  drop(reason: Error): void {
    if (this.#dropped !== null) return;
    this.#dropped = reason;
    this.#pool.drop(this, reason);
    this.#abort?.(reason);
  }
}
