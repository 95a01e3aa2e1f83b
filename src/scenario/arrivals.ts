/**
 * Users as an arrival rate: what each user of a class stands for when its tasks begin on schedule (an open model), whoever is idle takes them.
 */
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { parseRate, ratePerSec } from '../util/rate.ts';
import { type Fields, isObject } from '../util/typeGuards.ts';

/** What each user of a class stands for; made by `perUser`. */
export type Arrivals = {
  /** Tasks that begin, a second and user. */
  readonly perSec: number;
  /** Tasks at once, for each user, beyond which an arrival is dropped. */
  readonly maxAtOnce: number;
};

/** Enough for tasks that take so long, unless somebody says otherwise. */
const secondsAtOnce = 10;
const minAtOnce = 10;

/**
 * For `static arrivals`: each user that there is to be stands for so many arrivals: `2/s`, `30/1m`, or a number a second. They begin on schedule, whether or
 * not earlier ones are done; at most `maxAtOnce` are under way for each user (default: those of ten seconds, at least 10), others are dropped
 * and counted apart. Throws a BoomerError for what is no rate above 0, or no whole number above 0.
 */
export function perUser(rate: string | number, { maxAtOnce, ...others }: { readonly maxAtOnce?: number } = {}): Arrivals {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new BoomerError('bad-arrivals', `perUser(rate, options) has no option ${unknown}: it has maxAtOnce`);
  if (typeof rate !== 'string' && typeof rate !== 'number') throw new BoomerError('bad-arrivals', `perUser(rate) expects a rate such as '2/s' or '30/1m', got ${printed(rate)}`);
  return checkedArrivals(arrivalsAt(ratePerSec(parseRate(String(rate), 'perUser(rate)')), maxAtOnce), 'perUser()');
}

/** So many a second and user, with the cap that goes with it. */
export function arrivalsAt(perSec: number, maxAtOnce: number = Math.max(minAtOnce, Math.ceil(secondsAtOnce * perSec))): Arrivals {
  return { perSec, maxAtOnce };
}

/** `value` if it is what `perUser` gives; throws a BoomerError that shows what to write. */
export function checkedArrivals(value: unknown, where: string): Arrivals {
  const { perSec, maxAtOnce }: Fields = isObject(value) ? value : {};
  if (typeof perSec !== 'number' || !(perSec > 0) || !Number.isFinite(perSec)) throw new BoomerError('bad-arrivals', `${where} expects perUser('2/s'), got ${printed(value)}`);
  if (typeof maxAtOnce !== 'number' || !Number.isInteger(maxAtOnce) || maxAtOnce < 1) throw new BoomerError('bad-arrivals', `${where} expects maxAtOnce as a whole number above 0, got ${printed(maxAtOnce)}`);
  return { perSec, maxAtOnce };
}
