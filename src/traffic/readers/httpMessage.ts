/** HTTP/1 messages as they went over the wire, out of captures: heads, and bodies with their length or in chunks. */
import { isAscii } from 'node:buffer';
import type { Pair } from '../recording.ts';

/** A request's or an answer's first line, headers and body. */
export type HttpMessage = {
  readonly firstLine: string;
  readonly headers: readonly Pair[];
  readonly body: Buffer;
  /** Its head has an end, and so have its chunks; a body that is shorter than its length says is not looked at here. */
  readonly isWhole: boolean;
};

const headEnd = Buffer.from('\r\n\r\n');

/** Null for what has no head. */
export function httpMessage(bytes: Buffer): HttpMessage | null {
  const end = bytes.indexOf(headEnd);
  const head = end < 0 ? bytes : bytes.subarray(0, end);
  const text = head.toString('latin1');
  const firstEnd = lineEndIn(text, 0);
  if (firstEnd === 0) return null;
  const isPlain = isAscii(head);
  const headers: Pair[] = [];
  let isChunked = false;
  // Line by line, not split: of a fast capture that is a third of the work.
  for (let from = firstEnd + 2; from < text.length; ) {
    const to = lineEndIn(text, from);
    const colon = text.indexOf(':', from);
    if (colon > from && colon < to) {
      const name = text.slice(from, colon).trim();
      const value = text.slice(colon + 1, to).trim();
      headers.push([name, isPlain ? value : Buffer.from(value, 'latin1').toString()]);
      isChunked ||= name.toLowerCase() === 'transfer-encoding' && /chunked/iu.test(value);
    }
    from = to + 2;
  }
  const firstLine = text.slice(0, firstEnd);
  const rest = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + headEnd.length);
  return isChunked ? { firstLine, headers, ...withoutChunks(rest) } : { firstLine, headers, body: rest, isWhole: end >= 0 };
}

function lineEndIn(text: string, from: number): number {
  const end = text.indexOf('\r\n', from);
  return end < 0 ? text.length : end;
}

/** What is no chunk ends it: captures may break off. */
function withoutChunks(bytes: Buffer): Pick<HttpMessage, 'body' | 'isWhole'> {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const length = Number.parseInt(bytes.subarray(at, lineEnd < 0 ? at : lineEnd).toString('latin1'), 16);
    if (lineEnd >= 0 && length === 0) return { body: Buffer.concat(chunks), isWhole: true };
    if (lineEnd < 0 || !(length > 0)) break;
    chunks.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return { body: Buffer.concat(chunks), isWhole: false };
}
