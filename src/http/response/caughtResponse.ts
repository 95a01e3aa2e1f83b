/**
 * A response whose judgement is the scenario's: what `catchResponse: true` gives back.
 *
 *   open ── success(), failure(): the last one counts ──► open
 *     └──── the end of its block (`await using`), or else of its task, hook or user ──► recorded, once
 */
import { BoomerError } from '../../util/boomerError.ts';
import { verdictText } from './errorText.ts';
import { HttpResponse } from './httpResponse.ts';
import { record } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** The responses of a user that wait for their verdict: one that is no longer among them has been recorded, or does not count. */
export type OpenResponses = {
  readonly add: (response: CaughtResponse) => unknown;
  readonly has: (response: CaughtResponse) => boolean;
  /** True when it was there. */
  readonly delete: (response: CaughtResponse) => boolean;
};

export class CaughtResponse extends HttpResponse implements Disposable, AsyncDisposable {
  readonly #open: OpenResponses;
  readonly #outcome: Outcome;
  /** undefined: none yet, so the status decides. */
  #verdict: string | null | undefined = undefined;

  constructor(outcome: Outcome, open: OpenResponses) {
    super(outcome);
    this.#outcome = outcome;
    this.#open = open;
    open.add(this);
  }

  /** Why the request counts as failed, by the verdict so far or else by itself; null for a success. */
  override get error(): string | null {
    return this.#verdict === undefined ? super.error : this.#verdict;
  }

  /** Makes it a success, whatever its status. Throws a BoomerError when it has been recorded. */
  success(): void {
    this.#judge('success', null);
  }

  /** Makes it a failure: a text is shown as Locust's `CatchResponseError('…')`, an Error by its name and message. */
  failure(reason: unknown): void {
    this.#judge('failure', verdictText(reason));
  }

  /** Records the request now, unless it has been; `await using` does it at the end of the block. */
  end(): void {
    if (this.#open.delete(this)) record(this.#outcome, this.error);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #judge(method: string, verdict: string | null): void {
    if (!this.#open.has(this)) {
      throw new BoomerError('already-recorded', `${method}() came after the request had been recorded, at the end of its block or task: judge it before`);
    }
    this.#verdict = verdict;
  }
}
