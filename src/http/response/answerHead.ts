/**
 * Status line and headers of an answer, decoded as late as possible: most scenarios never look at them.
 */
import { rawHeader } from './responseHeaders.ts';
import type { RawHeaders } from './responseHeaders.ts';

export type AnswerHead = {
  /** The words after the status, as the server wrote them. */
  readonly reason: string;
  readonly raw: RawHeaders;
  /** Which headers may have to be acted on: marks of responseHeaders.ts. */
  readonly marks: number;
  readonly contentType: string | null;
};

/** Of an answer that has not come. */
export const noHead: AnswerHead = { reason: '', raw: [], marks: 0, contentType: null };

/** A head whose headers came in pieces. */
export class PiecedHead implements AnswerHead {
  readonly reason: string;
  readonly raw: RawHeaders;
  readonly marks: number;

  constructor(reason: string, raw: RawHeaders, marks: number) {
    this.reason = reason;
    this.raw = raw;
    this.marks = marks;
  }

  get contentType(): string | null {
    return rawHeader(this.raw, 'content-type');
  }
}
