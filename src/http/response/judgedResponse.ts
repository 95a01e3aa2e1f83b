/**
 * Who has the last word on a request that has ended where its status has not: a `check`, or (`catchResponse: true`) the scenario.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { printed } from '../../util/printed.ts';
import { verdictText } from './errorText.ts';
import { HttpResponse } from './httpResponse.ts';
import { record, type EndedRequest } from './recordedRequest.ts';
import { rename } from './requestResult.ts';

/** A response that is still judged: its request is not recorded yet. */
export type JudgedResponse = HttpResponse & {
  /** Another row for the request, by what was answered (in Locust, `response.request_meta["name"] = …`). */
  readonly rename: (name: string) => void;
};

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
export class CaughtResponse extends HttpResponse implements JudgedResponse, Disposable, AsyncDisposable {
  readonly #open: OpenResponses;
  readonly #request: EndedRequest;
  /** undefined: none yet, so the status decides. */
  #verdict: string | null | undefined = undefined;

  constructor(request: EndedRequest, open: OpenResponses) {
    super(request);
    this.#request = request;
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

  /** Another row for it. Throws a BoomerError when it has been recorded, and for what is no name. */
  rename(name: string): void {
    this.#mustBeOpen('rename');
    rename(this.#request, checkedName(name));
  }

  /** Records the request now, unless it has been; `await using` does it at the end of the block. */
  end(): void {
    if (this.#open.delete(this)) record(this.#request, this.error, this);
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
    if (!this.#open.has(this)) throw tooLate(method);
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
    rename(this.#request, checkedName(name));
  }
}

function tooLate(method: string): BoomerError {
  return new BoomerError('already-recorded', `${method}() came after the request had been recorded, at the end of its check, block or task: judge it before`);
}

function checkedName(name: unknown): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new BoomerError('bad-request-name', `rename(name) expects the name of a row, got ${printed(name)}`);
}

/** Says whether an answer is what was expected: false or a text make it a failure, true and nothing leave it as it is. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a check may just throw and return nothing
export type Check = (response: JudgedResponse) => boolean | string | null | undefined | void;

/** Makes the response to a request that has ended, and sees to it that it is recorded, once. Called once. */
export type Validate = (request: EndedRequest) => HttpResponse;

/** Records by a check's word. */
export function validateByCheck(check: Check): Validate {
  return (request) => {
    const checked = withCheck(request, check);
    const response = new HttpResponse(checked);
    record(checked, checked.error, response);
    return response;
  };
}

/** Leaves it to the scenario, which may also have a check. */
export function validateLater(open: OpenResponses, check: Check | undefined): Validate {
  return (request) => new CaughtResponse(check === undefined ? request : withCheck(request, check), open);
}

/** What has failed already keeps its own reason: a check of what is in an answer says nothing about one that is none. */
function withCheck(request: EndedRequest, check: Check): EndedRequest {
  if (request.error !== null) return request;
  const during = { isOver: false };
  const error = objectionOf(check, new CheckedResponse(request, during));
  during.isOver = true;
  return error === null ? request : { ...request, error };
}

function objectionOf(check: Check, response: JudgedResponse): string | null {
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
