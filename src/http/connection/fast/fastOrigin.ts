/**
 * What all connections of a class to one origin share on a thread, and how their sockets are opened. The only file of this folder
 * that opens any.
 */
import { connect, isIP, type Socket } from 'node:net';
import tls from 'node:tls';
import { hostPortOf } from '../../../util/hostPattern.ts';
import type { Wiring } from '../connection.ts';
import { connectToAny, openSocket, type Attempt, type HostPort, type OnSocket } from '../openSocket.ts';
import { readBeforeEnd } from '../unreadAnswer.ts';
import { RequestWriter } from './requestWriter.ts';
import { tickMs, TimeoutWheel } from './timeoutWheel.ts';

/** Who takes what comes over a connection; `read` finds so many bytes in `readBuffer`, and false stops reading. */
export type Reader = {
  readonly read: (byteCount: number) => boolean;
  /** A TLS session that a later handshake may resume. */
  readonly onSession: (session: Buffer) => void;
};

/** Before a server's announced end of an idle connection by this much, it is not used any more. */
const idleMarginMs = 500;

/** One for a thread. */
const threadWheel = new TimeoutWheel();

/** One for all connections of a thread: what is read is done with, or copied, before the next read. A little more than 64 KB: answers of that size come with their head in one read. */
export const readBuffer: Buffer = Buffer.allocUnsafeSlow(80 * 1024);

/** Of one origin. */
export class FastOrigin {
  readonly writer: RequestWriter;
  readonly wheel: TimeoutWheel = threadWheel;
  readonly connectTicks: number;
  readonly headersTicks: number;
  readonly bodyTicks: number;
  readonly isSecure: boolean;
  readonly #wiring: Wiring;
  readonly #to: HostPort;
  /** Asked for in the handshake; empty for an IP address, which may not be (RFC 6066 §3). */
  readonly #servername: string;

  constructor(wiring: Wiring) {
    const { connectMs, headersMs, bodyMs } = wiring.timeouts;
    this.writer = new RequestWriter(wiring.origin);
    this.connectTicks = TimeoutWheel.ticksOf(connectMs);
    this.headersTicks = TimeoutWheel.ticksOf(headersMs);
    this.bodyTicks = TimeoutWheel.ticksOf(bodyMs);
    this.#wiring = wiring;
    this.isSecure = wiring.origin.startsWith('https:');
    this.#to = hostPortOf(new URL(wiring.origin));
    this.#servername = isIP(this.#to.host) === 0 ? this.#to.host : '';
  }

  /** The tick from which a connection that the server keeps for `keepAliveMs` is left alone. */
  keptUntil(keepAliveMs: number): number {
    return this.wheel.tick + Math.max(1, Math.floor((keepAliveMs - idleMarginMs) / tickMs));
  }

  /** Connects; `session` resumes an earlier one over TLS. Calls back once, unless it is given up. Strings go out as Latin-1, without a look at each for its encoding. */
  dial(session: Buffer | null, reader: Reader, callback: OnSocket): Attempt {
    const { socketPath, allowed } = this.#wiring;
    const { host, port } = this.#to;
    const { isSecure } = this;
    const make = (to: HostPort): Socket => (isSecure ? this.#secureSocket(to, session, reader) : this.#plainSocket(to, reader));
    const start = (addresses: readonly string[]): Attempt => {
      const to = socketPath === null ? addresses : [host];
      if (!isSecure) return connectToAny(to, port, make, callback);
      let attempt = connectToAny(to, port, make, (error, socket) => {
        if (error === null) attempt = untilSecure(socket, callback);
        else callback(error, null);
      });
      return { destroy: () => attempt.destroy() };
    };
    return openSocket(socketPath === null ? this.#to : null, allowed, start, callback);
  }

  #plainSocket(to: HostPort, { read }: Reader): Socket {
    return prepared(connect({ ...this.#placeOf(to), noDelay: true, onread: { buffer: readBuffer, callback: read } }));
  }

  #secureSocket(to: HostPort, session: Buffer | null, { read, onSession }: Reader): Socket {
    // `onread` is documented for tls.connect and missing in its type.
    const options = { ...this.#placeOf(to), servername: this.#servername, ALPNProtocols: ['http/1.1'], ...this.#wiring.tls, ...(session === null ? {} : { session }), onread: { buffer: readBuffer, callback: read } };
    return prepared(tls.connect(options).setNoDelay(true)).on('session', onSession);
  }

  #placeOf(to: HostPort): HostPort | { readonly path: string; readonly host: string } {
    const { socketPath } = this.#wiring;
    return socketPath === null ? to : { path: socketPath, host: this.#to.host };
  }
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

function prepared(socket: Socket): Socket {
  readBeforeEnd(socket);
  socket.setDefaultEncoding('latin1');
  return socket;
}

function ignore(): void {
  // nobody wants the connection any more
}
