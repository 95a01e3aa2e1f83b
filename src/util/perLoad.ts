/**
 * What a load thread has one of. Where loads run in a thread that is not theirs (a program's or a test's, two at once perhaps), each has
 * its own: it is found by the asynchronous context that the load was begun in.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

type Load = { readonly startedMs: number };

/** Null until the first load in a thread that is not its own: no load thread pays for contexts. */
let contexts: AsyncLocalStorage<Load> | null = null;

/** Runs `work`, and all that follows from it, as a load of its own. */
export function asOwnLoad<Result>(work: () => Result): Result {
  contexts ??= new AsyncLocalStorage();
  return contexts.run({ startedMs: performance.now() }, work);
}

/** A value of the thread, or of the load that asks. */
export class PerLoad<Value> {
  #ofThread: Value;
  readonly #ofLoads = new WeakMap<Load, { readonly value: Value }>();

  constructor(value: Value) {
    this.#ofThread = value;
  }

  /** Of a load that has none of its own, the thread's. */
  get(): Value {
    const load = contexts?.getStore();
    if (load === undefined) return this.#ofThread;
    const own = this.#ofLoads.get(load);
    return own === undefined ? this.#ofThread : own.value;
  }

  /** Within a load: for that alone. */
  set(value: Value): void {
    const load = contexts?.getStore();
    if (load === undefined) this.#ofThread = value;
    else this.#ofLoads.set(load, { value });
  }
}
