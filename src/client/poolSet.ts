/**
 * The pools of one user, or of all users of a class on a thread: one for each origin.
 */
import { ConnectionPool } from './connectionPool.ts';
import type { Guest, Pool, PoolSettings } from './connectionPool.ts';
import { StreamPool } from './streamPool.ts';

/** Settings of the pool of an origin. */
export type PoolSettingsOf = (origin: string) => PoolSettings;

export class PoolSet {
  readonly #settingsOf: PoolSettingsOf;
  readonly #pools = new Map<string, Pool>();

  constructor(settingsOf: PoolSettingsOf) {
    this.#settingsOf = settingsOf;
  }

  /** The pool of an origin, made when first asked for. */
  of(origin: string): Pool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const settings = this.#settingsOf(origin);
    const pool = settings.wiring.http2 ? new StreamPool(settings) : new ConnectionPool(settings);
    this.#pools.set(origin, pool);
    return pool;
  }

  forget(guest: Guest, origin: string): void {
    this.#pools.get(origin)?.forget(guest);
  }

  abort(owner: object, reason: Error): void {
    for (const pool of this.#pools.values()) pool.abort(owner, reason);
  }

  close(reason: Error): void {
    for (const pool of this.#pools.values()) pool.close(reason);
    this.#pools.clear();
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
