/** A wait with an end. */

export type Limit = {
  /** The longest wait, in milliseconds. */
  readonly ms: number;
  /** Ends the wait with its own reason. */
  readonly stop: AbortSignal;
  /** What to reject with when the time is up. */
  readonly late: () => Error;
};

/** Settles as `awaited` does, unless the limit comes first. Leaves no timer and no listener behind. */
export async function within<T>(awaited: Promise<T>, { ms, stop, late }: Limit): Promise<T> {
  stop.throwIfAborted();
  let release = (): void => undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(late()), ms);
    const onStop = (): void => reject(asError(stop.reason));
    stop.addEventListener('abort', onStop, { once: true });
    release = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    };
  });
  try {
    return await Promise.race([awaited, limit]);
  } finally {
    release();
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
