/**
 * The feeders of all threads, from the main side: one shared counter each, which begins anew with each test run, and the
 * rows of the files, which one thread has read for all.
 */
import { rowCountOf, type FeederInfo, type FeedRun, type FeedsToThread, type PackedRows } from '../shared/feedMessages.ts';
import type { LogLevel, RunOptions } from '../shared/messages.ts';
import { RowCounter } from '../shared/rowCounter.ts';
import { FeedBlocks, type BlockRequest } from './feedBlocks.ts';
import { feedRunOption, firstLimit, shareOf, shareOfOnly } from './feedShare.ts';

/** The master's answer, see `locust/feeder.py`. */
const answerType = 'feed_block';
const requestType = 'feed_request';

export type FeedsOptions = {
  /** Of the order in which rows are shuffled; null: each run has its own. */
  readonly seed: string;
  /** All rows are this process's. */
  readonly isAlone?: boolean;
  readonly nowMs: () => number;
  /** To the master. */
  readonly send: (type: string, data: BlockRequest) => void;
  /** To all threads. */
  readonly tell: (message: FeedsToThread) => void;
  readonly log: (level: LogLevel, text: string) => void;
};

export class Feeds {
  readonly #options: FeedsOptions;
  /** As the scenario was loaded, and after its `init`, in which more may have been made. */
  readonly #found: { loaded: readonly FeederInfo[] | null; whole: readonly FeederInfo[] | null } = { loaded: null, whole: null };
  readonly #rows = new Map<string, PackedRows>();
  readonly #counters = new Map<string, RowCounter>();
  #runs: readonly FeedRun[] = [];
  readonly #blocks = new Map<string, FeedBlocks>();
  #lastTicket = 0;

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** What a thread found in the scenario; false when it differs from what others found. */
  declare(infos: readonly FeederInfo[], rows: Readonly<Record<string, PackedRows>>, isWhole = true): boolean {
    for (const [name, packed] of Object.entries(rows)) this.#rows.set(name, packed);
    const first = (this.#found[isWhole ? 'whole' : 'loaded'] ??= infos);
    return JSON.stringify(infos) === JSON.stringify(first);
  }

  /** From the first row again; `isRehearsal`: for tasks that are run once. Only while no user lives. */
  startRun(options: RunOptions, isRehearsal = false): void {
    this.endRun();
    this.#runs = (this.#found.whole ?? this.#found.loaded ?? []).map((info) => this.#begin(info, options, isRehearsal));
  }

  /** For a thread, before the `runStart` or `runTasks` that needs it. */
  message(): FeedsToThread {
    return { kind: 'feeds', feeds: this.#runs };
  }

  endRun(): void {
    this.#blocks.clear();
  }

  /** A thread asks for more of the master's rows. */
  want(name: string, waiting: number, limit: number): void {
    const isAsked = this.#blocks.get(name)?.want(waiting, limit, this.#options.nowMs());
    if (isAsked === false) this.#options.tell({ kind: 'feedGrown', name });
  }

  /** A custom message from the master; false when it is not for feeders. */
  take(type: string, data: unknown): boolean {
    if (type !== answerType) return false;
    const answer = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
    const name = answer['feeder'];
    const blocks = typeof name === 'string' ? this.#blocks.get(name) : undefined;
    if (typeof name !== 'string' || blocks === undefined) return true;
    const problem = blocks.take(answer);
    if (problem === null) this.#options.tell({ kind: 'feedGrown', name });
    else this.#options.log('error', `feeder ${name}: ${problem}; its users wait`);
    return true;
  }

  /** Call it every half second or so. */
  watch(): void {
    for (const [name, blocks] of this.#blocks) {
      if (blocks.watch(this.#options.nowMs())) this.#options.log('warning', `feeder ${name}: the master has not answered yet, asking again`);
    }
  }

  #begin(info: FeederInfo, options: RunOptions, isRehearsal: boolean): FeedRun {
    const { name } = info;
    const rows = this.#rows.get(name) ?? null;
    const rowCount = info.rowCount ?? (rows === null ? 0 : rowCountOf(rows));
    const share = this.#options.isAlone === true ? shareOfOnly(info) : shareOf(info, options);
    const counter = this.#counterOf(name, share.kind === 'fromMaster' ? rowCount : 0);
    counter.reset(firstLimit(info, rowCount, share), share.kind !== 'fromMaster');
    if (share.kind === 'refused') this.#options.log('error', share.reason);
    if (share.kind === 'fromMaster') {
      const run = options.parsedOptions[feedRunOption] as string;
      const send = (request: BlockRequest): void => this.#options.send(requestType, request);
      this.#blocks.set(name, new FeedBlocks({ name, run, rowCount, counter, nextTicket: () => ++this.#lastTicket, send }));
    }
    return { name, counter: counter.memory, rowCount, rows, share, seed: `${this.#options.seed}/${options.workerIndex}`, isRehearsal };
  }

  /** One for all runs, so that a thread that is late for a run cannot count in an older one. */
  #counterOf(name: string, mostGranted: number): RowCounter {
    const known = this.#counters.get(name);
    if (known !== undefined && (known.hasRoom || mostGranted === 0)) return known;
    const counter = RowCounter.create(mostGranted);
    this.#counters.set(name, counter);
    return counter;
  }
}
