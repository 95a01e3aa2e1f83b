/**
 * The connections to one origin, one request at a time on each: one for a user, until it makes requests in parallel.
 */
import type { FlatHeaders } from '../request/requestHeaders.ts';
import type { Connection, PendingRequest, Slot, Wiring } from './connection.ts';

/** What the pool of one origin is made by. */
export type PoolSettings = {
  readonly wiring: Wiring;
  readonly connect: () => Connection;
  /** Sent with every request that has no headers of its own. */
  readonly headers: FlatHeaders;
  /** As in Engine. */
  readonly openPool: (settings: PoolSettings) => Pool;
  /** Requests at once; further ones wait in line. */
  readonly maxConnections: number;
};

/** What serves requests to one origin, of one user or of many. */
export type Pool = {
  readonly settings: PoolSettings;
  /** Sends it now, or when there is room. */
  readonly start: (pending: PendingRequest) => void;
  /** Takes back what is still waiting. */
  readonly forget: (pending: PendingRequest) => void;
  /** Gives up everything of `owner` that is under way; idle connections stay. */
  readonly abort: (owner: object, reason: Error) => void;
  /** Closes all connections, and gives up what is under way. May be called twice. */
  readonly close: (reason: Error) => void;
};

/** A way to talk HTTP: undici's, or our own. Everything above connections is the same for both. */
export type Engine = {
  /** Requests without a name are named by the URL that the scenario wrote, as by Locust's FastHttpUser; else by their path, as by its HttpUser. */
  readonly namesByUrl: boolean;
  /** Throws a BoomerError for settings that it cannot honour. */
  readonly check: (settings: { readonly http2?: boolean; readonly proxy?: string | null }) => void;
  /** Makes connections as `wiring` says. */
  readonly connector: (wiring: Wiring) => () => Connection;
  /** The pool of an origin. */
  readonly openPool: (settings: PoolSettings) => Pool;
};

/** Its lists go through the slots themselves: most pools have one slot, and empty arrays and sets cost 0.4 KB a user. */
export class ConnectionPool implements Pool {
  readonly settings: PoolSettings;
  /** All slots, the newest first. */
  #newest: ConnectionSlot | null = null;
  #slotCount = 0;
  /** The slots without a request, the last used first. */
  #idle: ConnectionSlot | null = null;
  /** Null until somebody has to wait. */
  #waiting: PendingRequest[] | null = null;

  constructor(settings: PoolSettings) {
    this.settings = settings;
  }

  start(pending: PendingRequest): void {
    const slot = this.#nextIdle() ?? this.#grow();
    if (slot === null) (this.#waiting ??= []).push(pending);
    else slot.serve(pending);
  }

  forget(pending: PendingRequest): void {
    const at = this.#waiting?.indexOf(pending) ?? -1;
    if (at >= 0) this.#waiting?.splice(at, 1);
  }

  abort(owner: object, reason: Error): void {
    for (const pending of this.#waiting?.filter((waiting) => waiting.owner === owner) ?? []) {
      this.forget(pending);
      pending.abandon(reason);
    }
    for (const slot of this.#slots()) {
      const { pending } = slot;
      if (pending?.owner !== owner) continue;
      pending.abandon(reason); // first: a destroyed connection reports at once what had not left yet
      this.drop(slot, reason);
    }
  }

  close(reason: Error): void {
    for (const pending of this.#waiting?.splice(0) ?? []) pending.abandon(reason);
    this.#idle = null;
    for (const slot of this.#slots()) {
      slot.pending?.abandon(reason);
      this.#remove(slot, reason);
    }
  }

  /** For a slot whose request has ended. */
  release(slot: ConnectionSlot): void {
    const next = this.#waiting?.shift();
    if (next !== undefined) return slot.serve(next);
    slot.nextIdle = this.#idle;
    this.#idle = slot;
  }

  /** For a slot whose connection must not be used any more. */
  drop(slot: ConnectionSlot, reason: Error): void {
    this.#remove(slot, reason);
    const next = this.#waiting?.shift();
    if (next !== undefined) this.start(next);
  }

  #nextIdle(): ConnectionSlot | null {
    const slot = this.#idle;
    if (slot === null) return null;
    this.#idle = slot.nextIdle;
    slot.nextIdle = null;
    return slot;
  }

  #grow(): ConnectionSlot | null {
    if (this.#slotCount >= this.settings.maxConnections) return null;
    const slot = new ConnectionSlot(this, this.settings.connect());
    slot.older = this.#newest;
    if (slot.older !== null) slot.older.newer = slot;
    this.#newest = slot;
    this.#slotCount += 1;
    return slot;
  }

  #remove(slot: ConnectionSlot, reason: Error): void {
    if (!slot.isOut) {
      slot.isOut = true;
      if (slot.newer === null) this.#newest = slot.older;
      else slot.newer.older = slot.older;
      if (slot.older !== null) slot.older.newer = slot.newer;
      this.#slotCount -= 1;
    }
    slot.pending = null;
    slot.connection.destroy(reason);
  }

  /** As they are now, whatever becomes of them meanwhile. */
  #slots(): readonly ConnectionSlot[] {
    const slots: ConnectionSlot[] = [];
    for (let slot = this.#newest; slot !== null; slot = slot.older) slots.push(slot);
    return slots;
  }
}

/** One connection and who has it. */
class ConnectionSlot implements Slot {
  readonly connection: Connection;
  pending: PendingRequest | null = null;
  /** Neighbours among all slots of the pool, and the next among the idle ones. */
  newer: ConnectionSlot | null = null;
  older: ConnectionSlot | null = null;
  nextIdle: ConnectionSlot | null = null;
  /** It belongs to the pool no more. */
  isOut = false;
  readonly #pool: ConnectionPool;

  constructor(pool: ConnectionPool, connection: Connection) {
    this.#pool = pool;
    this.connection = connection;
  }

  serve(pending: PendingRequest): void {
    this.pending = pending;
    pending.slot = this;
    this.connection.send(pending.request, pending);
  }

  free(): void {
    this.pending = null;
    this.#pool.release(this);
  }

  drop(reason: Error): void {
    this.#pool.drop(this, reason);
  }
}

/** Settings of the pool of an origin. */
export type PoolSettingsOf = (origin: string) => PoolSettings;

/** Most users know one origin: the map for more is made when they do (0.2 KB a user). */
export class PoolSet {
  #settingsOf: PoolSettingsOf;
  #first: Pool | null = null;
  #others: Map<string, Pool> | null = null;

  constructor(settingsOf: PoolSettingsOf) {
    this.#settingsOf = settingsOf;
  }

  /** Pools that are opened from now on are made by these settings. */
  lookUpIn(settingsOf: PoolSettingsOf): void {
    this.#settingsOf = settingsOf;
  }

  /** The pool of an origin, made when first asked for. */
  of(origin: string): Pool {
    return this.#known(origin) ?? this.#open(origin);
  }

  forget(pending: PendingRequest): void {
    this.#known(pending.origin)?.forget(pending);
  }

  abort(owner: object, reason: Error): void {
    this.#first?.abort(owner, reason);
    for (const pool of this.#others?.values() ?? []) pool.abort(owner, reason);
  }

  close(reason: Error): void {
    this.#first?.close(reason);
    for (const pool of this.#others?.values() ?? []) pool.close(reason);
    this.#first = this.#others = null;
  }

  #known(origin: string): Pool | undefined {
    const first = this.#first;
    return first !== null && first.settings.wiring.origin === origin ? first : this.#others?.get(origin);
  }

  #open(origin: string): Pool {
    const settings = this.#settingsOf(origin);
    const pool = settings.openPool(settings);
    if (this.#first === null) this.#first = pool;
    else (this.#others ??= new Map<string, Pool>()).set(origin, pool);
    return pool;
  }
}

/** A PoolSet for many users, closed when the last of them leaves. */
export class SharedPools {
  readonly #settingsOf: PoolSettingsOf;
  #pools: PoolSet | null = null;
  #userCount = 0;

  constructor(settingsOf: PoolSettingsOf) {
    this.#settingsOf = settingsOf;
  }

  join(): PoolSet {
    this.#userCount += 1;
    return (this.#pools ??= new PoolSet(this.#settingsOf));
  }

  leave(reason: Error): void {
    this.#userCount -= 1;
    if (this.#userCount > 0) return;
    this.#pools?.close(reason);
    this.#pools = null;
  }
}
