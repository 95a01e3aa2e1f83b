/**
 * The shell around a pure state machine: one event at a time goes in, its effects are carried out in order, and one timer wakes the
 * machine when time alone brings something about.
 *
 * Nothing that happens in a step or in an effect stops it: a failure is logged and the next effect done.
 */
import type { Logger } from './logger.ts';
import { callLater } from './timers.ts';

/** A machine and its surroundings. */
export type MachineOptions<State, Event, Effect> = {
  /** The first state. */
  readonly state: State;
  /** Pure: the next state, and what to do for it. */
  readonly step: (state: State, event: Event) => { readonly state: State; readonly effects: readonly Effect[] };
  readonly carryOut: (effect: Effect) => void;
  /** In place of `carryOut` for all effects of one step, when something comes between them: it hands them to the runner's `carryOut`. */
  readonly carryOutStep?: (effects: readonly Effect[]) => void;
  /** For the log; its kind unless given. */
  readonly nameOf?: (effect: Effect) => string;
  /** What the timer says: whatever is due is to be done. */
  readonly tick: Event;
  /** When the machine is to be told of the time again, if nothing happens before; null: not at all. */
  readonly dueMs: (state: State) => number | null;
  /** The clock of `dueMs`, monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Calls back once after so many milliseconds; returns how to call it off. Node's timer unless given. */
  readonly setTimer?: typeof callLater;
  /** While true, events wait until `goOn` is called. */
  readonly isHeld?: () => boolean;
  /** Events that are due once all others are handled. */
  readonly comesAfter?: () => readonly Event[];
  readonly log: Logger;
};

/** Runs one machine. */
export class MachineRunner<State, Event extends { readonly kind: string }, Effect extends { readonly kind: string }> {
  readonly #options: MachineOptions<State, Event, Effect>;
  readonly #waiting: Event[] = [];
  #isHandling = false;
  #state: State;
  #cancelTimer: () => void = () => undefined;

  constructor(options: MachineOptions<State, Event, Effect>) {
    this.#options = options;
    this.#state = options.state;
  }

  get state(): State {
    return this.#state;
  }

  /** Does what the first state wants, then what is due. */
  start(effects: readonly Effect[] = []): void {
    this.#isHandling = true;
    this.carryOut(effects);
    this.#isHandling = false;
    this.handle(this.#options.tick);
  }

  /** One event at a time: an effect may call back before it returns. */
  handle(event: Event): void {
    this.#waiting.push(event);
    this.goOn();
  }

  /** Handles what waits, and what comes after it; does nothing inside an effect, whose event is handled first. */
  goOn(): void {
    const { isHeld, comesAfter } = this.#options;
    if (this.#isHandling || isHeld?.() === true) return;
    this.#isHandling = true;
    this.#handleWaiting();
    this.#waiting.push(...(comesAfter?.() ?? []));
    this.#handleWaiting();
    this.#isHandling = false;
    this.#setTimer();
  }

  /** Carries out each in order, whatever becomes of the one before. */
  carryOut(effects: readonly Effect[]): void {
    const { carryOut, nameOf, log } = this.#options;
    for (const effect of effects) {
      try {
        carryOut(effect);
      } catch (error) {
        log('error', `${nameOf?.(effect) ?? effect.kind} failed: ${String(error)}`);
      }
    }
  }

  #handleWaiting(): void {
    for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) {
      const effects = this.#step(event);
      if (this.#options.carryOutStep === undefined) this.carryOut(effects);
      else this.#options.carryOutStep(effects);
    }
  }

  #step(event: Event): readonly Effect[] {
    try {
      const { state, effects } = this.#options.step(this.#state, event);
      this.#state = state;
      return effects;
    } catch (error) {
      this.#options.log('error', `an event of kind ${event.kind} could not be handled: ${String(error)}`);
      return [];
    }
  }

  #setTimer(): void {
    const { dueMs, nowMs, setTimer = callLater, tick } = this.#options;
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    const next = dueMs(this.#state);
    if (next === null) return;
    // At least 1 ms: a time that rounding puts just before itself must not be looked for without end.
    this.#cancelTimer = setTimer(() => this.handle(tick), Math.max(1, Math.ceil(next - nowMs())));
  }
}
