/**
 * Work of the scenario's that others wait for, and that may never end: said, where silence would be all that a person sees.
 */
import { clearTimer, setTimer } from '../../util/timers.ts';

/** Modules, logins and warm-ups of init take their time; nobody looks at a still screen for longer without asking. */
const lateAfterMs = 10_000;

/** `work`, and a sentence when it has not ended after 10 s: what does not go on meanwhile, and why. Waits for it all the same. */
export async function sayIfLate<T>(work: Promise<T>, waiting: string, reason: string, say: (text: string) => void): Promise<T> {
  const timer = setTimer(() => say(`${waiting} after ${lateAfterMs / 1000} s: ${reason}; still waiting`), lateAfterMs);
  try {
    return await work;
  } finally {
    clearTimer(timer);
  }
}
