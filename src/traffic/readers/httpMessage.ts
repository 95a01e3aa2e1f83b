/** HTTP/1 messages as they went over the wire, out of captures: heads, and bodies with their length or in chunks. */
import type { Pair } from '../recording.ts';

/** A request's or an answer's first line, headers and body. */
export type HttpMessage = {
  readonly firstLine: string;
  readonly headers: readonly Pair[];
  readonly body: Buffer;
  /** Its head has an end, and so have its chunks; a body that is shorter than its length says is not looked at here. */
  readonly isWhole: boolean;
};

/** Null for what has no head. */
export function httpMessage(bytes: Buffer): HttpMessage | null {
  const end = bytes.indexOf('\r\n\r\n');
  const headEnd = end < 0 ? bytes.length : end;
  const [firstLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  if (firstLine === '') return null;
  const headers = lines.flatMap((line): readonly Pair[] => {
    const at = line.indexOf(':');
    return at <= 0 ? [] : [[line.slice(0, at).trim(), Buffer.from(line.slice(at + 1).trim(), 'latin1').toString()]];
  });
  const rest = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4);
  const isChunked = headers.some(([name, value]) => name.toLowerCase() === 'transfer-encoding' && /chunked/iu.test(value));
  return isChunked ? { firstLine, headers, ...withoutChunks(rest) } : { firstLine, headers, body: rest, isWhole: end >= 0 };
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
