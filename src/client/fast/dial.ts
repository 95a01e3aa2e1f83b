/**
 * Sockets to one origin. The only file of this folder that opens any.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import tls from 'node:tls';
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

/** Gets the first `byteCount` bytes of the read buffer; false stops reading. */
export type OnRead = (byteCount: number, buffer: Uint8Array) => boolean;

/** One for all connections of a thread: what is read is done with, or copied, before the next read. */
const readBuffer: Buffer = Buffer.allocUnsafeSlow(64 * 1024);

export function addressOf(wiring: Wiring): Address {
  const { protocol, hostname, port } = new URL(wiring.origin);
  const host = hostname.replace(/^\[(.*)\]$/u, '$1');
  const isSecure = protocol === 'https:';
  const isIp = /^[\d.]+$/u.test(host) || host.includes(':');
  return { isSecure, host, port: port === '' ? (isSecure ? 443 : 80) : Number(port), servername: isIp ? '' : host, wiring };
}

/** Begins to connect; `session` resumes an earlier one over TLS. Strings go out as Latin-1, without a look at each for its encoding. */
export function dial({ isSecure, host, port, servername, wiring }: Address, session: Buffer | null, callback: OnRead): Socket {
  const { socketPath, tls: settings } = wiring;
  const to = socketPath === null ? { host, port } : { path: socketPath, host };
  const onread = { buffer: readBuffer, callback };
  if (!isSecure) return settled(connect({ ...to, noDelay: true, onread }));
  // `onread` is documented for tls.connect and missing in its type.
  const options = { ...to, servername, ALPNProtocols: ['http/1.1'], ...settings, ...(session === null ? {} : { session }), onread };
  return settled(tls.connect(options).setNoDelay(true));
}

function settled(socket: Socket): Socket {
  readBeforeEnd(socket);
  socket.setDefaultEncoding('latin1');
  return socket;
}
