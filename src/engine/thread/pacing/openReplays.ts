/** What replays captures: loaded by threads whose scenario has some. */
import { openExchanges } from '../../../traffic/readers/openExchanges.ts';
import { trafficFile } from '../../../traffic/readers/content.ts';
import type { Exchange, StreamNotes } from '../../../traffic/recording.ts';
import { now, setImmediate } from '../../../util/nodeTime.ts';
import { checkCapture } from '../../../traffic/replay/replayCapture.ts';
import { ThreadReplays, type ThreadReplaysParts } from './threadReplays.ts';

/** Read without a turn of the event loop, which users' requests wait for. */
const pieceBytes = 32_768;
const maxTurnMs = 1;

/** Rejects with a BoomerError for a capture that cannot be read, or has nothing to replay. */
export async function openReplays(parts: Omit<ThreadReplaysParts, 'open'>): Promise<ThreadReplays> {
  for (const { replay } of parts.classes) if (replay !== null) await checkCapture(replay.name, replay.path, exchangesOf, replay);
  return new ThreadReplays({ ...parts, open: exchangesOf });
}

function exchangesOf(path: string, notes: StreamNotes): AsyncIterable<Exchange> {
  const file = trafficFile(path);
  return openExchanges({ ...file, open: () => inPieces(file.open()) }, notes);
}

/** Small ones, with turns in between. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let turnedMs = now();
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield chunk.subarray(at, at + pieceBytes);
      if (now() - turnedMs < maxTurnMs) continue;
      await new Promise<void>((resolve) => void setImmediate(resolve));
      turnedMs = now();
    }
  }
}
