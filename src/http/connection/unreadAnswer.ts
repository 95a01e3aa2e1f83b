/**
 * An answer that comes before the end of an upload: a server that says 413 and resets the connection, since nobody reads the
 * rest. The next piece of the body then fails to be written while the answer lies unread in the socket, and Node would throw
 * the socket away with it.
 */
import type { Socket } from 'node:net';
import { setImmediate } from '../../util/nodeTime.ts';

/** Sockets whose end has been put off, with the failed write. */
const ending = new WeakMap<Socket, Error>();

/** From here on a failed write ends the socket only when what has already come was read by its `onread`. One function for all: sockets are many. */
export function readBeforeEnd(socket: Socket): void {
  socket.destroy = destroyAfterReading;
}

/** The same of a socket that undici reads. */
export function readStreamBeforeEnd(socket: Socket): void {
  socket.destroy = destroyStreamAfterReading;
}

function destroyAfterReading(this: Socket, error?: Error): Socket {
  if (error === undefined || !isBrokenWrite(error) || this.destroyed) return destroy(this, error);
  if (ending.has(this)) return this;
  ending.set(this, error);
  // One turn of the event loop that looks at the sockets, and that turn whole.
  setImmediate(() => setImmediate(() => destroy(this, error)));
  return this;
}

function destroyStreamAfterReading(this: Socket, error?: Error): Socket {
  // undici's "other side closed": the failed write says more.
  if (error !== undefined && 'code' in error && error.code === 'UND_ERR_SOCKET') return destroy(this, ending.get(this) ?? error);
  const readableState: unknown = Reflect.get(this, '_readableState');
  if (typeof readableState === 'object' && readableState !== null && error !== undefined && isBrokenWrite(error)) Reflect.set(readableState, 'errored', null); // else Node drops what it reads from now on
  return destroyAfterReading.call(this, error);
}

function destroy(socket: Socket, error: Error | undefined): Socket {
  ending.delete(socket);
  return (Object.getPrototypeOf(socket) as Socket).destroy.call(socket, error);
}

function isBrokenWrite(error: Error): boolean {
  return 'syscall' in error && error.syscall === 'write' && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET');
}
