/**
 * The run that is under way, if one is: what threads are told of it as it begins and changes, and whole to a thread that comes late; how
 * many users each thread is to have, and how many there are.
 */
import type { ClassInfo, MainToThread, RunOptions } from '../shared/messages.ts';
import { sharedNowMs } from '../../util/sharedClock.ts';
import type { Feeders } from './feeders.ts';
import type { LoadThread } from './loadThread.ts';
import type { PaceMemory } from './paceMemory.ts';
import type { PoolOptions } from './poolOptions.ts';
import type { DebuggerWatch } from './standstill.ts';
import { Stopping } from './stopping.ts';

/** What a run is told to threads with, and who hears of their users. */
export type RunControlOptions = Pick<PoolOptions, 'tags' | 'excludeTags' | 'warmsUp' | 'workerIndex' | 'sink'> & {
  readonly threads: readonly LoadThread[];
  readonly sendToAll: (message: MainToThread) => void;
  readonly classes: () => readonly ClassInfo[];
  readonly feeders: Feeders;
  readonly pace: PaceMemory;
  readonly debugging: Pick<DebuggerWatch, 'excuses'>;
};

type Attributes = Readonly<Record<string, unknown>>;
/** `atMs`: given at this moment of the shared clock. */
type Targets = { readonly generation: number; readonly atMs: number; readonly targets: Readonly<Record<string, number>>; readonly stopTimeoutMs: number };

export class RunControl {
  readonly #options: RunControlOptions;
  readonly #stopping: Stopping;
  #run: RunOptions | null = null;
  /** What threads that begin now have as the worker's index. */
  #workerIndex: number | null;
  /** Samples count by now, or belong to the warm-up. */
  #isCounting: boolean;
  /** Of arrival 0, on the shared clock; null: none have begun. */
  #arrivalsStartAtMs: number | null = null;
  /** The moment of the shared clock from which all workers count the arrivals of users that stand for a rate. */
  #arrivalsEpochMs = 0;
  /** What they come to, a second, at most in this run. */
  #maxArrivalsPerSec = 0;
  /** Merged over the run's spawns: a class that a spawn does not name keeps its users. Null: later counts are not reported. */
  #targets: Targets | null = null;
  /** Users of all workers, once the targets are reached and `spawningComplete` was told; null: not yet. */
  #completeUsers: number | null = null;
  /** Threads that have begun since, which hear of it when they have their users. */
  readonly #lateThreads = new Set<LoadThread>();
  /** What the master has changed of the user classes, by their names. */
  readonly #classEdits = new Map<string, Attributes>();

  constructor(options: RunControlOptions) {
    const { threads, sink, debugging, workerIndex = 0, warmsUp = false } = options;
    this.#options = options;
    this.#stopping = new Stopping(threads, sink, debugging);
    this.#workerIndex = workerIndex;
    this.#isCounting = !warmsUp;
  }

  /** Null until it is known. */
  get workerIndex(): number | null {
    return this.#workerIndex;
  }

  /** The master has given the worker its index, or none (−1). */
  setWorkerIndex(workerIndex: number): void {
    this.#workerIndex = workerIndex;
  }

  get isUnderWay(): boolean {
    return this.#run !== null;
  }

  get isCounting(): boolean {
    return this.#isCounting;
  }

  /** `masterMs`: Unix milliseconds, by the clock of the master. */
  start(wanted: RunOptions, masterMs: number): void {
    const { feeders, pace, sendToAll } = this.#options;
    const options = this.#apply(wanted);
    this.#targets = null;
    this.#forgetComplete();
    this.#arrivalsStartAtMs = null;
    this.#arrivalsEpochMs = sharedNowMs() - masterMs;
    this.#maxArrivalsPerSec = 0;
    pace.begin();
    feeders.startRun(options);
    sendToAll(feeders.message());
    sendToAll({ kind: 'runStart', options, isUnderWay: false });
  }

  /** For tasks that are run once, in no run: options and the first rows, no listener of `testStart`. */
  rehearse(wanted: RunOptions): void {
    const { feeders, sendToAll } = this.#options;
    const options = withOwnTags(wanted, this.#options);
    feeders.startRun(options, true);
    sendToAll(feeders.message());
    sendToAll({ kind: 'runOptions', options });
  }

  update(wanted: RunOptions): void {
    this.#options.sendToAll({ kind: 'runOptions', options: this.#apply(wanted) });
  }

  /** Samples count from here on (true), or belong to the warm-up. */
  setCounting(isOn: boolean): void {
    this.#isCounting = isOn;
    if (isOn) this.#options.pace.countArrivalsAnew();
    for (const thread of this.#options.threads) thread.setCounting(isOn);
  }

  /** Arrivals of an open model begin now, until the run ends. */
  startArrivals(): void {
    this.#arrivalsStartAtMs = sharedNowMs();
    this.#options.sendToAll({ kind: 'startArrivals', startsAtMs: this.#arrivalsStartAtMs });
  }

  /** False when there is no such class. */
  updateUserClass(className: string, attributes: Attributes): boolean {
    if (!this.#options.classes().some(({ name }) => name === className)) return false;
    this.#classEdits.set(className, { ...this.#classEdits.get(className), ...attributes });
    this.#options.sendToAll({ kind: 'updateUserClass', className, attributes });
    return true;
  }

  /** Absolute targets, split over threads; a stop that is under way is nobody's any more. */
  setUsers(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number): void {
    this.#stopping.clear();
    this.#forgetComplete();
    this.#targets = { generation, atMs: sharedNowMs(), targets: { ...this.#targets?.targets, ...targets }, stopTimeoutMs };
    this.#maxArrivalsPerSec = Math.max(this.#maxArrivalsPerSec, this.#arrivalsPerSec(this.#targets.targets));
    for (const thread of this.#options.threads) this.#sendTargets(thread);
  }

  /** All users of all workers are there. */
  spawningComplete(userCount: number): void {
    this.#completeUsers = userCount;
    this.#options.sendToAll({ kind: 'spawningComplete', userCount });
  }

  /** The run is over. */
  stopUsers(generation: number, stopTimeoutMs: number): void {
    this.#run = null;
    this.#targets = null;
    this.#forgetComplete();
    this.#arrivalsStartAtMs = null;
    this.#options.feeders.endRun();
    this.#stopping.begin(generation, stopTimeoutMs);
  }

  /** Live users per class, of all threads. */
  counts(): Readonly<Record<string, number>> {
    const { threads, classes } = this.#options;
    return Object.fromEntries(classes().map(({ name }) => [name, threads.reduce((sum, thread) => sum + (thread.counts[name] ?? 0), 0)]));
  }

  /** What users that stand for a rate each come to, a second, at most in this run; null when no class has such users. */
  maxArrivalsPerSec(): number | null {
    return this.#options.classes().some(({ arrivals }) => arrivals !== null) ? this.#maxArrivalsPerSec : null;
  }

  /** Whether a class replays recorded traffic. */
  replays(): boolean {
    return this.#options.classes().some(({ replay }) => replay !== null);
  }

  /** A thread is ready, perhaps in place of another: what all others were told so far. */
  bringUpToDate(thread: LoadThread): void {
    const { openModel } = this.#options.pace;
    if (openModel !== null) thread.post({ kind: 'openModel', arrivals: openModel });
    thread.setCounting(this.#isCounting);
    for (const [className, attributes] of this.#classEdits) thread.post({ kind: 'updateUserClass', className, attributes });
    if (this.#run !== null) {
      thread.post(this.#options.feeders.message());
      thread.post({ kind: 'runStart', options: this.#run, isUnderWay: true });
      if (this.#arrivalsStartAtMs !== null) thread.post({ kind: 'startArrivals', startsAtMs: this.#arrivalsStartAtMs });
    }
    this.#sendTargets(thread);
    if (this.#completeUsers !== null) this.#lateThreads.add(thread);
  }

  /** A thread has said how many users it has, or was lost with them. */
  handleUsers(): void {
    const generation = this.#targets?.generation;
    if (generation === undefined) return;
    this.#tellLateThreads(generation);
    const reached = this.#options.threads.every((thread) => thread.reachedGeneration === generation);
    this.#options.sink({ kind: 'users', generation, counts: this.counts(), reached });
  }

  /** A thread's users are gone, or what was lost has ended: its numbers are whole. */
  handleStopped(): void {
    this.#stopping.check();
  }

  /** No thread is waited for any more. */
  close(): void {
    this.#stopping.clear();
  }

  #arrivalsPerSec(targets: Targets['targets']): number {
    return this.#options.classes().reduce((sum, { name, arrivals }) => sum + (targets[name] ?? 0) * (arrivals?.perSec ?? 0), 0);
  }

  #tellLateThreads(generation: number): void {
    for (const thread of this.#lateThreads) {
      if (thread.reachedGeneration !== generation || this.#completeUsers === null) continue;
      this.#lateThreads.delete(thread);
      thread.post({ kind: 'spawningComplete', userCount: this.#completeUsers });
    }
  }

  /** Other targets: they are reached when the owner says so. */
  #forgetComplete(): void {
    this.#completeUsers = null;
    this.#lateThreads.clear();
  }

  #apply(wanted: RunOptions): RunOptions {
    const options = withOwnTags(wanted, this.#options);
    this.#run = options;
    this.#workerIndex = options.workerIndex;
    return options;
  }

  /** Its share, to one thread. */
  #sendTargets(thread: LoadThread): void {
    if (this.#targets === null) return;
    const { threads, classes } = this.#options;
    const { generation, targets, stopTimeoutMs, atMs } = this.#targets;
    const own: Record<string, number> = {};
    classes().forEach(({ name }, classIndex) => {
      const users = targets[name];
      if (users !== undefined) own[name] = splitOverThreads(users, threads.length, classIndex)[thread.index] ?? 0;
    });
    if (this.maxArrivalsPerSec() !== null || this.replays()) {
      const workerIndex = this.#workerIndex ?? 0;
      thread.post({ kind: 'arrivals', order: { users: targets, fromMs: atMs, epochMs: this.#arrivalsEpochMs, workerIndex } });
    }
    thread.post({ kind: 'users', generation, targets: own, stopTimeoutMs });
  }
}

/** Options of a run with the worker's own tags where the master names none. */
function withOwnTags(options: RunOptions, { tags = null, excludeTags = null }: Pick<PoolOptions, 'tags' | 'excludeTags'>): RunOptions {
  const orOwn = (wanted: readonly string[] | null, own: readonly string[] | null): readonly string[] | null => (wanted === null || wanted.length === 0 ? own : wanted);
  return { ...options, tags: orOwn(options.tags, tags), excludeTags: orOwn(options.excludeTags, excludeTags) };
}

/**
 * Users of one class for each of `threadCount` threads: even, and stable: one user more is one more in exactly one
 * thread. `classIndex` decides which thread gets the first one, so that many classes with one user each spread too.
 */
export function splitOverThreads(users: number, threadCount: number, classIndex: number): readonly number[] {
  return Array.from({ length: threadCount }, (_, thread) => {
    const place = (((thread - classIndex) % threadCount) + threadCount) % threadCount;
    return Math.floor((users + threadCount - 1 - place) / threadCount);
  });
}
