/** One option, whichever way it is said: as a flag, a variable, or a key of a configuration file. */
import type { BoomerConfig } from '../../scenario/boomerConfig.ts';

export type OptionKind =
  | 'text'
  | 'number'
  | 'duration'
  | 'rate'
  /** On or off; as a flag it takes no value. */
  | 'switch'
  /** May be repeated. */
  | 'texts'
  /** May be repeated; commas and spaces part the names. */
  | 'names'
  /** `key=value`; may be repeated. */
  | 'pairs';

/** Headings of the help, in its order. */
export const optionGroups = ['Load', 'Scenario', 'Judgement', 'Reports', 'Terminal and log', 'Profiles', 'Master', 'Configuration'] as const;
export type OptionGroup = (typeof optionGroups)[number];

export type Option = {
  readonly kind: OptionKind;
  readonly group: OptionGroup;
  /** One sentence without a full stop. */
  readonly describe: string;
  /** Placeholder of the value in the help; none for switches. */
  readonly value?: string;
  /** Other names of the flag; one letter: with one dash. */
  readonly aliases?: readonly string[];
  /** Variables; the first that is set counts. */
  readonly variables?: readonly string[];
  /** Key in our own configuration files; absent: only as a flag or variable. */
  readonly key?: keyof BoomerConfig;
  /** As a person would type it. */
  readonly default?: string;
  /** What it means when nobody says anything and there is no default. */
  readonly unset?: string;
  /** The one command that heeds it; absent: both. */
  readonly only?: 'run' | 'worker';
  /** A worker is often started with it although its master decides: nothing worth a warning. */
  readonly isMasters?: true;
  /** There is no such flag: only a variable or a key. */
  readonly hasNoFlag?: true;
  /** What the flag alone means, without `=value`. */
  readonly bare?: string;
  /** Its values are never shown. */
  readonly isSecret?: true;
};

export type OptionTable = Readonly<Record<string, Option>>;
