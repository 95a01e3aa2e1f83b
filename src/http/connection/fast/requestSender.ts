/**
 * Requests on their way out: as text straight to the system, a body in one piece with its head, or, of a stream, piece by piece, no faster
 * than the connection takes it.
 */
import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { isStream, piecesOf, type BodyStream, type RequestBody } from '../../request/requestBody.ts';
import { isWrongLength, misuse, type RequestHead } from './requestWriter.ts';

/** Bodies up to here go out with their head in one piece of memory. */
export const maxJoinedBytes: number = 64 * 1024;

/** Text up to here goes out in one piece of text with its head, when it is ASCII: without memory of its own, for half the price. */
const maxTextLetters = 8 * 1024;

/** A body that is ready to be sent: text is ASCII. */
export type ReadyBody = string | Buffer | BodyStream;

/** The body as text, as bytes, or as the stream that it is; null for an empty one. Throws a WireError when its length is not the one that the scenario wrote. */
export function bodyOf(body: RequestBody, method: string, { parts: { declaredBytes } }: RequestHead): ReadyBody | null {
  if (typeof body === 'string' && body.length <= maxTextLetters && Buffer.byteLength(body) === body.length) {
    if (isWrongLength(method, declaredBytes, body.length)) throw misuse('Request body length does not match content-length header');
    return body === '' ? null : body;
  }
  if (isStream(body)) return body;
  const bytes = typeof body === 'string' ? Buffer.from(body) : body instanceof ArrayBuffer ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (isWrongLength(method, declaredBytes, bytes.byteLength)) throw misuse('Request body length does not match content-length header');
  return bytes.byteLength === 0 ? null : bytes;
}

/** What is below a socket of Node, as far as text is written to it. */
export type SocketHandle = {
  /** Bytes that wait for the system to take them. */
  readonly writeQueueSize: number;
  /** Latin-1. Returns an error's number, 0 for none; later Nodes, asked with null, the request itself where the system has not taken all at once. */
  readonly writeLatin1String: (request: object | null, text: string) => unknown;
};

/** A write that the system has not taken at once. */
type WriteRequest = { oncomplete?: (status: number) => void; readonly writeStatus?: unknown };

/** The handle of an open socket; null where Node is not what this was written for. */
export function handleOf(socket: Socket): SocketHandle | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  return isHandle(handle) ? handle : null;
}

function isHandle(value: unknown): value is SocketHandle {
  return typeof value === 'object' && value !== null && 'writeLatin1String' in value && typeof value.writeLatin1String === 'function' && 'writeQueueSize' in value && typeof value.writeQueueSize === 'number';
}

/**
 * Sends text past Node's streams, of which nothing is needed here, no queue, no callback, no `drain`: they cost a third of a request's JavaScript and
 * a seventh of its memory.
 */
export class TextSender {
  /** How this Node writes to its handles, as its own first write shows: with an object of a class for each request, without one, or in a way that is not known here. */
  #way: 'not seen' | 'by stream' | 'without object' | (new () => WriteRequest) = 'not seen';
  /** One that a write has left unused: the system took all at once. */
  #spare: WriteRequest | null = null;

  /** `text` is Latin-1. Null for a handle: through the stream (TLS has a handle of another kind). A write that fails ends the socket, as by the stream. */
  send(socket: Socket, handle: SocketHandle | null, text: string): void {
    const way = this.#way;
    if (handle === null || way === 'by stream' || way === 'not seen') {
      if (handle !== null && way === 'not seen') this.#watchNextWrite(handle);
      socket.write(text, 'latin1');
    } else if (way === 'without object') {
      actOn(socket, handle.writeLatin1String(null, text));
    } else {
      const request = this.#spare ?? new way();
      this.#spare = null;
      const error = handle.writeLatin1String(request, text);
      if (error === 0 && handle.writeQueueSize === 0) this.#spare = request;
      else actOn(socket, error === 0 ? request : error);
    }
  }

  /** Looks at what Node gives a handle with its next text. */
  #watchNextWrite(handle: SocketHandle): void {
    const value = (request: object | null, text: string): unknown => {
      Reflect.deleteProperty(handle, 'writeLatin1String');
      this.#way = request === null ? 'without object' : request.constructor.name === 'WriteWrap' ? (request.constructor as new () => WriteRequest) : 'by stream';
      return handle.writeLatin1String(request, text);
    };
    Object.defineProperty(handle, 'writeLatin1String', { configurable: true, value });
  }
}

const texts = new TextSender();

/** Sends text that is Latin-1. */
export function sendText(socket: Socket, handle: SocketHandle | null, text: string): void {
  texts.send(socket, handle, text);
}

/** Acts on the end of a write: `result` is 0, an error's number, or the request that has not ended. */
function actOn(socket: Socket, result: unknown): void {
  if (result === 0) return;
  if (typeof result === 'number') process.nextTick(endByError, socket, result);
  else if (typeof result === 'object' && result !== null) waitForEnd(socket, result);
}

function waitForEnd(socket: Socket, request: WriteRequest): void {
  const onEnd = (status: number): void => {
    if (status < 0) endByError(socket, status);
  };
  request.oncomplete = onEnd;
  if (typeof request.writeStatus === 'number') onEnd(request.writeStatus); // it has ended meanwhile
}

/** As Node has it. */
function endByError(socket: Socket, errno: number): void {
  const code = getSystemErrorName(errno);
  socket.destroy(Object.assign(new Error(`write ${code}`), { errno, code, syscall: 'write' }));
}

/** Sends a body that is in memory with its head before it. */
export function sendWithBody(socket: Socket, handle: SocketHandle | null, prefix: string, body: string | Buffer): void {
  const head = `${prefix}content-length: ${typeof body === 'string' ? body.length : body.byteLength}\r\n\r\n`;
  if (typeof body === 'string') return sendText(socket, handle, head + body);
  if (body.byteLength > maxJoinedBytes) {
    socket.cork();
    socket.write(head);
    socket.write(body);
    socket.uncork();
    return;
  }
  const bytes = Buffer.allocUnsafe(head.length + body.byteLength);
  body.copy(bytes, bytes.write(head, 'latin1'));
  socket.write(bytes);
}

/** Sends a streamed body. */
export class BodySender {
  readonly #socket: Socket;
  readonly #pieces: AsyncIterator<Uint8Array | string>;
  /** null: nobody knows, so it goes in chunks. */
  readonly #declaredBytes: number | null;
  readonly #onProgress: () => void;
  #isStopped = false;
  /** Waits for the stream's next piece, and nobody else. */
  isStarved = false;

  /** `onProgress` is told of each piece. */
  constructor(socket: Socket, body: BodyStream, declaredBytes: number | null, onProgress: () => void) {
    this.#socket = socket;
    this.#pieces = piecesOf(body)[Symbol.asyncIterator]();
    this.#declaredBytes = declaredBytes;
    this.#onProgress = onProgress;
  }

  /** Resolves when all of it is with the system, or after `stop`; rejects with what the stream throws, or when its length is not the declared one. */
  async send(): Promise<void> {
    const declaredBytes = this.#declaredBytes;
    let sentBytes = 0;
    for (;;) {
      this.isStarved = true;
      const next = await this.#pieces.next();
      this.isStarved = false;
      if (this.#isStopped) return;
      if (next.done === true) break;
      const piece: unknown = typeof next.value === 'string' ? Buffer.from(next.value) : next.value;
      if (!(piece instanceof Uint8Array)) throw misuse('a streamed body must give strings or bytes');
      if (piece.byteLength === 0) continue;
      sentBytes += piece.byteLength;
      if (declaredBytes !== null && sentBytes > declaredBytes) throw misuse('Request body length does not match content-length header');
      this.#onProgress();
      if (!this.#write(piece)) await this.#drained();
    }
    this.#onProgress();
    if (declaredBytes === null) this.#socket.write('0\r\n\r\n', 'latin1');
    else if (sentBytes < declaredBytes) throw misuse('Request body length does not match content-length header');
  }

  /** No more of it is wanted. */
  stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#pieces.return?.()?.catch(ignore);
  }

  #write(piece: Uint8Array): boolean {
    if (this.#declaredBytes !== null) return this.#socket.write(piece);
    this.#socket.cork();
    this.#socket.write(`${piece.byteLength.toString(16)}\r\n`, 'latin1');
    this.#socket.write(piece);
    const isRoomLeft = this.#socket.write('\r\n', 'latin1');
    this.#socket.uncork();
    return isRoomLeft;
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#socket.off('drain', settle).off('close', settle);
        resolve();
      };
      this.#socket.on('drain', settle).on('close', settle);
    });
  }
}

function ignore(): void {
  // a stream that is not wanted any more may fail as it likes
}
