/**
 * The shell around a pure state machine: one event at a time goes in, its effects are carried out in order, and one timer wakes the
 * machine when time alone brings something about.
 *
 * Nothing that happens in a step or in an effect stops it: a failure is logged and the next effect done. An effect may take turns of the
 * event loop: the machine stands still meanwhile, the program does not.
 */
import type { Logger } from './logger.ts';
import { callLater } from './timers.ts';

/** A machine and its surroundings. */
export type MachineOptions<State, Event, Effect> = {
  /** The first state. */
  readonly state: State;
  /** Pure: the next state, and what to do for it. */
  readonly step: (state: State, event: Event) => { readonly state: State; readonly effects: readonly Effect[] };
  /** Where it returns a promise the effects after it, and all events, wait until that is settled. */
  readonly carryOut: (effect: Effect) => Promise<void> | void;
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
  /** What the machine is told, before all events that have waited, of an effect for which it has stood still for so many milliseconds. */
  readonly afterHold?: (ms: number) => Event;
  /** Events that are due once all others are handled. */
  readonly comesAfter?: () => readonly Event[];
  readonly log: Logger;
};

/** Runs one machine. */
export class MachineRunner<State, Event extends { readonly kind: string }, Effect extends { readonly kind: string }> {
  readonly #options: MachineOptions<State, Event, Effect>;
  readonly #waiting: Event[] = [];
  #isHandling = false;
  /** Effects that have not ended. */
  #ongoing = 0;
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
    void this.carryOut(effects);
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
    if (this.#isHandling || this.#ongoing > 0 || isHeld?.() === true) return;
    this.#isHandling = true;
    this.#handleWaiting();
    if (this.#ongoing === 0) this.#waiting.push(...(comesAfter?.() ?? []));
    this.#handleWaiting();
    this.#isHandling = false;
    this.#setTimer();
  }

  /** Carries out each in order, whatever becomes of the one before. A promise: one of them takes its time; settled when all are done. */
  carryOut(effects: readonly Effect[]): Promise<void> | undefined {
    for (const [place, effect] of effects.entries()) {
      const ongoing = this.#carryOutOne(effect);
      if (ongoing instanceof Promise) return this.#carryOutAfter(ongoing, effect, effects.slice(place + 1));
    }
    return undefined;
  }

  #carryOutOne(effect: Effect): Promise<void> | void {
    try {
      return this.#options.carryOut(effect);
    } catch (error) {
      this.#logFailed(effect, error);
    }
  }

  async #carryOutAfter(ongoing: Promise<void>, effect: Effect, rest: readonly Effect[]): Promise<void> {
    const { afterHold, nowMs } = this.#options;
    const fromMs = nowMs();
    this.#ongoing++;
    await ongoing.catch((error: unknown) => this.#logFailed(effect, error));
    if (afterHold !== undefined) this.#waiting.unshift(afterHold(nowMs() - fromMs));
    await this.carryOut(rest);
    this.#ongoing--;
    this.goOn();
  }

  #logFailed(effect: Effect, error: unknown): void {
    const { nameOf, log } = this.#options;
    log('error', `${nameOf?.(effect) ?? effect.kind} failed: ${String(error)}`);
  }

  #handleWaiting(): void {
    while (this.#ongoing === 0) {
      const event = this.#waiting.shift();
      if (event === undefined) return;
      const effects = this.#step(event);
      if (this.#options.carryOutStep === undefined) void this.carryOut(effects);
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
