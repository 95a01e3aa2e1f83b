/**
 * The feeders of all threads, from the main side: one shared counter each, which begins anew with each test run, and the
 * rows of the files, which one thread has read for all.
 */
import { counted } from '../../util/counted.ts';
import { endless, type FeederInfo, type FeedRun, type FeedShare, type FeedsToThread, type PackedRows, RowCounter, rowCountOf } from '../shared/feeders.ts';
import type { RunOptions } from '../shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';

/** The master's answer, see `locust/feeder.py`. */
const answerType = 'feed_block';
const requestType = 'feed_request';

/** What feeders need of the pool and of the master. */
export type FeedersOptions = {
  /** Of the order in which rows are shuffled; null: each run has its own. */
  readonly seed: string;
  /** All rows are this process's. */
  readonly isAlone?: boolean;
  readonly nowMs: () => number;
  /** To the master. */
  readonly send: (type: string, data: BlockRequest) => void;
  /** To all threads. */
  readonly sendToAll: (message: FeedsToThread) => void;
  readonly log: (level: LogLevel, text: string) => void;
};

export class Feeders {
  readonly #options: FeedersOptions;
  /** As the scenario was loaded, and after its `init`, in which more may have been made. */
  readonly #found: { loaded: readonly FeederInfo[] | null; whole: readonly FeederInfo[] | null } = { loaded: null, whole: null };
  readonly #rows = new Map<string, PackedRows>();
  readonly #counters = new Map<string, RowCounter>();
  #runs: readonly FeedRun[] = [];
  readonly #blocks = new Map<string, FeedBlocks>();
  #lastTicket = 0;

  constructor(options: FeedersOptions) {
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
    if (isAsked === false) this.#options.sendToAll({ kind: 'feedGrown', name });
  }

  /** A custom message from the master; false when it is not for feeders. */
  take(type: string, data: unknown): boolean {
    if (type !== answerType) return false;
    const answer = (typeof data === 'object' && data !== null ? data : {}) as Readonly<Record<string, unknown>>;
    const name = answer['feeder'];
    const blocks = typeof name === 'string' ? this.#blocks.get(name) : undefined;
    if (typeof name !== 'string' || blocks === undefined) return true;
    const problem = blocks.take(answer);
    if (problem === null) this.#options.sendToAll({ kind: 'feedGrown', name });
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
  #counterOf(name: string, maxGranted: number): RowCounter {
    const known = this.#counters.get(name);
    if (known !== undefined && (known.hasRoom || maxGranted === 0)) return known;
    const counter = RowCounter.create(maxGranted);
    this.#counters.set(name, counter);
    return counter;
  }
}

/**
 * The option by which the master's plug-in (`locust/feeder.py`) names the test run that it hands out rows for. Where it
 * is absent, the master has no such plug-in.
 */
export const feedRunOption = 'boomer_feed_run';

/** Which rows are this worker's: all, every n-th, or those that the master hands out. */
export function shareOf(info: FeederInfo, options: RunOptions): FeedShare {
  if (info.order !== 'unique') return { kind: 'all' };
  const hasPlugin = typeof options.parsedOptions[feedRunOption] === 'string';
  if (info.workers === 'master' && !hasPlugin) return { kind: 'refused', reason: missingPlugin(info.name) };
  if (hasPlugin && typeof info.workers !== 'number') return { kind: 'fromMaster' };
  return shareByIndex(info, options);
}

/** Without other workers, whatever the scenario says of them. */
export function shareOfOnly({ order }: FeederInfo): FeedShare {
  return order === 'unique' ? { kind: 'byIndex', workers: 1, index: 0 } : { kind: 'all' };
}

/** Rows that this worker may draw from the start; the master's come later. */
export function firstLimit({ order, whenUsedUp }: FeederInfo, rowCount: number, share: FeedShare): number {
  switch (share.kind) {
    case 'all':
      return order === 'random' || whenUsedUp === 'wrap' ? endless : rowCount;
    case 'byIndex':
      return Math.max(0, Math.ceil((rowCount - share.index) / share.workers));
    case 'fromMaster':
    case 'refused':
      return 0;
  }
}

function shareByIndex({ name, workers: promised }: FeederInfo, { parsedOptions, workerIndex }: RunOptions): FeedShare {
  const expected = parsedOptions['expect_workers'];
  const workers = typeof promised === 'number' ? promised : typeof expected === 'number' && expected >= 1 ? expected : 1;
  // A master before Locust 2.11 gives no index; alone, a worker needs none.
  const index = workerIndex < 0 && workers === 1 ? 0 : workerIndex;
  if (index >= 0 && index < workers) return { kind: 'byIndex', workers, index };
  const why = index < 0 ? 'the master gave this worker no index' : `this one has index ${index}, as one more worker than that joined, or one was started again`;
  return {
    kind: 'refused',
    reason:
      `feeder ${name} shares unique rows among ${counted(workers, 'worker')} by index, and ${why}: ` +
      (promised === null ? 'start the master with --expect-workers N' : `say how many workers there are, { workers: N }`) +
      ', or let it hand out the rows with locust/feeder.py',
  };
}

function missingPlugin(name: string): string {
  return `feeder ${name} gets its rows from the master, which has no plug-in for it: start it with -f your_locustfile.py,feeder.py (locust/feeder.py of this package)`;
}

/**
 * One feeder's rows from the master: one question at a time (`feed_request`), asked again when no answer (`feed_block`)
 * comes. The plug-in gives the same answer to the same ticket, so that a row is neither lost nor given twice.
 *
 * A row that was granted to a worker whose users want no more is a row that another worker's users lack: with as many
 * logins as users that must not happen. So as many rows are asked for as users wait, and only a worker that draws
 * all the time asks ahead, for as many rows as it drew in the last half second.
 */
export type BlockRequest = { readonly feeder: string; readonly run: string; readonly ticket: number; readonly rows: number; readonly count: number };

/** What rows are asked for with. */
export type FeedBlocksOptions = {
  readonly name: string;
  readonly run: string;
  readonly rowCount: number;
  readonly counter: RowCounter;
  /** A number that this worker has not used before. */
  readonly nextTicket: () => number;
  readonly send: (request: BlockRequest) => void;
};

/** A question without an answer is asked again. */
export const askAgainMs = 5_000;
/** Rows drawn between two looks (half a second) that make it worth asking ahead: more than users who only log in. */
const minAhead = 50;
const maxAhead = 1_000;

/** One feeder's rows from the master, block by block. */
export class FeedBlocks {
  readonly #options: FeedBlocksOptions;
  #asked: { readonly request: BlockRequest; readonly atMs: number } | null = null;
  #isFinal = false;
  #drawnBefore = 0;
  #ahead = 0;

  constructor(options: FeedBlocksOptions) {
    this.#options = options;
  }

  /** False when nothing is asked, and the thread must look again: what it found is out of date, or there is no more. */
  want(waiting: number, limit: number, nowMs: number): boolean {
    const { name, run, rowCount, counter, nextTicket } = this.#options;
    if (this.#isFinal || counter.limit() > limit) return false;
    if (this.#asked !== null) return true;
    const count = Math.max(waiting, this.#ahead);
    // It has become quiet since.
    if (count === 0) counter.setAskBelow(0);
    else this.#ask({ feeder: name, run, ticket: nextTicket(), rows: rowCount, count }, nowMs);
    return count > 0;
  }

  /** Call it every half second: measures, and asks again what has not been answered; true when it did. */
  watch(nowMs: number): boolean {
    const drawn = this.#options.counter.drawn();
    const drawnLately = drawn - this.#drawnBefore;
    this.#ahead = drawnLately < minAhead ? 0 : Math.min(drawnLately, maxAhead);
    this.#drawnBefore = drawn;
    if (this.#asked === null || nowMs - this.#asked.atMs < askAgainMs) return false;
    this.#ask(this.#asked.request, nowMs);
    return true;
  }

  /** Takes the master's answer; returns what is wrong with it, in words, or null. An answer that nobody waits for is left out. */
  take(answer: Readonly<Record<string, unknown>>): string | null {
    const { counter, rowCount } = this.#options;
    if (this.#asked === null || answer['ticket'] !== this.#asked.request.ticket) return null;
    const { first, count, error } = answer;
    if (typeof error === 'string') return error;
    const asked = this.#asked.request.count;
    const isBlock = isWhole(first) && isWhole(count) && count <= asked && first + count <= rowCount && counter.limit() + count <= rowCount;
    if (!isBlock) return `the master's answer makes no sense: expected at most ${asked} of ${rowCount} rows, came first ${String(first)}, count ${String(count)}`;
    this.#asked = null;
    counter.grant(first, count);
    counter.setAskBelow(Math.floor(this.#ahead / 2));
    if (count < asked) {
      this.#isFinal = true;
      counter.end();
    }
    return null;
  }

  #ask(request: BlockRequest, nowMs: number): void {
    this.#asked = { request, atMs: nowMs };
    this.#options.send(request);
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
