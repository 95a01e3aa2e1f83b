/**
 * Judgements of the scenario on its requests, and the responses that come of them.
 */
import { CaughtResponse } from './caughtResponse.ts';
import type { OpenResponses } from './caughtResponse.ts';
import { verdictText } from './errorText.ts';
import { HttpResponse } from './httpResponse.ts';
import { record, withError } from './outcome.ts';
import type { Outcome } from './outcome.ts';

/** Says whether an answer is what was expected: false or a text make it a failure, true and nothing leave it as it is. */
// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- a check may just throw and return nothing
export type Check = (response: HttpResponse) => boolean | string | null | undefined | void;

/** Makes the response to a request that has ended, and sees to it that it is recorded, once. Called once. */
export type Judge = (outcome: Outcome) => HttpResponse;

/** Records by a check's word. */
export function judgeByCheck(check: Check): Judge {
  return (outcome) => {
    const checked = withCheck(outcome, check);
    record(checked, checked.error);
    return new HttpResponse(checked);
  };
}

/** Leaves it to the scenario, which may also have a check. */
export function judgeLater(open: OpenResponses, check: Check | undefined): Judge {
  return (outcome) => new CaughtResponse(check === undefined ? outcome : withCheck(outcome, check), open);
}

/** What has failed already keeps its own reason: a check of what is in an answer says nothing about one that is none. */
function withCheck(outcome: Outcome, check: Check): Outcome {
  if (outcome.error !== null) return outcome;
  const error = objectionOf(check, new HttpResponse(outcome));
  return error === null ? outcome : withError(outcome, error);
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
