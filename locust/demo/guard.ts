/**
 * Runs a course of child processes so that nothing is left, however it ends, and turns that end into an exit code: also when Ctrl-C, a
 * signal, or the death of the `npm` that started it ends it from outside.
 */
import { constants } from 'node:os';
import { Processes } from './child.ts';
import { DemoError } from './errors.ts';
import type { DemoWorld } from './run.ts';
import { Screen } from './screen.ts';

/** 0 when the course came to its end, 1 when it failed, 128 + the signal's number when it was interrupted. */
export async function runGuarded(course: (world: DemoWorld) => Promise<void>): Promise<number> {
  const processes = new Processes();
  const screen = new Screen(process.stdout);
  const watch = watchInterruptions((interruption) => {
    processes.killAll();
    process.exit(interruption.exitCode);
  });
  watch.stop.addEventListener('abort', () => {
    screen.endStatus();
    screen.line('Stopping everything; once more to do it at once.');
    // The course may be waiting for a child (pip, say): ending the children is what ends the wait.
    void processes.stopAll();
  });
  // A reader that goes away (`npm start | head`) must not take us down before the children are.
  process.stdout.on('error', () => process.kill(process.pid, 'SIGTERM'));
  const failure = await failureOf(course({ processes, screen, stop: watch.stop }));
  screen.endStatus();
  await processes.stopAll();
  watch.close();
  if (watch.stop.aborted) return exitCodeOf(watch.stop.reason);
  if (failure === null) return 0;
  // Last, where it is seen, below what the children still had to say.
  screen.line(`Failed: ${failure}`);
  return 1;
}

/** Null when the course came to its end. */
async function failureOf(course: Promise<void>): Promise<string | null> {
  try {
    await course;
    return null;
  } catch (error) {
    return describe(error);
  }
}

function exitCodeOf(reason: unknown): number {
  return reason instanceof Interruption ? reason.exitCode : 1;
}

function describe(error: unknown): string {
  if (error instanceof DemoError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** The reason of the abort; carries the exit code that a shell expects: 128 + the signal's number. */
export class Interruption extends Error {
  override readonly name: string = 'Interruption';
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals, why: string = signal) {
    super(why);
    this.exitCode = 128 + constants.signals[signal];
  }
}

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
  if (process.env['npm_lifecycle_event'] === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, parentCheckMs);
  timer.unref();
  return () => clearInterval(timer);
}
