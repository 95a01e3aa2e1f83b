/**
 * What threads find in the scenario, which must be the same for all, and the wait of a start for all of them.
 */
import type { ClassInfo, ScenarioExports } from '../shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import { BoomerError } from '../../util/boomerError.ts';
import type { LoadThread } from './loadThread.ts';

type Start = { readonly resolve: () => void; readonly reject: (error: BoomerError) => void };

export class ScenarioLoading {
  readonly #log: (level: LogLevel, text: string) => void;
  #classes: readonly ClassInfo[] = [];
  #settings: ScenarioExports = { options: [], hasSetup: false, hasTeardown: false, hasShape: false, stages: null, thresholds: null };
  /** Null once the pool has started, or could not: what comes later is logged. */
  #start: Start | null = null;

  constructor(log: (level: LogLevel, text: string) => void) {
    this.#log = log;
  }

  get classes(): readonly ClassInfo[] {
    return this.#classes;
  }

  get settings(): ScenarioExports {
    return this.#settings;
  }

  /** Resolves at `allLoaded`; rejects with a BoomerError when a thread cannot load the scenario. Call it once. */
  async whenLoaded(): Promise<void> {
    return new Promise<void>((resolve, reject) => (this.#start = { resolve, reject }));
  }

  allLoaded(): void {
    this.#start?.resolve();
  }

  /** The start is over, well or not. */
  endStart(): void {
    this.#start = null;
  }

  /** A thread has loaded the scenario. */
  found(thread: LoadThread, classes: readonly ClassInfo[], settings: ScenarioExports): void {
    if (thread.index === 0) this.#settings = settings;
    if (this.#classes.length === 0) this.#classes = classes;
    if (comparable(classes) !== comparable(this.#classes)) this.differs(thread, 'user classes or tasks');
  }

  differs(thread: LoadThread, what: string): void {
    const text = `load thread ${thread.index} found other ${what} than the first one: what a scenario makes and exports must not depend on the thread`;
    if (this.#start === null) this.#log('error', text);
    this.#start?.reject(new BoomerError('threads-differ', text));
  }

  failed(thread: LoadThread, reason: string, trace: string): void {
    if (this.#start === null) {
      this.#log('error', `load thread ${thread.index} could not load the scenario again: ${trace}`);
      return;
    }
    const error = new BoomerError('scenario-not-loaded', reason);
    error.stack = trace;
    this.#start.reject(error);
  }

  /** A thread was lost; true when that ends the start. */
  lost(reason: string): boolean {
    if (this.#start === null) return false;
    this.#start.reject(new BoomerError('scenario-not-loaded', `a load thread ended while it loaded the scenario: ${reason}`));
    return true;
  }
}

/** A class may have another host in each thread. */
function comparable(classes: readonly ClassInfo[]): string {
  return JSON.stringify(classes, (key, value: unknown) => (key === 'host' ? null : value));
}
