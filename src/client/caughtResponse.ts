/**
 * A response whose judgement is the scenario's: what `catchResponse: true` gives back.
 *
 *   open ── success(), failure(): the last one counts ──► open
 *     └──── the end of its block (`await using`), or else of its task, hook or user ──► recorded, once
 */
import { BoomerError } from '../util/boomerError.ts';
import { record } from './call.ts';
import type { Outcome } from './call.ts';
import { verdictText } from './errorText.ts';
import { HttpResponse } from './httpResponse.ts';

export class CaughtResponse extends HttpResponse implements Disposable, AsyncDisposable {
  readonly #onRecorded: (response: CaughtResponse) => void;
  #outcome: Outcome | null;
  /** undefined: none yet, so the status decides. */
  #verdict: string | null | undefined = undefined;

  constructor(outcome: Outcome, onRecorded: (response: CaughtResponse) => void) {
    super(outcome);
    this.#outcome = outcome;
    this.#onRecorded = onRecorded;
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
    const outcome = this.#outcome;
    if (outcome === null) return;
    this.#outcome = null;
    this.#onRecorded(this);
    record(outcome, this.error);
  }

  /** For the client: the user has been stopped, and what it had not judged yet does not count. */
  abandon(): void {
    this.#outcome = null;
    this.#onRecorded(this);
  }

  [Symbol.dispose](): void {
    this.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.end();
    return Promise.resolve();
  }

  #judge(method: string, verdict: string | null): void {
    if (this.#outcome === null) {
      throw new BoomerError('already-recorded', `${method}() came after the request had been recorded, at the end of its block or task: judge it before`);
    }
    this.#verdict = verdict;
  }
}
