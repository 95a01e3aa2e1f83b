/**
 * Users of one thread who wait for a row, first come, first served. A wait ends when its turn comes, when the user is
 * killed (its signal fires) or when the run stops.
 */
import { StopUser } from '../endings.ts';

type Waiting = { readonly go: () => void; readonly stop: (reason: Error) => void };

export class WaitingUsers {
  readonly #queue = new Set<Waiting>();
  #hasStopped = false;

  get size(): number {
    return this.#queue.size;
  }

  /** Resolves when it is worth looking again; rejects with StopUser when there is nothing more to wait for. */
  turn(signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#queue.delete(waiting);
        signal?.removeEventListener('abort', onAbort);
      };
      const waiting: Waiting = {
        go: () => {
          leave();
          resolve();
        },
        stop: (reason) => {
          leave();
          reject(reason);
        },
      };
      const onAbort = (): void => waiting.stop(signal?.reason as Error);
      if (this.#hasStopped) return reject(new StopUser('the test stops while the user waits for a row'));
      signal?.throwIfAborted();
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#queue.add(waiting);
    });
  }

  /** The first `count` may look again. */
  wake(count: number): void {
    for (const waiting of [...this.#queue].slice(0, Math.max(0, count))) waiting.go();
  }

  /** Ends all waits, those to come too, until `reopen()`. */
  stopAll(): void {
    this.#hasStopped = true;
    for (const waiting of [...this.#queue]) waiting.stop(new StopUser('the test stops while the user waits for a row'));
  }

  reopen(): void {
    this.#hasStopped = false;
  }
}
