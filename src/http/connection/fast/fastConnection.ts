/**
 * One HTTP/1.1 connection of our own, kept alive from request to request.
 *
 *   closed ── send ──► connecting ──► waiting ── head ──► reading ──► idle ── send ──► waiting
 *      ▲                    │            │ error, timeout    │          │
 *      └────────────────────┴────────────┴───────────────────┴──────────┘ closed by the server, stray bytes
 *
 * No request is ever sent twice, as with undici's client: what the server counted is what is recorded. (RFC 9110 §9.2.2
 * would allow it for a GET, and Locust's FastHttpUser does it; wrk does not.) To keep clear of servers that close idle
 * connections, one that has been idle for a while is left alone for one more turn of the event loop, in which its end
 * would show, unless its user has just waited for such a turn; one that is about to end by the server's own `keep-alive: timeout=…` is not used again.
 * A connection that ends while it is idle, or before the request was written, is replaced, and no request fails by it.
 */
import type { Socket } from 'node:net';
import { BoomerError } from '../../../util/boomerError.ts';
import { asError } from '../../../util/errorText.ts';
import { areSocketsSeen } from '../../../util/eventLoop.ts';
import { now, setImmediate } from '../../../util/nodeTime.ts';
import type { BodyStream } from '../../request/requestBody.ts';
import { WireError, type AnswerHandler, type Connection, type WireRequest } from '../connection.ts';
import { ConnectionPool, type Engine } from '../connectionPool.ts';
import type { Attempt } from '../openSocket.ts';
import { AnswerParser, type AnswerReceiver } from './answerParser.ts';
import { FastOrigin, readBuffer } from './fastOrigin.ts';
import type { FastHead } from './headCache.ts';
import { BodySender, bodyOf, maxJoinedBytes, sendHead, sendWithBody, type ReadyBody } from './requestSender.ts';
import type { RequestHead } from './requestWriter.ts';
import { HandleReader, handleOf, type ReadTaker, type SocketHandle } from './socketHandle.ts';
import { never, type Timed } from './timeoutWheel.ts';

/** Nobody closes for idleness what was at work so many milliseconds ago; most users go on within a tenth of it. */
const freshMs = 0.2;

/** Connections whose requests are written in the next turn of the event loop: one immediate for all of them, and two lists in turn. */
let nextTurn: FastConnection[] = [];
let thisTurn: FastConnection[] = [];

function writeNextTurn(connection: FastConnection): void {
  if (nextTurn.push(connection) === 1) setImmediate(writeAll);
}

function writeAll(): void {
  [thisTurn, nextTurn] = [nextTurn, thisTurn];
  for (const connection of thisTurn) connection.writeUnsent();
  thisTurn.length = 0;
}

const handles = new HandleReader();

/** Kept until it is destroyed: its socket is replaced when the server has closed it. */
export class FastConnection implements Connection, AnswerReceiver, ReadTaker, Timed {
  dueTick: number = never;
  queuedTick: number = never;
  readonly #origin: FastOrigin;
  readonly #parser: AnswerParser = new AnswerParser(this);
  /** Connecting. */
  #attempt: Attempt | null = null;
  #socket: Socket | null = null;
  /** Of the socket, as far as it is used directly. */
  #handle: SocketHandle | null = null;
  #isOpen = false;
  #handler: AnswerHandler | null = null;
  /** Waits for the connection, with its body; null once it is written. */
  #unsent: RequestHead | null = null;
  #unsentBody: ReadyBody | null = null;
  #sender: BodySender | null = null;
  #hasHead = false;
  /** The request has announced the connection's end. */
  #closes = false;
  /** The request's body may still wait in the socket when the answer is there. */
  #isLong = false;
  #isHeldBack = false;
  /** `performance.now()` when it became idle. */
  #idleSinceMs = 0;
  /** From here on it is not to be used any more. */
  #keptUntilTick: number = never;
  /** To be resumed by the next TLS handshake. */
  #session: Buffer | null = null;

  constructor(origin: FastOrigin) {
    this.#origin = origin;
  }

  send(request: WireRequest, handler: AnswerHandler): void {
    const { writer, wheel } = this.#origin;
    let head: RequestHead;
    let body: ReadyBody | null = null;
    try {
      head = writer.headOf(request);
      if (request.body !== null) body = bodyOf(request.body, request.method, head);
    } catch (error) {
      handler.onError(asError(error));
      return;
    }
    this.#handler = handler;
    this.#hasHead = false;
    if (this.#isOpen && handler.askedMs - this.#idleSinceMs < freshMs) return this.#write(head, body);
    if (this.#isOpen && wheel.tick >= this.#keptUntilTick) this.#hangUp();
    if (this.#isOpen && areSocketsSeen) return this.#write(head, body);
    this.#unsent = head;
    this.#unsentBody = body;
    if (this.#socket === null) this.#connect();
    else writeNextTurn(this);
  }

  destroy(): void {
    this.#clear();
    this.#hangUp();
  }

  onHead(status: number, head: FastHead): void {
    this.#hasHead = true;
    this.#handler?.onHead(status, head, this.#resume);
  }

  onPiece(bytes: Buffer, start: number, end: number): void {
    if (this.#handler?.onPiece(bytes, start, end) === false) this.#isHeldBack = true;
  }

  onWhole(isReusable: boolean, keepAliveMs: number): void {
    const handler = this.#handler;
    const isSent = this.#sender === null && (!this.#isLong || this.#socket?.writableLength === 0);
    this.#clear();
    const endMs = now();
    this.#idleSinceMs = endMs;
    this.#keptUntilTick = keepAliveMs === 0 ? never : this.#origin.keptUntil(keepAliveMs);
    if (!isReusable || !isSent || this.#closes) this.#hangUp();
    handler?.onEnd(endMs); // may send the next request
  }

  onRefused(error: Error): void {
    this.#fail(error);
  }

  onStray(): void {
    this.#lose();
  }

  onDue(): void {
    if (!this.#isOpen) this.#fail(new WireError('boomer-connect-timeout', 'Connect Timeout Error'));
    else if (this.#sender?.isStarved === true) this.#arm(this.#origin.headersTicks); // the scenario's own doing
    else if (!this.#hasHead) this.#fail(new WireError('boomer-headers-timeout', 'Headers Timeout Error'));
    else if (!this.#isHeldBack) this.#fail(new WireError('boomer-body-timeout', 'Body Timeout Error'));
  }

  /** Settings that Node refuses make `dial` throw. */
  #connect(): void {
    try {
      this.#dial();
    } catch (error) {
      this.#fail(asError(error));
    }
  }

  #dial(): void {
    const { wheel, connectTicks } = this.#origin;
    let connected: Socket | null = null;
    const reader = {
      read: (byteCount: number) => connected === null || this.#read(connected, byteCount),
      onSession: (session: Buffer) => void (this.#session = session),
    };
    const attempt = this.#origin.dial(this.#session, reader, (error, socket) => {
      if (this.#attempt !== attempt) return;
      if (error !== null) return this.#lose(error);
      connected = socket;
      this.#attempt = null;
      this.#adopt(socket);
    });
    this.#attempt = attempt;
    wheel.join();
    this.#arm(connectTicks);
  }

  #adopt(socket: Socket): void {
    const isCurrent = (): boolean => this.#socket === socket;
    socket.on('error', (error) => {
      if (isCurrent()) this.#lose(error);
    });
    socket.on('end', () => {
      if (isCurrent()) this.#ended();
    });
    socket.on('close', () => {
      if (isCurrent()) this.#ended();
    });
    this.#socket = socket;
    this.#handle = this.#origin.isSecure ? null : handleOf(socket);
    if (this.#handle !== null) handles.attach(this.#handle, socket, this);
    this.#isOpen = true;
    this.writeUnsent();
  }

  /** After the turn in which an idle connection could show that it has ended; if it has, another one is being made. */
  writeUnsent(): void {
    const head = this.#unsent;
    if (!this.#isOpen || head === null) return;
    const body = this.#unsentBody;
    this.#unsent = this.#unsentBody = null;
    this.#write(head, body);
  }

  #write(head: RequestHead, body: ReadyBody | null): void {
    const socket = this.#socket;
    if (socket === null) return;
    this.#parser.expect(head.parts.method === 'HEAD', head.parts.answers, head.ownAnswers);
    this.#closes = head.parts.closes;
    this.#isLong = body !== null && typeof body !== 'string' && !(body instanceof Uint8Array && body.byteLength <= maxJoinedBytes);
    this.#arm(this.#origin.headersTicks);
    if (body === null) sendHead(socket, this.#handle, head);
    else if (typeof body === 'string' || body instanceof Uint8Array) sendWithBody(socket, this.#handle, head.prefix, body);
    else this.#stream(socket, head, body);
  }

  #stream(socket: Socket, { prefix, parts: { declaredBytes } }: RequestHead, body: BodyStream): void {
    let sender: BodySender;
    try {
      sender = new BodySender(socket, body, declaredBytes, () => this.#arm(this.#origin.headersTicks));
    } catch (error) {
      return this.#fail(asError(error)); // somebody else reads the stream
    }
    socket.write(`${prefix}${declaredBytes === null ? 'transfer-encoding: chunked' : `content-length: ${declaredBytes}`}\r\n\r\n`);
    this.#sender = sender;
    sender.send().then(
      () => {
        if (this.#sender === sender) this.#sender = null;
      },
      (error: unknown) => {
        if (this.#sender === sender) this.#fail(asError(error));
      },
    );
  }

  takeRead(byteCount: number): void {
    const socket = this.#socket;
    if (socket !== null && !this.#read(socket, byteCount)) socket.pause();
  }

  /** False stops the reading until `resume`. */
  #read(socket: Socket, byteCount: number): boolean {
    if (socket !== this.#socket) return true;
    this.#parser.feed(readBuffer, byteCount);
    // Between two requests, and while a head is not whole, there is nothing to put off.
    if (this.#hasHead && this.#handler !== null && this.#unsent === null) this.#arm(this.#origin.bodyTicks);
    return !this.#isHeldBack;
  }

  readonly #resume = (): void => {
    if (!this.#isHeldBack) return;
    this.#isHeldBack = false;
    this.#arm(this.#origin.bodyTicks);
    this.#socket?.resume();
  };

  /** The server has said that nothing more comes. */
  #ended(): void {
    if (this.#unsent === null && this.#handler !== null) this.#parser.end();
    else this.#lose();
  }

  /** The connection is of no use any more: bad for a request on its way, and for no other. */
  #lose(error: Error | null = null): void {
    const wasOpen = this.#isOpen;
    if (this.#handler === null || (wasOpen && this.#unsent !== null)) {
      this.#hangUp();
      if (this.#unsent !== null) this.#connect();
    } else {
      this.#fail(error ?? new WireError('boomer-closed', 'the connection was closed'));
    }
  }

  #fail(error: Error): void {
    const handler = this.#handler;
    this.#clear();
    this.#hangUp();
    handler?.onError(error);
  }

  /** Nothing is under way any more. */
  #clear(): void {
    this.#handler = null;
    this.#unsent = this.#unsentBody = null;
    this.#isHeldBack = false;
    this.dueTick = never;
    if (this.#sender === null) return;
    this.#sender.stop();
    this.#sender = null;
  }

  #hangUp(): void {
    const attempt = this.#attempt;
    const socket = this.#socket;
    if (attempt === null && socket === null) return;
    this.#attempt = this.#socket = this.#handle = null;
    this.#isOpen = false;
    this.#parser.giveUp();
    this.queuedTick = never;
    this.#origin.wheel.leave();
    attempt?.destroy();
    socket?.destroy();
  }

  #arm(ticks: number): void {
    const { wheel } = this.#origin;
    this.dueTick = wheel.tick + ticks;
    if (this.dueTick < this.queuedTick) wheel.queue(this);
  }
}

/** Our own HTTP/1.1: a fraction of undici's work for a request, without HTTP/2 and proxies. What `FastHttpUser` speaks HTTP with. */
export const fastEngine: Engine = {
  namesByUrl: true,
  check({ http2, proxy }) {
    if (http2 === true) throw notHere('HTTP/2', 'http2');
    if (proxy !== undefined && proxy !== null && proxy !== '') throw notHere('a proxy', 'proxy');
  },
  connector(wiring) {
    const origin = new FastOrigin(wiring);
    return () => new FastConnection(origin);
  },
  openPool: (settings) => new ConnectionPool(settings),
};

function notHere(what: string, setting: string): BoomerError {
  return new BoomerError('not-in-fast-http', `FastHttpUser cannot use ${what} (the setting ${setting}): extend HttpUser instead, which can`);
}
