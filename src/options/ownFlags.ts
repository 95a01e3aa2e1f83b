/** Flags of `run` that a scenario declares (`defineOptions`), and values of `--option` for the same. */
import type { OptionInfo } from '../engine/shared/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { flagNames, unknownFlag } from './optionTable.ts';
import { switchOf } from './readers.ts';
import type { Settings } from './settings.ts';

/** The settings with what was typed for the scenario's own options; throws a BoomerError for a flag that it does not declare, and for a wrong value. */
export function withOwnFlags(settings: Settings, flags: ReadonlyMap<string, string>, options: readonly OptionInfo[]): Settings {
  const taken = options.find(({ name }) => flagNames.has(flagOf(name)));
  if (taken !== undefined) throw new BoomerError('bad-option', `option ${taken.name} has the name of a flag of boomer-node's: call it something else`);
  const typed = [...flags].map(([flag, text]): [string, unknown] => {
    const option = options.find(({ name }) => flagOf(name) === flag.replaceAll('_', '-'));
    if (option === undefined) throw unknownFlag(flag, nearest(flag, options.map(({ name }) => flagOf(name))));
    return [option.name, checkedValue(text, option, `--${flag}`)];
  });
  const said = Object.entries(settings.ownOptions).map(([name, value]): [string, unknown] => {
    const option = options.find((candidate) => candidate.name === name);
    return [name, option === undefined ? value : checkedValue(typeof value === 'string' ? value : JSON.stringify(value), option, `option ${name}`)];
  });
  return { ...settings, ownOptions: { ...Object.fromEntries(options.map(({ name, default: standard }) => [name, standard])), ...Object.fromEntries([...said, ...typed]) } };
}

/** `basket_size` → `basket-size` */
function flagOf(name: string): string {
  return name.replaceAll('_', '-');
}

function checkedValue(text: string, { type, choices }: OptionInfo, where: string): string | number | boolean {
  const value = type === 'string' ? text : type === 'number' ? numberOf(text, where) : switchOf({ raw: text, where });
  if (choices === null || choices.includes(value)) return value;
  throw new BoomerError('usage', `${where} expects ${choices.join(', ')}, got "${text}"`);
}

function numberOf(text: string, where: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw new BoomerError('usage', `${where} expects a number, got "${text}"`);
}
