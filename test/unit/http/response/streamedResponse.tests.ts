import { StreamedBody } from '../../../../src/http/response/streamedResponse.ts';
import type { RequestResult } from '../../../../src/http/response/httpResponse.ts';

const quarter = Buffer.alloc(300 * 1024);
const result = { error: null } as unknown as RequestResult;

async function lengthOf(body: StreamedBody): Promise<number> {
  let bytes = 0;
  for await (const piece of body.read()) bytes += piece.byteLength;
  return bytes;
}

it('is held back by what is unread, and let go on when all is read', async () => {
  const calls: string[] = [];
  const body = new StreamedBody(() => (calls.push('resume'), body.finish(result)), () => calls.push('stop'));
  expect([1, 2, 3, 4].map(() => body.push(quarter))).toEqual([true, true, true, false]);
  expect(await lengthOf(body)).toBe(4 * quarter.byteLength);
  expect(calls).toEqual(['resume', 'stop']);
});

it.each([1, 3, 4, 9])('loses nothing of %i pieces that come within resume(), as undici hands on what it has parsed already', async (atOnce) => {
  let left = 20;
  const body: StreamedBody = new StreamedBody(more, () => undefined);
  function more(): void {
    for (let piece = 0; piece < atOnce && left > 0; piece++) {
      left--;
      if (!body.push(quarter)) return; // held back again, before resume() has returned
    }
    if (left === 0) body.finish(result);
    else setImmediate(more);
  }
  more();
  expect(await lengthOf(body)).toBe(20 * quarter.byteLength);
});
