/**
 * One place for a load thread: starts it, watches it, and puts another in its place when it dies or hangs.
 *
 * A thread that was replaced is retiring until it has really ended: only then has its memory stopped changing, and its
 * last samples are read. Whoever needs whole numbers waits for `isRetiring` to be false.
 */
import type { FeedsToThread } from '../shared/feedMessages.ts';
import type { LogLevel, MainToThread } from '../shared/messages.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import { readTrust, trustMemory, TrustMeter, type TrustNumbers } from '../shared/trustMeter.ts';
import type { DebuggerWatch } from './debuggerWatch.ts';
import { RestartDelay } from './restartDelay.ts';
import { blockedMs, causeOfStandstill, Standstill } from './standstill.ts';
import { startThread, type SlotMessage, type StartOptions } from './startedThread.ts';
import type { ThreadHandle } from './threadHandle.ts';

export type SlotOptions = StartOptions & {
  readonly index: number;
  /** Whether samples of a thread that begins now are of the warm-up. */
  readonly warmsUp: () => boolean;
  /** Of the worker, for a thread that begins now; null: not known yet. */
  readonly workerIndex: () => number | null;
  /** A thread whose event loop stands still for so long is replaced; 0 never. */
  readonly hangTimeoutMs: number;
  readonly debugging: Pick<DebuggerWatch, 'excuses'>;
  readonly log: (level: LogLevel, text: string) => void;
  readonly receive: (slot: ThreadSlot, message: SlotMessage) => void;
  /** The thread was lost with what was in it, and why; a new one is on its way. */
  readonly lost: (slot: ThreadSlot, loss: ThreadLoss, reason: string) => void;
  /** A lost thread has ended: its numbers are whole now. */
  readonly retired: (slot: ThreadSlot) => void;
};

/** What a thread takes along: its users, and their requests that were under way. What it had counted is not lost. */
export type ThreadLoss = { readonly users: number; readonly requests: number };

/** A loop that turns says so five times a second: less silence proves nothing. */
const leastSilenceMs = 500;

export class ThreadSlot {
  readonly index: number;
  /** The scenario is loaded and its `init` over: the thread takes orders. */
  isReady = false;
  /** The scenario is loaded. */
  isLoaded = false;
  #isInitialised = false;
  /** Live users per class, as the thread last said. */
  counts: Readonly<Record<string, number>> = {};
  reachedGeneration = 0;
  stoppedGeneration = 0;
  /** Custom message types that the scenario listens to. */
  listening: readonly string[] = [];
  /** The scenario listens to `reportToMaster`. */
  addsToReports = false;
  isClosed = false;
  /** What the thread believes of the warm-up. */
  warmsUp = false;
  readonly #options: SlotOptions;
  #thread: ThreadHandle;
  #threadsSoFar = 0;
  /** Threads that were told to end and have not yet. */
  readonly #retiring = new Set<ThreadHandle>();
  readonly #restartDelay = new RestartDelay();
  #restart: Timer | null = null;
  readonly #standstill: Standstill;
  /** Of all threads that were here. */
  readonly #trust = trustMemory();

  constructor(options: SlotOptions) {
    this.#options = options;
    this.index = options.index;
    this.#standstill = new Standstill(options.hangTimeoutMs);
    this.#thread = this.#startThread();
  }

  get isRetiring(): boolean {
    return this.#retiring.size > 0;
  }

  get userCount(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Changes as long as the thread's event loop turns. */
  get beats(): number {
    return this.#thread.beats;
  }

  /** How well the threads of this place kept up. */
  trust(): TrustNumbers {
    return readTrust(this.#trust);
  }

  /** Sends to the thread; dropped while there is none that could obey. */
  post(message: MainToThread | FeedsToThread): void {
    if (this.isReady || (this.isLoaded && message.kind === 'close')) this.#thread.post(message);
  }

  /** Has the thread fire `init`, if it still holds that; false when it does not. */
  init(workerIndex: number): boolean {
    if (!this.isLoaded || this.#isInitialised) return false;
    this.#thread.post({ kind: 'init', workerIndex });
    return true;
  }

  /** Ends the thread, keeps what it counted, and starts another. */
  replace(reason: string): void {
    const users = this.userCount;
    // A loop that never comes back cannot account for the time by itself.
    const silentMs = this.#thread.silentMs(this.#options.nowMs());
    if (silentMs >= leastSilenceMs) new TrustMeter(this.#trust).stoodStill(silentMs);
    this.#retiring.add(this.#thread);
    void this.#thread.terminate();
    this.#lose({ users, requests: this.#thread.requests }, reason);
  }

  /** Warns of a blocked event loop, and replaces the thread when it stays so, unless it is still loading. Call it every half second or so. */
  watch(nowMs: number): void {
    const silentMs = this.#thread.silentMs(nowMs);
    const verdict = this.#standstill.judge(silentMs, this.isReady);
    if (verdict === 'fine' || this.#options.debugging.excuses()) return;
    const cause = this.isReady ? causeOfStandstill() : 'the scenario, or a listener of init, blocks it with synchronous work while it is loaded';
    if (verdict === 'hung') this.replace(`its event loop stood still for ${(silentMs / 1000).toFixed(1)} s: ${cause}`);
    else this.#options.log('warning', `the event loop of load thread ${this.index} has stood still for ${blockedMs / 1000} s: ${cause}`);
  }

  /** Ends the thread for good; resolves when it has ended. May be called twice. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.isReady = false;
    this.isLoaded = false;
    clearTimer(this.#restart);
    await this.#thread.terminate();
  }

  #startThread(): ThreadHandle {
    this.#restartDelay.started(this.#options.nowMs());
    this.warmsUp = this.#options.warmsUp();
    const identity = { threadIndex: this.index, workerIndex: this.#options.workerIndex(), number: this.#threadsSoFar++, trust: this.#trust, warmsUp: this.warmsUp };
    const thread: ThreadHandle = startThread(this.#options, identity, {
      message: (message) => {
        if (this.#thread === thread && !this.isClosed) this.#hear(message);
      },
      ended: (reason) => {
        // A retiring thread was lost already; it may end before its successor has taken its place.
        if (!this.#retiring.delete(thread) && !this.isClosed) this.#lose({ users: this.userCount, requests: thread.requests }, reason);
        this.#options.retired(this);
      },
    });
    return thread;
  }

  #hear(message: SlotMessage): void {
    if (message.kind === 'ready') this.isLoaded = true;
    if (message.kind === 'initialised') this.#isInitialised = true;
    this.isReady = this.isLoaded && this.#isInitialised;
    this.#options.receive(this, message);
  }

  #lose(loss: ThreadLoss, reason: string): void {
    this.isReady = false;
    this.isLoaded = false;
    this.#isInitialised = false;
    this.#standstill.forget();
    this.counts = {};
    this.reachedGeneration = 0;
    this.listening = [];
    this.addsToReports = false;
    this.#restart = setTimer(() => (this.#thread = this.#startThread()), this.#restartDelay.lost(this.#options.nowMs()));
    this.#options.lost(this, loss, reason);
  }
}
