/** Waits for a condition instead of sleeping, and says what it waited for when it never comes. */
import { setTimeout as sleep } from 'node:timers/promises';

export type UntilOptions = {
  /** Default 60 000. */
  readonly timeoutMs?: number;
  /** Pause between two looks; default 50. */
  readonly everyMs?: number;
};

/** The first value of `probe` that is neither null, undefined nor false. A probe that throws is asked again. */
export async function until<T>(
  what: string,
  probe: () => T | Promise<T>,
  { timeoutMs = 60_000, everyMs = 50 }: UntilOptions = {},
): Promise<Exclude<T, null | undefined | false>> {
  const deadlineMs = performance.now() + timeoutMs;
  let seen: unknown;
  while (performance.now() < deadlineMs) {
    try {
      const value = await probe();
      if (value !== null && value !== undefined && value !== false) return value as Exclude<T, null | undefined | false>;
      seen = value;
    } catch (error) {
      seen = error;
    }
    await sleep(everyMs);
  }
  const last = seen instanceof Error ? seen.message : JSON.stringify(seen);
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}; last seen: ${last}`);
}
