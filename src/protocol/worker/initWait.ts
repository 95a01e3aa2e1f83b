/**
 * The scenario's `init` in a worker: fired at the first `ack`, which has the worker's index, as in Locust, and what waits for it.
 *
 * - Orders to the users wait until all threads' listeners are done: these make what users need, and add listeners. A run that the
 *   master stops meanwhile has never begun.
 * - All that happens waits for a moment, the `ack` first: the report that follows it has the keys that listeners of `init` see to.
 *   A worker whose `init` takes longer says its heartbeats meanwhile.
 */
import type { callLater } from '../../util/timers.ts';
import type { Effect } from './step.ts';
import type { Users } from './ports.ts';

type OrderKind = 'startRun' | 'updateOptions' | 'setUsers' | 'stopUsers' | 'spawningComplete' | 'updateUserClass' | 'deliver';
type Order = Extract<Effect, { readonly kind: OrderKind }>;
const orderKinds: ReadonlySet<string> = new Set<OrderKind>(['startRun', 'updateOptions', 'setUsers', 'stopUsers', 'spawningComplete', 'updateUserClass', 'deliver']);

/** Far below the seconds after which a master misses heartbeats. */
const momentMs = 500;

/** What waits for the scenario's `init`. */
export type InitWaitOptions = {
  readonly users: Pick<Users, 'init'>;
  /** Calls back once after so many milliseconds; returns how to call it off. */
  readonly setTimer: typeof callLater;
  /** Events need not wait any more. */
  readonly goOn: () => void;
  /** Carries out an order that has waited. */
  readonly order: (order: Order) => void;
  /** The users of this generation have never begun. */
  readonly stopped: (generation: number) => void;
};

export class InitWait {
  readonly #options: InitWaitOptions;
  #hasStarted = false;
  #isOver = false;
  #holdsEvents = false;
  #held: readonly Order[] = [];

  constructor(options: InitWaitOptions) {
    this.#options = options;
  }

  get holdsEvents(): boolean {
    return this.#holdsEvents;
  }

  /** An `ack` has come; all but the first change nothing. */
  start(workerIndex: number): void {
    if (this.#hasStarted) return;
    this.#hasStarted = true;
    this.#holdsEvents = true;
    let callOff = (): void => undefined;
    this.#options.users.init(workerIndex, () => {
      callOff();
      this.#isOver = true;
      const held = this.#held;
      this.#held = [];
      for (const order of held) this.#options.order(order);
      this.#release();
    });
    if (this.#holdsEvents) callOff = this.#options.setTimer(() => this.#release(), momentMs);
  }

  /** True for an order that waits. */
  holds(effect: Effect): boolean {
    if (this.#isOver || !isOrder(effect)) return false;
    if (effect.kind === 'stopUsers') {
      this.#held = this.#held.filter(({ kind }) => kind === 'updateUserClass' || kind === 'deliver');
      this.#options.stopped(effect.generation);
    } else this.#held = [...this.#held, effect];
    return true;
  }

  #release(): void {
    if (!this.#holdsEvents) return;
    this.#holdsEvents = false;
    this.#options.goOn();
  }
}

function isOrder(effect: Effect): effect is Order {
  return orderKinds.has(effect.kind);
}
