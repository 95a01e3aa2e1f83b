/**
 * The pools of one user, or of all users of a class on a thread: one for each origin.
 */
import { ConnectionPool } from './connectionPool.ts';
import type { Guest, Pool, PoolSettings } from './connectionPool.ts';
import { StreamPool } from './undici/streamPool.ts';

/** Settings of the pool of an origin. */
export type PoolSettingsOf = (origin: string) => PoolSettings;

/** Most users know one origin: the map for more is made when they do (0.2 KB a user). */
export class PoolSet {
  readonly #settingsOf: PoolSettingsOf;
  #first: Pool | null = null;
  #others: Map<string, Pool> | null = null;

  constructor(settingsOf: PoolSettingsOf) {
    this.#settingsOf = settingsOf;
  }

  /** The pool of an origin, made when first asked for. */
  of(origin: string): Pool {
    return this.#known(origin) ?? this.#open(origin);
  }

  forget(guest: Guest, origin: string): void {
    this.#known(origin)?.forget(guest);
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
    const pool = settings.wiring.http2 ? new StreamPool(settings) : new ConnectionPool(settings);
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
