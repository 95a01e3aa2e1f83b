/**
 * Hands the requests of a capture to users as they come due: what belongs to one visitor to one user, in its order. None is dropped: one whose visitor still waits
 * for an answer begins late, and its response time from schedule says so.
 *
 *   due ──► its visitor ──► has a user, which is idle ──► begins
 *                      ├──► has a user, which is at work ──► waits for it
 *                      └──► has none ──► a free user, a further one, or (there are as many as there may be) the one whose visitor was idle for longest
 */
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import { setImmediate } from '../../../util/nodeTime.ts';
import { delayUntil, ownMsOf, sharedNowMs } from '../../../util/sharedClock.ts';
import type { GateWaiter } from '../pacing/gate.ts';
import type { ReplayItem, ReplaySource } from './replaySource.ts';

/** Those that wait for their visitors: beyond it nothing is read, and what comes is late. */
const maxWaiting = 10_000;
const maxWaitingBytes = 64_000_000;
/** Begun at once, before the event loop turns. */
const maxAtOnce = 200;
/** Before visitors whose user has ended get another. */
const retryMs = 50;

/** What a queue is made of. */
export type ReplayQueueParts = {
  /** Begins one more user, which the queue is to `expect`; false: there are as many as there may be. */
  readonly grow: () => boolean;
  /** A request has come due. */
  readonly onDue: () => void;
  /** It begins, so many milliseconds after its moment; `isBehindOwn`: after it waited for the one before of the same visitor. */
  readonly onBegin: (lateMs: number, isBehindOwn: boolean) => void;
  /** All have come and are done with. */
  readonly onOver: () => void;
};

type Visitor = {
  readonly key: string | null;
  user: GateWaiter | null;
  readonly waiting: ReplayItem[];
};

/** What a user is at. */
type Work = { readonly item: ReplayItem; readonly isNewVisitor: boolean };

export class ReplayQueue {
  readonly #parts: ReplayQueueParts;
  /** With a key, as long as they have a user or wait for one. */
  readonly #visitors = new Map<string, Visitor>();
  /** Of the users that have been here. */
  readonly #visitorOf = new Map<GateWaiter, Visitor>();
  /** Without a visitor, and with one that has nothing to do, the longest idle first. */
  readonly #free = new Set<GateWaiter>();
  readonly #resting = new Set<GateWaiter>();
  /** Users that have begun and are still in their `onStart`. */
  readonly #beginning = new Set<GateWaiter>();
  /** Visitors that wait for a user. */
  readonly #unserved: Visitor[] = [];
  readonly #work = new Map<object, Work>();
  #source: ReplaySource | null = null;
  #startMs = 0;
  #waiting = 0;
  #waitingBytes = 0;
  /** Nothing is taken until somebody begins. */
  #isFull = false;
  #timer: Timer | null = null;
  #retry: Timer | null = null;
  #hasTurn = false;

  constructor(parts: ReplayQueueParts) {
    this.#parts = parts;
  }

  /** What this user was let through for; null: nothing. */
  workOf(user: object): Work | null {
    return this.#work.get(user) ?? null;
  }

  /** From this moment of the shared clock on. */
  start(source: ReplaySource, startMs: number): void {
    this.#source = source;
    this.#startMs = startMs;
    this.serve();
  }

  /** Nothing comes any more. Returns how many have come for nothing. */
  stop(): number {
    clearTimer(this.#timer);
    clearTimer(this.#retry);
    this.#timer = this.#retry = null;
    this.#source = null;
    const count = this.#waiting;
    this.#visitors.clear();
    this.#visitorOf.clear();
    this.#unserved.length = 0;
    this.#waiting = this.#waitingBytes = 0;
    return count;
  }

  /** Waits for the user's next request; false when the waiter was stopped. */
  async wait(waiter: GateWaiter): Promise<boolean> {
    this.#beginning.delete(waiter);
    this.#work.delete(waiter);
    const visitor = this.#visitorOf.get(waiter);
    if (visitor !== undefined && visitor.waiting.length > 0) return this.#handTo(waiter, visitor, false, true);
    if (visitor?.key === null) this.#visitorOf.delete(waiter);
    const hasVisitor = this.#visitorOf.has(waiter);
    if (this.#unserved.length > (hasVisitor ? this.#beginning.size : 0)) {
      if (visitor !== undefined && hasVisitor) this.#forget(visitor);
      return this.#serveNextTo(waiter);
    }
    const idle = hasVisitor ? this.#resting : this.#free;
    idle.add(waiter);
    this.#endIfOver();
    const isIn = await waiter.waitAtGate();
    idle.delete(waiter);
    return isIn;
  }

  /** A user has been made that is to wait here once it is ready. */
  expect(waiter: GateWaiter): void {
    this.#beginning.add(waiter);
  }

  /** It has ended; what waits for it is for another. */
  gone(waiter: GateWaiter): void {
    this.#beginning.delete(waiter);
    this.#free.delete(waiter);
    this.#resting.delete(waiter);
    this.#work.delete(waiter);
    const visitor = this.#visitorOf.get(waiter);
    this.#visitorOf.delete(waiter);
    if (this.#source === null) return;
    if (visitor !== undefined) {
      visitor.user = null;
      if (visitor.waiting.length > 0) this.#unserved.push(visitor);
      else if (visitor.key !== null) this.#visitors.delete(visitor.key);
    }
    // Not at once: users that cannot begin would be made without end.
    this.#retry ??= setTimer(() => {
      this.#retry = null;
      this.serve();
    }, retryMs);
  }

  /** What is due has come, and what comes next is waited for. */
  readonly serve = (): void => {
    clearTimer(this.#timer);
    this.#timer = null;
    const source = this.#source;
    if (source === null) return;
    this.#serveVisitors();
    for (let count = 0; ; count += 1) {
      this.#isFull = this.#waiting >= maxWaiting || this.#waitingBytes >= maxWaitingBytes;
      if (this.#isFull) return;
      const item = source.next;
      if (item === undefined) return this.#endIfOver();
      const waitMs = delayUntil(this.#startMs + item.dueMs);
      if (waitMs > 0) {
        this.#timer = setTimer(this.serve, waitMs);
        return;
      }
      if (count === maxAtOnce) return this.#serveInTurn();
      source.advance();
      this.#parts.onDue();
      this.#arrive(item);
    }
  };

  #arrive(item: ReplayItem): void {
    const visitor = this.#visitorFor(item.visitor);
    visitor.waiting.push(item);
    this.#waiting += 1;
    this.#waitingBytes += item.request.bytes;
    const { user } = visitor;
    if (user === null) {
      if (visitor.waiting.length === 1) this.#unserved.push(visitor);
      this.#serveVisitors();
    } else if (this.#resting.delete(user)) {
      this.#handTo(user, visitor, false);
      user.letIn();
    }
  }

  #visitorFor(key: string | null): Visitor {
    const known = key === null ? undefined : this.#visitors.get(key);
    if (known !== undefined) return known;
    const visitor: Visitor = { key, user: null, waiting: [] };
    if (key !== null) this.#visitors.set(key, visitor);
    return visitor;
  }

  /** Those without a user get one, as long as there is one to be had. */
  #serveVisitors(): void {
    while (this.#unserved.length > 0) {
      const user = this.#freeUser();
      if (user === null) return;
      this.#serveNextTo(user);
      user.letIn();
    }
  }

  /** Null: none, or one that has to begin first. */
  #freeUser(): GateWaiter | null {
    const [free] = this.#free;
    if (free !== undefined) {
      this.#free.delete(free);
      return free;
    }
    if (this.#unserved.length <= this.#beginning.size || this.#parts.grow()) return null;
    const [resting] = this.#resting;
    if (resting === undefined) return null;
    this.#resting.delete(resting);
    const visitor = this.#visitorOf.get(resting);
    if (visitor !== undefined) this.#forget(visitor);
    return resting;
  }

  #serveNextTo(user: GateWaiter): true {
    const visitor = this.#unserved.shift();
    if (visitor === undefined) return true;
    visitor.user = user;
    this.#visitorOf.set(user, visitor);
    return this.#handTo(user, visitor, true);
  }

  #handTo(user: GateWaiter, visitor: Visitor, isNewVisitor: boolean, isBehindOwn = false): true {
    const item = visitor.waiting.shift();
    if (item === undefined) return true;
    this.#waiting -= 1;
    this.#waitingBytes -= item.request.bytes;
    const dueMs = this.#startMs + item.dueMs;
    this.#work.set(user, { item, isNewVisitor });
    this.#parts.onBegin(Math.max(0, sharedNowMs() - dueMs), isBehindOwn);
    user.intend(ownMsOf(dueMs));
    if (this.#isFull) this.#serveInTurn();
    return true;
  }

  #forget(visitor: Visitor): void {
    visitor.user = null;
    if (visitor.key !== null) this.#visitors.delete(visitor.key);
  }

  #serveInTurn(): void {
    if (this.#hasTurn) return;
    this.#hasTurn = true;
    setImmediate(() => {
      this.#hasTurn = false;
      this.serve();
    });
  }

  #endIfOver(): void {
    if (this.#source?.isOver === true && this.#waiting === 0 && this.#work.size === 0) this.#parts.onOver();
  }
}
