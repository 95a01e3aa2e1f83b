/**
 * Makes of what a person typed what the parser takes: Locust's lists (`-T a b c`), flags whose value is optional, Go's single dash
 * (`-max-rps 5`, as boomer takes it), and a value that stands beside its letter (`-t1s`).
 */
import { locustOnly } from './options/locustOnly.ts';
import { flagNames, optionTable, type OptionName } from './options/optionTable.ts';

const commands = ['run', 'worker', 'compare'];

/**
 * `-T a b scenario.ts` → `-T a -T b scenario.ts`: words after a list's flag belong to it until the next flag, a path
 * (it has a slash, or the ending of a script) or a command. `--http-debug x` → `--http-debug=heads x`.
 */
export function spreadLists(typed: readonly string[]): readonly string[] {
  const args = withoutGo(typed);
  const spread: string[] = [];
  let list: { readonly flag: string; readonly name: OptionName; count: number } | null = null;
  for (const word of args) {
    if (word.startsWith('-')) {
      const name = flagNames.get(word.replace(/^--?/u, ''));
      const bare = name === undefined ? undefined : optionTable[name].bare;
      spread.push(bare === undefined ? word : `${word}=${bare}`);
      list = name !== undefined && isList(name) ? { flag: word, name, count: 0 } : null;
    } else {
      // The first word is the flag's own in any case.
      if (list !== null && list.count > 0) {
        if (belongs(word, list.name)) spread.push(list.flag);
        else list = null;
      }
      if (list !== null) list.count += 1;
      spread.push(word);
    }
  }
  return spread;
}

/** Those that Locust takes as lists (`nargs="*"`), and boomer's tasks. */
function isList(name: OptionName): boolean {
  return name === 'tags' || name === 'exclude-tags' || name === 'config-users' || name === 'run-tasks';
}

/** Of flags with one dash: names of several letters get the second one, values their own word; `-f -` becomes `-f=-`. */
function withoutGo(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (const word of args) {
    const last = words.at(-1);
    if (word === '-' && last !== undefined && takesValue(last.replace(/^--?/u, '')) === true && last.startsWith('-')) {
      words.splice(-1, 1, `${last}=-`);
      continue;
    }
    const [, letter = '', rest = ''] = /^-([a-z])([^=].*)$/isu.exec(word) ?? [];
    const name = `${letter}${rest}`.split('=', 1)[0] ?? '';
    if (letter === '') words.push(word);
    // What begins with no letter of ours is no row of letters: the name as a whole is unknown, and has neighbours.
    else if (takesValue(name) !== null || takesValue(letter) === null) words.push(`-${word}`);
    else if (takesValue(letter) === true) words.push(`-${letter}`, rest);
    else words.push(word);
  }
  return words;
}

/** Null: there is no such flag. */
function takesValue(flag: string): boolean | null {
  const name = flagNames.get(flag);
  if (name !== undefined) return optionTable[name].kind !== 'switch' && optionTable[name].bare === undefined;
  const locusts = Object.entries(locustOnly).find(([own, { aliases = [] }]) => own === flag || aliases.includes(flag));
  return locusts === undefined ? null : locusts[1].takesValue;
}

function belongs(word: string, name: OptionName): boolean {
  if (name === 'config-users') return /^\s*[{[]|\.json$/u.test(word);
  return !commands.includes(word) && !/[/\\]|\.[cm]?[jt]s(?:,|$)/u.test(word);
}
