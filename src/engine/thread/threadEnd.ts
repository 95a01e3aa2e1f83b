/**
 * The last thing a thread does: its scenario's last listeners, then everything that is still to be said.
 */
import { events } from '../../scenario/events.ts';
import { printed } from '../../util/printed.ts';
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';
import type { ListenerCalls } from './listenerCalls.ts';
import type { ThreadParts } from './threadParts.ts';

const maxPrintingMs = 250;

/** `exitCode` is the process's, unless a listener of `quitting` sets another. */
export async function endThread(parts: ThreadParts, listeners: ListenerCalls, exitCode: number): Promise<void> {
  const { close, environment, exceptions, post, profiler, recording } = parts;
  await listeners.briefly(listeners.fire(events.quitting, environment), 'quitting');
  const code = checkedExitCode(environment.processExitCode);
  if (code === 'wrong') {
    const text = `environment.processExitCode must be a whole number from 0 to 255, got ${printed(environment.processExitCode)}: it is left out`;
    post({ kind: 'log', level: 'warning', text });
  }
  await listeners.briefly(listeners.fire(events.quit, { environment, exitCode: typeof code === 'number' ? code : exitCode }), 'quit');
  await profiler.finish();
  await allPrinted();
  exceptions.flush();
  recording.flush();
  post({ kind: 'closed', exitCode: code === 'wrong' ? null : code });
  close();
}

/** What was printed goes to the main thread piece by piece, the next when the one before was taken: a thread that ends sooner loses the rest. */
async function allPrinted(): Promise<void> {
  let timer: Timer | null = null;
  const taken = [process.stdout, process.stderr].map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  // A scenario may have put something else there.
  const late = new Promise<void>((resolve) => (timer = setTimer(resolve, maxPrintingMs)));
  await Promise.race([Promise.all(taken), late]);
  clearTimer(timer);
}

function checkedExitCode(code: unknown): number | null | 'wrong' {
  if (code === null || code === undefined) return null;
  return typeof code === 'number' && Number.isInteger(code) && code >= 0 && code <= 255 ? code : 'wrong';
}
