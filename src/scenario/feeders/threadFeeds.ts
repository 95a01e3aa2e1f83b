/**
 * All feeders of a thread. The thread's entry installs one before it loads the scenario; feeders register with it while
 * the scenario loads, and only then, so that all threads have the same ones.
 */
import type { FeederInfo, FeedRun, PackedRows } from '../../engine/shared/feeders.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { PerLoad } from '../../util/perLoad.ts';
import type { CheckedOptions } from './feedOptions.ts';
import { ThreadFeeder, type FeedLink } from './feeder.ts';

/** Rows of a feeder: its own list, or how to read its file. */
export type RowSource<Row> = { readonly rows: readonly Row[] } | { readonly read: () => PackedRows };

/** What feeders need of their thread. */
export type ThreadFeedsOptions = {
  readonly threadIndex: number;
  /** True in the one thread that reads files for all. */
  readonly readsFiles: boolean;
  readonly link: FeedLink;
};

export class ThreadFeeds {
  readonly #options: ThreadFeedsOptions;
  readonly #feeders = new Map<string, Pick<ThreadFeeder<unknown>, 'info' | 'startRun' | 'grown' | 'endWaits'>>();
  #packed: Record<string, PackedRows> = {};
  #isLoaded = false;

  constructor(options: ThreadFeedsOptions) {
    this.#options = options;
  }

  /** Throws a BoomerError for a second feeder of one name, and once the scenario is loaded. */
  add<Row>(defaultName: string, options: CheckedOptions, source: RowSource<Row>): ThreadFeeder<Row> {
    const { threadIndex, readsFiles, link } = this.#options;
    const name = options.name ?? defaultName;
    if (this.#isLoaded) {
      throw new BoomerError('feed-too-late', `feeder ${name} is made while users run: make feeders at the top level of the scenario, so that all threads share them`);
    }
    if (this.#feeders.has(name)) {
      throw new BoomerError('two-feeders-of-one-name', `two feeders are named ${name}: share one, or tell them apart with { name: '…' }`);
    }
    const feeder = new ThreadFeeder(infoOf(name, options, source), 'rows' in source ? source.rows : null, link, threadIndex);
    if ('read' in source && readsFiles) this.#packed[name] = source.read();
    this.#feeders.set(name, feeder);
    return feeder;
  }

  /** A name for a feeder that has no file: its place among all feeders, the same in all threads. */
  nextName(): string {
    return `array ${this.#feeders.size + 1}`;
  }

  /** What the main thread must know: once the scenario is loaded and, `isWhole`, once `init` is over. No feeder may come after that. */
  loaded(isWhole = true): { readonly feeders: readonly FeederInfo[]; readonly rows: Readonly<Record<string, PackedRows>> } {
    this.#isLoaded = isWhole;
    const rows = this.#packed;
    this.#packed = {};
    return { feeders: Array.from(this.#feeders.values(), ({ info }) => info), rows };
  }

  startRun(feeds: readonly FeedRun[]): void {
    for (const run of feeds) this.#feeders.get(run.name)?.startRun(run);
  }

  grown(name: string): void {
    this.#feeders.get(name)?.grown();
  }

  endWaits(): void {
    for (const feeder of this.#feeders.values()) feeder.endWaits();
  }
}

/** What the main thread has to know of a feeder. */
export function infoOf(name: string, { order, whenUsedUp, workers }: CheckedOptions, source: RowSource<unknown>): FeederInfo {
  return { name, order, whenUsedUp, workers, rowCount: 'rows' in source ? source.rows.length : null };
}

const installed = new PerLoad<ThreadFeeds | null>(null);

/** Makes these the feeders of the thread; null: none any more. */
export function installFeeds(feeds: ThreadFeeds | null): void {
  installed.set(feeds);
}

/** Null outside a load thread. */
export function currentFeeds(): ThreadFeeds | null {
  return installed.get();
}
