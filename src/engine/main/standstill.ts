/**
 * Judges an event loop that does not turn: it is to be warned about once, and its thread to be replaced when it stays so.
 */
import { availableParallelism, loadavg } from 'node:os';
import { counted } from '../../util/counted.ts';

/** So long a standstill is worth a warning. */
export const blockedMs = 5_000;

export class Standstill {
  readonly #hangTimeoutMs: number;
  #isKnown = false;

  /** `hangTimeoutMs` 0: no thread is replaced. */
  constructor(hangTimeoutMs: number) {
    this.#hangTimeoutMs = hangTimeoutMs;
  }

  /** The loop has not turned for `silentMs`; `blocked` is told once for each standstill. A thread that still loads is not `hung`: another would do the same. */
  judge(silentMs: number, isReady = true): 'fine' | 'blocked' | 'hung' {
    if (isReady && this.#hangTimeoutMs > 0 && silentMs >= this.#hangTimeoutMs) return 'hung';
    const wasKnown = this.#isKnown;
    this.#isKnown = silentMs >= blockedMs;
    return this.#isKnown && !wasKnown ? 'blocked' : 'fine';
  }

  /** Another thread takes its place. */
  forget(): void {
    this.#isKnown = false;
  }
}

/** Processes that want to run, for each core: with more, a thread may wait for its turn as if it were blocked. */
const maxLoadPerCore = 1.5;

/** Why a loop stands still, as far as this side can tell; `load` is that of the last minute, 0 where the system knows none. */
export function causeOfStandstill(load: number = loadavg()[0] ?? 0, cores: number = availableParallelism()): string {
  const task = 'a task blocks it';
  return load <= maxLoadPerCore * cores ? task : `${task}, or the machine has no CPU left for it (load ${load.toFixed(1)} on ${counted(cores, 'core')})`;
}
