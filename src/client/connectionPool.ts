/**
 * The connections of one user to one origin: one, until the user makes requests in parallel.
 */
import { Connection } from './undiciClient.ts';
import type { ConnectionTimeouts, WireHandler, WireRequest } from './undiciClient.ts';
import type { FlatHeaders } from './requestHeaders.ts';

/** A connection that a guest has for itself. */
export type Slot = {
  /** The guest's request has ended: the connection may serve another. */
  readonly free: () => void;
  /** The guest's request failed or was given up: the connection goes, whatever is on its way. */
  readonly drop: (reason: Error) => void;
};

/** Someone with a request to send. */
export type Guest = WireHandler & {
  readonly request: WireRequest;
  slot: Slot | null;
  /** The pool gives the request up; the guest must not free or drop its slot. */
  readonly abandon: (reason: Error) => void;
};

export type PoolSettings = {
  readonly origin: string;
  /** Sent with every request that has no headers of its own. */
  readonly headers: FlatHeaders;
  readonly timeouts: ConnectionTimeouts;
  /** Connections at most; further guests wait in line. */
  readonly maxConnections: number;
};

export class ConnectionPool {
  readonly settings: PoolSettings;
  readonly #lanes = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #waiting: Guest[] = [];

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  /** Sends the guest's request now, or when a connection is free. */
  start(guest: Guest): void {
    const lane = this.#idle.pop() ?? this.#grow();
    if (lane === null) this.#waiting.push(guest);
    else lane.serve(guest);
  }

  /** Takes back a guest that is still waiting. */
  forget(guest: Guest): void {
    const at = this.#waiting.indexOf(guest);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  /** Gives up everything under way; idle connections stay. */
  abort(reason: Error): void {
    for (const guest of this.#waiting.splice(0)) guest.abandon(reason);
    for (const lane of [...this.#lanes]) {
      const { guest } = lane;
      if (guest === null) continue;
      guest.abandon(reason); // first: a destroyed connection reports at once what had not left yet
      this.#remove(lane, reason);
    }
  }

  /** Gives up everything under way and closes all connections. May be called twice. */
  close(reason: Error): void {
    this.abort(reason);
    this.#idle.length = 0;
    for (const lane of [...this.#lanes]) this.#remove(lane, reason);
  }

  #grow(): Lane | null {
    if (this.#lanes.size >= this.settings.maxConnections) return null;
    const connection = new Connection(this.settings.origin, this.settings.timeouts);
    const lane = new Lane(connection, (freed) => this.#release(freed), (dropped, reason) => this.#drop(dropped, reason));
    this.#lanes.add(lane);
    return lane;
  }

  #release(lane: Lane): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(lane);
    else lane.serve(next);
  }

  #drop(lane: Lane, reason: Error): void {
    this.#remove(lane, reason);
    const next = this.#waiting.shift();
    if (next !== undefined) this.start(next);
  }

  #remove(lane: Lane, reason: Error): void {
    this.#lanes.delete(lane);
    lane.guest = null;
    lane.connection.destroy(reason);
  }
}

/** One connection and who has it. */
class Lane implements Slot {
  readonly connection: Connection;
  guest: Guest | null = null;
  readonly #onFree: (lane: Lane) => void;
  readonly #onDrop: (lane: Lane, reason: Error) => void;

  constructor(connection: Connection, onFree: (lane: Lane) => void, onDrop: (lane: Lane, reason: Error) => void) {
    this.connection = connection;
    this.#onFree = onFree;
    this.#onDrop = onDrop;
  }

  serve(guest: Guest): void {
    this.guest = guest;
    guest.slot = this;
    this.connection.send(guest.request, guest);
  }

  free(): void {
    this.guest = null;
    this.#onFree(this);
  }

  drop(reason: Error): void {
    this.#onDrop(this, reason);
  }
}
