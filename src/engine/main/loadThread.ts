/**
 * One place for a load thread: starts it, watches it, and puts another in its place when it dies or hangs.
 *
 * A thread that was replaced is retiring until it has really ended: only then has its memory stopped changing, and its
 * last samples are read. Whoever needs whole numbers waits for `isRetiring` to be false.
 */
import type { LedgerMessage } from '../../stats/ledgerMessages.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import { type ExceptionKind, type ExceptionMessage, ExceptionReader } from '../shared/exceptionCounts.ts';
import type { FeedsToThread } from '../shared/feeders.ts';
import type { LogLevel, MainToThread, ThreadToMain } from '../shared/messages.ts';
import type { ThreadSeed } from '../shared/threadSeed.ts';
import { readTrust, trustMemory, TrustMeter, type TrustNumbers } from '../shared/trustMeter.ts';
import type { Ledgers } from './poolOptions.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import { blockedMs, causeOfStandstill, type DebuggerWatch, Standstill } from './standstill.ts';
import { ThreadHandle } from './threadHandle.ts';

/** What a load thread is started with, and who hears of it. */
export type LoadThreadOptions = StartOptions & {
  readonly index: number;
  /** Whether samples of a thread that begins now are of the warm-up. */
  readonly warmsUp: () => boolean;
  /** Of the worker, for a thread that begins now; null: not known yet. */
  readonly workerIndex: () => number | null;
  /** A thread whose event loop stands still for so long is replaced; 0 never. */
  readonly hangTimeoutMs: number;
  readonly debugging: Pick<DebuggerWatch, 'excuses'>;
  readonly log: (level: LogLevel, text: string) => void;
  readonly receive: (slot: LoadThread, message: ThreadMessage) => void;
  /** The thread was lost with what was in it, and why; a new one is on its way. */
  readonly lost: (slot: LoadThread, loss: ThreadLoss, reason: string) => void;
  /** A lost thread has ended: its numbers are whole now. */
  readonly retired: (slot: LoadThread) => void;
};

/** What a thread takes along: its users, and their requests that were under way. What it had counted is not lost. */
export type ThreadLoss = { readonly users: number; readonly requests: number };

/** A loop that turns says so five times a second: less silence proves nothing. */
const minSilenceMs = 500;

export class LoadThread {
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
  readonly #options: LoadThreadOptions;
  #thread: ThreadHandle;
  #threadsSoFar = 0;
  /** Threads that were told to end and have not yet. */
  readonly #retiring = new Set<ThreadHandle>();
  readonly #restartDelay = new RestartDelay();
  #restart: Timer | null = null;
  readonly #standstill: Standstill;
  /** Of all threads that were here. */
  readonly #trust = trustMemory();

  constructor(options: LoadThreadOptions) {
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
    if (silentMs >= minSilenceMs) new TrustMeter(this.#trust).stoodStill(silentMs);
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
        if (this.#thread === thread && !this.isClosed) this.#handleThreadMessage(message);
      },
      ended: (reason) => {
        // A retiring thread was lost already; it may end before its successor has taken its place.
        if (!this.#retiring.delete(thread) && !this.isClosed) this.#lose({ users: this.userCount, requests: thread.requests }, reason);
        this.#options.retired(this);
      },
    });
    return thread;
  }

  #handleThreadMessage(message: ThreadMessage): void {
    if (message.kind === 'ready') this.isLoaded = true;
    if (message.kind === 'initialised') this.#isInitialised = true;
    this.isReady = this.isLoaded && this.#isInitialised;
    this.#options.receive(this, message);
  }

  #lose(loss: ThreadLoss, reason: string): void {
    this.isReady = false;
    this.isLoaded = false;
    this.#isInitialised = false;
    this.#standstill.clear();
    this.counts = {};
    this.reachedGeneration = 0;
    this.listening = [];
    this.addsToReports = false;
    this.#restart = setTimer(() => (this.#thread = this.#startThread()), this.#restartDelay.lost(this.#options.nowMs()));
    this.#options.lost(this, loss, reason);
  }
}

/*
 * Starts one thread for a place: gives it its seed, and takes to its ledgers what is theirs and reads the exceptions that it counts,
 * so that the place hears the rest only.
 */

/** Everything a thread says but its ledgers' definitions and its exceptions. */
export type ThreadMessage = Exclude<ThreadToMain, LedgerMessage | ExceptionMessage | { readonly kind: 'scheduleLedger' }>;

/** What all threads of a pool begin with. */
export type SharedSeed = Omit<ThreadSeed, 'pulse' | 'threadIndex' | 'workerIndex' | 'firstUserNumber' | 'readsFeedFiles' | 'trust' | 'warmsUp' | 'requestLog'>;

/** What is the same for each start of a thread in this place. */
export type StartOptions = {
  readonly seed: SharedSeed;
  readonly requestLog: RequestLogFile | null;
  /** `file:` URLs of the compiled scenario. */
  readonly bundleUrls: Promise<readonly string[]>;
  readonly nowMs: () => number;
  readonly ledgers: Ledgers;
  readonly scheduleLedgers: Ledgers;
  /** Hears of `count` equal exceptions. */
  readonly exceptions: (exception: ExceptionKind, count: number) => void;
};

/** Which thread it is: `number` counts those that were in this place before. */
export type ThreadIdentity = Pick<ThreadSeed, 'threadIndex' | 'workerIndex' | 'trust' | 'warmsUp'> & { readonly number: number };

/** What its place hears; `ended` comes once, last, and says why. */
export type StartedEvents = {
  readonly message: (message: ThreadMessage) => void;
  readonly ended: (reason: string) => void;
};

/** A new thread numbers its users from far above what the lost one can have used. */
const userNumbersPerThread = 100_000_000;

/** Starts one thread: hands it its seed, and takes its ledgers and exceptions to where they are read. */
export function startThread(options: StartOptions, { number, ...identity }: ThreadIdentity, events: StartedEvents): ThreadHandle {
  const { seed, requestLog, bundleUrls, nowMs, ledgers, scheduleLedgers } = options;
  const key = `${identity.threadIndex}.${number}`;
  const logSeed = requestLog?.seed() ?? null;
  const exceptions = new ExceptionReader(options.exceptions);
  const thread = new ThreadHandle(
    {
      ...seed,
      ...identity,
      requestLog: logSeed,
      firstUserNumber: number * userNumbersPerThread,
      // Not those that come in place of a lost thread: the file may have changed, its rows are known.
      readsFeedFiles: identity.threadIndex === 0 && number === 0,
    },
    {
      message: (message) => {
        if (message.kind === 'ledgerPage' || message.kind === 'ledgerRow' || message.kind === 'ledgerError') ledgers.define(key, message);
        else if (message.kind === 'scheduleLedger') scheduleLedgers.define(key, message.message);
        else if (message.kind === 'exceptionMemory' || message.kind === 'exceptionKind' || message.kind === 'exceptionsCounted') exceptions.take(message);
        else events.message(message);
      },
      ended: (reason) => {
        for (const each of [ledgers, scheduleLedgers]) each.threadEnded(key);
        exceptions.read();
        if (logSeed !== null) requestLog?.rescue(logSeed);
        events.ended(reason);
      },
    },
    nowMs(),
  );
  bundleUrls.then((urls) => thread.load(urls), ignore);
  return thread;
}

function ignore(): void {
  // the pool hears of a failure by itself
}

const longLifeMs = 10_000;
const firstDelayMs = 500;
const maxDelayMs = 10_000;

/**
 * How long the place of a lost thread stays empty: one that did its work for a while is replaced at once, one that did not
 * live long is followed by the next only after a while, and each time later.
 */
export class RestartDelay {
  #startedMs = 0;
  #shortLives = 0;

  /** A thread begins at `nowMs`. */
  started(nowMs: number): void {
    this.#startedMs = nowMs;
  }

  /** It is lost at `nowMs`: the next is to begin in so many milliseconds. */
  lost(nowMs: number): number {
    if (nowMs - this.#startedMs >= longLifeMs) this.#shortLives = 0;
    const delayMs = this.#shortLives === 0 ? 0 : Math.min(firstDelayMs * 2 ** (this.#shortLives - 1), maxDelayMs);
    this.#shortLives++;
    return delayMs;
  }
}
