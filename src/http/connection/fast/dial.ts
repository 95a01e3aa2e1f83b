/**
 * Sockets to one origin. The only file of this folder that opens any.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import tls from 'node:tls';
import { connectToAny, openSocket } from '../openSocket.ts';
import type { Attempt, HostPort, OnSocket } from '../openSocket.ts';
import { readBeforeEnd } from '../unreadAnswer.ts';
import type { Wiring } from '../wiring.ts';

/** What sockets to an origin have in common, worked out once. */
export type Address = {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** Asked for in the handshake; empty for an IP address, which may not be (RFC 6066 §3). */
  readonly servername: string;
  readonly wiring: Wiring;
};

/** Who takes what comes over a connection; `read` gets the first `byteCount` bytes of the read buffer, and false stops reading. */
export type Reader = {
  readonly read: (byteCount: number, buffer: Uint8Array) => boolean;
  /** A TLS session that a later handshake may resume. */
  readonly onSession: (session: Buffer) => void;
};

/** One for all connections of a thread: what is read is done with, or copied, before the next read. */
const readBuffer: Buffer = Buffer.allocUnsafeSlow(64 * 1024);

export function addressOf(wiring: Wiring): Address {
  const { protocol, hostname, port } = new URL(wiring.origin);
  const host = hostname.replace(/^\[(.*)\]$/u, '$1');
  const isSecure = protocol === 'https:';
  const isIp = /^[\d.]+$/u.test(host) || host.includes(':');
  return { isSecure, host, port: port === '' ? (isSecure ? 443 : 80) : Number(port), servername: isIp ? '' : host, wiring };
}

/** Connects; `session` resumes an earlier one over TLS. Calls back once, unless it is given up. Strings go out as Latin-1, without a look at each for its encoding. */
export function dial(address: Address, session: Buffer | null, reader: Reader, callback: OnSocket): Attempt {
  const { isSecure, host, port, servername, wiring } = address;
  const { socketPath, allowed } = wiring;
  const onread = { buffer: readBuffer, callback: reader.read };
  const make = (to: HostPort): Socket => {
    const where = socketPath === null ? to : { path: socketPath, host };
    if (!isSecure) return settled(connect({ ...where, noDelay: true, onread }));
    // `onread` is documented for tls.connect and missing in its type.
    const options = { ...where, servername, ALPNProtocols: ['http/1.1'], ...wiring.tls, ...(session === null ? {} : { session }), onread };
    return settled(tls.connect(options).setNoDelay(true)).on('session', reader.onSession);
  };
  const begin = (addresses: readonly string[]): Attempt => {
    const to = socketPath === null ? addresses : [host];
    if (!isSecure) return connectToAny(to, port, make, callback);
    let attempt = connectToAny(to, port, make, (error, socket) => {
      if (error === null) attempt = untilSecure(socket, callback);
      else callback(error, null);
    });
    return { destroy: () => attempt.destroy() };
  };
  return openSocket(socketPath === null ? { host, port } : null, allowed, begin, callback);
}

/** The rest of the handshake, of a socket that is connected. */
function untilSecure(socket: Socket, callback: OnSocket): Attempt {
  const onError = (error: Error): void => callback(error, null);
  socket.once('error', onError).once('secureConnect', () => {
    socket.off('error', onError);
    callback(null, socket);
  });
  return { destroy: () => socket.off('error', onError).on('error', ignore).destroy() };
}

function settled(socket: Socket): Socket {
  readBeforeEnd(socket);
  socket.setDefaultEncoding('latin1');
  return socket;
}

function ignore(): void {
  // nobody wants the connection any more
}
