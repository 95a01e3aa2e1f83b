/**
 * Splits absolute targets over threads.
 */

/**
 * Users of one class for each of `threadCount` threads: even, and stable: one user more is one more in exactly one
 * thread. `classIndex` decides which thread gets the first one, so that many classes with one user each spread too.
 */
export function splitOverThreads(users: number, threadCount: number, classIndex: number): readonly number[] {
  return Array.from({ length: threadCount }, (_, thread) => {
    const place = (((thread - classIndex) % threadCount) + threadCount) % threadCount;
    return Math.floor((users + threadCount - 1 - place) / threadCount);
  });
}
