/** Answers to HTTP requests as servers write them, well and badly, cut into pieces anywhere. */
import fc from 'fast-check';

export type CutAnswer = { readonly method: string; readonly pieces: readonly Buffer[] };

const token = fc.stringMatching(/^[A-Za-z][\w!#$%&'*+.^`|~-]{0,12}$/u);
const value = fc.stringMatching(/^(?:[\x21-\x7e\x80-\xff][\x20-\x7e\x80-\xff\t]{0,30})?$/u);
const body = fc.string({ unit: 'binary-ascii', maxLength: 60 });
const status = fc.oneof({ arbitrary: fc.constantFrom('200', '404', '500', '301', '206'), weight: 8 }, { arbitrary: fc.constantFrom('204', '304'), weight: 1 }, { arbitrary: fc.stringMatching(/^[2-9]\d\d$/u), weight: 1 });
const startLine = fc.tuple(fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0'), status, fc.constantFrom(' OK', ' Not Found', '', ' ', ' a b\tc')).map(([version, code, reason]) => `${version} ${code}${reason}\r\n`);
const fillers = fc.array(
  fc.oneof(
    fc.tuple(token, fc.constantFrom(':', ': ', ':\t '), value, fc.constantFrom('', ' ')).map((parts) => parts.join('')),
    fc.constantFrom('Connection: close', 'connection: keep-alive', 'Connection: Keep-Alive, x', 'Keep-Alive: timeout=5', 'Set-Cookie: a=1; Path=/', 'content-encoding: gzip', 'Location: /x'),
  ),
  { maxLength: 6 },
);
const chunkExtension = fc.constantFrom('', '', '', ';a', ';a=b', ';a="b c"', ';a=b;c', ';a="\\""', '; a', ';=');
const trailer = fc.constantFrom('', '', '', 'X: 1\r\n', 'A:\r\nB: c\r\n', 'bad trailer\r\n');
const chunked = fc.tuple(fc.array(fc.tuple(body, chunkExtension, fc.boolean()), { maxLength: 4 }), trailer).map(([chunks, end]) => {
  const written = chunks
    .filter(([data]) => data !== '')
    .map(([data, extension, isUpper]) => `${isUpper ? data.length.toString(16).toUpperCase().padStart(3, '0') : data.length.toString(16)}${extension}\r\n${data}\r\n`);
  return `${written.join('')}0\r\n${end}\r\n`;
});
/** Header lines that frame the body, and the body. */
const framed = fc.oneof(
  { arbitrary: body.map((data) => ({ lines: [`Content-Length: ${data.length}`], data })), weight: 5 },
  { arbitrary: chunked.map((data) => ({ lines: ['Transfer-Encoding: chunked'], data })), weight: 5 },
  { arbitrary: body.map((data) => ({ lines: [] as string[], data })), weight: 2 },
  { arbitrary: chunked.map((data) => ({ lines: ['transfer-encoding: gzip, chunked'], data })), weight: 1 },
  {
    arbitrary: fc.tuple(
      fc.constantFrom(['Content-Length: 3', 'Content-Length: 3'], ['Content-Length: 3', 'Content-Length: 4'], ['Content-Length: 3', 'Transfer-Encoding: chunked'], ['Transfer-Encoding: chunked', 'Content-Length: 3'], ['Content-Length: '], ['Content-Length: 3x'], ['Content-Length: -3'], ['Content-Length: 3, 3'], ['Content-Length: 100'], ['Transfer-Encoding: chunked, gzip']),
      fc.oneof(body, chunked),
    ).map(([lines, data]) => ({ lines, data })),
    weight: 2,
  },
);
const informational = fc.constantFrom('', '', '', '', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', 'HTTP/1.1 102 Processing\r\n\r\n');

const answer = fc
  .tuple(informational, startLine, fillers, fillers, framed, fc.constantFrom('', '', '', 'extra'))
  .map(([before, start, first, second, { lines, data }, after]) => `${before}${start}${[...first, ...lines, ...second].map((line) => `${line}\r\n`).join('')}\r\n${data}${after}`);

const damage = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), kind: fc.constantFrom('drop', 'insert', 'replace', 'cut off'), byte: fc.oneof(fc.constantFrom('\r', '\n', ' ', '\t', ':', ';', ',', '\0', '\x7f'), fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 })) });

/** Every second answer or so is damaged in one place. */
export const cutAnswer: fc.Arbitrary<CutAnswer> = fc
  .tuple(fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD'), answer, fc.option(damage, { freq: 1 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), fc.integer({ min: 0, max: 20 }))
  .map(([method, text, harm, cuts, dripped]) => {
    const bytes = Buffer.from(harm === null ? text : damaged(text, harm), 'latin1');
    // One in twenty comes byte by byte.
    return { method, pieces: dripped === 0 ? Array.from(bytes, (byte) => Buffer.from([byte])) : cutInto(bytes, cuts) };
  });

function damaged(text: string, { at, kind, byte }: { readonly at: number; readonly kind: string; readonly byte: string }): string {
  const place = Math.floor(at * text.length);
  if (kind === 'cut off') return text.slice(0, place);
  return text.slice(0, place) + (kind === 'drop' ? '' : byte) + text.slice(kind === 'insert' ? place : place + 1);
}

function cutInto(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [0, ...cuts.map((cut) => Math.floor(cut * bytes.byteLength)), bytes.byteLength].sort((a, b) => a - b);
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end)).filter(({ byteLength }) => byteLength > 0);
}
