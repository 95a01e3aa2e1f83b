/** Waits with an end. */
import { clearTimer, setTimer, type Timer } from '../../util/timers.ts';

/** Resolves when `work` does, or after `deadlineMs`, whichever comes first; leaves no timer behind. */
export async function atMost(deadlineMs: number, work: Promise<unknown>): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimer(resolve, deadlineMs)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimer(timer);
  }
}
