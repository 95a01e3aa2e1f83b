/**
 * A request that has ended: who has the last word on it where its status has not (a `check`, or, with `catchResponse: true`, the scenario), how
 * it is recorded, and who hears of it.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { PerLoad } from '../../util/perLoad.ts';
import { printed } from '../../util/printed.ts';
import { isSteering } from '../../util/steering.ts';
import type { RequestContext } from '../request/requestContext.ts';
import type { Check } from '../request/requestOptions.ts';
import { statusErrorText, verdictText } from './errorText.ts';
import { HttpResponse, type JudgedResponse, type RequestResult } from './httpResponse.ts';
import type { StreamedResponse } from './streamedResponse.ts';

/** Where requests of a user are reported, and all else that it measures: whoever does so knows neither users nor the recorder. */
export type RequestSink = {
  /** Identifies the stretch of the user's life in which a request began; one whose stretch is over when it ends is not recorded. */
  readonly phase: () => number;
  /** The event loop has brought the end of a request, at this `performance.now()`; called before its report, if it gets one. */
  readonly arrived: (nowMs: number) => void;
  /** What began in the stretch `phase` has ended and is not going to be reported: it could not be sent as it was, was aborted, or is not to be recorded. */
  readonly dropped: (phase: number) => void;
  /**
   * One call per request that ended, and none for one that was aborted. `elapsedMs` runs from the call to the last byte
   * of the body, null where no time was measured; `bytes` is the length of the body, `error` is null for a success, and `endMs` is
   * `performance.now()` at completion. `response` (null for what is no HTTP) and `context` are for listeners of `request`. Must not throw.
   */
  readonly report: (
    phase: number,
    method: string,
    name: string,
    elapsedMs: number | null,
    bytes: number,
    error: string | null,
    endMs: number,
    response: RecordedResponse | null,
    context: RequestContext | null,
  ) => void;
};

/** What listeners find as the answer: with its body, or, of a streamed one, without. */
export type RecordedResponse = HttpResponse | StreamedResponse;

/** What a request that has ended needs of its client. */
export type ResultServices = {
  readonly sink: RequestSink;
  /** Gets the failures that are recorded; null when nobody wants them. */
  readonly failures: FailureSink | null;
  readonly openResponses: OpenResponses;
};

/** A request that has ended, with its client. */
export type EndedRequest = RequestResult & { readonly services: ResultServices };

/**
 * The response to a request that has ended, which is recorded by its status or the word of `check`; with `isCaught`, when and as the scenario says.
 * Throws what a `check` throws to steer its user: the request is recorded then.
 */
export function judge(request: EndedRequest, check: Check | null, isCaught: boolean): HttpResponse {
  let checked = request;
  try {
    if (check !== null) checked = withCheck(request, check);
  } catch (steering) {
    record(request, request.error, new HttpResponse(request));
    throw steering;
  }
  if (isCaught) return new CaughtResponse(checked);
  const response = new HttpResponse(checked);
  record(checked, checked.error, response);
  return response;
}

/** The tasks that make the requests; without them, only the client's end tells that a task is over. */
export type Tasks = {
  /** Calls `work` once, when the task (or hook) that is under way has ended. */
  readonly afterTask: (work: () => void) => void;
  /**
   * Rejects with `reason`, what cannot even begin, after a turn of the event loop: a task that catches it and tries again holds up nobody. Of a user
   * that is gone it does so a few times, then the promise never settles: a function that outlives its user ends there.
   */
  readonly refuse: (reason: unknown) => Promise<never>;
};

/** The responses of a user that wait for their verdict: one that is no longer among them has been recorded, or does not count. */
export class OpenResponses {
  readonly #tasks: Tasks | null;
  /** Null until the first: most users have none. */
  #responses: Map<CaughtResponse, EndedRequest> | null = null;
  /** The end of the task that is under way is known to come. */
  #isAwaited = false;

  /** Those that are open when a task of `tasks` ends are recorded then. */
  constructor(tasks: Tasks | null) {
    this.#tasks = tasks;
  }

  add(response: CaughtResponse, request: EndedRequest): void {
    (this.#responses ??= new Map<CaughtResponse, EndedRequest>()).set(response, request);
    if (this.#isAwaited) return;
    this.#isAwaited = true;
    this.#tasks?.afterTask(() => {
      this.#isAwaited = false;
      this.endAll();
    });
  }

  has(response: CaughtResponse): boolean {
    return this.#responses?.has(response) === true;
  }

  /** True when it was there. */
  delete(response: CaughtResponse): boolean {
    return this.#responses?.delete(response) === true;
  }

  /** Records what nobody has ended: by the verdict so far, or by the status. */
  endAll(): void {
    for (const response of this.#responses?.keys() ?? []) response.end();
  }

  /** None of them counts any more. */
  clear(): void {
    for (const { services, phase } of this.#responses?.values() ?? []) services.sink.dropped(phase);
    this.#responses?.clear();
  }
}

/**
 * A response whose verdict is the scenario's: what `catchResponse: true` gives back.
 *
 *   open ── success(), failure(): the last one counts ──► open
 *     └──── the end of its block (`await using`), or else of its task, hook or user ──► recorded, once
 */
export class CaughtResponse extends HttpResponse implements JudgedResponse, Disposable, AsyncDisposable {
  readonly #request: EndedRequest;
  /** undefined: none yet, so the status decides. */
  #verdict: string | null | undefined = undefined;

  constructor(request: EndedRequest) {
    super(request);
    this.#request = request;
    request.services.openResponses.add(this, request);
  }

  /** Why the request counts as failed, by the verdict so far or else by itself; null for a success. */
  override get error(): string | null {
    return this.#verdict === undefined ? super.error : this.#verdict;
  }

  /** Makes it a success, whatever its status. Throws a BoomerError when it has been recorded. */
  success(): void {
    this.#setVerdict('success', null);
  }

  /** Makes it a failure: a text is shown as Locust's `CatchResponseError('…')`, an Error by its name and message. */
  failure(reason: unknown): void {
    this.#setVerdict('failure', verdictText(reason));
  }

  /** Another row for it. Throws a BoomerError when it has been recorded, and for what is no name. */
  rename(name: string): void {
    this.#mustBeOpen('rename');
    renameRow(this.#request, checkedName(name));
  }

  /** Records the request now, unless it has been; `await using` does it at the end of the block. */
  end(): void {
    if (this.#request.services.openResponses.delete(this)) record(this.#request, this.error, this);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #setVerdict(method: string, verdict: string | null): void {
    this.#mustBeOpen(method);
    this.#verdict = verdict;
  }

  #mustBeOpen(method: string): void {
    if (!this.#request.services.openResponses.has(this)) throw tooLate(method);
  }
}

/** A response while a `check` looks at it. */
class CheckedResponse extends HttpResponse implements JudgedResponse {
  readonly #request: EndedRequest;
  readonly #check: { readonly isOver: boolean };

  constructor(request: EndedRequest, check: { readonly isOver: boolean }) {
    super(request);
    this.#request = request;
    this.#check = check;
  }

  rename(name: string): void {
    if (this.#check.isOver) throw tooLate('rename');
    renameRow(this.#request, checkedName(name));
  }
}

/** Another row, before it is recorded; the text of a status that makes it a failure names the row. */
function renameRow(request: EndedRequest, name: string): void {
  const { status, reason } = request.answer;
  if (request.error !== null && request.error === statusErrorText(status, reason, request.name)) request.error = statusErrorText(status, reason, name);
  request.name = name;
}

function tooLate(method: string): BoomerError {
  return new BoomerError('already-recorded', `${method}() came after the request had been recorded, at the end of its check, block or task: judge it before`);
}

function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new BoomerError('bad-request-name', `rename(name) expects the name of a row, got ${printed(name)}`);
}

/** What has failed already keeps its own reason: a check of what is in an answer says nothing about one that is none. */
function withCheck(request: EndedRequest, check: Check): EndedRequest {
  if (request.error !== null) return request;
  const during = { isOver: false };
  let error: string | null;
  try {
    error = objectionOf(check, new CheckedResponse(request, during));
  } finally {
    during.isOver = true;
  }
  return error === null ? request : { ...request, error };
}

function objectionOf(check: Check, response: JudgedResponse): string | null {
  let said: unknown;
  try {
    said = check(response);
  } catch (error) {
    if (isSteering(error)) throw error;
    return verdictText(error);
  }
  if (typeof said === 'string') return verdictText(said);
  if (said === false) return verdictText('check failed');
  if (said instanceof Promise) {
    said.catch(() => undefined);
    return verdictText('check returned a promise: a check must answer at once');
  }
  return null;
}

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
