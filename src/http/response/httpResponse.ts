/**
 * What a request gives back: the answer with its body already read, or the failure; and who has the last word on it, the status,
 * a `check`, or (`catchResponse: true`) the scenario.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { verdictText } from './errorText.ts';
import { record, type RequestResult } from './requestResult.ts';
import { ResponseHeaders } from './responseHeaders.ts';

/** The answer to one request. Nothing in it needs to be awaited or released. */
export class HttpResponse {
  /** Status of the answer; 0 when there was none (refused, reset, timeout …). */
  readonly status: number;
  /** Milliseconds from the call to the last byte of the body. */
  readonly elapsedMs: number;
  /** Length of the body, decoded if it came compressed. */
  readonly bytes: number;
  readonly #result: RequestResult;
  #headers: ResponseHeaders | null = null;
  #body: Uint8Array | null = null;

  constructor(result: RequestResult) {
    this.status = result.answer.status;
    this.elapsedMs = result.elapsedMs;
    this.bytes = result.answer.bytes;
    this.#result = result;
  }

  /** Why the request counts as failed, as in the statistics; null for a success. */
  get error(): string | null {
    return this.#result.error;
  }

  /** True when the request counts as a success: a whole answer with a status below 400, and nobody objects. */
  get ok(): boolean {
    return this.error === null;
  }

  /** The URL that answered, after redirects. */
  get url(): string {
    return this.#result.origin + this.#result.request.path;
  }

  /** Empty when there was no answer. */
  get headers(): ResponseHeaders {
    this.#headers ??= new ResponseHeaders(this.#result.answer.rawHeaders);
    return this.#headers;
  }

  /** The body's bytes; empty when there is none. Throws a BoomerError (`body-discarded`) for one that was thrown away. */
  get body(): Uint8Array {
    this.#body ??= this.#result.answer.body();
    return this.#body;
  }

  /** The body decoded by the charset of its content type, UTF-8 without one. */
  text(): string {
    return this.#result.answer.text();
  }

  /** The body parsed as JSON. Throws a BoomerError (`not-json`) when it is none; the type is the caller's word. */
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- `json<Cart>()` is what scenarios write
  json<T = unknown>(): T {
    const text = this.text();
    try {
      return JSON.parse(text) as T;
    } catch (cause) {
      const got = this.status === 0 ? String(this.error) : `status ${this.status}, ${this.headers.get('content-type') ?? 'no content type'}`;
      throw new BoomerError('not-json', `the answer is not JSON (${got})`, { cause });
    }
  }

  /** Throws a RequestFailed when the request counts as failed, with the text of the statistics. */
  raiseForStatus(): void {
    const { error } = this;
    if (error !== null) throw new RequestFailed(error, this, this.#result.cause);
  }
}

/** As much of a response as every kind of response has. */
export type FailedResponse = {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly url: string;
  readonly error: string | null;
};

/** A request that counts as failed; `message` is the error text of the statistics, so equal failures group. */
export class RequestFailed extends Error {
  override readonly name: string = 'RequestFailed';
  readonly response: FailedResponse;

  constructor(message: string, response: FailedResponse, cause: Error | null) {
    super(message, cause === null ? {} : { cause });
    this.response = response;
  }
}

/** The responses of a user that wait for their verdict: one that is no longer among them has been recorded, or does not count. */
export type OpenResponses = {
  readonly add: (response: CaughtResponse) => unknown;
  readonly has: (response: CaughtResponse) => boolean;
  /** True when it was there. */
  readonly delete: (response: CaughtResponse) => boolean;
};

/**
 * A response whose verdict is the scenario's: what `catchResponse: true` gives back.
 *
 *   open ── success(), failure(): the last one counts ──► open
 *     └──── the end of its block (`await using`), or else of its task, hook or user ──► recorded, once
 */
export class CaughtResponse extends HttpResponse implements Disposable, AsyncDisposable {
  readonly #open: OpenResponses;
  readonly #result: RequestResult;
  /** undefined: none yet, so the status decides. */
  #verdict: string | null | undefined = undefined;

  constructor(result: RequestResult, open: OpenResponses) {
    super(result);
    this.#result = result;
    this.#open = open;
    open.add(this);
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

  /** Records the request now, unless it has been; `await using` does it at the end of the block. */
  end(): void {
    if (this.#open.delete(this)) record(this.#result, this.error);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #setVerdict(method: string, verdict: string | null): void {
    if (!this.#open.has(this)) {
      throw new BoomerError('already-recorded', `${method}() came after the request had been recorded, at the end of its block or task: judge it before`);
    }
    this.#verdict = verdict;
  }
}

/** Says whether an answer is what was expected: false or a text make it a failure, true and nothing leave it as it is. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a check may just throw and return nothing
export type Check = (response: HttpResponse) => boolean | string | null | undefined | void;

/** Makes the response to a request that has ended, and sees to it that it is recorded, once. Called once. */
export type Validate = (result: RequestResult) => HttpResponse;

/** Records by a check's word. */
export function validateByCheck(check: Check): Validate {
  return (result) => {
    const checked = withCheck(result, check);
    record(checked, checked.error);
    return new HttpResponse(checked);
  };
}

/** Leaves it to the scenario, which may also have a check. */
export function validateLater(open: OpenResponses, check: Check | undefined): Validate {
  return (result) => new CaughtResponse(check === undefined ? result : withCheck(result, check), open);
}

/** What has failed already keeps its own reason: a check of what is in an answer says nothing about one that is none. */
function withCheck(result: RequestResult, check: Check): RequestResult {
  if (result.error !== null) return result;
  const error = objectionOf(check, new HttpResponse(result));
  return error === null ? result : { ...result, error };
}

function objectionOf(check: Check, response: HttpResponse): string | null {
  let said: unknown;
  try {
    said = check(response);
  } catch (error) {
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
