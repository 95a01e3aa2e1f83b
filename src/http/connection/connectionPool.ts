/**
 * The connections to one origin, one request at a time on each: one for a user, until it makes requests in parallel.
 */
import type { AnswerHandler, Connection, WireRequest } from './connection.ts';
import type { FlatHeaders } from '../request/requestHeaders.ts';
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

/** Its lists go through the lanes themselves: most pools have one lane, and empty arrays and sets cost 0.4 KB a user. */
export class ConnectionPool implements Pool {
  readonly settings: PoolSettings;
  /** All lanes, the newest first. */
  #newest: Lane | null = null;
  #laneCount = 0;
  /** The lanes without a guest, the last used first. */
  #idle: Lane | null = null;
  /** Null until somebody has to wait. */
  #waiting: Guest[] | null = null;

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  start(guest: Guest): void {
    const lane = this.#takeIdle() ?? this.#grow();
    if (lane === null) (this.#waiting ??= []).push(guest);
    else lane.serve(guest);
  }

  forget(guest: Guest): void {
    const at = this.#waiting?.indexOf(guest) ?? -1;
    if (at >= 0) this.#waiting?.splice(at, 1);
  }

  abort(owner: object, reason: Error): void {
    for (const guest of this.#waiting?.filter((waiting) => waiting.owner === owner) ?? []) {
      this.forget(guest);
      guest.abandon(reason);
    }
    for (const lane of this.#lanes()) {
      const { guest } = lane;
      if (guest?.owner !== owner) continue;
      guest.abandon(reason); // first: a destroyed connection reports at once what had not left yet
      this.drop(lane, reason);
    }
  }

  close(reason: Error): void {
    for (const guest of this.#waiting?.splice(0) ?? []) guest.abandon(reason);
    this.#idle = null;
    for (const lane of this.#lanes()) {
      lane.guest?.abandon(reason);
      this.#remove(lane, reason);
    }
  }

  /** For a lane whose guest has gone. */
  release(lane: Lane): void {
    const next = this.#waiting?.shift();
    if (next !== undefined) return lane.serve(next);
    lane.nextIdle = this.#idle;
    this.#idle = lane;
  }

  /** For a lane whose connection must not be used any more. */
  drop(lane: Lane, reason: Error): void {
    this.#remove(lane, reason);
    const next = this.#waiting?.shift();
    if (next !== undefined) this.start(next);
  }

  #takeIdle(): Lane | null {
    const lane = this.#idle;
    if (lane === null) return null;
    this.#idle = lane.nextIdle;
    lane.nextIdle = null;
    return lane;
  }

  #grow(): Lane | null {
    if (this.#laneCount >= this.settings.maxConnections) return null;
    const lane = new Lane(this, this.settings.connect());
    lane.older = this.#newest;
    if (lane.older !== null) lane.older.newer = lane;
    this.#newest = lane;
    this.#laneCount += 1;
    return lane;
  }

  #remove(lane: Lane, reason: Error): void {
    if (!lane.isOut) {
      lane.isOut = true;
      if (lane.newer === null) this.#newest = lane.older;
      else lane.newer.older = lane.older;
      if (lane.older !== null) lane.older.newer = lane.newer;
      this.#laneCount -= 1;
    }
    lane.guest = null;
    lane.connection.destroy(reason);
  }

  /** As they are now, whatever becomes of them meanwhile. */
  #lanes(): readonly Lane[] {
    const lanes: Lane[] = [];
    for (let lane = this.#newest; lane !== null; lane = lane.older) lanes.push(lane);
    return lanes;
  }
}

/** One connection and who has it. */
class Lane implements Slot {
  readonly connection: Connection;
  guest: Guest | null = null;
  /** Neighbours among all lanes of the pool, and the next among the idle ones. */
  newer: Lane | null = null;
  older: Lane | null = null;
  nextIdle: Lane | null = null;
  /** It belongs to the pool no more. */
  isOut = false;
  readonly #pool: ConnectionPool;

  constructor(pool: ConnectionPool, connection: Connection) {
    this.#pool = pool;
    this.connection = connection;
  }

  serve(guest: Guest): void {
    this.guest = guest;
    guest.slot = this;
    this.connection.send(guest.request, guest);
  }

  free(): void {
    this.guest = null;
    this.#pool.release(this);
  }

  drop(reason: Error): void {
    this.#pool.drop(this, reason);
  }
}
