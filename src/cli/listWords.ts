/**
 * Makes of what a person typed what the parser takes: Locust's lists (`-T a b c`), and flags whose value is optional.
 */
import { flagNames, optionTable, type OptionName } from './options/optionTable.ts';

const commands = ['run', 'worker', 'compare'];

/**
 * `-T a b scenario.ts` → `-T a -T b scenario.ts`: words after a list's flag belong to it until the next flag, a path
 * (it has a slash, or the ending of a script) or a command. `--http-debug x` → `--http-debug=heads x`.
 */
export function spreadLists(args: readonly string[]): readonly string[] {
  const spread: string[] = [];
  let list: { readonly flag: string; readonly name: OptionName; count: number } | null = null;
  for (const [index, word] of args.entries()) {
    if (word === '--') return [...spread, ...args.slice(index)];
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

/** Those that Locust takes as lists (`nargs="*"`). */
function isList(name: OptionName): boolean {
  return name === 'tags' || name === 'exclude-tags' || name === 'config-users';
}

function belongs(word: string, name: OptionName): boolean {
  if (name === 'config-users') return /^\s*[{[]|\.json$/u.test(word);
  return !commands.includes(word) && !/[/\\]|\.[cm]?[jt]s(?:,|$)/u.test(word);
}
