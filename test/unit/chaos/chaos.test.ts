/** The chaos harness itself: its schedules are made from the seed alone, and its books notice what is missing. */
import { balance, readMasterBook, readWorkerBooks, type WorkerBooks } from '../../support/books.ts';
import { scheduleOf, type Schedule } from '../../chaos/schedule.ts';

const all = (seed: string, canIsolate = true): readonly Schedule[] => Array.from({ length: 200 }, (_, index) => scheduleOf(seed, index, canIsolate));

it('makes the same schedules of the same seed, and others of another', () => {
  expect(all('7')).toEqual(all('7'));
  expect(all('7')).not.toEqual(all('8'));
});

it('has every fault in twenty schedules, and none that needs root where nobody is', () => {
  const kinds = all('1').slice(0, 20).flatMap(({ steps }) => steps.map(({ fault }) => (fault.kind === 'threadFault' ? fault.what : fault.kind)));
  expect(new Set(kinds)).toEqual(new Set(['masterKilled', 'masterPaused', 'stall', 'halfOpen', 'linkDown', 'exit', 'hang', 'memory', 'error', 'scale', 'storm', 'workerEnds']));
  const unprivileged = all('1', false);
  expect(unprivileged.filter(({ link, disk, steps }) => link === 'namespace' || disk === 'small' || steps.some(({ fault }) => fault.kind === 'linkDown'))).toEqual([]);
});

const books: WorkerBooks = { recorded: 100, failed: 0, delivered: 90, unconfirmed: 6, undelivered: 4, usersLost: 2 };

it.each([
  ['adds up', 100, 90, books, 0],
  ['adds up with what may have arrived', 100, 96, books, 0],
  ['adds up with what was under way in a lost thread', 102, 90, books, 0],
  ['a request that nobody recorded', 103, 90, books, 1],
  ['a request that the target never answered', 99, 90, books, 1],
  ['adds up with requests that found no way to it', 98, 90, { ...books, failed: 2 }, 0],
  ['one that the target never answered, beside two that found no way to it', 97, 90, { ...books, failed: 2 }, 1],
  ['a report that was lost', 100, 89, books, 1],
  ['a report that was taken twice', 100, 97, books, 1],
  ['a request that is neither delivered nor named', 100, 90, { ...books, undelivered: 3 }, 1],
])('%s', (_, answered, taken, worker, unexplained) => {
  expect(balance(answered, taken, [worker]).unexplained).toHaveLength(unexplained);
});

it('reads what workers and masters say', () => {
  const log = `… load thread 0 was lost with its 3 users and is replaced: …
… recorded 12 requests, 1 failures in this process
… delivered 7 requests, 1 failures; not confirmed 3 requests, 0 failures; not delivered 2 requests, 0 failures`;
  expect(readWorkerBooks(log)).toEqual({ recorded: 12, failed: 1, delivered: 7, unconfirmed: 3, undelivered: 2, usersLost: 3 });
  expect(() => readWorkerBooks('')).toThrow('did not say');
  expect(readMasterBook('a_1 5 0\nb_2 7 1\n')).toBe(12);
});
