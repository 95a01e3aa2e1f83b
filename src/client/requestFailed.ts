/**
 * What `response.raiseForStatus()` throws.
 */
import type { HttpResponse } from './httpResponse.ts';

/** A request that counts as failed; `message` is the error text of the statistics, so equal failures group. */
export class RequestFailed extends Error {
  override readonly name: string = 'RequestFailed';
  readonly response: HttpResponse;

  constructor(message: string, response: HttpResponse, cause: Error | null) {
    super(message, cause === null ? {} : { cause });
    this.response = response;
  }
}
