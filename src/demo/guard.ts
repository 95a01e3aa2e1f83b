/** Runs a course of child processes so that nothing is left, however it ends, and turns that end into an exit code. */
import { BoomerError } from '../util/boomerError.ts';
import { Interruption, watchInterruptions } from './interruption.ts';
import { Processes } from './processes.ts';
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
  if (error instanceof BoomerError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
