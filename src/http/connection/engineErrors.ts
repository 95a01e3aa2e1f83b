/**
 * What errors mean, whichever client below they come from.
 */

/** Errors that blame the caller: nothing was sent. */
const misuseCodes: ReadonlySet<unknown> = new Set(['boomer-misuse', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);

/** True when the request could not be sent as the scenario wrote it. */
export function isMisuse(error: Error): boolean {
  return 'code' in error && misuseCodes.has(error.code);
}

/** True for a length without a body where it is allowed (RFC 9110 §8.6: of a 304) or does no harm; undici has closed the connection then. */
export function isWholeAfterAll(error: Error, status: number): boolean {
  return (status === 304 || status === 204) && 'code' in error && error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}
