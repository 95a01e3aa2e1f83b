/** An HTTP archive (HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/), with each entry on a line of its own. */
import { byteText } from '../report/numberText.ts';
import { headerOf, type Pair } from '../traffic/recording.ts';
import type { ReadableBody, ReadableExchange } from './readableExchange.ts';
import type { RecordingFormat } from './recordingFormat.ts';

/** `version`: ours. */
export function harFormat(version: string): RecordingFormat {
  return {
    head: `{"log":{"version":"1.2","creator":{"name":"boomer-node","version":${JSON.stringify(version)}},"entries":[\n`,
    separator: ',\n',
    tail: '\n]}}\n',
    entry: (exchange) => Buffer.from(JSON.stringify(harEntry(exchange))),
    changed: (entry, change) => Buffer.from(changedBytes(change(entry.toString()), change)),
  };
}

const textBefore = '"text":"';
const textBehind = '","encoding":"base64"';

/** Bodies of bytes hold texts too, such as the fields beside a file. As `harEntry` writes them; no text has quotes as these. */
function changedBytes(entry: string, change: (text: string) => string): string {
  const pieces: string[] = [];
  let from = 0;
  for (let end = entry.indexOf(textBehind); end >= 0; end = entry.indexOf(textBehind, end + 1)) {
    const start = entry.lastIndexOf(textBefore, end) + textBefore.length;
    const before = Buffer.from(entry.slice(start, end), 'base64').toString('latin1');
    const after = change(before);
    if (after === before) continue;
    pieces.push(entry.slice(from, start), Buffer.from(after, 'latin1').toString('base64'));
    from = end;
  }
  return from === 0 ? entry : pieces.join('') + entry.slice(from);
}

/** Plain data, as the format has it. */
export function harEntry({ startedMs, waitedMs, elapsedMs, method, url, httpVersion, headers, body, answer, problem, isTunnel }: ReadableExchange): unknown {
  const waitMs = waitedMs ?? elapsedMs;
  return {
    startedDateTime: new Date(startedMs).toISOString(),
    time: elapsedMs,
    request: {
      method,
      url,
      httpVersion: `HTTP/${httpVersion}`,
      cookies: [],
      headers: named(headers),
      queryString: named([...new URL(url).searchParams]),
      headersSize: -1,
      bodySize: body.totalBytes,
      ...(body.totalBytes === 0 || isTunnel ? {} : { postData: postData(body, headers) }),
    },
    response: {
      status: answer?.status ?? 0,
      statusText: answer?.statusText ?? '',
      httpVersion: `HTTP/${answer?.httpVersion ?? httpVersion}`,
      cookies: [],
      headers: named(answer?.headers ?? []),
      content: answer === null || isTunnel ? { size: 0, mimeType: '' } : content(answer.body, answer.headers),
      redirectURL: headerOf(answer?.headers ?? [], 'location') ?? '',
      headersSize: -1,
      bodySize: answer?.body.totalBytes ?? -1,
    },
    cache: {},
    timings: { send: 0, wait: waitMs, receive: elapsedMs - waitMs },
    ...(isTunnel ? { _resourceType: 'websocket' } : {}),
    ...(problem === null ? {} : { comment: problem }),
  };
}

function named(pairs: readonly Pair[]): readonly { readonly name: string; readonly value: string }[] {
  return pairs.map(([name, value]) => ({ name, value }));
}

/** Half a body would pass for a whole one. */
function postData(body: ReadableBody, headers: readonly Pair[]): unknown {
  const mimeType = headerOf(headers, 'content-type') ?? '';
  if (body.isCut) return { mimeType, comment: cutText(body) };
  return 'text' in body.content ? { mimeType, text: body.content.text } : { mimeType, text: body.content.bytes.toString('base64'), encoding: 'base64' };
}

function content(body: ReadableBody, headers: readonly Pair[]): unknown {
  const mimeType = headerOf(headers, 'content-type') ?? '';
  const { content: own } = body;
  const shown = 'text' in own ? { size: Buffer.byteLength(own.text), mimeType, text: own.text } : { size: own.bytes.length, mimeType, ...(own.bytes.length === 0 ? {} : { text: own.bytes.toString('base64'), encoding: 'base64' }) };
  return body.isCut ? { ...shown, comment: cutText(body) } : shown;
}

function cutText({ totalBytes, content: own }: ReadableBody): string {
  return `cut: of ${byteText(totalBytes)} the first ${byteText('text' in own ? Buffer.byteLength(own.text) : own.bytes.length)} were kept`;
}
