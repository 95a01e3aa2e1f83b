/**
 * What stays the same of a request from the call to its row, and how it ended.
 */
import type { Answer } from './answer.ts';
import type { Guest } from './connectionPool.ts';
import type { RequestSink } from './requestSink.ts';
import type { WireRequest } from './connection.ts';
import type { ConnectionTimeouts } from './wiring.ts';

/** The client as its requests know it. */
export type Home = {
  readonly sink: RequestSink;
  /** Takes the first failures of each kind as samples; null when nobody wants any. */
  readonly failures: FailureSink | null;
  readonly timeouts: ConnectionTimeouts;
  readonly maxRedirects: number;
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

export type Call = {
  readonly home: Home;
  readonly phase: number;
  /** `performance.now()` at the call. */
  readonly startMs: number;
  readonly method: string;
  readonly name: string;
  readonly followsRedirects: boolean;
  /** The body is handed out while it arrives. */
  readonly streams: boolean;
};

/** How a request ended. */
export type Outcome = {
  readonly call: Call;
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
  const { call, answer, elapsedMs, endMs } = outcome;
  const { sink, failures } = call.home;
  sink.report(call.phase, call.method, call.name, elapsedMs, answer.bytes, error, endMs);
  if (error !== null && failures !== null) failures(outcome, error);
  if (watcher !== null) watcher(outcome, error);
}
