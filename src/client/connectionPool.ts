/**
 * The connections to one origin, one request at a time on each: one for a user, until it makes requests in parallel.
 */
import type { AnswerHandler, Connection, WireRequest } from './connection.ts';
import type { FlatHeaders } from './requestHeaders.ts';
import type { Wiring } from './wiring.ts';

/** A connection, or a stream of one, that a guest has for itself. */
export type Slot = {
  /** The guest's request has ended: the connection may serve another. */
  readonly free: () => void;
  /** The guest's request failed or was given up: nothing of it may come any more. */
  readonly drop: (reason: Error) => void;
};

/** Someone with a request to send. */
export type Guest = AnswerHandler & {
  readonly request: WireRequest;
  /** Whose request it is, by identity: the user's client. */
  readonly owner: object;
  slot: Slot | null;
  /** The pool gives the request up; the guest must not free or drop its slot. */
  readonly abandon: (reason: Error) => void;
};

export type PoolSettings = {
  readonly wiring: Wiring;
  readonly connect: () => Connection;
  /** Sent with every request that has no headers of its own. */
  readonly headers: FlatHeaders;
  /** Requests at once; further guests wait in line. */
  readonly maxConnections: number;
};

/** What serves requests to one origin, of one user or of many. */
export type Pool = {
  readonly settings: PoolSettings;
  /** Sends the guest's request now, or when there is room. */
  readonly start: (guest: Guest) => void;
  /** Takes back a guest that is still waiting. */
  readonly forget: (guest: Guest) => void;
  /** Gives up everything of `owner` that is under way; idle connections stay. */
  readonly abort: (owner: object, reason: Error) => void;
  /** Closes all connections, and gives up what is under way. May be called twice. */
  readonly close: (reason: Error) => void;
};

export class ConnectionPool implements Pool {
  readonly settings: PoolSettings;
  readonly #lanes = new Set<Lane>();
  readonly #idle: Lane[] = [];
  readonly #waiting: Guest[] = [];

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  start(guest: Guest): void {
    const lane = this.#idle.pop() ?? this.#grow();
    if (lane === null) this.#waiting.push(guest);
    else lane.serve(guest);
  }

  forget(guest: Guest): void {
    const at = this.#waiting.indexOf(guest);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  abort(owner: object, reason: Error): void {
    for (const guest of this.#waiting.filter((waiting) => waiting.owner === owner)) {
      this.forget(guest);
      guest.abandon(reason);
    }
    for (const lane of [...this.#lanes]) {
      const { guest } = lane;
      if (guest?.owner !== owner) continue;
      guest.abandon(reason); // first: a destroyed connection reports at once what had not left yet
      this.#drop(lane, reason);
    }
  }

  close(reason: Error): void {
    for (const guest of this.#waiting.splice(0)) guest.abandon(reason);
    this.#idle.length = 0;
    for (const lane of [...this.#lanes]) {
      lane.guest?.abandon(reason);
      this.#remove(lane, reason);
    }
  }

  #grow(): Lane | null {
    if (this.#lanes.size >= this.settings.maxConnections) return null;
    const connection = this.settings.connect();
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
