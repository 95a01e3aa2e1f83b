/**
 * Sockets without TLS for undici, which never sees how they were made. Its own connector does the same, but whatever it
 * needs until the socket is connected (timer, weak reference, names, five closures) stays with the socket: 0.7 KB each.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { clearTimer, setTimer } from '../util/timers.ts';
import { setImmediate } from '../util/nodeTime.ts';

/** Where to: host without the brackets of an IPv6 address; port as in a URL, empty for 80. */
export type PlainTarget = { readonly hostname: string; readonly port: string };

/** Called once: with the reason or with a connected socket. */
export type OnSocket = (...outcome: [Error, null] | [null, Socket]) => void;

/** As undici sets its sockets up. */
const socketSettings = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, highWaterMark: 64 * 1024 };

/** The connection took longer than `connectionTimeout`; with undici's code, as over TLS it is undici that says so. */
class ConnectTimeoutError extends Error {
  override readonly name: string = 'ConnectTimeoutError';
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
}

/** Connects to `target`, or to a unix socket; until then, who destroys the socket hears of it by `onSocket`. */
export function openPlainSocket(target: PlainTarget, socketPath: string | null, timeoutMs: number, onSocket: OnSocket): Socket {
  const to = socketPath === null ? { host: target.hostname, port: target.port === '' ? 80 : Number(target.port) } : { path: socketPath };
  const socket = connect({ ...socketSettings, ...to });
  const giveUp = (): void => {
    if (socket.connecting) socket.destroy(new ConnectTimeoutError(`no connection within ${timeoutMs} ms`));
  };
  // A loop that is late looks at its sockets first: what is connected by then is in time.
  const timer = setTimer(() => setImmediate(giveUp), timeoutMs);
  const onError = (error: Error): void => {
    clearTimer(timer);
    onSocket(error, null);
  };
  socket.once('error', onError).once('connect', () => {
    clearTimer(timer);
    socket.off('error', onError);
    onSocket(null, socket);
  });
  return socket;
}
