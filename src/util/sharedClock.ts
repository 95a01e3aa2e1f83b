/** A monotonic clock that all threads of a process share, in milliseconds. */
import { now } from './nodeTime.ts';

/** `performance.now()` begins at another moment in each thread; both count the same monotonic clock, so that what lies between them stays. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - now();

/** Milliseconds of `process.hrtime`, the same in all threads. */
export function sharedNowMs(): number {
  return now() + offsetMs;
}

/** What `performance.now()` says, in this thread, at a moment of the shared clock. */
export function ownMsOf(sharedMs: number): number {
  return sharedMs - offsetMs;
}

/** Sums of large numbers are not exact to the last digit: what is due so soon is due. */
const toleranceMs = 0.001;

/** Whole milliseconds for a timer that rings at this moment of the shared clock; 0: it has come. */
export function delayUntil(sharedMs: number): number {
  return Math.max(0, Math.ceil(sharedMs - sharedNowMs() - toleranceMs));
}
