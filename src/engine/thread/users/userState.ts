/**
 * How far a user has come in its life, and its waits, which a stop or a kill ends early.
 *
 *   starting ──► running ◄──► waiting          stop():  running, starting → stopping (the task may finish)
 *                   │             │                      waiting → stopping (awake at once)
 *                   ▼             ▼            leave(): any of these → leaving (awake at once)
 *               stopping ──► leaving ──► gone
 *
 * Made for a hundred thousand users that wait: a wait has no closure and no timer of its own.
 */
import { Handover } from '../../../util/handover.ts';
import type { Sleeper, SleepWheel } from '../pacing/sleepWheel.ts';

type LifeState = 'starting' | 'running' | 'waiting' | 'stopping' | 'leaving' | 'gone';

const awake = -1;

/** What a user is beneath what it does: its state, and its only timer. */
export abstract class UserState implements Sleeper {
  dueTick: number = awake;
  readonly #wheel: SleepWheel;
  #state: LifeState = 'starting';
  #wake: ((isLetIn: boolean) => void) | null = null;

  constructor(wheel: SleepWheel) {
    this.#wheel = wheel;
  }

  /** Tasks may begin. */
  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** Between two tasks: nothing of it is under way. */
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

  /** Nothing of it counts any more. */
  get isGone(): boolean {
    return this.#state === 'gone';
  }

  /** No more tasks: the one under way may finish, a waiting user leaves at once. */
  stop(): void {
    const { isWaiting } = this;
    if (isWaiting || this.#state === 'starting' || this.#state === 'running') this.#state = 'stopping';
    if (isWaiting) this.#wakeEarly();
  }

  /**
   * Resolves after `waitMs` (above 0), or with the user's end; `endWait` is to follow. In two steps, as a hundred thousand
   * users wait here: an async function around both would hold a promise more for each.
   */
  beginWait(waitMs: number): Promise<unknown> {
    this.#state = 'waiting';
    this.dueTick = this.#wheel.tickAfter(waitMs);
    this.#wheel.add(this);
    return this.#woken();
  }

  /** Back to work, unless the wait was ended by a stop or a kill. */
  endWait(): void {
    if (this.#state === 'waiting') this.#state = 'running';
  }

  /** Waits for no time but for `letIn`; false when the user is not to go on. */
  async waitAtGate(): Promise<boolean> {
    if (this.#state !== 'running') return false;
    this.#state = 'waiting';
    return (await this.#woken()) && !this.isOver;
  }

  /** Ends that wait, and the task that it was for is under way: a stop that comes in the same turn lets it finish. Nothing to a user that does not wait. */
  letIn(): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'running';
    this.#endWaiting(true);
  }

  /** Ends a wait: its time is over, or the user is to end. */
  ring(): void {
    this.#endWaiting(false);
  }

  /** `onStart` is done; nothing to a user that was stopped meanwhile. */
  protected beginTasks(): void {
    if (this.#state === 'starting') this.#state = 'running';
  }

  /** The user says goodbye; whatever it still does or waits for is cut off. Nothing to one that is gone. */
  protected leave(): void {
    if (this.#state === 'gone') return;
    this.#state = 'leaving';
    this.#wakeEarly();
  }

  protected vanish(): void {
    this.#state = 'gone';
  }

  #wakeEarly(): void {
    const { dueTick } = this;
    this.ring();
    if (dueTick !== awake) this.#wheel.leave(dueTick);
  }

  #endWaiting(isLetIn: boolean): void {
    this.dueTick = awake;
    const wake = this.#wake;
    this.#wake = null;
    wake?.(isLetIn);
  }

  /** Resolves with the wait's end: true when `letIn` ended it. */
  #woken(): Promise<boolean> {
    const waited = new Promise<boolean>(handover.take);
    this.#wake = handover.resolve;
    return waited;
  }
}

const handover = new Handover<boolean>();
