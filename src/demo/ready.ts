/** Waits until a child is ready, or says why it never will be. */
import { BoomerError } from '../util/boomerError.ts';
import { type Child, describeExit } from './child.ts';
import { within } from './within.ts';

const startTimeoutMs = 60_000;

/** The sign that the child is ready; rejects when it ends first, takes longer than a minute, or `stop` fires. */
export async function untilReady<T>(sign: Promise<T>, child: Child, stop: AbortSignal): Promise<T> {
  const ended = child.exit.then((exit) => {
    throw new BoomerError('child-ended', [describeExit(child.name, exit), ...child.lastLines.slice(-12)].join('\n  '));
  });
  return await within(Promise.race([sign, ended]), {
    ms: startTimeoutMs,
    stop,
    late: () => new BoomerError('child-late', `${child.name} is not ready after ${startTimeoutMs / 1000} s`),
  });
}
