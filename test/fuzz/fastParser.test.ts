/**
 * Whatever bytes come, in whatever pieces: the parser ends each answer exactly once, hands out no byte that did not come,
 * keeps no more than a head's limit, and never throws. Bounded in time, not in cases: BOOMER_FUZZ_SEC, by default 4 s.
 */
import fc from 'fast-check';
import { AnswerParser } from '../../src/http/connection/fast/answerParser.ts';
import { cutAnswer } from '../support/answers.ts';

const fuzzMs = Number(process.env['BOOMER_FUZZ_SEC'] ?? 4) * 1000;

/** Words of HTTP in any order, and bytes of any kind. */
const soup = fc
  .array(
    fc.oneof(
      fc.constantFrom('HTTP/1.1 200 OK\r\n', 'HTTP/1.1 103\r\n', 'HTTP/1.0 304 x\r\n', '\r\n', '\n', '\r', ': ', 'Content-Length: 5\r\n', 'content-length:', 'Transfer-Encoding: chunked\r\n', '0\r\n\r\n', '5\r\nhello\r\n', 'ffffffffffffffff\r\n', ';a="', 'Connection: close\r\n', 'Keep-Alive: timeout=99999999999\r\n'),
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
      fc.integer({ min: 1, max: 20_000 }).map((letters) => 'x'.repeat(letters)),
    ),
    { maxLength: 20 },
  )
  .map((words) => ({ method: 'GET', pieces: words.map((word) => Buffer.from(word, 'latin1')).filter(({ byteLength }) => byteLength > 0) }));

it('takes anything', () => {
  let cases = 0;
  fc.assert(
    fc.property(fc.oneof({ arbitrary: soup, weight: 3 }, { arbitrary: fc.array(cutAnswer, { maxLength: 3 }).map((answers) => ({ method: 'GET', pieces: answers.flatMap(({ pieces }) => pieces) })), weight: 1 }), ({ method, pieces }) => {
      cases += 1;
      const givenBytes = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0);
      let ends = 0;
      let heads = 0;
      let bodyBytes = 0;
      let begun = 1;
      const parser: AnswerParser = new AnswerParser({
        onHead: (status, head) => {
          heads += 1;
          expect(status).toBeGreaterThanOrEqual(200);
          expect(head.raw.length % 2).toBe(0);
        },
        onPiece: (_bytes, start, end) => void (bodyBytes += end - start),
        onWhole: (isReusable) => {
          ends += 1;
          if (!isReusable) return;
          begun += 1;
          parser.expect(false, null);
        },
        onRefused: () => void (ends += 1),
        onStray: () => undefined,
      });
      parser.expect(method === 'HEAD', null);
      for (const piece of pieces) parser.feed(Buffer.from(piece), piece.byteLength);
      parser.end();
      parser.end();
      expect(ends).toBe(begun);
      expect(heads).toBeLessThanOrEqual(begun);
      expect(bodyBytes).toBeLessThanOrEqual(givenBytes);
    }),
    { interruptAfterTimeLimit: fuzzMs, numRuns: Number.MAX_SAFE_INTEGER },
  );
  expect(cases).toBeGreaterThan(100);
});
