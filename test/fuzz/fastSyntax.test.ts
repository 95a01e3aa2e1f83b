/**
 * Every short word of the bytes that decide something, in each place of an answer where they do: read and refused as by
 * undici (llhttp). What random answers hardly ever hit. `BOOMER_SYNTAX_LENGTH` says how long the words are: 2 by default, and
 * a release is checked with 4.
 */
import type { AnswerOutcome, UndiciReader } from '../support/answerOutcome.ts';
import { outcomeOfOurs, startUndiciReader } from '../support/answerOutcome.ts';

const length = Number(process.env['BOOMER_SYNTAX_LENGTH'] ?? 2);
const head = 'HTTP/1.1 200 OK\r\n';
const chunks = '2\r\nok\r\n0\r\n\r\n';

type Place = { readonly letters: readonly string[]; readonly answer: (word: string) => string };

const places: Readonly<Record<string, Place>> = {
  'status line': { letters: ['HTTP/1.1 ', '200', ' ', 'O', '\r', '\n', '\t', '.'], answer: (word) => `${word}\r\nContent-Length: 2\r\n\r\nok` },
  header: { letters: [':', 'a', ' ', '\r', '\n', '\t', '\0'], answer: (word) => `${head}Content-Length: 2\r\n${word}\r\n\r\nok` },
  'content-length': { letters: ['0', '2', ' ', '\t', ',', '+', '-'], answer: (word) => `${head}Content-Length:${word}\r\n\r\nok` },
  'transfer-encoding': { letters: ['chunked', ',', ' ', '\t', ';', 'x', '"'], answer: (word) => `${head}Transfer-Encoding:${word}\r\n\r\n${chunks}` },
  'chunk size': { letters: ['2', '0', 'g', ' ', '\r', '\n', '-', 'x'], answer: (word) => `${head}Transfer-Encoding: chunked\r\n\r\n${word}\r\nok\r\n0\r\n\r\n` },
  'chunk extension': { letters: [';', 'a', '=', '"', '\\', ' '], answer: (word) => `${head}Transfer-Encoding: chunked\r\n\r\n2${word}\r\nok\r\n0\r\n\r\n` },
  trailer: { letters: [':', 'a', ' ', '\r', '\n', '\t', '\x80'], answer: (word) => `${head}Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n${word}\r\n\r\n` },
};

/** White space at a line's end may be a tab (RFC 9110 §5.6.3), which llhttp takes for part of these two values. */
const endsInTab = /:[^\r\n]*\t *\r\n/u;

function* wordsOf(letters: readonly string[], left: number): Generator<string, void, undefined> {
  yield '';
  if (left > 0) for (const letter of letters) for (const rest of wordsOf(letters, left - 1)) yield letter + rest;
}

let undici: UndiciReader;

beforeAll(async () => {
  undici = await startUndiciReader();
});

afterAll(() => undici.close());

it.each(Object.entries(places))('agrees with undici on every short %s', async (name, { letters, answer }) => {
  const differing: { readonly text: string; readonly ours: AnswerOutcome; readonly theirs: AnswerOutcome }[] = [];
  let readCount = 0;
  for (const word of new Set(wordsOf(letters, length))) {
    const text = answer(word);
    const bytes = Buffer.from(text, 'latin1');
    const ours = outcomeOfOurs([bytes], 'GET');
    const theirs = await undici.outcome(bytes, 'GET');
    if (ours !== null) readCount += 1;
    const isMeant = (name === 'content-length' || name === 'transfer-encoding') && endsInTab.test(text.slice(head.length));
    if (!isMeant && JSON.stringify(ours) !== JSON.stringify(theirs)) differing.push({ text, ours, theirs });
  }
  expect(differing).toEqual([]);
  expect(readCount).toBeGreaterThan(0);
}, 300_000);
