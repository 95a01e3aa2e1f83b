/**
 * Our parser against undici's (llhttp), over generated answers cut at random places: the same status, headers and body,
 * or refused by both. `BOOMER_DIFFERENTIAL_RUNS` sets how many; a release is checked with 100 000.
 */
import fc from 'fast-check';
import { HeadCache } from '../../../src/http/connection/fast/headCache.ts';
import { outcomeOfOurs, startUndiciReader } from '../../support/answerOutcome.ts';
import type { AnswerOutcome, UndiciReader } from '../../support/answerOutcome.ts';
import { cutAnswer } from '../../support/answers.ts';

const numRuns = Number(process.env['BOOMER_DIFFERENTIAL_RUNS'] ?? 1500);

/** Where we mean to differ: what RFC 9110 and 9112 say of it stands beside each. */
function isMeant(text: string, ours: AnswerOutcome, theirs: AnswerOutcome): boolean {
  // No body ever comes with these, whatever length they name (RFC 9110 §8.6, §15.3.5).
  if (ours !== null && (ours.status === 204 || ours.status === 304)) return ours.body === '' && (theirs === null || theirs.status === ours.status);
  if (ours !== null) return false;
  // Versions that are not ours to speak (RFC 9110 §2.5), and protocols that nobody asked for (§15.2.2).
  return /HTTP\/(?!1\.[01])|HTTP\/1\.[01] 101/u.test(text);
}

let undici: UndiciReader;

beforeAll(async () => {
  undici = await startUndiciReader();
});

afterAll(() => undici.close());

it('reads whatever undici reads, and refuses what it refuses', async () => {
  let readCount = 0;
  let refusedCount = 0;
  await fc.assert(
    fc.asyncProperty(cutAnswer, async ({ method, pieces }) => {
      const ours = outcomeOfOurs(pieces, method);
      const theirs = await undici.outcome(Buffer.concat(pieces), method);
      if (ours === null) refusedCount += 1;
      else readCount += 1;
      if (!isMeant(Buffer.concat(pieces).toString('latin1'), ours, theirs)) expect(ours).toEqual(theirs);
    }),
    { numRuns },
  );
  expect(readCount).toBeGreaterThan(numRuns / 4);
  expect(refusedCount).toBeGreaterThan(numRuns / 10);
}, 600_000);

it('makes the same of an answer however it is cut, and whether it knows its head or not', () => {
  fc.assert(
    fc.property(cutAnswer, ({ method, pieces }) => {
      const whole = outcomeOfOurs([Buffer.concat(pieces)], method);
      expect(outcomeOfOurs(pieces, method)).toEqual(whole);
      const cache = new HeadCache();
      expect(outcomeOfOurs([Buffer.concat(pieces)], method, cache)).toEqual(whole);
      expect(outcomeOfOurs([Buffer.concat(pieces)], method, cache)).toEqual(whole);
      expect(outcomeOfOurs(pieces, method, cache)).toEqual(whole);
    }),
    { numRuns },
  );
});
