/**
 * Requests on their way out: the head, a body in one piece with it, or, of a stream, piece by piece, no faster than the connection takes it.
 */
import type { Socket } from 'node:net';
import { isStream, piecesOf, type BodyStream, type RequestBody } from '../../request/requestBody.ts';
import { isWrongLength, misuse, type RequestHead } from './requestWriter.ts';
import { HandleWriter, type SocketHandle } from './socketHandle.ts';

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

const writer = new HandleWriter();

/** Sends a request without a body. */
export function sendHead(socket: Socket, handle: SocketHandle | null, head: RequestHead): void {
  const bytes = handle !== null && writer.isDirect ? head.staged() : null;
  if (handle === null || bytes === null) writer.text(socket, handle, head.whole);
  else if (!writer.bytes(socket, handle, bytes)) head.parts.leaveStage();
}

/** Sends a body that is in memory with its head before it. */
export function sendWithBody(socket: Socket, handle: SocketHandle | null, prefix: string, body: string | Buffer): void {
  const head = `${prefix}content-length: ${typeof body === 'string' ? body.length : body.byteLength}\r\n\r\n`;
  if (typeof body === 'string') return writer.text(socket, handle, head + body);
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
