/**
 * One place for a load thread: starts it, watches it, and puts another in its place when it dies or hangs.
 *
 * A thread that was replaced is retiring until it has really ended: only then has its memory stopped changing, and its
 * last samples are read. Whoever needs whole numbers waits for `isRetiring` to be false.
 */
import type { LedgerMessage } from '../stats/ledgerMessages.ts';
import type { FeedsToThread, LogLevel, MainToThread, ThreadSeed, ThreadToMain } from '../thread/messages.ts';
import { readTrust, trustMemory, type TrustNumbers } from '../util/trustMeter.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import { ThreadHandle } from './threadHandle.ts';

/** Where the threads' numbers are kept, by a key that no two threads share. */
export type Ledgers = {
  readonly define: (threadKey: string, message: LedgerMessage) => void;
  /** The thread writes no more: the moment to read the rest of its memory. */
  readonly threadEnded: (threadKey: string) => void;
};

/** Everything a thread says but its ledgers' definitions. */
export type SlotMessage = Exclude<ThreadToMain, LedgerMessage | { readonly kind: 'otherLedger' }>;

export type SlotOptions = {
  readonly index: number;
  readonly seed: Omit<ThreadSeed, 'marker' | 'ticks' | 'threadIndex' | 'firstUserNumber' | 'readsFeedFiles' | 'trust' | 'warmsUp' | 'requestLog'>;
  /** Whether samples of a thread that begins now are of the warm-up. */
  readonly warmsUp: () => boolean;
  readonly requestLog: RequestLogFile | null;
  /** `file:` URLs of the compiled scenario. */
  readonly bundleUrls: Promise<readonly string[]>;
  /** A thread whose event loop stands still for so long is replaced; 0 never. */
  readonly hangTimeoutMs: number;
  readonly nowMs: () => number;
  readonly ledgers: Ledgers;
  readonly warmUpLedgers: Ledgers;
  readonly scheduleLedgers: Ledgers;
  readonly log: (level: LogLevel, text: string) => void;
  readonly receive: (slot: ThreadSlot, message: SlotMessage) => void;
  /** The thread was lost with so many users and why; a new one is on its way. */
  readonly lost: (slot: ThreadSlot, users: number, reason: string) => void;
  /** A lost thread has ended: its numbers are whole now. */
  readonly retired: (slot: ThreadSlot) => void;
};

const blockedWarningMs = 5_000;
/** A thread that was lost is replaced at once; one that did not live long is followed by the next only after a while, and each time later. */
const longLifeMs = 10_000;
const restartDelayMs = 500;
const longestRestartDelayMs = 10_000;
/** A new thread numbers its users from far above what the lost one can have used. */
const userNumbersPerThread = 100_000_000;

export class ThreadSlot {
  readonly index: number;
  isReady = false;
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
  #shortLives = 0;
  #startedMs = 0;
  #restart: NodeJS.Timeout | null = null;
  #hasWarnedBlocked = false;
  /** Of all threads that were here. */
  readonly #trust = trustMemory();

  constructor(options: SlotOptions) {
    this.#options = options;
    this.index = options.index;
    this.#thread = this.#startThread();
  }

  get isRetiring(): boolean {
    return this.#retiring.size > 0;
  }

  get userCount(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** How well the threads of this place kept up. */
  trust(): TrustNumbers {
    return readTrust(this.#trust);
  }

  /** Sends to the thread; dropped while there is none that could obey. */
  post(message: MainToThread | FeedsToThread): void {
    if (this.isReady) this.#thread.post(message);
  }

  /** Ends the thread, keeps what it counted, and starts another. */
  replace(reason: string): void {
    const users = this.userCount;
    this.#retiring.add(this.#thread);
    void this.#thread.terminate();
    this.#lose(users, reason);
  }

  /** Warns of a blocked event loop, and replaces the thread when it stays so. Call it every half second or so. */
  watch(nowMs: number): void {
    const silentMs = this.#thread.silentMs(nowMs);
    if (this.isReady && this.#options.hangTimeoutMs > 0 && silentMs >= this.#options.hangTimeoutMs) {
      this.replace(`its event loop stood still for ${(silentMs / 1000).toFixed(1)} s: a task blocks it`);
    } else if (!this.isReady || silentMs < blockedWarningMs) {
      this.#hasWarnedBlocked = false;
    } else if (!this.#hasWarnedBlocked) {
      this.#hasWarnedBlocked = true;
      this.#options.log('warning', `the event loop of load thread ${this.index} has stood still for ${blockedWarningMs / 1000} s: a task blocks it with synchronous work`);
    }
  }

  /** Ends the thread for good; resolves when it has ended. May be called twice. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.isReady = false;
    if (this.#restart !== null) clearTimeout(this.#restart);
    await this.#thread.terminate();
  }

  #startThread(): ThreadHandle {
    const { seed, bundleUrls, ledgers, warmUpLedgers, scheduleLedgers, nowMs, receive, requestLog } = this.#options;
    this.#startedMs = nowMs();
    const number = this.#threadsSoFar++;
    const key = `${this.index}.${number}`;
    const logSeed = requestLog?.seed() ?? null;
    this.warmsUp = this.#options.warmsUp();
    const thread: ThreadHandle = new ThreadHandle(
      {
        ...seed,
        threadIndex: this.index,
        trust: this.#trust,
        warmsUp: this.warmsUp,
        requestLog: logSeed,
        firstUserNumber: number * userNumbersPerThread,
        // Not those that come in place of a lost thread: the file may have changed, its rows are known.
        readsFeedFiles: this.index === 0 && number === 0,
      },
      {
        message: (message) => {
          if (message.kind === 'ledgerPage' || message.kind === 'ledgerRow' || message.kind === 'ledgerError') {
            ledgers.define(key, message);
          } else if (message.kind === 'otherLedger') {
            (message.ledger === 'warmUp' ? warmUpLedgers : scheduleLedgers).define(key, message.message);
          } else if (this.#thread === thread && !this.isClosed) {
            if (message.kind === 'ready') this.#becomeReady();
            receive(this, message);
          }
        },
        ended: (reason) => {
          for (const each of [ledgers, warmUpLedgers, scheduleLedgers]) each.threadEnded(key);
          if (logSeed !== null) requestLog?.rescue(logSeed);
          // A retiring thread was lost already; it may end before its successor has taken its place.
          if (!this.#retiring.delete(thread) && !this.isClosed) this.#lose(this.userCount, reason);
          this.#options.retired(this);
        },
      },
      nowMs(),
    );
    bundleUrls.then((urls) => thread.load(urls), ignore); // the pool hears of a failure by itself
    return thread;
  }

  #becomeReady(): void {
    this.isReady = true;
  }

  #lose(users: number, reason: string): void {
    this.isReady = false;
    this.#hasWarnedBlocked = false;
    this.counts = {};
    this.reachedGeneration = 0;
    this.listening = [];
    this.addsToReports = false;
    if (this.#options.nowMs() - this.#startedMs >= longLifeMs) this.#shortLives = 0;
    const delayMs = this.#shortLives === 0 ? 0 : Math.min(restartDelayMs * 2 ** (this.#shortLives - 1), longestRestartDelayMs);
    this.#shortLives++;
    this.#restart = setTimeout(() => (this.#thread = this.#startThread()), delayMs);
    this.#options.lost(this, users, reason);
  }
}

function ignore(): void {
  // for a promise whose failure another one looks after
}
