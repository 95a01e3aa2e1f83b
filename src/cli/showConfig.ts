/** What `--show-config` prints: each option of the command, what it is, and who said so. */
import { redactData, redacted } from '../util/redaction.ts';
import { givenOf, valueOf, type Answers } from './options/answers.ts';
import { optionKeys, optionTable, type OptionKey } from './options/optionTable.ts';
import { isMap, listed } from './options/readers.ts';
import { isHeeded, type CommandName } from './options/settings.ts';

type Shown = { readonly key: OptionKey; readonly value: unknown; readonly from: string };

/** Lines of three columns; `--json` makes it `{ "users": { "value": 10, "from": "--users" } … }`. Secrets are left out. */
export function shownConfig(command: CommandName, answers: Answers, files: readonly string[]): string {
  const shown = optionKeys.filter((key) => isHeeded(command, key) && key !== 'showsConfig').map((key) => shownOption(key, answers, files));
  if (valueOf(answers, 'isJson')) return `${JSON.stringify(Object.fromEntries(shown.map(({ key, value, from }) => [optionTable[key].name, { value, from }])), null, 2)}\n`;
  const cells = shown.map(({ key, value, from }) => [optionTable[key].name, textOf(key, value), from] as const);
  const width = (column: 0 | 1): number => Math.max(...cells.map((cell) => cell[column].length).filter((length) => length <= widestValue));
  const [first, second] = [width(0), width(1)];
  return cells.map(([name, value, from]) => `${name.padEnd(first)}  ${value.padEnd(second)}  ${from}\n`).join('');
}

/** A wider value pushes its own line's last column aside, not everybody's. */
const widestValue = 40;

function shownOption(key: OptionKey, answers: Answers, files: readonly string[]): Shown {
  const isTyped = key === 'files' && files.length > 0;
  if (isTyped && answers.get('files')?.rank !== 0) return { key, value: files, from: 'command line' };
  const given = givenOf(answers, key);
  if (given === null) return { key, value: optionTable[key].reads.kind === 'switch' ? false : null, from: 'default' };
  const raw = isTyped ? [...files, ...listed(given.raw)] : given.raw;
  return { key, value: withoutSecrets(key, asKind(key, raw)), from: given.where };
}

/** As JSON has it: numbers as numbers, switches as booleans. */
function asKind(key: OptionKey, raw: unknown): unknown {
  const { kind } = optionTable[key].reads;
  if (kind === 'switch') return ['true', 'yes', 'on', '1'].includes(String(raw).toLowerCase());
  return kind === 'number' && typeof raw === 'string' && /^-?\d+(?:\.\d+)?$/u.test(raw) ? Number(raw) : raw;
}

function withoutSecrets(key: OptionKey, value: unknown): unknown {
  if (optionTable[key].isSecret !== true) return redactData(value);
  return isMap(value) ? Object.fromEntries(Object.keys(value).map((key) => [key, redacted])) : listed(value).map((item) => String(item).replace(/=.*$/su, `=${redacted}`));
}

function textOf(key: OptionKey, value: unknown): string {
  if (value === null) return optionTable[key].unset ?? '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(' ');
  return JSON.stringify(value);
}
