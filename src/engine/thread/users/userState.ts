/**
 * How far a user has come in its life, and the waits in it, which a stop or a kill ends early.
 */
import type { Sleeper, SleepWheel } from '../pacing/sleepWheel.ts';

/**
 *   starting ──► running ◄──► waiting          stop():  running, starting → stopping (the task may finish)
 *                   │             │                      waiting → stopping (awake at once)
 *                   ▼             ▼            leave(): any of these → leaving (awake at once)
 *               stopping ──► leaving ──► gone
 */
type LifeState = 'starting' | 'running' | 'waiting' | 'stopping' | 'leaving' | 'gone';

/** The state of one user, and its only timer. */
export class UserState {
  readonly #timer: UserTimer;
  #state: LifeState = 'starting';

  constructor(sleeps: SleepWheel) {
    this.#timer = new UserTimer(sleeps);
  }

  /** Tasks may begin. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  /** The user was killed or is gone: what its old function still does is of no interest. */
  get isOver(): boolean {
    return this.#state === 'leaving' || this.#state === 'gone';
  }

  /** The user was asked to end, or has ended. */
  get isEnding(): boolean {
    return this.#state === 'stopping' || this.isOver;
  }

  get isGone(): boolean {
    return this.#state === 'gone';
  }

  /** `onStart` is done; nothing to a user that was stopped meanwhile. */
  begin(): void {
    if (this.#state === 'starting') this.#state = 'running';
  }

  /** No more tasks. */
  stop(): void {
    if (this.#state === 'waiting') {
      this.#state = 'stopping';
      this.#timer.wakeUp();
    } else if (this.#state === 'starting' || this.#state === 'running') {
      this.#state = 'stopping';
    }
  }

  /** The user says goodbye; whatever it still does or waits for is cut off. Nothing to one that is gone. */
  leave(): void {
    if (this.#state === 'gone') return;
    this.#state = 'leaving';
    this.#timer.wakeUp();
  }

  vanish(): void {
    this.#state = 'gone';
  }

  /**
   * Resolves after `waitMs` (above 0), or with the user's end; `endWait` is to follow. In two steps, as a hundred thousand
   * users wait here: an async function around both would hold a promise more for each.
   */
  beginWait(waitMs: number): Promise<void> {
    this.#state = 'waiting';
    return this.#timer.wait(waitMs);
  }

  /** Back to work, unless the wait was ended by a stop or a kill. */
  endWait(): void {
    if (this.#state === 'waiting') this.#state = 'running';
  }

  /** Waits for no time but for `letIn`; false when the user is not to go on. */
  async waitToBeLetIn(): Promise<boolean> {
    if (this.#state !== 'running') return false;
    this.#state = 'waiting';
    await this.#timer.waitForWake();
    this.endWait();
    return this.isRunning;
  }

  /** Ends that wait; nothing to a user that does not wait. */
  letIn(): void {
    if (this.#state === 'waiting') this.#timer.ring();
  }
}

const awake = -1;

/**
 * A user's wait between two tasks, which may be ended early. Made for a hundred thousand users that wait: no closure and
 * no timer of its own.
 */
export class UserTimer implements Sleeper {
  dueTick: number = awake;
  readonly #wheel: SleepWheel;
  #wake: (() => void) | null = null;

  constructor(wheel: SleepWheel) {
    this.#wheel = wheel;
  }

  /** Resolves after `waitMs` (above 0), or when woken; one wait at a time. */
  wait(waitMs: number): Promise<void> {
    this.dueTick = this.#wheel.tickAfter(waitMs);
    this.#wheel.add(this);
    return this.waitForWake();
  }

  /** Resolves when woken. */
  waitForWake(): Promise<void> {
    const waited = new Promise<void>(handOver);
    this.#wake = handedOver;
    return waited;
  }

  /** Ends a wait before its time. */
  wakeUp(): void {
    this.ring();
  }

  /** The time is over: for the wheel, and for whoever lets a user in that waits for no time. */
  ring(): void {
    this.dueTick = awake;
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}

/** How a wait's promise is made without a closure: `new Promise` calls it at once. */
let handedOver: () => void = () => undefined;
function handOver(resolve: () => void): void {
  handedOver = resolve;
}
