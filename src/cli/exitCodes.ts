/** Exit codes of all commands; scripts rely on them. */
export const exitCode = {
  ok: 0,
  /** Failed requests or errors in tasks (`--exit-code-on-error`), a regression, a file that could not be written. */
  error: 1,
  /** Wrong flags, a bad configuration, or a scenario that cannot be loaded. */
  usage: 2,
  /** A threshold was not met (k6's number; `--threshold-exit-code`). */
  threshold: 99,
  /** An error of the scenario outside its tasks: in a listener, a callback, a promise that nobody awaited (k6's number). */
  unhandled: 107,
  /** A run ended by SIGHUP: its terminal was closed. */
  hungUp: 129,
  /** A run ended by SIGINT: 128 and the signal's number, as shells say it. */
  interrupted: 130,
  /** A run ended by SIGTERM. */
  terminated: 143,
  /** The master never answered, or stopped answering. */
  noMaster: 255,
} as const;

/** From the code that says most to the one that says least. */
const byMeaning: readonly number[] = [exitCode.noMaster, exitCode.usage, exitCode.unhandled, exitCode.interrupted, exitCode.terminated, exitCode.hungUp, exitCode.threshold];

/**
 * The one code to end with, of all that apply: 255, 2, 107, 130, 143, 129, 99, then any other (those that `--threshold-exit-code`
 * and `--exit-code-on-error` chose; the first given wins), then 1; 0 when nothing else is given.
 */
export function mostSpecific(...codes: readonly number[]): number {
  const known = byMeaning.find((code) => codes.includes(code));
  return known ?? codes.find((code) => code !== exitCode.ok && code !== exitCode.error) ?? Math.max(exitCode.ok, ...codes);
}
