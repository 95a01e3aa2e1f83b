/**
 * How a request ended, as plain data, and how that is recorded.
 */
import { PerLoad } from '../../util/perLoad.ts';
import type { ConnectionTimeouts, PendingRequest, WireRequest } from '../connection/connection.ts';
import type { Answer } from './answer.ts';
import type { BodyLimits } from './bodyLimits.ts';

/** What the HTTP client reports to, so that it knows neither users nor the recorder. */
export type RequestSink = {
  /** Identifies the stretch of the user's life in which a request began; a request whose stretch is over when it ends is not recorded. */
  readonly phase: () => number;
  /** The event loop has brought the end of a request, at this `performance.now()`; called before its report, if it gets one. */
  readonly arrived: (nowMs: number) => void;
  /** What began in the stretch `phase` has ended and is not going to be reported: it could not be sent as it was. */
  readonly dropped: (phase: number) => void;
  /**
   * One call per request that ended, and none for one that was aborted. `elapsedMs` runs from the call to the last byte
   * of the body, `bytes` is the length of the body, `error` is null for a success, and `endMs` is `performance.now()`
   * at completion. Must not throw.
   */
  readonly report: (
    phase: number,
    method: string,
    name: string,
    elapsedMs: number,
    bytes: number,
    error: string | null,
    endMs: number,
  ) => void;
};

/** What of a client's settings its requests look at. */
export type RequestSettings = {
  readonly timeouts: ConnectionTimeouts;
  readonly maxRedirects: number;
  readonly bodyLimits: BodyLimits;
  /** Which headers of an answer are to be acted on: marks of responseHeaders.ts. */
  readonly actedOn: number;
};

/** The client as its requests know it. */
export type ClientServices = {
  readonly sink: RequestSink;
  /** Gets the failures that are recorded; null when nobody wants them. */
  readonly failures: FailureSink | null;
  readonly settings: RequestSettings;
  /** Hands a request to the connections of its origin, with the cookies for it: at a redirect. */
  readonly send: (pending: PendingRequest) => void;
  /** Takes back a request that still waits for a connection. */
  readonly forget: (pending: PendingRequest) => void;
  /** Keeps the cookies of an answer. */
  readonly keepCookies: (origin: string, path: string, lines: readonly string[]) => void;
};

/** Where a request goes, and as what. */
export type Target = { readonly origin: string; readonly request: WireRequest };

/** How a request ended; `origin` and `request` are where the answer came from, after redirects. */
export type RequestResult = Target & {
  readonly services: ClientServices;
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
};

/** Gets a failure that has just been recorded. Must not throw. */
export type FailureSink = (result: RequestResult, error: string) => void;

/** Sees every request that is recorded, with its verdict. Must not throw. */
export type ResultWatcher = (result: RequestResult, error: string | null) => void;

const watcher = new PerLoad<ResultWatcher | null>(null);

/** The thread's entry says who watches the requests of all users; null: nobody. */
export function watchResults(by: ResultWatcher | null): void {
  watcher.set(by);
}

/** Records a request that has ended; `error` may be another than the result's own, by somebody's verdict. */
export function record(result: RequestResult, error: string | null): void {
  const { answer, elapsedMs, endMs } = result;
  const { sink, failures } = result.services;
  sink.report(result.phase, result.method, result.name, elapsedMs, answer.bytes, error, endMs);
  if (error !== null && failures !== null) failures(result, error);
  watcher.get()?.(result, error);
}
