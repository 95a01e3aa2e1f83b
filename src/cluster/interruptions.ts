/**
 * Ctrl-C and its kin for a command that has child processes: the first one asks for an end in order, the next one for an end at once. Also
 * the death of the `npm` that started it is one.
 */
import { constants } from 'node:os';

/** The reason of the abort; carries the exit code that a shell expects: 128 + the signal's number. */
export class Interruption extends Error {
  override readonly name: string = 'Interruption';
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals, why: string = signal) {
    super(why);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/** Signals that are listened to until `close`. */
export type InterruptionWatch = {
  /** Fires at the first interruption, its reason an `Interruption`. */
  readonly stop: AbortSignal;
  readonly close: () => void;
};

const watchedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A Ctrl-C in a terminal reaches us and `npm`, and `npm` hands it on: the copy is not a second wish. */
const sameKeyPressMs = 500;

const parentCheckMs = 500;

/** `onSecond` is called when a second signal comes: the person does not want to wait. */
export function watchInterruptions(onSecond: (interruption: Interruption) => void): InterruptionWatch {
  const controller = new AbortController();
  let firstMs: number | null = null;
  const interrupt = (signal: NodeJS.Signals, why?: string): void => {
    if (firstMs === null) {
      firstMs = performance.now();
      controller.abort(new Interruption(signal, why));
    } else if (performance.now() - firstMs > sameKeyPressMs) {
      onSecond(new Interruption(signal, why));
    }
  };
  const onSignal = (signal: NodeJS.Signals): void => interrupt(signal);
  for (const signal of watchedSignals) process.on(signal, onSignal);
  const stopWatchingParent = watchParent(() => interrupt('SIGTERM', 'npm is gone'));
  return {
    stop: controller.signal,
    close: () => {
      stopWatchingParent();
      for (const signal of watchedSignals) process.off(signal, onSignal);
    },
  };
}

/** `npm` does not always hand a signal on to what its shell runs; that shell's end is the sign. */
function watchParent(onGone: () => void): () => void {
  if (process.env['npm_lifecycle_event'] === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, parentCheckMs);
  timer.unref();
  return () => clearInterval(timer);
}
