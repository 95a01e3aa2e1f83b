/**
 * Workers with their threads, users and a master, in one thread and without any clock: messages of each link arrive in
 * order, but which link comes next, and which user acts next, is picked at random from a seed.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { type BlockRequest, Feeders } from '../../../../src/engine/main/feeders.ts';
import type { FeedsToThread } from '../../../../src/engine/shared/feeders.ts';
import type { RunOptions } from '../../../../src/engine/shared/messages.ts';
import { StopUser } from '../../../../src/scenario/endings.ts';
import type { Feeder, FeedUser } from '../../../../src/scenario/feeders/feeder.ts';
import { installFeeds, ThreadFeeds } from '../../../../src/scenario/feeders/threadFeeds.ts';
import { Random } from '../../../../src/util/random.ts';

/** What waits to happen, by link. */
export class Links {
  readonly #queues = new Map<string, (() => void)[]>();
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(seed);
  }

  send(link: string, deliver: () => void): void {
    const queue = this.#queues.get(link);
    if (queue === undefined) this.#queues.set(link, [deliver]);
    else queue.push(deliver);
  }

  /** Lets everything happen that can happen. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2; quiet++) {
      while (this.#queues.size > 0) {
        quiet = 0;
        const [link, queue] = this.#random.pick([...this.#queues]);
        const deliver = queue.shift();
        if (queue.length === 0) this.#queues.delete(link);
        deliver?.();
        // What an answer sets in motion is a matter of microtasks.
        for (let task = 0; task < 12; task++) await Promise.resolve();
      }
      await turn();
    }
  }
}

/** What locust/feeder.py does. */
export class MasterDesk {
  readonly run: string;
  #next = new Map<string, number>();

  constructor(run: string) {
    this.run = run;
  }

  answer(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null {
    const { feeder, run, ticket, rows, count } = data as { feeder: string; run: string; ticket: number; rows: number; count: number };
    if (run !== this.run) return null;
    const first = this.#next.get(feeder) ?? 0;
    const given = Math.min(count, rows - first);
    this.#next.set(feeder, first + given);
    return { feeder, ticket, first, count: given };
  }
}

export function runOptions(options: Partial<RunOptions> = {}): RunOptions {
  return { host: null, parsedOptions: {}, tags: null, excludeTags: null, workerIndex: 0, ...options };
}

export type SimulatedOptions<Row> = {
  readonly name: string;
  readonly links: Links;
  readonly threads: number;
  /** What the scenario does at its top level, in each thread. */
  readonly make: () => Feeder<Row>;
  /** Null: the master answers nothing. */
  readonly master?: MasterDesk | null;
  readonly seed?: string;
};

type Thread<Row> = { readonly feeds: ThreadFeeds; readonly feeder: Feeder<Row> };

export class SimulatedWorker<Row> {
  readonly feeds: Feeders;
  readonly log: string[] = [];
  readonly stopTests: string[] = [];
  readonly requests: BlockRequest[] = [];
  nowMs = 0;
  readonly #options: SimulatedOptions<Row>;
  readonly #threads: Thread<Row>[] = [];
  #users = 0;

  constructor(options: SimulatedOptions<Row>) {
    const { name, links, threads, master = null, seed = 'by chance' } = options;
    this.#options = options;
    this.feeds = new Feeders({
      seed,
      nowMs: () => this.nowMs,
      send: (type, data) => {
        if (type !== 'feed_request') throw new Error(`the master knows no ${type}`);
        this.requests.push(data);
        links.send(`${name} to master`, () => {
          const answer = master?.answer({ ...data });
          if (answer !== null && answer !== undefined) links.send(`master to ${name}`, () => void this.feeds.take('feed_block', answer));
        });
      },
      sendToAll: (message) => this.#threads.forEach((thread, index) => this.#tell(thread, index, message)),
      log: (level, text) => this.log.push(`${level}: ${text}`),
    });
    for (let index = 0; index < threads; index++) this.#threads.push(this.#startThread(index, index === 0));
  }

  startRun(options: RunOptions, isRehearsal = false): void {
    this.feeds.startRun(options, isRehearsal);
    for (const { feeds } of this.#threads) begin(feeds, this.feeds.message());
  }

  /** As a stop does it: users that wait stop waiting. */
  stop(): void {
    this.feeds.endRun();
    for (const { feeds } of this.#threads) feeds.endWaits();
  }

  /** Half a second passes. */
  tick(): void {
    this.nowMs += 500;
    this.feeds.watch();
  }

  /** The thread is lost and another takes its place, in the middle of a run. */
  replaceThread(index: number): void {
    const thread = this.#startThread(index, false);
    this.#threads[index] = thread;
    begin(thread.feeds, this.feeds.message());
  }

  feeder(thread: number): Feeder<Row> {
    const found = this.#threads[thread];
    if (found === undefined) throw new Error(`no thread ${thread}`);
    return found.feeder;
  }

  user(): FeedUser {
    return { random: new Random(`${this.#options.name} user ${this.#users++}`), signal: new AbortController().signal, startedMs: performance.now() };
  }

  /** A user that draws until it is stopped; each of its steps is a matter of chance. Resolves with its rows. */
  async draws(thread: number, most: number = Number.POSITIVE_INFINITY): Promise<readonly Row[]> {
    const { links, name } = this.#options;
    const feeder = this.feeder(thread);
    const user = this.user();
    const rows: Row[] = [];
    const link = `${name} user ${this.#users}`;
    try {
      while (rows.length < most) {
        await new Promise<void>((resolve) => links.send(link, resolve));
        rows.push(await feeder.next(user));
      }
    } catch (error) {
      if (!(error instanceof StopUser)) throw error;
    }
    return rows;
  }

  #startThread(threadIndex: number, readsFiles: boolean): Thread<Row> {
    const { links, name, make } = this.#options;
    const feeds: ThreadFeeds = new ThreadFeeds({
      threadIndex,
      readsFiles,
      link: {
        want: (...wanted) => links.send(`${name} thread ${threadIndex}`, () => this.feeds.want(...wanted)),
        stopTest: (reason) => this.stopTests.push(reason),
        warn: (text) => this.log.push(`warning: ${text}`),
      },
    });
    installFeeds(feeds);
    const feeder = make();
    installFeeds(null);
    const { feeders, rows } = feeds.loaded();
    if (!this.feeds.declare(feeders, rows)) this.log.push('threads differ');
    return { feeds, feeder };
  }

  #tell({ feeds }: Thread<Row>, index: number, message: FeedsToThread): void {
    this.#options.links.send(`${this.#options.name} to thread ${index}`, () => {
      if (message.kind === 'feedGrown') feeds.grown(message.name);
      else begin(feeds, message);
    });
  }
}

function begin(feeds: ThreadFeeds, message: FeedsToThread): void {
  if (message.kind === 'feeds') feeds.startRun(message.feeds);
}
