/** A reader that went away (`| head`, a closed terminal) is no reason to end a run. */
import type { EventEmitter } from 'node:events';

const goneCodes = new Set(['EPIPE', 'EIO', 'EBADF', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Writes until nobody reads any more, and then no more; other errors are thrown. */
export function whileRead(write: (text: string) => void): (text: string) => void {
  let isGone = false;
  return (text) => {
    if (isGone) return;
    try {
      write(text);
    } catch (error) {
      if (!isReaderGone(error)) throw error;
      isGone = true;
    }
  };
}

/**
 * The same for a stream of Node's, which tells of it by an event that would end the process: what it writes from then on is
 * lost. `onOther` gets any other error, such as a full disk, once. Returns how to stop listening.
 */
export function surviveBrokenPipe(stream: EventEmitter, onOther: (error: unknown) => void): () => void {
  let hasTold = false;
  const onError = (error: unknown): void => {
    if (hasTold || isReaderGone(error)) return;
    hasTold = true;
    onOther(error);
  };
  stream.on('error', onError);
  return () => void stream.off('error', onError);
}

function isReaderGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && goneCodes.has(error.code);
}
