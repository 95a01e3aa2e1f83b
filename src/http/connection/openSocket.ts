/**
 * A connected socket to a host, whichever of its addresses answers (RFC 8305): they are tried in turn, the next one when the one
 * before fails or has been silent for a while, and none is given up before one is connected. Node's own way gives each
 * address 250 ms, which a busy target takes.
 */
import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import { asError } from '../../util/errorText.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import { HostNotAllowedError, type AllowedHosts } from './allowedHosts.ts';

/** What is being connected; `destroy` gives it up, and nobody hears of it any more. */
export type Attempt = { readonly destroy: (reason?: Error) => unknown };

/** Called once: with the reason or with a connected socket. */
export type OnSocket = (...result: [Error, null] | [null, Socket]) => void;

/** An address and a port. */
export type HostPort = { readonly host: string; readonly port: number };

/** Begins to connect to an address. */
export type Dial = (to: HostPort) => Socket;

/** A silent address keeps the next one waiting so long (RFC 8305 §5). */
const headStartMs = 250;

/**
 * Looks up where `to` is and lets `begin` connect to its addresses: as Node orders them, but with the families in turn. `allowed`
 * has the last word on each. Null in place of `to` is for a unix socket, without any address. `callback` is that of `begin`; it is
 * called later when `begin` throws, or there is no address.
 */
export function openSocket(to: HostPort | null, allowed: AllowedHosts | null, begin: (addresses: readonly string[]) => Attempt, callback: OnSocket): Attempt {
  if (to === null) return begin([]);
  const { host, port } = to;
  if (isIP(host) !== 0) return begin([host]);
  let attempt: Attempt | null = null;
  let isGivenUp = false;
  dns.lookup(host, { all: true }, (error, found) => {
    if (isGivenUp) return;
    if (error !== null) return callback(error, null);
    const addresses = inTurn(found).filter((address) => allowed === null || allowed.allows(host, port, address));
    if (addresses.length === 0) return callback(new HostNotAllowedError(host), null);
    try {
      attempt = begin(addresses);
    } catch (cause) {
      callback(asError(cause), null);
    }
  });
  return {
    destroy(reason) {
      isGivenUp = true;
      attempt?.destroy(reason);
    },
  };
}

/** Connects to the first of `addresses` (at least one) that answers. */
export function connectToAny(addresses: readonly string[], port: number, dial: Dial, callback: OnSocket): Attempt {
  const race = new Race(addresses, port, dial, callback);
  race.next();
  return race;
}

class Race implements Attempt {
  readonly #waiting: string[];
  readonly #port: number;
  readonly #dial: Dial;
  readonly #sockets = new Set<Socket>();
  readonly #errors: Error[] = [];
  #callback: OnSocket | null;
  #timer: Timer | undefined;

  constructor(addresses: readonly string[], port: number, dial: Dial, callback: OnSocket) {
    this.#waiting = [...addresses];
    this.#port = port;
    this.#dial = dial;
    this.#callback = callback;
  }

  next(): void {
    clearTimer(this.#timer);
    const host = this.#waiting.shift();
    if (host === undefined) return;
    const socket = this.#dial({ host, port: this.#port });
    this.#sockets.add(socket);
    const onError = (error: Error): void => {
      this.#sockets.delete(socket);
      this.#errors.push(error);
      if (this.#waiting.length > 0) this.next();
      else if (this.#sockets.size === 0) this.#settle(mostTelling(this.#errors), null);
    };
    socket.once('error', onError).once('connect', () => {
      socket.off('error', onError);
      this.#sockets.delete(socket);
      this.#settle(null, socket);
    });
    if (this.#waiting.length > 0) this.#timer = setTimer(() => this.next(), headStartMs);
  }

  destroy(): void {
    this.#callback = null;
    this.#end();
  }

  #settle(...result: Parameters<OnSocket>): void {
    const callback = this.#callback;
    this.#callback = null;
    this.#end();
    callback?.(...result);
  }

  #end(): void {
    clearTimer(this.#timer);
    this.#waiting.length = 0;
    for (const socket of this.#sockets) socket.removeAllListeners().on('error', ignore).destroy();
    this.#sockets.clear();
  }
}

/** A family that this machine has no way for says nothing about the host. */
const noWay: ReadonlySet<unknown> = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

function mostTelling(errors: readonly Error[]): Error {
  return errors.find((error) => !('code' in error && noWay.has(error.code))) ?? errors[0] ?? new Error('no address');
}

/** The families one after the other, the first one's first (RFC 8305 §4). */
function inTurn(found: readonly LookupAddress[]): readonly string[] {
  const first = found.filter(({ family }) => family === found[0]?.family);
  const second = found.filter(({ family }) => family !== found[0]?.family);
  return Array.from({ length: Math.max(first.length, second.length) }, (_, at) => [first[at], second[at]]).flat().flatMap((each) => (each === undefined ? [] : [each.address]));
}

function ignore(): void {
  // it came too late, or is not wanted any more
}
