/**
 * A feeder in one thread: asks the shared counter for a ticket, turns it into a row, and knows what to do when there
 * is none.
 *
 *   ticket ──► row by order and share ──► the row itself
 *   none, not final (the master hands them out) ──► ask the main thread, wait
 *   none, final: used up ──► stopUser: throw · stopTest: ask once, wait · wait: wait (tasks that are run once: throw)
 */
import { type FeederInfo, type FeedRun, noTicket, RowCounter } from '../../engine/shared/feeders.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { counted } from '../../util/counted.ts';
import { afterSockets } from '../../util/eventLoop.ts';
import { now } from '../../util/nodeTime.ts';
import { Random } from '../../util/random.ts';
import { StopUser } from '../endings.ts';
import { TaskSet } from '../taskSet.ts';
import { contextOf, User } from '../user.ts';
import { unpacker } from './packedRows.ts';
import { WaitingUsers } from './waitingUsers.ts';

/** What a feeder asks of its user: every `User` has it. */
export type FeedUser = {
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly startedMs: number;
};

/** Rows of test data, handed out to users. Made by `feed.csv`, `feed.json` or `feed.array` at the top level of a scenario. */
export type Feeder<Row> = {
  readonly name: string;
  /**
   * The next row for this user: `const row = await logins.next(this)`. At hand at once, but for rows that the master
   * hands out (from time to time a round trip) and for users that wait at the end of the data.
   *
   * Rejects with StopUser when the rows are used up and the user is to end, or when the test stops while it waits; with
   * a BoomerError where no row can be had (no test is running; unique rows cannot be shared among these workers).
   *
   * Tasks of `run()` have no user and leave it out: `random` then picks from a stream of the thread.
   */
  readonly next: (user?: FeedUser) => Promise<Row>;
  /** The same without waiting; throws a BoomerError where `next` would wait. */
  readonly nextNow: (user?: FeedUser) => Row;
};

/** What a feeder needs of its thread. */
export type FeedLink = {
  /** More of the master's rows are needed, see `feedWanted` in engine/shared/messages. */
  readonly want: (name: string, waiting: number, limit: number) => void;
  readonly stopTest: (reason: string) => void;
  readonly warn: (text: string) => void;
};

type Run<Row> = {
  readonly counter: RowCounter;
  readonly rowCount: number;
  /** Null when drawing is refused. */
  readonly rowOfTicket: ((ticket: number) => number) | null;
  readonly rowAt: (row: number) => Row;
  readonly refusal: string;
  readonly isRehearsal: boolean;
  /** `performance.now()`; users made earlier belong to a run that is over. */
  readonly beganMs: number;
};

/** Instead of a row: not yet here. */
const later = -1;
const usedUp = -2;

/** A feeder in one thread. */
export class ThreadFeeder<Row> implements Feeder<Row> {
  readonly info: FeederInfo;
  readonly #localRows: readonly Row[] | null;
  readonly #link: FeedLink | null;
  readonly #waiting = new WaitingUsers();
  readonly #ownRandom: Random;
  #run: Run<Row> | null = null;
  #hasAsked = false;
  #hasSaidUsedUp = false;

  /** `localRows` null: a file's rows, which come with the run. `link` null: outside a load thread, where nothing is drawn. */
  constructor(info: FeederInfo, localRows: readonly Row[] | null, link: FeedLink | null, threadIndex: number) {
    this.info = info;
    this.#localRows = localRows;
    this.#link = link;
    this.#ownRandom = new Random(`${info.name}/${threadIndex}/${process.pid}`);
  }

  get name(): string {
    return this.info.name;
  }

  readonly next = async (user?: FeedUser): Promise<Row> => {
    try {
      for (;;) {
        const run = this.#runOf(user);
        const row = this.#draw(run, user);
        if (row >= 0) return run.rowAt(row);
        if (row === usedUp) this.#endOrWait(run);
        await this.#waiting.turn(user?.signal ?? null);
      }
    } catch (error) {
      return refuse(user, error);
    }
  };

  readonly nextNow = (user?: FeedUser): Row => {
    const run = this.#runOf(user);
    const row = this.#draw(run, user);
    if (row >= 0) return run.rowAt(row);
    if (row === usedUp) this.#endOrWait(run);
    const reason = row === usedUp ? 'its rows are used up and users wait' : "the master's next rows are still on their way";
    throw new BoomerError('feed-must-wait', `feeder ${this.name} has no row at hand: ${reason}; expected \`await feeder.next(this)\` here`);
  };

  /** A test run begins; no user of it lives yet. */
  startRun(run: FeedRun): void {
    const counter = new RowCounter(run.counter);
    this.#run = {
      counter,
      rowCount: run.rowCount,
      rowOfTicket: rowOfTicket(this.info, run, counter),
      rowAt: this.#rowsOf(run),
      refusal: run.share.kind === 'refused' ? run.share.reason : '',
      isRehearsal: run.isRehearsal,
      beganMs: now(),
    };
    this.#hasAsked = false;
    this.#hasSaidUsedUp = false;
    this.#waiting.reopen();
  }

  /** The master's answer is in the counter. */
  grown(): void {
    this.#hasAsked = false;
    if (this.#run === null || this.#waiting.size === 0) return;
    const { counter } = this.#run;
    this.#waiting.wake(counter.isFinal() ? this.#waiting.size : counter.left());
    if (this.#waiting.size > 0) this.#want(this.#waiting.size, counter.limit());
  }

  /** The run stops: who waits for a row has nothing more to wait for. */
  endWaits(): void {
    this.#waiting.stopAll();
  }

  #runOf(user: FeedUser | undefined): Run<Row> {
    if (this.#run === null) {
      throw new BoomerError('feed-without-run', `feeder ${this.name} has no rows before a test runs: draw them in onStart or in tasks`);
    }
    // A killed user's function may still be at work when the next run begins: it must not take that run's rows.
    if (user !== undefined && user.startedMs < this.#run.beganMs) throw new StopUser('the user belongs to a test that is over');
    return this.#run;
  }

  #draw(run: Run<Row>, user: FeedUser | undefined): number {
    const { counter, rowOfTicket: rowOf } = run;
    if (rowOf === null) throw new BoomerError('feed-refused', run.refusal);
    if (this.info.order === 'random') return (user?.random ?? this.#ownRandom).int(0, run.rowCount - 1);
    const isFinal = counter.isFinal();
    const limit = isFinal ? 0 : counter.limit();
    const ticket = counter.take();
    if (ticket !== noTicket) {
      if (!isFinal && counter.isRunningLow()) this.#want(0, limit);
      return rowOf(ticket);
    }
    if (isFinal) return usedUp;
    this.#want(this.#waiting.size + 1, limit);
    return later;
  }

  /** One question at a time: the answer goes to all threads and says whether to ask again. */
  #want(waiting: number, limit: number): void {
    if (this.#hasAsked) return;
    this.#hasAsked = true;
    this.#link?.want(this.name, waiting, limit);
  }

  /** Throws unless the user is to wait: StopUser, or a BoomerError where no end of the test would end the wait. */
  #endOrWait({ rowCount, isRehearsal }: Run<Row>): void {
    const { whenUsedUp } = this.info;
    if (isRehearsal && whenUsedUp !== 'stopUser') throw new BoomerError('feed-used-up', `feeder ${this.name} is used up: it has ${counted(rowCount, 'row')}`);
    if (!this.#hasSaidUsedUp) {
      this.#hasSaidUsedUp = true;
      const text = `feeder ${this.name} is used up: this worker has drawn the last of its share of ${rowCount} rows`;
      if (whenUsedUp === 'stopTest') this.#link?.stopTest(text);
      else this.#link?.warn(`${text}; users who ask for more ${whenUsedUp === 'wait' ? 'wait' : 'stop'}`);
    }
    if (whenUsedUp === 'stopUser') throw new StopUser(`feeder ${this.name} is used up`);
  }

  #rowsOf(run: FeedRun): (row: number) => Row {
    if (run.rows !== null) return unpacker(run.rows) as (row: number) => Row;
    const rows = this.#localRows ?? [];
    return (row) => rows[row] as Row;
  }
}

/** Not before the event loop has had a turn, lest a task that catches it and asks again holds up the thread. */
async function refuse(user: FeedUser | undefined, reason: unknown): Promise<never> {
  const asking: unknown = user instanceof TaskSet ? user.user : user;
  if (asking instanceof User) return contextOf(asking).refuse(reason);
  await new Promise<void>(afterSockets);
  throw reason;
}

function rowOfTicket({ order, name }: FeederInfo, { share, rowCount, seed }: FeedRun, counter: RowCounter): ((ticket: number) => number) | null {
  switch (share.kind) {
    case 'refused':
      return null;
    case 'byIndex':
      return (ticket) => ticket * share.workers + share.index;
    case 'fromMaster':
      return (ticket) => counter.grantedRow(ticket);
    case 'all': {
      if (order !== 'shuffle') return (ticket) => ticket % rowCount;
      const rounds = new ShuffledRounds(`${seed}/${name}`, rowCount);
      return (ticket) => rounds.row(ticket);
    }
  }
}

/**
 * The order of rows for `shuffle`: round after round of all rows, each round in an order of its own that follows from
 * the seed alone, so that all threads agree on it without a word.
 *
 * One round is kept, 4 bytes a row: tickets only grow, so a thread never comes back to an earlier one.
 */
class ShuffledRounds {
  readonly #seed: string;
  readonly #order: Uint32Array;
  #round = -1;

  constructor(seed: string, rowCount: number) {
    this.#seed = seed;
    this.#order = new Uint32Array(rowCount);
  }

  row(ticket: number): number {
    const rowCount = this.#order.length;
    const round = Math.floor(ticket / rowCount);
    if (round !== this.#round) this.#shuffle(round);
    return this.#order[ticket - round * rowCount] ?? 0;
  }

  /** Fisher–Yates. */
  #shuffle(round: number): void {
    const order = this.#order;
    const random = new Random(`${this.#seed}/${round}`);
    for (let place = 0; place < order.length; place++) {
      const other = random.int(0, place);
      order[place] = order[other] ?? 0;
      order[other] = place;
    }
    this.#round = round;
  }
}
