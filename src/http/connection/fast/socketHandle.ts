/**
 * What is below a socket of Node: requests go out and answers come in past its streams, of which nothing is needed here, no queue, no callback, no
 * `drain`. Of a request that is a third of the JavaScript and a seventh of the memory, and, with a thousand connections, whose sockets are not
 * in the processor's caches any more, a twentieth of all its time.
 *
 * None of it is Node's public interface: what is not as expected goes by the streams, as ever.
 */
import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';

/** What is below a socket, as far as it is used here. */
export type SocketHandle = {
  /** Bytes that wait for the system to take them. */
  readonly writeQueueSize: number;
  /** Latin-1. Returns an error's number, 0 for none; later Nodes, asked with null, the request itself where the system has not taken all at once. */
  readonly writeLatin1String: (request: object | null, text: string) => unknown;
  /** The same for bytes, which must stay as they are until the system has taken them. */
  readonly writeBuffer: (request: object | null, bytes: Uint8Array) => unknown;
};

/** The handle of an open socket that is no TLS; null where Node is not what this was written for. */
export function handleOf(socket: Socket): SocketHandle | null {
  const handle: unknown = Reflect.get(socket, '_handle');
  return isHandle(handle) ? handle : null;
}

function isHandle(value: unknown): value is SocketHandle {
  if (typeof value !== 'object' || value === null || !('writeQueueSize' in value) || typeof value.writeQueueSize !== 'number') return false;
  return 'writeLatin1String' in value && typeof value.writeLatin1String === 'function' && 'writeBuffer' in value && typeof value.writeBuffer === 'function';
}

/** A write that the system has not taken at once. */
type WriteRequest = { oncomplete?: (status: number) => void; buffer?: unknown; readonly writeStatus?: unknown };

/** Writes to handles. A write that fails ends the socket, as by the stream. */
export class HandleWriter {
  /** How this Node writes to its handles, as its own first write shows: with an object of a class for each request, without one, or in a way that is not known here. */
  #way: 'not seen' | 'by stream' | 'without object' | (new () => WriteRequest) = 'not seen';
  /** One that a write has left unused: the system took all at once. */
  #spare: WriteRequest | null = null;

  /** It has seen how, so that `bytes` may be used. */
  get isDirect(): boolean {
    return this.#way !== 'not seen' && this.#way !== 'by stream';
  }

  /** `text` is Latin-1. Null for a handle: through the stream (TLS has a handle of another kind). */
  text(socket: Socket, handle: SocketHandle | null, text: string): void {
    const way = this.#way;
    if (handle === null || way === 'by stream' || way === 'not seen') {
      if (handle !== null && way === 'not seen') this.#watchNextWrite(handle);
      socket.write(text, 'latin1');
    } else if (way === 'without object') {
      actOn(socket, handle.writeLatin1String(null, text));
    } else {
      const request = this.#request(way);
      this.#after(socket, handle, request, handle.writeLatin1String(request, text));
    }
  }

  /** Only while `isDirect`. True when the system has taken all of them; else they must stay as they are. */
  bytes(socket: Socket, handle: SocketHandle, bytes: Uint8Array): boolean {
    const way = this.#way;
    const request = typeof way === 'function' ? this.#request(way) : null;
    const result = handle.writeBuffer(request, bytes);
    if (request !== null) return this.#after(socket, handle, request, result, bytes);
    actOn(socket, result, bytes);
    return result === 0;
  }

  #request(way: new () => WriteRequest): WriteRequest {
    const request = this.#spare ?? new way();
    this.#spare = null;
    return request;
  }

  #after(socket: Socket, handle: SocketHandle, request: WriteRequest, error: unknown, bytes?: Uint8Array): boolean {
    if (error === 0 && handle.writeQueueSize === 0) {
      this.#spare = request;
      return true;
    }
    actOn(socket, error === 0 ? request : error, bytes);
    return false;
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

/** Acts on the end of a write: `result` is 0, an error's number, or the request that has not ended, which holds its bytes until it has. */
function actOn(socket: Socket, result: unknown, bytes?: Uint8Array): void {
  if (result === 0) return;
  if (typeof result === 'number') process.nextTick(endByError, socket, result);
  else if (typeof result === 'object' && result !== null) waitForEnd(socket, result, bytes);
}

function waitForEnd(socket: Socket, request: WriteRequest, bytes: Uint8Array | undefined): void {
  const onEnd = (status: number): void => {
    if (status < 0) endByError(socket, status);
  };
  if (bytes !== undefined) request.buffer = bytes;
  request.oncomplete = onEnd;
  if (typeof request.writeStatus === 'number') onEnd(request.writeStatus); // it has ended meanwhile
}

/** As Node has it. */
function endByError(socket: Socket, errno: number): void {
  const code = getSystemErrorName(errno);
  socket.destroy(Object.assign(new Error(`write ${code}`), { errno, code, syscall: 'write' }));
}

/** Takes what was read into the buffer that its socket was given (`onread`). */
export type ReadTaker = { readonly takeRead: (byteCount: number) => void };

/** Where a handle keeps its taker. */
const taker = Symbol('taker');

/** What a handle calls when something has come. */
type OnRead = (this: { readonly [taker]: ReadTaker }) => unknown;

/** Reads from handles. */
export class HandleReader {
  /** Undefined before the first socket; null where this Node is not as expected. */
  #onRead: OnRead | null | undefined = undefined;

  /** From here on `to` takes what comes over a socket that has a buffer; where this Node cannot be read so, the socket's own callback goes on doing it. */
  attach(handle: SocketHandle, socket: object, to: ReadTaker): void {
    if (this.#onRead === undefined) this.#onRead = onReadOf(handle, socket);
    if (this.#onRead === null) return;
    Reflect.set(handle, taker, to);
    Reflect.set(handle, 'onread', this.#onRead);
  }
}

/**
 * Node's own function for what comes is told by a handle which socket it belongs to. It gets a handle of a stand-in, one and the same for all sockets, that
 * notes how many bytes there are. Whatever is no bytes (the end, an error) leaves no note, and goes to the socket itself.
 */
function onReadOf(handle: SocketHandle, socket: object): OnRead | null {
  const read: unknown = Reflect.get(handle, 'onread');
  const owner = symbolOf(handle, 'owner_symbol');
  const [updateTimer, buffer, callback, nextBuffer] = ['kUpdateTimer', 'kBuffer', 'kBufferCb', 'kBufferGen'].map((name) => symbolOf(socket, name));
  if (typeof read !== 'function' || owner === null || updateTimer == null || buffer == null || callback == null || nextBuffer == null) return null;
  const readOf = read as (this: object) => unknown;
  let readBytes = 0;
  const stream = {
    destroyed: false,
    _readableState: { endEmitted: false },
    push: ignore,
    read: ignore,
    destroy: ignore,
    [updateTimer]: ignore,
    [buffer]: Reflect.get(socket, buffer) as unknown,
    [nextBuffer]: null,
    [callback]: (byteCount: number) => {
      readBytes = byteCount;
    },
  };
  const standIn = { reading: true, [owner]: stream };
  return function onRead() {
    readBytes = 0;
    readOf.call(standIn);
    return readBytes === 0 ? readOf.call(this) : this[taker].takeRead(readBytes);
  };
}

/** The symbol by which Node keeps something of an object or its class. */
function symbolOf(owner: object, description: string): symbol | null {
  for (let at: object | null = owner; at !== null; at = Reflect.getPrototypeOf(at)) {
    const found = Object.getOwnPropertySymbols(at).find((symbol) => symbol.description === description);
    if (found !== undefined) return found;
  }
  return null;
}

function ignore(): void {
  // the socket itself hears of it
}
