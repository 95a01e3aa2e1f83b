/** Waits with an end. */

/** Resolves when `work` does, or after `deadlineMs`, whichever comes first; leaves no timer behind. */
export async function atMost(deadlineMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, deadlineMs)));
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
