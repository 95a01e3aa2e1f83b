/**
 * A clock that all threads of a process read alike: `performance.now()` begins at another moment in each of them.
 */

/** Both count the same monotonic clock, so that what lies between them stays. */
const offsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

/** Milliseconds of `process.hrtime`. */
export function sharedNowMs(): number {
  return performance.now() + offsetMs;
}

/** What `performance.now()` says, in this thread, at a moment of the shared clock. */
export function ownMsOf(sharedMs: number): number {
  return sharedMs - offsetMs;
}
