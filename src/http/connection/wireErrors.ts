/**
 * What goes wrong on a connection of ours, in codes that errorText.ts has words for.
 */
import { isNativeError } from 'node:util/types';

/**
 * `boomer-misuse`: nothing was sent, it is the scenario's doing. `boomer-closed`: the server ended the connection.
 * `boomer-…-timeout`: a limit of the class passed.
 */
export type WireErrorCode = 'boomer-misuse' | 'boomer-closed' | 'boomer-upgrade' | 'boomer-connect-timeout' | 'boomer-headers-timeout' | 'boomer-body-timeout';

/** A request failed on a connection of ours. */
export class WireError extends Error {
  readonly code: WireErrorCode;

  constructor(code: WireErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The answer is not HTTP/1.1; named as undici names it, so that both clients' failures are one row. */
export class AnswerError extends Error {
  override readonly name: string = 'HTTPParserError';

  constructor(why: string) {
    super(`Response does not match the HTTP/1.1 protocol (${why})`);
  }
}

/** The headers of an answer are longer than anybody means them to be. */
export class HeadersOverflowError extends Error {
  override readonly name: string = 'HeadersOverflowError';

  constructor() {
    super('Headers Overflow');
  }
}

/** What was thrown, as an Error: scenarios and streams may throw anything. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error || isNativeError(thrown) ? thrown : new Error(String(thrown));
}
