/**
 * All options of `run` and `worker`, each once, by what it sets: flags, variables, configuration files, help, `--show-config`
 * and docs/configuration.md come from here.
 */
import { BoomerError } from '../util/boomerError.ts';
import type { BoomerConfig } from './boomerConfig.ts';
import { loadOptions, type LoadSettings } from './loadOptions.ts';
import type { OptionsOf } from './option.ts';
import { programOptions, type ProgramSettings } from './programOptions.ts';
import { reportOptions, type ReportSettings } from './reportOptions.ts';
import { scenarioOptions, type ScenarioSettings } from './scenarioOptions.ts';
import { urlOptions, type UrlSettings } from './urlOptions.ts';

/** What each option comes to, as a checked value. */
export type AllSettings = LoadSettings & ScenarioSettings & UrlSettings & ReportSettings & ProgramSettings;

/** What an option sets. */
export type OptionKey = keyof AllSettings;

/** Each option, by what it sets. */
export const optionTable: OptionsOf<AllSettings, BoomerConfig> = { ...loadOptions, ...scenarioOptions, ...urlOptions, ...reportOptions, ...programOptions };

/** In the order of the table. */
export const optionKeys: readonly OptionKey[] = Object.keys(optionTable) as OptionKey[];

/** Names and aliases of flags, each with the option it means. */
export const flagNames: ReadonlyMap<string, OptionKey> = new Map(
  optionKeys.filter((key) => optionTable[key].hasNoFlag === undefined).flatMap((key) => [optionTable[key].name, ...(optionTable[key].aliases ?? [])].map((flag) => [flag, key] as const)),
);

/** `-u`, `--users` */
export function dashed(flag: string): string {
  return flag.length === 1 ? `-${flag}` : `--${flag}`;
}

/** A flag that is nobody's; `meant`: the name of one that it resembles. */
export function unknownFlag(name: string, meant: string | null = null): BoomerError {
  return new BoomerError('usage', `unknown flag ${dashed(name)}${meant === null ? '' : `: did you mean --${meant}?`}`);
}
