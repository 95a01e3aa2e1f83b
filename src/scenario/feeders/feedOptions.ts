/**
 * What an author may say about a feeder, and the check of it: scenarios may be plain JavaScript.
 */
import type { FeedOrder, WhenUsedUp } from '../../engine/shared/feeders.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import { printed } from '../../util/printed.ts';
import { isObject } from '../../util/typeGuards.ts';

/**
 * The order of rows:
 * - `sequential` (default): as in the source, shared by all users of the worker;
 * - `shuffle`: each row once a round, in a random order that changes with each round, shared by all users of the worker;
 * - `random`: independent picks, each from the user's own random stream;
 * - `unique`: as in the source, and no row is ever used twice in a test run, over all threads and all workers.
 *
 * `whenUsedUp`, when the last row is gone: `wrap` begins again (the default of `sequential` and `shuffle`; impossible for
 * `unique`), `stopUser` ends the user who asks (the default of `unique`), `stopTest` ends the whole test, `wait` lets
 * the user wait until it is stopped.
 */
export type FeedOptions = {
  /** Name of the feeder, unique in the scenario; default: the file as it was given, or `array 1`, `array 2`, … */
  readonly name?: string | undefined;
} & (
  | { readonly order?: 'sequential' | 'shuffle' | undefined; readonly whenUsedUp?: WhenUsedUp | undefined; readonly workers?: undefined }
  | { readonly order: 'random'; readonly whenUsedUp?: undefined; readonly workers?: undefined }
  | {
      readonly order: 'unique';
      readonly whenUsedUp?: Exclude<WhenUsedUp, 'wrap'> | undefined;
      /**
       * How rows are shared among workers. A number: every so-manieth row from this worker's index on. `'master'`: the
       * master hands out blocks of rows, with `locust/feeder.py`. Default: the master if it has that plug-in, else
       * by index among as many workers as the master's `--expect-workers` says (1 when it says nothing).
       */
      readonly workers?: number | 'master' | undefined;
    }
);

/** Options with their defaults. */
export type CheckedOptions = {
  readonly name: string | null;
  readonly order: FeedOrder;
  readonly whenUsedUp: WhenUsedUp;
  readonly workers: number | 'master' | null;
};

const orders: readonly FeedOrder[] = ['sequential', 'shuffle', 'random', 'unique'];
const ends: readonly WhenUsedUp[] = ['wrap', 'stopUser', 'stopTest', 'wait'];
const commonNames = ['name', 'order', 'whenUsedUp', 'workers'];

/** Throws a BoomerError that names `caller`, what was expected and what came; `others` are options that it knows itself. */
export function checkedOptions(caller: string, options: unknown, others: readonly string[]): CheckedOptions {
  if (!isObject(options)) throw wrong(`${caller}(…, options)`, 'an object', options);
  refuseUnknown(caller, options, [...commonNames, ...others]);
  const { name = null, order = 'sequential', whenUsedUp, workers = null } = options;
  if (name !== null && (typeof name !== 'string' || name === '')) throw wrong(`${caller}: name`, 'a text', name);
  if (!isOneOf(orders, order)) throw wrong(`${caller}: order`, orders.join(', '), order);
  if (whenUsedUp !== undefined && !isOneOf(ends, whenUsedUp)) throw wrong(`${caller}: whenUsedUp`, ends.join(', '), whenUsedUp);
  if (order === 'unique' && whenUsedUp === 'wrap') throw wrong(`${caller}: whenUsedUp of unique rows`, 'stopUser, stopTest, wait', whenUsedUp);
  if (order === 'random' && whenUsedUp !== undefined) throw wrong(`${caller}: whenUsedUp of random rows`, 'nothing (they are never used up)', whenUsedUp);
  if (workers !== null && order !== 'unique') throw wrong(`${caller}: workers`, "nothing unless order is 'unique'", workers);
  if (!isShare(workers)) throw wrong(`${caller}: workers`, "a whole number of 1 or more, or 'master'", workers);
  return { name, order, whenUsedUp: whenUsedUp ?? (order === 'unique' ? 'stopUser' : 'wrap'), workers };
}

/** A BoomerError about a wrong value. */
export function wrong(what: string, expected: string, got: unknown): BoomerError {
  return new BoomerError('bad-feed-option', `${what} expects ${expected}, got ${printed(got)}`);
}

/** Whether the value is one of these texts. */
export function isOneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return known.some((each) => each === value);
}

function isShare(value: unknown): value is number | 'master' | null {
  return value === null || value === 'master' || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1);
}

function refuseUnknown(caller: string, given: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = nearest(name, known);
    throw new BoomerError('bad-feed-option', `${caller} has no option ${JSON.stringify(name)}: ${meant === null ? `it has ${known.join(', ')}` : `did you mean ${meant}?`}`);
  }
}
