/**
 * Starts one thread for a place: gives it its seed, and takes to its ledgers what is theirs and reads the exceptions that it counts,
 * so that the place hears the rest only.
 */
import type { LedgerMessage } from '../../stats/ledgerMessages.ts';
import type { ThreadToMain } from '../shared/messages.ts';
import type { ThreadSeed } from '../shared/threadSeed.ts';
import { ExceptionReader, type ExceptionKind, type ExceptionMessage } from '../shared/exceptionCounts.ts';
import type { Ledgers } from './ledgers.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import { ThreadHandle } from './threadHandle.ts';

/** Everything a thread says but its ledgers' definitions and its exceptions. */
export type SlotMessage = Exclude<ThreadToMain, LedgerMessage | ExceptionMessage | { readonly kind: 'scheduleLedger' }>;

/** What all threads of a pool begin with. */
export type SharedSeed = Omit<ThreadSeed, 'pulse' | 'threadIndex' | 'workerIndex' | 'firstUserNumber' | 'readsFeedFiles' | 'trust' | 'warmsUp' | 'requestLog'>;

export type StartOptions = {
  readonly seed: SharedSeed;
  readonly requestLog: RequestLogFile | null;
  /** `file:` URLs of the compiled scenario. */
  readonly bundleUrls: Promise<readonly string[]>;
  readonly nowMs: () => number;
  readonly ledgers: Ledgers;
  readonly scheduleLedgers: Ledgers;
  /** Hears of `count` equal exceptions. */
  readonly exceptions: (exception: ExceptionKind, count: number) => void;
};

/** Which thread it is: `number` counts those that were in this place before. */
export type ThreadIdentity = Pick<ThreadSeed, 'threadIndex' | 'workerIndex' | 'trust' | 'warmsUp'> & { readonly number: number };

/** What its place hears; `ended` comes once, last, and says why. */
export type StartedEvents = {
  readonly message: (message: SlotMessage) => void;
  readonly ended: (reason: string) => void;
};

/** A new thread numbers its users from far above what the lost one can have used. */
const userNumbersPerThread = 100_000_000;

export function startThread(options: StartOptions, { number, ...identity }: ThreadIdentity, events: StartedEvents): ThreadHandle {
  const { seed, requestLog, bundleUrls, nowMs, ledgers, scheduleLedgers } = options;
  const key = `${identity.threadIndex}.${number}`;
  const logSeed = requestLog?.seed() ?? null;
  const exceptions = new ExceptionReader(options.exceptions);
  const thread = new ThreadHandle(
    {
      ...seed,
      ...identity,
      requestLog: logSeed,
      firstUserNumber: number * userNumbersPerThread,
      // Not those that come in place of a lost thread: the file may have changed, its rows are known.
      readsFeedFiles: identity.threadIndex === 0 && number === 0,
    },
    {
      message: (message) => {
        if (message.kind === 'ledgerPage' || message.kind === 'ledgerRow' || message.kind === 'ledgerError') ledgers.define(key, message);
        else if (message.kind === 'scheduleLedger') scheduleLedgers.define(key, message.message);
        else if (message.kind === 'exceptionMemory' || message.kind === 'exceptionKind' || message.kind === 'exceptionsCounted') exceptions.take(message);
        else events.message(message);
      },
      ended: (reason) => {
        for (const each of [ledgers, scheduleLedgers]) each.threadEnded(key);
        exceptions.read();
        if (logSeed !== null) requestLog?.rescue(logSeed);
        events.ended(reason);
      },
    },
    nowMs(),
  );
  bundleUrls.then((urls) => thread.load(urls), ignore);
  return thread;
}

function ignore(): void {
  // the pool hears of a failure by itself
}
