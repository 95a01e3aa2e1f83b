/** Recorded traffic that a test writes down. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trafficFile, type TrafficFile } from '../../src/traffic/readers/content.ts';
import { readAllTraffic } from '../../src/traffic/readTraffic.ts';
import type { Recording } from '../../src/traffic/recording.ts';

/** A file, which comes in pieces of so many bytes; null: in one. `others`: files beside it, by path. */
export function trafficOf(content: string | Uint8Array, source: string, pieceBytes: number | null = null, others: Readonly<Record<string, string>> = {}): TrafficFile {
  const bytes = Buffer.from(content);
  const pieces = pieceBytes === null ? [bytes] : Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) => bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes));
  return {
    source,
    async *open() {
      yield* pieces;
      await Promise.resolve();
    },
    beside: (path) => {
      const text = others[path];
      return text === undefined ? trafficFile(join(tmpdir(), 'no-such-folder', path)) : trafficOf(text, path, null, others);
    },
  };
}

/** What is read of one file. */
export async function recordingOf(content: string | Uint8Array, source: string): Promise<Recording> {
  const [recording] = await readAllTraffic([trafficOf(content, source)]);
  if (recording === undefined) throw new Error('nothing was read');
  return recording;
}
