/**
 * The run that is under way, if one is: told to all threads as it begins and changes, and whole to a thread that comes late.
 */
import type { FeedsToThread } from '../shared/feeders.ts';
import type { MainToThread, RunOptions } from '../shared/messages.ts';
import { sharedNowMs } from '../shared/pace.ts';
import type { Feeders } from './feeders.ts';
import type { LoadThread } from './loadThread.ts';
import type { PaceMemory } from './paceMemory.ts';

/** What a run is told to threads with. */
export type CurrentRunOptions = {
  readonly ownTags: OwnTags;
  readonly feeds: Feeders;
  readonly pace: PaceMemory;
  /** Null: the master has not given it yet. */
  readonly workerIndex: number | null;
  readonly sendToAll: (message: MainToThread | FeedsToThread) => void;
};

export class CurrentRun {
  readonly #options: CurrentRunOptions;
  #run: RunOptions | null = null;
  /** What threads that begin now have as the worker's index. */
  #workerIndex: number | null;
  /** Of arrival 0, on the shared clock; null: none have begun. */
  #arrivalsStartAtMs: number | null = null;

  constructor(options: CurrentRunOptions) {
    this.#options = options;
    this.#workerIndex = options.workerIndex;
  }

  /** Null until it is known. */
  get workerIndex(): number | null {
    return this.#workerIndex;
  }

  /** The master has given the worker its index, or none (−1). */
  know(workerIndex: number): void {
    this.#workerIndex = workerIndex;
  }

  get isUnderWay(): boolean {
    return this.#run !== null;
  }

  begin(wanted: RunOptions): void {
    const { ownTags, feeds, pace, sendToAll } = this.#options;
    const options = withOwnTags(wanted, ownTags);
    this.#run = options;
    this.#workerIndex = options.workerIndex;
    this.#arrivalsStartAtMs = null;
    pace.begin();
    feeds.startRun(options);
    sendToAll(feeds.message());
    sendToAll({ kind: 'runStart', options, isUnderWay: false });
  }

  /** For tasks that are run once, in no run: options and the first rows, no listener of `testStart`. */
  rehearse(wanted: RunOptions): void {
    const { ownTags, feeds, sendToAll } = this.#options;
    const options = withOwnTags(wanted, ownTags);
    feeds.startRun(options, true);
    sendToAll(feeds.message());
    sendToAll({ kind: 'runOptions', options });
  }

  update(wanted: RunOptions): void {
    const options = withOwnTags(wanted, this.#options.ownTags);
    this.#run = options;
    this.#workerIndex = options.workerIndex;
    this.#options.sendToAll({ kind: 'runOptions', options });
  }

  /** Arrivals of an open model begin now, until the run ends. */
  startArrivals(): void {
    this.#arrivalsStartAtMs = sharedNowMs();
    this.#options.sendToAll({ kind: 'startArrivals', startsAtMs: this.#arrivalsStartAtMs });
  }

  end(): void {
    this.#run = null;
    this.#arrivalsStartAtMs = null;
    this.#options.feeds.endRun();
  }

  /** To a thread that begins in the midst of it. */
  sendTo(thread: LoadThread): void {
    if (this.#run === null) return;
    thread.post(this.#options.feeds.message());
    thread.post({ kind: 'runStart', options: this.#run, isUnderWay: true });
    if (this.#arrivalsStartAtMs !== null) thread.post({ kind: 'startArrivals', startsAtMs: this.#arrivalsStartAtMs });
  }
}

/** Of the worker itself; absent or null: no filter. */
export type OwnTags = { readonly tags?: readonly string[] | null; readonly excludeTags?: readonly string[] | null };

/** Options of a run with the worker's own tags where the master names none. */
export function withOwnTags(options: RunOptions, { tags = null, excludeTags = null }: OwnTags): RunOptions {
  const orOwn = (wish: readonly string[] | null, own: readonly string[] | null): readonly string[] | null => (wish === null || wish.length === 0 ? own : wish);
  return { ...options, tags: orOwn(options.tags, tags), excludeTags: orOwn(options.excludeTags, excludeTags) };
}
