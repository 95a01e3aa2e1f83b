/** Recorded exchanges of a file of any size, as they go by: captures, access logs, HARs. */
import type { Exchange, StreamNotes } from '../recording.ts';
import { unreadableTraffic } from '../recording.ts';
import { isAccessLog, logExchanges } from './accessLog.ts';
import { Content, trafficFile, type TrafficFile } from './content.ts';
import { gorExchanges, isGor } from './gor.ts';
import { harExchanges, isHar } from './har.ts';
import { inOrder, type UnreadExchange } from './window.ts';

/** What has times, and may be of any size. */
export type StreamedKind = 'capture' | 'access log' | 'HAR';

/** What begins so; null: of another kind. */
export function streamedKind(start: Buffer): StreamedKind | null {
  if (isGor(start)) return 'capture';
  const text = start.toString();
  if (isHar(text)) return 'HAR';
  return isAccessLog(text) ? 'access log' : null;
}

const streams: Readonly<Record<StreamedKind, (chunks: AsyncIterable<Buffer>, source: string, notes: StreamNotes) => AsyncIterable<readonly UnreadExchange[]>>> = { capture: gorExchanges, 'access log': logExchanges, HAR: harExchanges };

/** In order, from an open file. */
export async function* exchangesIn(content: Content, kind: StreamedKind, source: string, notes: StreamNotes): AsyncGenerator<Exchange> {
  for await (const batch of inOrder(streams[kind](content.chunks(), source, notes))) for (const exchange of batch) yield exchange.read();
}

/**
 * What stands in a capture, an access log or a HAR, in the order in which it began, some at a time: memory does not grow with the file. `notes` are
 * complete at the end. Each iteration reads the file anew. Throws a BoomerError, with the line or entry, where the file breaks off or is of another kind.
 */
export async function* openUnread(path: string | TrafficFile, notes: StreamNotes = { kind: '', remarks: [] }): AsyncGenerator<readonly UnreadExchange[]> {
  const file = typeof path === 'string' ? trafficFile(path) : path;
  const content = await Content.open(file);
  try {
    const kind = streamedKind(content.start);
    if (kind === null) throw unreadableTraffic(file.source, null, content.start.length === 0 ? 'the file is empty' : 'expected a capture of GoReplay (.gor), an access log or a HAR');
    yield* inOrder(streams[kind](content.chunks(), file.source, notes));
  } finally {
    await content.close();
  }
}

/** The same, one at a time, and read. */
export async function* openExchanges(path: string | TrafficFile, notes?: StreamNotes): AsyncGenerator<Exchange> {
  for await (const batch of openUnread(path, notes)) for (const exchange of batch) yield exchange.read();
}
