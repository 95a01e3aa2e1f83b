/**
 * What `response.raiseForStatus()` throws.
 */

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
