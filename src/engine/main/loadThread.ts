/**
 * One load thread, seen from the main side: starts it, watches it, and starts it again when it dies or hangs. The only file on this side
 * that knows `worker_threads`.
 *
 * What was replaced is retiring until it has really ended: only then has its memory stopped changing, and its last samples
 * are read. Whoever needs whole numbers waits for `isRetiring` to be false.
 */
import { getHeapStatistics } from 'node:v8';
import { MessageChannel, type MessagePort, receiveMessageOnPort, type ResourceLimits, Worker } from 'node:worker_threads';
import type { LedgerMessage } from '../../stats/ledgerMessages.ts';
import { errorLine } from '../../util/errorText.ts';
import { printed } from '../../util/printed.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import { type ExceptionKind, type ExceptionMessage, ExceptionReader } from '../shared/exceptionCounts.ts';
import type { MainToThread, ThreadToMain } from '../shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import { Pulse, restingBeatEveryMs } from '../shared/pulse.ts';
import type { LoadScenario, RequestLogSeed, ThreadSeed, ThreadStart, Vessel } from '../shared/threadSeed.ts';
import { readTrust, trustMemory, TrustMeter, type TrustNumbers } from '../shared/trustMeter.ts';
import { problemOf } from './messageCheck.ts';
import type { PoolOptions } from './poolOptions.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import { blockedMs, causeOfStandstill, type DebuggerWatch, Standstill } from './standstill.ts';
import { passLinesOn } from './threadConsole.ts';

/** What a thread says to its owner: all but its ledgers' definitions and its exceptions. */
export type ThreadMessage = Exclude<ThreadToMain, LedgerMessage | ExceptionMessage | { readonly kind: 'scheduleLedger' | 'metricLedger' }>;

/** What all threads of a pool begin with. */
export type SharedSeed = Omit<ThreadSeed, 'pulse' | 'threadIndex' | 'workerIndex' | 'firstUserNumber' | 'readsFeedFiles' | 'trust' | 'warmsUp' | 'requestLog'>;

/** What a thread takes along: its users, and their requests that were under way. What it had counted is not lost. */
export type ThreadLoss = { readonly users: number; readonly requests: number };

/** What a load thread is started with, and who hears of it. */
export type LoadThreadOptions = Pick<PoolOptions, 'bundleUrls' | 'startHere' | 'hangTimeoutMs' | 'nowMs' | 'ledgers' | 'scheduleLedgers' | 'metricLedgers' | 'log'> & {
  readonly seed: SharedSeed;
  readonly requestLog: RequestLogFile | null;
  readonly debugging: Pick<DebuggerWatch, 'excuses'>;
  /** Whether samples of a thread that begins now are of the warm-up. */
  readonly warmsUp: () => boolean;
  /** Of the worker, for a thread that begins now; null: not known yet. */
  readonly workerIndex: () => number | null;
  /** Hears of `count` equal exceptions. */
  readonly exceptions: (exception: ExceptionKind, count: number) => void;
  readonly receive: (thread: LoadThread, message: ThreadMessage) => void;
  /** The thread was lost with what was in it, and why; it is started again. */
  readonly lost: (thread: LoadThread, loss: ThreadLoss, reason: string) => void;
  /** What was lost has ended: its numbers are whole now. */
  readonly retired: (thread: LoadThread) => void;
};

/** One start of the thread: what begins and ends with it. */
type Started = {
  vessel: Vessel;
  /** Of ours alone: no scenario has its other end. */
  readonly port: MessagePort;
  readonly pulse: Pulse;
  /** Of its ledgers. */
  readonly key: string;
  readonly exceptions: ExceptionReader;
  readonly requestLog: RequestLogSeed | null;
};

/** A loop that turns says so five times a second: less silence proves nothing. */
const minSilenceMs = 500;

/** A thread that is started again numbers its users from far above what it can have used before. */
const userNumbersPerStart = 100_000_000;

const threadEntry = new URL('../thread/entry.js', import.meta.url);

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
  /** Of the last stop after which no user is left; see `stopUsers`. */
  stoppedGeneration = 0;
  #askedToStop = 0;
  /** It has said that its users are gone; until `runBegins`. */
  #saidUsersGone = false;
  /** Custom message types that the scenario listens to. */
  listening: readonly string[] = [];
  /** The scenario listens to `reportToMaster`. */
  addsToReports = false;
  isClosed = false;
  /** What the thread believes of the warm-up. */
  #warmsUp = false;
  readonly #options: LoadThreadOptions;
  /** Null: it was lost, and is to be started again. */
  #started: Started | null = null;
  #startsSoFar = 0;
  /** What was told to end and has not yet. */
  readonly #retiring = new Set<Started>();
  readonly #restartDelay = new RestartDelay();
  #restart: Timer | null = null;
  readonly #standstill: Standstill;
  /** Over all starts. */
  readonly #trust = trustMemory();

  /** It loads the scenario by itself when `bundleUrls` is there. Nothing is received before this returns. */
  constructor(index: number, options: LoadThreadOptions) {
    this.index = index;
    this.#options = options;
    this.#standstill = new Standstill(options.hangTimeoutMs);
    this.#start();
  }

  get isRetiring(): boolean {
    return this.#retiring.size > 0;
  }

  /** Since it was asked to stop: what it counts from now on is what its listeners record. */
  get areUsersGone(): boolean {
    return this.#saidUsersGone || this.stoppedGeneration === this.#askedToStop;
  }

  get userCount(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  /** Changes as long as the thread's event loop turns. */
  get beats(): number {
    return this.#started?.pulse.beats ?? 0;
  }

  /** No test runs in it, so it says seldom that its loop turns. */
  get isResting(): boolean {
    return this.#started?.pulse.isResting ?? false;
  }

  /** How well the thread kept up. */
  trust(): TrustNumbers {
    return readTrust(this.#trust);
  }

  /** Sends to the thread; dropped while there is none that could obey. */
  post(message: MainToThread): void {
    if (this.isReady || (this.isLoaded && message.kind === 'close')) this.#started?.port.postMessage(message);
  }

  /** Has the thread fire `init`, if it still holds that; false when it does not. */
  init(workerIndex: number): boolean {
    if (!this.isLoaded || this.#isInitialised) return false;
    this.#started?.port.postMessage({ kind: 'init', workerIndex } satisfies MainToThread);
    return true;
  }

  /** Tells a thread that believes something else whether samples count by now, or belong to the warm-up. */
  setCounting(isOn: boolean): void {
    if (!this.isReady || this.#warmsUp !== isOn) return;
    this.#warmsUp = !isOn;
    this.post({ kind: 'count', isOn });
  }

  /** A run begins: its users are yet to come. */
  runBegins(): void {
    this.#saidUsersGone = false;
  }

  /** Has the thread stop its users; `stoppedGeneration` says when none is left. One that is not ready, or is lost meanwhile, has none. */
  stopUsers(generation: number, stopTimeoutMs: number): void {
    this.#askedToStop = generation;
    if (this.isReady) this.post({ kind: 'stop', generation, stopTimeoutMs });
    else this.stoppedGeneration = generation;
  }

  /** Ends the thread, keeps what it counted, and starts it again. */
  replace(reason: string): void {
    const started = this.#started;
    if (started === null) return;
    // A loop that never comes back cannot account for the time by itself.
    const silentMs = this.#silentMs(started, this.#options.nowMs());
    if (silentMs >= minSilenceMs) new TrustMeter(this.#trust).stoodStill(silentMs);
    this.#retiring.add(started);
    void started.vessel.terminate();
    this.#lose(started, reason);
  }

  /** Warns of a blocked event loop, and replaces the thread when it stays so, unless it is still loading. Call it every half second or so. */
  watch(nowMs: number): void {
    if (this.#started === null) return;
    const silentMs = this.#silentMs(this.#started, nowMs);
    const verdict = this.#standstill.judge(silentMs, this.isReady);
    if (verdict === 'fine' || this.#options.debugging.excuses()) return;
    const cause = this.isReady ? causeOfStandstill() : 'the scenario, or a listener of init, blocks it with synchronous work while it is loaded';
    if (verdict === 'hung') this.replace(`its event loop stood still for ${(silentMs / 1000).toFixed(1)} s: ${cause}`);
    else this.#options.log('warning', `the event loop of load thread ${this.index} has stood still for ${blockedMs / 1000} s: ${cause}`);
  }

  /** Milliseconds in which its loop should have said that it turns, and did not. */
  #silentMs({ pulse }: Started, nowMs: number): number {
    const silentMs = this.#standstill.silentMs(pulse.beats, nowMs);
    return pulse.isResting ? Math.max(0, silentMs - restingBeatEveryMs) : silentMs;
  }

  /** Ends the thread for good; resolves when it has ended, and with it what is still retiring. May be called twice. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.isReady = false;
    this.isLoaded = false;
    clearTimer(this.#restart);
    const last = this.#started === null ? [] : [this.#started];
    await Promise.all([...this.#retiring, ...last].map(({ vessel }) => vessel.terminate()));
  }

  #start(): void {
    const { seed, bundleUrls, nowMs, requestLog } = this.#options;
    const number = this.#startsSoFar++;
    this.#restartDelay.started(nowMs());
    this.#standstill.begin(nowMs());
    this.#warmsUp = this.#options.warmsUp();
    const { port1: port, port2 } = new MessageChannel();
    const started: Started = {
      vessel: nothing,
      port,
      pulse: new Pulse(),
      key: `${this.index}.${number}`,
      exceptions: new ExceptionReader(this.#options.exceptions),
      requestLog: requestLog?.seed() ?? null,
    };
    this.#started = started;
    const ownSeed: ThreadSeed = {
      ...seed,
      threadIndex: this.index,
      workerIndex: this.#options.workerIndex(),
      warmsUp: this.#warmsUp,
      trust: this.#trust,
      pulse: started.pulse.memory,
      requestLog: started.requestLog,
      firstUserNumber: number * userNumbersPerStart,
      // Not again: the file may have changed, its rows are known.
      readsFeedFiles: this.index === 0 && number === 0,
    };
    const start = { seed: ownSeed, port: port2 };
    this.#listen(started);
    started.vessel = this.#options.startHere?.(start, () => this.#over(started, 'it ended by itself')) ?? this.#startWorker(started, start);
    // It loads the scenario and says `ready`; only then does it take other messages.
    Promise.resolve(bundleUrls).then((urls) => port.postMessage({ kind: 'load', bundleUrls: urls } satisfies LoadScenario), ignore);
  }

  #listen(started: Started): void {
    const { port } = started;
    port.on('message', (message) => this.#receiveUnchecked(started, message));
    port.on('messageerror', (error) => this.#say(started, 'error', `an unreadable message: ${errorLine(error)}`));
  }

  #startWorker(started: Started, start: ThreadStart<MessagePort>): Vessel {
    const worker = new Worker(threadEntry, { argv: scenarioArguments(), name: `users-${this.index}`, resourceLimits: heapLimits(), stdout: true, stderr: true });
    worker.postMessage(start, [start.port]);
    let failure = 'it ended by itself (process.exit() in the scenario?)';
    passLinesOn(worker.stdout, (text) => void process.stdout.write(text));
    passLinesOn(worker.stderr, (text) => void process.stderr.write(text));
    // The thread's parentPort, which a scenario and its packages can reach: nothing of ours goes over it.
    worker.once('message', (message) => this.#say(started, 'warning', `the scenario, or a package of it, posted ${printed(message)} to the load thread's parentPort: nobody listens there, write sendMessage(type, data) to reach the master (said once)`));
    worker.on('error', (error) => (failure = errorLine(error)));
    worker.on('exit', () => this.#over(started, failure));
    return worker;
  }

  #say(started: Started, level: LogLevel, text: string): void {
    this.#receive(started, { kind: 'log', level, text });
  }

  /** It has ended. */
  #over(started: Started, failure: string): void {
    // What it said last is still on its way.
    for (let next = receiveMessageOnPort(started.port); next !== undefined; next = receiveMessageOnPort(started.port)) this.#receiveUnchecked(started, next.message);
    started.port.close();
    this.#end(started, failure);
  }

  #receiveUnchecked(started: Started, message: unknown): void {
    const problem = problemOf(message);
    if (problem === null) this.#receive(started, message as ThreadToMain);
    else this.#receive(started, { kind: 'log', level: 'error', text: `a message of a load thread is left out: ${problem}` });
  }

  /** Ledgers and exceptions go to where they are read, also those of what was lost; the rest is the owner's, while the thread lives. */
  #receive(started: Started, message: ThreadToMain): void {
    const { ledgers, scheduleLedgers, metricLedgers } = this.#options;
    if (message.kind === 'ledgerPage' || message.kind === 'ledgerRow' || message.kind === 'ledgerError') ledgers.define(started.key, message);
    else if (message.kind === 'scheduleLedger') scheduleLedgers?.define(started.key, message.message);
    else if (message.kind === 'metricLedger') metricLedgers?.define(started.key, message.message);
    else if (message.kind === 'exceptionMemory' || message.kind === 'exceptionKind' || message.kind === 'exceptionsCounted') started.exceptions.take(message);
    else if (this.#started === started && !this.isClosed) this.#handle(message);
  }

  /** Notes what it says of itself. */
  #handle(message: ThreadMessage): void {
    if (message.kind === 'ready') this.isLoaded = true;
    else if (message.kind === 'initialised') this.#isInitialised = true;
    else if (message.kind === 'users') {
      this.counts = message.counts;
      if (message.reached) this.reachedGeneration = message.generation;
    } else if (message.kind === 'usersGone') this.#saidUsersGone = true;
    else if (message.kind === 'stopped') this.stoppedGeneration = message.generation;
    else if (message.kind === 'listening') this.listening = message.types;
    else if (message.kind === 'addsToReports') this.addsToReports = message.isSo;
    else if (message.kind === 'closed') this.isClosed = true;
    this.isReady = this.isLoaded && this.#isInitialised;
    this.#options.receive(this, message);
  }

  /** It writes no more. */
  #end(started: Started, reason: string): void {
    const { ledgers, scheduleLedgers, metricLedgers, requestLog } = this.#options;
    for (const each of [ledgers, scheduleLedgers, metricLedgers]) each?.threadEnded(started.key);
    started.exceptions.read();
    if (started.requestLog !== null) requestLog?.rescue(started.requestLog);
    // What is retiring was lost already; it may end before its successor has begun.
    if (!this.#retiring.delete(started) && !this.isClosed) this.#lose(started, reason);
    this.#options.retired(this);
  }

  #lose({ pulse }: Started, reason: string): void {
    const loss: ThreadLoss = { users: this.userCount, requests: pulse.requests };
    this.#started = null;
    this.isReady = false;
    this.isLoaded = false;
    this.#isInitialised = false;
    this.#saidUsersGone = false;
    this.counts = {};
    this.reachedGeneration = 0;
    this.stoppedGeneration = this.#askedToStop;
    this.listening = [];
    this.addsToReports = false;
    this.#restart = setTimer(() => this.#start(), this.#restartDelay.lost(this.#options.nowMs()));
    this.#options.lost(this, loss, reason);
  }
}

/** Until it has one. */
const nothing: Vessel = { terminate: () => Promise.resolve() };

function ignore(): void {
  // the pool hears of a failure by itself
}

/** With the dashes in front, as in the main thread: a scenario finds them in the same way (`ownArguments`). */
function scenarioArguments(): string[] {
  const at = process.argv.indexOf('--');
  return at < 0 ? [] : process.argv.slice(at);
}

/**
 * V8 lets a heap grow to four times what lives in it when it may reach 4 GB, as on most machines, but only to twice when
 * it stays below 2 GB: 100 000 sleeping users then hold less than 5 KB each instead of up to 9. Whoever sets
 * `--max-old-space-size` gets that.
 */
const thriftyHeapMb = 2000;

/**
 * The young generation. One of 96 MB holds what ten thousand users have under way, which V8's own of 48 MB (Node 20 to 22) copies again and again: a sixth of what a request of theirs
 * costs. In a small heap it would be too large a part: a collection that moves more out of it than there is room for takes the process with the thread, which else is replaced alone
 * (with 64 and 256 MB in 5 of 320 trials, with 1 500 MB in none of 42).
 */
const youngMb = 96;
const smallYoungMb = 48;
/** A heap that may reach so much is a large one. */
const largeHeapMb = 1000;

function heapLimits(): ResourceLimits {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].join(' ');
  const limitMb = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20);
  return {
    ...(/max.old.space.size/u.test(flags) ? {} : { maxOldGenerationSizeMb: Math.min(thriftyHeapMb, limitMb) }),
    ...(/max.semi.space.size/u.test(flags) ? {} : { maxYoungGenerationSizeMb: limitMb < largeHeapMb ? smallYoungMb : youngMb }),
  };
}

const longLifeMs = 10_000;
const firstDelayMs = 500;
const maxDelayMs = 10_000;

/**
 * How long the place of a lost thread stays empty: one that did its work for a while is replaced at once, one that did not
 * live long is followed by the next only after a while, and each time later.
 */
class RestartDelay {
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
