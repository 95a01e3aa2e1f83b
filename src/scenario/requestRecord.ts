/**
 * What `record({ … })` takes, and a look at fields that do not exist: plain JavaScript has no compiler to say that `exception` is
 * no failure here.
 */
import type { RequestContext } from '../http/request/requestContext.ts';
import { nearest } from '../util/nearest.ts';

/** One sample in full. */
export type RequestRecord = {
  /** Request type: the first column of Locust's table, e.g. `GET`, `redis`. */
  readonly type: string;
  /** Request name: the row. */
  readonly name: string;
  /** Milliseconds; leave it out (or null) for a request without a response time. */
  readonly elapsedMs?: number | null | undefined;
  /** Length of the answer; default 0. */
  readonly bytes?: number | undefined;
  /** Anything but null and undefined makes it a failure; an Error is shown as `Name: message`. */
  readonly error?: unknown;
  /**
   * `performance.now()` when it began; with `elapsedMs` it dates the sample, else the sample is dated now. It also tells
   * work that a kill has cut short, which does not count, from what `onStop` does afterwards. What is no moment of the run, such as
   * `Date.now()`, is warned of, and the sample is dated now.
   */
  readonly startedAt?: number | undefined;
  /** For listeners of `events.request`, over what `context()` of the user says. */
  readonly context?: RequestContext | undefined;
};

const known: Readonly<Record<keyof RequestRecord, true>> = { type: true, name: true, elapsedMs: true, bytes: true, error: true, startedAt: true, context: true };

/** Of Locust's `events.request.fire`, and other words for the same. */
const otherWords: Readonly<Record<string, keyof RequestRecord>> = {
  request_type: 'type',
  method: 'type',
  response_time: 'elapsedMs',
  elapsed: 'elapsedMs',
  duration: 'elapsedMs',
  response_length: 'bytes',
  length: 'bytes',
  exception: 'error',
  failure: 'error',
  err: 'error',
  start_time: 'startedAt',
};

/** All of the first records are looked at, then some: a slip is in the code, and comes again and again. */
const firstRecords = 1_000;
const laterMask = 63;
let recordsSoFar = 0;

/** A sentence about a field that has no effect; null: there is none, or this record is not looked at. */
export function oddRecord(record: RequestRecord): string | null {
  if (++recordsSoFar > firstRecords && (recordsSoFar & laterMask) !== 0) return null;
  for (const key in record) if (!Object.hasOwn(known, key)) return adviceOn(key);
  return null;
}

function adviceOn(key: string): string {
  const meant = Object.hasOwn(otherWords, key) ? otherWords[key] : nearest(key, Object.keys(known));
  return `record({ ${key} }): ${key} has no effect${meant === null ? '.' : `, did you mean ${meant}?`} There are ${Object.keys(known).join(', ')}`;
}
