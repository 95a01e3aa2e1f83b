/**
 * How a request that has ended is recorded, and who hears of it.
 */
import { PerLoad } from '../../util/perLoad.ts';
import type { ConnectionTimeouts, PendingRequest } from '../connection/connection.ts';
import type { RequestContext } from '../request/requestContext.ts';
import type { BodyLimits } from './bodyLimits.ts';
import type { HttpResponse } from './httpResponse.ts';
import type { RequestResult } from './requestResult.ts';
import type { StreamedResponse } from './streamedResponse.ts';

/** What the HTTP client reports to, so that it knows neither users nor the recorder. */
export type RequestSink = {
  /** Identifies the stretch of the user's life in which a request began; a request whose stretch is over when it ends is not recorded. */
  readonly phase: () => number;
  /** The event loop has brought the end of a request, at this `performance.now()`; called before its report, if it gets one. */
  readonly arrived: (nowMs: number) => void;
  /** What began in the stretch `phase` has ended and is not going to be reported: it could not be sent as it was, or is not to be recorded. */
  readonly dropped: (phase: number) => void;
  /**
   * One call per request that ended, and none for one that was aborted. `elapsedMs` runs from the call to the last byte
   * of the body, `bytes` is the length of the body, `error` is null for a success, and `endMs` is `performance.now()`
   * at completion. `response` and `context` are for listeners of `request`. Must not throw.
   */
  readonly report: (
    phase: number,
    method: string,
    name: string,
    elapsedMs: number,
    bytes: number,
    error: string | null,
    endMs: number,
    response: RecordedResponse,
    context: RequestContext | null,
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

/** What listeners find as the answer: with its body, or, of a streamed one, without. */
export type RecordedResponse = HttpResponse | StreamedResponse;

/** A request that has ended, with its client. */
export type EndedRequest = RequestResult & { readonly services: ClientServices };

/** Gets a failure that has just been recorded. Must not throw. */
export type FailureSink = (result: RequestResult, error: string) => void;

/** Sees every request that is recorded, with its verdict. Must not throw. */
export type ResultWatcher = (result: RequestResult, error: string | null) => void;

const watcher = new PerLoad<ResultWatcher | null>(null);

/** The thread's entry says who watches the requests of all users; null: nobody. */
export function watchResults(by: ResultWatcher | null): void {
  watcher.set(by);
}

/** Records a request that has ended, unless it is silent; `error` may be another than the request's own, by somebody's verdict. */
export function record(request: EndedRequest, error: string | null, response: RecordedResponse): void {
  const { answer, elapsedMs, endMs } = request;
  const { sink, failures } = request.services;
  if (request.isSilent) {
    sink.dropped(request.phase);
  } else {
    sink.report(request.phase, request.method, request.name, elapsedMs, answer.bytes, error, endMs, response, request.context);
    if (error !== null && failures !== null) failures(request, error);
  }
  watcher.get()?.(request, error);
}
