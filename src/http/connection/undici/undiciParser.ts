/**
 * What undici's HTTP/1.1 parser does with informational answers, mended: it breaks off at a `100 Continue` that nobody asked
 * for (RFC 9110 §15.2: a client must be able to read on), begins the wait for an answer anew with each one, so that a server
 * that sends one a second is waited for without end, and trips over its own assertions at a 101 and a status below 100.
 */
import { AnswerError, WireError } from '../fast/wireError.ts';

/** As much of the parser as is touched; null and absent when undici is another than the one this was written for. */
export type UndiciParser = {
  timeout?: unknown;
  readonly socket?: { readonly destroy: (error: Error) => unknown };
  onHeadersComplete?: (status: number, isUpgrade: boolean, keepsAlive: boolean) => number;
};

const mended = new WeakSet<object>();
/** llhttp's word for "stop". */
const stopParsing = -1;

/** Mends the class of `parser`, once; leaves alone what it does not know. */
export function mendParser(parser: UndiciParser | null | undefined): void {
  const shared = parser === null || parser === undefined ? null : (Object.getPrototypeOf(parser) as UndiciParser);
  if (shared === null || mended.has(shared)) return;
  mended.add(shared);
  const complete = shared.onHeadersComplete;
  if (complete === undefined) return;
  shared.onHeadersComplete = function (this: UndiciParser, status, isUpgrade, keepsAlive): number {
    if (status >= 200) return complete.call(this, status, isUpgrade, keepsAlive);
    if (status < 100 || status === 101) {
      this.socket?.destroy(status === 101 ? new WireError('boomer-upgrade', 'bad upgrade') : new AnswerError('Invalid status code'));
      return stopParsing;
    }
    const { timeout } = this;
    this.timeout = null; // else it would begin anew
    const word = complete.call(this, 102, isUpgrade, keepsAlive);
    this.timeout = timeout;
    return word;
  };
}
