/** First numbers of the streams of `users` users of the class at `classIndex`, in a worker with so many threads. */
import { splitOverThreads } from '../../../../src/engine/main/runControl.ts';
import { UserStreams } from '../../../../src/engine/thread/users/userSpawner.ts';

function firstNumbers(threads: number, users: number, classIndex = 0, { seed = '42', worker = 0 } = {}): number[] {
  return splitOverThreads(users, threads, classIndex)
    .flatMap((share, thread) => {
      const streams = new UserStreams(seed, thread, threads);
      streams.begin(worker);
      return Array.from({ length: share }, () => streams.next(`Class${classIndex}`, classIndex).next());
    })
    .sort((a, b) => a - b);
}

describe("users' random streams", () => {
  it.each([0, 1, 2, 5])('are the same set with any number of threads (class %i)', (classIndex) => {
    const alone = firstNumbers(1, 10, classIndex);
    for (const threads of [2, 3, 4, 7]) expect(firstNumbers(threads, 10, classIndex)).toEqual(alone);
    expect(new Set(alone).size).toBe(10);
  });

  it('differ by seed, worker, class and user', () => {
    const numbers = [firstNumbers(1, 3), firstNumbers(1, 3, 1), firstNumbers(1, 3, 0, { seed: '43' }), firstNumbers(1, 3, 0, { worker: 1 })];
    expect(new Set(numbers.flat()).size).toBe(12);
  });

  it('begin anew with each run', () => {
    const streams = new UserStreams('1', 0, 1);
    streams.begin(-1);
    const first = streams.next('A', 0).next();
    streams.begin(0);
    expect(streams.next('A', 0).next()).toBe(first);
    expect(streams.next('A', 0).next()).not.toBe(first);
  });
});
