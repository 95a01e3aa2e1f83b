/**
 * Sockets without TLS for undici, which never sees how they were made. Its own connector does the same, but whatever it
 * needs until the socket is connected (timer, weak reference, names, five closures) stays with the socket: 0.7 KB each.
 */
import { connect } from 'node:net';
import { clearTimer, setTimer } from '../../../util/timers.ts';
import type { AllowedHosts } from '../../request/allowedHosts.ts';
import { connectToAny, openSocket } from '../openSocket.ts';
import type { Attempt, OnSocket } from '../openSocket.ts';

/** Where to: host without the brackets of an IPv6 address; port as in a URL, empty for 80. `socketPath` is a unix socket in place of both. */
export type PlainTarget = { readonly hostname: string; readonly port: string; readonly socketPath: string | null; readonly allowed: AllowedHosts | null };

/** As undici sets its sockets up. */
const socketSettings = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, highWaterMark: 64 * 1024 };

/** The connection took longer than `connectionTimeout`; with undici's code, as over TLS it is undici that says so. */
class ConnectTimeoutError extends Error {
  override readonly name: string = 'ConnectTimeoutError';
  readonly code = 'UND_ERR_CONNECT_TIMEOUT';
}

/** Connects to `target`; until then, who destroys the attempt hears of it by `onSocket`. */
export function openPlainSocket({ hostname, port, socketPath, allowed }: PlainTarget, timeoutMs: number, onSocket: OnSocket): Attempt {
  const to = socketPath === null ? { host: hostname, port: port === '' ? 80 : Number(port) } : null;
  const begin = (addresses: readonly string[], callback: OnSocket): Attempt =>
    connectToAny(to === null ? [''] : addresses, to?.port ?? 0, (address) => connect({ ...socketSettings, ...(socketPath === null ? address : { path: socketPath }) }), callback);
  return inTime(timeoutMs, (callback) => openSocket(to, allowed, (addresses) => begin(addresses, callback), callback), onSocket);
}

/** Gives an attempt up after `timeoutMs`, or when it is destroyed, and says so. */
export function inTime<Outcome extends readonly [Error, null] | readonly [null, unknown]>(timeoutMs: number, begin: (callback: (...outcome: Outcome) => void) => Attempt, onOutcome: (...outcome: Outcome) => void): Attempt {
  let waits = true;
  const settle = (...outcome: Outcome): void => {
    if (!waits) return;
    waits = false;
    clearTimer(timer);
    onOutcome(...outcome);
  };
  const giveUp = (reason: Error): void => {
    if (!waits) return;
    attempt?.destroy(reason);
    settle(...([reason, null] as unknown as Outcome));
  };
  // A loop that is late looks at its sockets first: what is connected by then is in time.
  const timer = setTimer(() => setImmediate(() => giveUp(new ConnectTimeoutError(`no connection within ${timeoutMs} ms`))), timeoutMs);
  let attempt: Attempt | null = null;
  try {
    attempt = begin(settle);
  } catch (error) {
    waits = false; // settings that Node refuses
    clearTimer(timer);
    throw error;
  }
  return { destroy: (reason) => giveUp(reason ?? new Error('the connection is not wanted any more')) };
}
