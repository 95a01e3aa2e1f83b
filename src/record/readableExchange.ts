/** An exchange as people and readers of recordings want it: headers as text, bodies unpacked, text where they are text. */
import { isUtf8 } from 'node:buffer';
import { contentText, unpacked } from '../traffic/readers/contentText.ts';
import { headerOf, type Pair } from '../traffic/recording.ts';
import type { Headers, KeptBody, PassedExchange } from './passedExchange.ts';

/** A body; `text` and `bytes` are what was kept of it. */
export type ReadableBody = { readonly content: { readonly text: string } | { readonly bytes: Buffer }; readonly totalBytes: number; readonly isCut: boolean };

/** The same, readable. */
export type ReadableExchange = Omit<PassedExchange, 'body' | 'answer'> & { readonly body: ReadableBody; readonly answer: ReadableAnswer | null };

/** What came back; its body is unpacked. */
export type ReadableAnswer = { readonly status: number; readonly statusText: string; readonly httpVersion: string; readonly headers: readonly Pair[]; readonly body: ReadableBody };

/** What cannot be unpacked or is no text stays bytes, as they went over the wire. */
export function readable(exchange: PassedExchange): ReadableExchange {
  const { answer, body } = exchange;
  const headers = asText(exchange.headers);
  const answerHeaders = asText(answer?.headers ?? []);
  return {
    ...exchange,
    headers,
    body: bodyOf(body, headers, false),
    answer: answer === null ? null : { ...answer, headers: answerHeaders, body: bodyOf(answer.body, answerHeaders, true) },
  };
}

/** The same with bodies of which nothing was kept, and says so. */
export function withoutBodies(exchange: ReadableExchange): ReadableExchange {
  const { body, answer, problem } = exchange;
  const left = 'bodies that could not be looked through for secrets are left out';
  return { ...exchange, body: emptied(body), answer: answer === null ? null : { ...answer, body: emptied(answer.body) }, problem: problem === null ? left : `${problem}; ${left}` };
}

/** The same with nothing that anybody typed: no bodies, no headers, and of the URL where it went. */
export function withoutContent(exchange: ReadableExchange): ReadableExchange {
  const { answer, ...own } = withoutBodies(exchange);
  return { ...own, url: `${new URL(own.url).origin}/`, headers: [], answer: answer === null ? null : { ...answer, headers: [] } };
}

function emptied({ totalBytes }: ReadableBody): ReadableBody {
  return { content: { text: '' }, totalBytes, isCut: totalBytes > 0 };
}

/** Bytes beyond ASCII are UTF-8, if they can be. */
function asText(headers: Headers): readonly Pair[] {
  return headers.map(([name, value]) => {
    const bytes = Buffer.from(value, 'latin1');
    return [name, isUtf8(bytes) ? bytes.toString() : value];
  });
}

/** A body of a request that is packed, or in another charset, stays as it is: it is sent so again. */
function bodyOf({ bytes, totalBytes }: KeptBody, headers: readonly Pair[], isAnswer: boolean): ReadableBody {
  const isCut = bytes.length < totalBytes;
  const coding = headerOf(headers, 'content-encoding') ?? '';
  const isPacked = coding !== '' && coding !== 'identity' && bytes.length > 0;
  const plain = !isPacked ? bytes : isAnswer ? unpacked(bytes, coding) : null;
  const text = plain === null ? null : contentText(plain, headerOf(headers, 'content-type'), isCut, isAnswer);
  return { content: text === null ? { bytes: plain ?? bytes } : { text }, totalBytes, isCut };
}
