/** Which command was meant: the one that was named, or the one that what was said implies. */
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import type { Answers } from './options/answers.ts';
import { isOn } from './options/readers.ts';

export type CommandName = 'run' | 'worker';

const commands = ['run', 'worker', 'compare'];

export type Said = {
  readonly flags: Answers;
  readonly environment: Answers;
  /** Of our own configuration files: `headless` in a locust.conf is meant for Locust. */
  readonly ownFiles: Answers;
};

/** A command's name in front of the files, and the rest; a mistyped one is a mistake, unless `exists` such a file. */
export function splitCommand(words: readonly string[], exists: (path: string) => boolean): { readonly named: CommandName | null; readonly files: readonly string[] } {
  const [first, ...rest] = words;
  if (first === undefined) return { named: null, files: [] };
  if (first === 'run' || first === 'worker') return { named: first, files: rest };
  const meant = /[./\\,]/u.test(first) || exists(first) ? null : nearest(first, commands);
  if (meant !== null) throw new BoomerError('usage', `unknown command "${first}": did you mean "${meant}"?`);
  return { named: null, files: words };
}

/**
 * Names of user classes among the words, as in Locust (`locust -f a.py Shopper Admin`): those that could be a class's, and are no
 * file's. `hasFile`: a file was named otherwise; without any, what looks like a class is a file that is not there.
 */
export function splitClasses(words: readonly string[], exists: (path: string) => boolean, hasFile: boolean): { readonly files: readonly string[]; readonly classes: readonly string[] } {
  const classes = words.filter((word) => /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(word) && !exists(word));
  return hasFile || classes.length < words.length ? { files: words.filter((word) => !classes.includes(word)), classes } : { files: words, classes: [] };
}

/**
 * Without a name it is a worker, as long as nobody says `--headless`, `--run-tasks` or `--list`. What is typed goes before
 * variables and files, and a master that was named in the same place makes it a worker.
 */
export function chosenCommand(named: CommandName | null, { flags, environment, ownFiles }: Said): CommandName {
  if (named === 'run' && isOn(flags, 'worker')) throw new BoomerError('usage', '--worker contradicts the command run');
  if (named !== null) return named;
  if (isOn(flags, 'worker')) return 'worker';
  if (isOn(flags, 'list') || flags.has('run-tasks')) return 'run';
  for (const said of [flags, environment, ownFiles]) {
    if (said.has('headless')) return isOn(said, 'headless') ? 'run' : 'worker';
    if (isOn(said, 'worker') || said.has('master-host') || said.has('master-port')) return 'worker';
  }
  return 'worker';
}
