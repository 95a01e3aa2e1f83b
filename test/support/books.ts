/** Exact books: what the target answered is what the workers recorded, and that is what masters took or what is named; pure. */

/** What one worker said when it ended. */
export type WorkerBooks = {
  readonly recorded: number;
  /** Of these; a request that found no way to the target is one, and was never answered. */
  readonly failed: number;
  readonly delivered: number;
  readonly unconfirmed: number;
  readonly undelivered: number;
  /** Users of load threads that were lost: each may have had a request under way. */
  readonly usersLost: number;
};

export type Figures = {
  readonly answered: number;
  readonly recorded: number;
  /** By all masters, of which each noted every report before it could die. */
  readonly taken: number;
  readonly unconfirmed: number;
  readonly undelivered: number;
  /** Answered by the target and recorded by nobody, with a thread that was lost. */
  readonly inFlight: number;
};

/** Reads the end of a worker's log; throws when it did not say what it knows. */
export function readWorkerBooks(log: string): WorkerBooks {
  // A worker that went on with another scenario has said before how it stood.
  const last = (line: RegExp): RegExpExecArray | null => [...log.matchAll(line)].at(-1) ?? null;
  const recorded = last(/recorded (\d+) requests, (\d+) failures in this process/gu);
  const delivery = last(/delivered (\d+) requests, \d+ failures; not confirmed (\d+) requests, \d+ failures; not delivered (\d+) requests/gu);
  if (recorded === null || delivery === null) throw new Error(`the worker did not say what it recorded and what was delivered:\n${log.slice(-2_000)}`);
  const lost = [...log.matchAll(/load thread \d+ was lost with its (\d+) users?/gu)].reduce((sum, [, users]) => sum + Number(users), 0);
  return { recorded: Number(recorded[1]), failed: Number(recorded[2]), delivered: Number(delivery[1]), unconfirmed: Number(delivery[2]), undelivered: Number(delivery[3]), usersLost: lost };
}

/** What the masters noted (see test/chaos/book.py). */
export function readMasterBook(text: string): number {
  return text.split('\n').reduce((sum, line) => sum + Number(line.split(' ')[1] ?? 0), 0);
}

/** The figures, and a sentence for each that does not add up. */
export function balance(answered: number, taken: number, workers: readonly WorkerBooks[]): { readonly figures: Figures; readonly unexplained: readonly string[] } {
  const sum = (of: (books: WorkerBooks) => number): number => workers.reduce((total, books) => total + of(books), 0);
  const recorded = sum((books) => books.recorded);
  const delivered = sum((books) => books.delivered);
  const unconfirmed = sum((books) => books.unconfirmed);
  const undelivered = sum((books) => books.undelivered);
  const usersLost = sum((books) => books.usersLost);
  const unexplained: string[] = [];
  const inFlight = Math.max(0, answered - recorded);
  const succeeded = recorded - sum((books) => books.failed);
  if (answered < succeeded) unexplained.push(`workers recorded ${succeeded - answered} requests as answered that the target did not answer`);
  if (inFlight > usersLost) unexplained.push(`${inFlight} requests were answered and not recorded; ${usersLost} users were lost with their threads`);
  if (delivered + unconfirmed + undelivered !== recorded) unexplained.push(`${recorded} recorded, but ${delivered} delivered, ${unconfirmed} not confirmed and ${undelivered} not delivered`);
  if (taken < delivered) unexplained.push(`masters took ${taken} requests, workers say that they delivered ${delivered}`);
  if (taken > delivered + unconfirmed) unexplained.push(`masters took ${taken} requests, workers delivered ${delivered} and ${unconfirmed} may have arrived`);
  return { figures: { answered, recorded, taken, unconfirmed, undelivered, inFlight }, unexplained };
}
