/**
 * All options of `run` and `worker`, each once: flags, variables, configuration files, help, `--show-config` and
 * docs/configuration.md come from here.
 */
import { loadOptions } from './loadOptions.ts';
import type { Option } from './option.ts';
import { programOptions } from './programOptions.ts';
import { reportOptions } from './reportOptions.ts';
import { scenarioOptions } from './scenarioOptions.ts';

export type OptionName = keyof typeof loadOptions | keyof typeof scenarioOptions | keyof typeof reportOptions | keyof typeof programOptions;

export const optionTable: Readonly<Record<OptionName, Option>> = { ...loadOptions, ...scenarioOptions, ...reportOptions, ...programOptions };

/** In the order of the table. */
export const optionNames: readonly OptionName[] = Object.keys(optionTable) as OptionName[];

/** Names and aliases of flags, each with the option it means. */
export const flagNames: ReadonlyMap<string, OptionName> = new Map(
  optionNames.filter((name) => optionTable[name].hasNoFlag === undefined).flatMap((name) => [name, ...(optionTable[name].aliases ?? [])].map((flag) => [flag, name] as const)),
);

/** `-u`, `--users` */
export function dashed(flag: string): string {
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}
