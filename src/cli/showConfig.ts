/** What `--show-config` prints: each option of the command, what it is, and who said so. */
import type { CommandName } from './chosenCommand.ts';
import { redactData, redacted } from '../util/redaction.ts';
import type { Answers } from './options/answers.ts';
import { givenOf, isMap, isOn, listed } from './options/readers.ts';
import { optionNames, optionTable, type OptionName } from './options/optionTable.ts';

type Shown = { readonly name: OptionName; readonly value: unknown; readonly from: string };

/** Lines of three columns; `--json` makes it `{ "users": { "value": 10, "from": "--users" } … }`. Secrets are left out. */
export function shownConfig(command: CommandName, answers: Answers, files: readonly string[]): string {
  const shown = optionNames.filter((name) => (optionTable[name].only ?? command) === command && name !== 'show-config').map((name) => shownOption(name, answers, files));
  if (isOn(answers, 'json')) return `${JSON.stringify(Object.fromEntries(shown.map(({ name, value, from }) => [name, { value, from }])), null, 2)}\n`;
  const cells = shown.map(({ name, value, from }) => [name, textOf(name, value), from] as const);
  const width = (column: 0 | 1): number => Math.max(...cells.map((cell) => cell[column].length).filter((length) => length <= widestValue));
  const [first, second] = [width(0), width(1)];
  return cells.map(([name, value, from]) => `${name.padEnd(first)}  ${value.padEnd(second)}  ${from}\n`).join('');
}

/** A wider value pushes its own line's last column aside, not everybody's. */
const widestValue = 40;

function shownOption(name: OptionName, answers: Answers, files: readonly string[]): Shown {
  const isTyped = name === 'file' && files.length > 0;
  if (isTyped && answers.get('file')?.rank !== 0) return { name, value: files, from: 'command line' };
  const given = givenOf(answers, name);
  if (given === null) return { name, value: optionTable[name].kind === 'switch' ? false : null, from: 'default' };
  const raw = isTyped ? [...files, ...listed(given.raw)] : given.raw;
  return { name, value: withoutSecrets(name, asKind(name, raw)), from: given.where };
}

/** As JSON has it: numbers as numbers, switches as booleans. */
function asKind(name: OptionName, raw: unknown): unknown {
  const { kind } = optionTable[name];
  if (kind === 'switch') return ['true', 'yes', 'on', '1'].includes(String(raw).toLowerCase());
  return kind === 'number' && typeof raw === 'string' && /^-?\d+(?:\.\d+)?$/u.test(raw) ? Number(raw) : raw;
}

function withoutSecrets(name: OptionName, value: unknown): unknown {
  if (optionTable[name].isSecret !== true) return redactData(value);
  return isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, redacted])) : listed(value).map((item) => String(item).replace(/=.*$/su, `=${redacted}`));
}

function textOf(name: OptionName, value: unknown): string {
  if (value === null) return optionTable[name].unset ?? '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(' ');
  return JSON.stringify(value);
}
