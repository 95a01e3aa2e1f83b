/** One option, whichever way it is said: as a flag, a variable, or a key of a configuration file. */
import type { Reader } from './readers.ts';

/** Headings of the help, in its order. */
export const optionGroups = ['Load', 'Scenario', 'URL', 'Judgement', 'Reports', 'Terminal and log', 'Profiles', 'Master', 'Configuration'] as const;
/** One of the headings. */
export type OptionGroup = (typeof optionGroups)[number];

/** What a command finds as a checked value of type `V`; `Key` are the keys of our own configuration files. */
export type Option<V, Key extends string = string> = Unsaid<V> & {
  /** Its name everywhere, and its flag. */
  readonly name: string;
  readonly group: OptionGroup;
  /** Turns what was said into the value, or throws a BoomerError that names the place, what it expects, and what came. */
  readonly reads: Reader<V>;
  /** One sentence without a full stop. */
  readonly describe: string;
  /** Placeholder of the value in the help; none for switches. */
  readonly value?: string;
  /** Other names of the flag; one letter: with one dash. */
  readonly aliases?: readonly string[];
  /** Variables; the first that is set counts. */
  readonly variables?: readonly string[];
  /** Key in our own configuration files; absent: only as a flag or variable. */
  readonly key?: Key;
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

/** What holds when nobody says anything: a text as a person would type it, or a value, with what it means in words. */
type Unsaid<V> =
  | { readonly default: string; readonly otherwise?: never; readonly unset?: never }
  | { readonly default?: never; readonly otherwise: V; readonly unset?: string };

/** The options that make up `Values`, one for each field; `Config` is what an author of a configuration file may write. */
export type OptionsOf<Values, Config> = { readonly [Field in keyof Values]: Option<Values[Field], keyof Config & string> };
