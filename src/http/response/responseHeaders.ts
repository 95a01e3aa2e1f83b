/**
 * The headers of an answer, over the raw bytes of the parser: most scenarios never look at them, so nothing is
 * decoded before the first question.
 */

/** name, value, name, value … as they came. */
export type RawHeaders = readonly Uint8Array[];

/** Names are compared without case; values are decoded as Latin-1, as RFC 9110 §5.5 has it. */
export class ResponseHeaders implements Iterable<readonly [string, string]> {
  readonly #raw: RawHeaders;
  #values: ReadonlyMap<string, readonly string[]> | null = null;

  constructor(raw: RawHeaders) {
    this.#raw = raw;
  }

  /** The value, several lines of one name joined with a comma and a space; null when there is none. */
  get(name: string): string | null {
    return this.#byName().get(name.toLowerCase())?.join(', ') ?? null;
  }

  /** One entry per line, for `set-cookie` and its like. */
  getAll(name: string): readonly string[] {
    return this.#byName().get(name.toLowerCase()) ?? [];
  }

  has(name: string): boolean {
    return this.#byName().has(name.toLowerCase());
  }

  /** Lower-case names with values as `get` gives them. */
  *[Symbol.iterator](): Generator<readonly [string, string], void, undefined> {
    for (const [name, values] of this.#byName()) yield [name, values.join(', ')];
  }

  #byName(): ReadonlyMap<string, readonly string[]> {
    this.#values ??= decode(this.#raw);
    return this.#values;
  }
}

/** The first value of `name` (lower case) without decoding the others; null when there is none. */
export function rawHeader(raw: RawHeaders, name: string): string | null {
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.byteLength === name.length && latin1(raw[at]).toLowerCase() === name) return latin1(raw[at + 1]);
  }
  return null;
}

/** Bits of what `marksOf` finds: `set-cookie`. */
export const setCookieMark = 1;
/** As `setCookieMark`, of `content-encoding`. */
export const encodingMark = 2;

/** Which headers of a whole answer the client acts on, without decoding any: looked for in every answer. */
export function marksOf(raw: RawHeaders): number {
  let marks = 0;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at];
    if (name === undefined) continue;
    // By length and a letter or two first: hardly another header looks like these.
    if (name.length === 10) {
      if (name[3] === hyphen && (name[0] === 0x73 || name[0] === 0x53) && latin1(name).toLowerCase() === 'set-cookie') marks |= setCookieMark;
    } else if (name.length === 16) {
      if (name[7] === hyphen && latin1(name).toLowerCase() === 'content-encoding') marks |= encodingMark;
    }
  }
  return marks;
}

const hyphen = 0x2d;

/** Every value of `name` (lower case), one entry per line. */
export function rawHeaders(raw: RawHeaders, name: string): readonly string[] {
  const values: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    if (raw[at]?.byteLength === name.length && latin1(raw[at]).toLowerCase() === name) values.push(latin1(raw[at + 1]));
  }
  return values;
}

function decode(raw: RawHeaders): ReadonlyMap<string, readonly string[]> {
  const byName = new Map<string, string[]>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = latin1(raw[at]).toLowerCase();
    const values = byName.get(name);
    if (values === undefined) byName.set(name, [latin1(raw[at + 1])]);
    else values.push(latin1(raw[at + 1]));
  }
  return byName;
}

function latin1(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Status line and headers of an answer, decoded as late as possible: most scenarios never look at them. */
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
