/**
 * `boomer-node debug scenario.ts [Class] [--task NAME]`: a run of one user in the main thread, each request shown with its answer. It is `run`
 * with other defaults; what is typed goes before them, what files and variables say of load does not: they say it for a test.
 */
import type { OptionKey } from '../../options/optionTable.ts';
import type { Answers } from '../../options/settings.ts';

/** Of one user whom somebody watches. */
const debugDefaults: ReadonlyMap<OptionKey, string | boolean> = new Map<OptionKey, string | boolean>([
  ['threadCount', '0'],
  ['users', '1'],
  ['spawnPerSec', '1000'],
  ['httpDebug', 'full'],
  ['hangTimeoutMs', '0'],
  ['hasNoProgress', true],
  ['isOnlySummary', true],
]);

/** Says how much load a test is, which nobody debugs. */
const ofTests: readonly OptionKey[] = ['stages', 'arrivals', 'maxRate', 'increaseRate', 'warmUpMs', 'resetStats', 'runTimeMs', 'iterations'];

/** `--task NAME` is `--run-tasks NAME`: that one, once. */
export function debugArgs(args: readonly string[]): readonly string[] {
  return args.map((word) => word.replace(/^--task(?==|$)/u, '--run-tasks'));
}

/** The answers of the debug command. */
export function debugAnswers(said: Answers): Answers {
  const answers = new Map(said);
  for (const key of ofTests) if (answers.get(key)?.rank !== 0) answers.delete(key);
  for (const [key, raw] of debugDefaults) if (answers.get(key)?.rank !== 0) answers.set(key, { raw, where: 'default of debug', rank: Infinity });
  return answers;
}
