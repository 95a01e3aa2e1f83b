/**
 * The head of an answer as one stretch of memory.
 */
import type { AnswerHead } from '../../response/answerHead.ts';
import { rawHeader } from '../../response/responseHeaders.ts';
import type { RawHeaders } from '../../response/responseHeaders.ts';
import { carriageReturn, colon, latin1, space, tab } from './bytes.ts';

export class FastHead implements AnswerHead {
  readonly marks: number;
  readonly #bytes: Uint8Array;
  readonly #reasonStart: number;
  readonly #reasonEnd: number;
  readonly #fieldsStart: number;
  #raw: RawHeaders | null = null;
  #contentType: string | null | undefined = undefined;

  /** All places count from the start of `bytes`. */
  constructor(bytes: Uint8Array, reasonStart: number, reasonEnd: number, fieldsStart: number, marks: number) {
    this.#bytes = bytes;
    this.#reasonStart = reasonStart;
    this.#reasonEnd = reasonEnd;
    this.#fieldsStart = fieldsStart;
    this.marks = marks;
  }

  get reason(): string {
    return latin1(this.#bytes, this.#reasonStart, this.#reasonEnd);
  }

  /** Found at the first look, and kept: answers that begin alike share their head. */
  get raw(): RawHeaders {
    return (this.#raw ??= this.#fields());
  }

  get contentType(): string | null {
    if (this.#contentType === undefined) this.#contentType = rawHeader(this.raw, 'content-type');
    return this.#contentType;
  }

  #fields(): RawHeaders {
    const bytes = this.#bytes;
    const raw: Uint8Array[] = [];
    let at = this.#fieldsStart;
    while (bytes[at] !== carriageReturn) {
      const nameStart = at;
      while (bytes[at] !== colon) at += 1;
      raw.push(bytes.subarray(nameStart, at));
      at += 1;
      while (bytes[at] === space || bytes[at] === tab) at += 1;
      const valueStart = at;
      while (bytes[at] !== carriageReturn) at += 1;
      let valueEnd = at;
      while (valueEnd > valueStart && (bytes[valueEnd - 1] === space || bytes[valueEnd - 1] === tab)) valueEnd -= 1;
      raw.push(bytes.subarray(valueStart, valueEnd));
      at += 2;
    }
    return raw;
  }
}
