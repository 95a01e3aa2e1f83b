/**
 * How a request ended, and how that is recorded.
 */
import type { Answer } from './answer.ts';
import type { BodyLimits } from './bodyLimits.ts';
import type { WireRequest } from '../connection/connection.ts';
import type { Guest } from '../connection/connectionPool.ts';
import type { RequestSink } from '../requestSink.ts';
import type { ConnectionTimeouts } from '../connection/wiring.ts';

/** The client as its requests know it. */
export type Home = {
  readonly sink: RequestSink;
  /** Takes the first failures of each kind as samples; null when nobody wants any. */
  readonly failures: FailureSink | null;
  readonly timeouts: ConnectionTimeouts;
  readonly maxRedirects: number;
  readonly bodyLimits: BodyLimits;
  /** Marks of responseHeaders.ts: what in an answer is to be acted on. */
  readonly heeded: number;
  /** Hands a request to the connections of its origin, with the cookies for it: at a redirect. */
  readonly send: (guest: Guest & Hop) => void;
  /** Takes back a request that still waits for a connection. */
  readonly forget: (guest: Guest & Hop) => void;
  /** Keeps the cookies of an answer. */
  readonly keepCookies: (origin: string, path: string, lines: readonly string[]) => void;
};

/** Where a request goes at the moment; changes at redirects. */
export type Hop = { origin: string; request: WireRequest };

/** How a request ended. */
export type Outcome = {
  readonly home: Home;
  /** The stretch of the user's life in which it began. */
  readonly phase: number;
  /** Of the row: as the scenario asked, before any redirect. */
  readonly method: string;
  readonly name: string;
  /** Empty, with status 0, unless the answer is whole. */
  readonly answer: Answer;
  /** What had come of an answer that is not whole. */
  readonly partial: Answer | null;
  readonly elapsedMs: number;
  /** `performance.now()` at the last byte. */
  readonly endMs: number;
  readonly error: string | null;
  /** What lies under `error`, where something does. */
  readonly cause: Error | null;
  /** Where the answer came from, after redirects. */
  readonly origin: string;
  readonly request: WireRequest;
};

/** The same with another verdict. (An outcome need not be a plain object.) */
export function withError({ home, phase, method, name, answer, partial, elapsedMs, endMs, cause, origin, request }: Outcome, error: string): Outcome {
  return { home, phase, method, name, answer, partial, elapsedMs, endMs, error, cause, origin, request };
}

/** A failure that has just been recorded. Must not throw. */
export type FailureSink = (outcome: Outcome, error: string) => void;

/** Sees every request that is recorded, with its verdict. Must not throw. */
export type OutcomeWatcher = (outcome: Outcome, error: string | null) => void;

let watcher: OutcomeWatcher | null = null;

/** The thread's entry says who watches the requests of all users; null: nobody. */
export function watchOutcomes(by: OutcomeWatcher | null): void {
  watcher = by;
}

/** Records a request that has ended; `error` may be another than the outcome's own, by somebody's verdict. */
export function record(outcome: Outcome, error: string | null): void {
  const { home, answer, elapsedMs, endMs } = outcome;
  const { sink, failures } = home;
  sink.report(outcome.phase, outcome.method, outcome.name, elapsedMs, answer.bytes, error, endMs);
  if (error !== null && failures !== null) failures(outcome, error);
  if (watcher !== null) watcher(outcome, error);
}
