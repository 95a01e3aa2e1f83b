/** Options that a scenario declares: fields of Locust's form, flags of `run`, typed where users read them. */
import type { OptionInfo } from '../engine/shared/messages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import type { ParsedOptions } from './environment.ts';

type Described<Type extends string, Value> = {
  readonly type: Type;
  /** What holds when nobody says anything; null when left out, for a boolean false. */
  readonly default?: Value;
  /** One sentence, for Locust's form and the master's help. */
  readonly help?: string;
  /** Its value is not shown in Locust's form. */
  readonly secret?: boolean;
};

/** One option: its type, and what there is to know of it. */
export type OptionDeclaration =
  | (Described<'string', string> & { /** There is no other value. */ readonly choices?: readonly string[] })
  | (Described<'number', number> & { /** There is no other value. */ readonly choices?: readonly number[] })
  | Described<'boolean', boolean>;

type ValueOf<D> = D extends { readonly choices: readonly (infer Choice)[] } ? Choice : D extends { readonly type: 'string' } ? string : D extends { readonly type: 'number' } ? number : boolean;

/** The values of declared options, for `interface ParsedOptions extends OptionValues<typeof options> {}`. */
export type OptionValues<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends { readonly default: unknown } | { readonly type: 'boolean' } ? ValueOf<Options[Name]> : ValueOf<Options[Name]> | null;
};

const declared = new WeakMap<object, readonly OptionInfo[]>();

/**
 * Declares the options of a test: fields of Locust's form and flags of its master (with `boomer-node locustfile`), flags of `run`,
 * values in `environment.parsedOptions`. Export what it returns:
 *
 * ```ts
 * export const options = defineOptions({ tenant: { type: 'string', default: 'a', choices: ['a', 'b'], help: 'Whose shop' } });
 * ```
 *
 * Names have Python's form (`basket_size`, as a flag `--basket-size`). Throws a BoomerError for what cannot be an option.
 */
export function defineOptions<const Options extends Readonly<Record<string, OptionDeclaration>>>(options: Options): Options {
  declared.set(options, Object.entries(options).map(([name, declaration]) => optionInfo(name, declaration)));
  return options;
}

/** What `defineOptions` made of an export; null when it did not make it. */
export function declaredOptions(exported: unknown): readonly OptionInfo[] | null {
  return typeof exported === 'object' && exported !== null ? (declared.get(exported) ?? null) : null;
}

const declarationKeys = ['type', 'default', 'choices', 'help', 'secret'];

function optionInfo(name: string, declaration: Readonly<Record<string, unknown>>): OptionInfo {
  const where = `option ${name}`;
  if (!/^[a-z][a-z0-9_]*$/u.test(name)) throw badOption(where, `expects a name of small letters, digits and _, as Python has them: ${name.replace(/(?<=[a-z0-9])(?=[A-Z])|\W+/gu, '_').toLowerCase()}`);
  const { type, default: standard = null, choices = null, help = '', secret = false } = declaration;
  const unknown = Object.keys(declaration).find((key) => !declarationKeys.includes(key));
  if (unknown !== undefined) throw badOption(where, `expects ${declarationKeys.join(', ')}, got ${printed(unknown)}`);
  if (type !== 'string' && type !== 'number' && type !== 'boolean') throw badOption(where, `expects the type 'string', 'number' or 'boolean', got ${printed(type)}`);
  const isValue = (value: unknown): value is string | number | boolean => typeof value === type && (typeof value !== 'number' || Number.isFinite(value));
  if (standard !== null && !isValue(standard)) throw badOption(where, `expects a default that is a ${type}, got ${printed(standard)}`);
  if (choices !== null && (type === 'boolean' || !Array.isArray(choices) || choices.length === 0 || !choices.every(isValue))) throw badOption(where, `expects choices that are a list of ${type}s, got ${printed(choices)}`);
  if (choices !== null && standard !== null && !choices.includes(standard)) throw badOption(where, `expects a default that is one of its choices, got ${printed(standard)}`);
  if (typeof help !== 'string') throw badOption(where, `expects a text as help, got ${printed(help)}`);
  if (typeof secret !== 'boolean') throw badOption(where, `expects secret to be true or false, got ${printed(secret)}`);
  return { name, type, default: type === 'boolean' ? standard === true : standard, choices: choices === null ? null : [...choices], help, isSecret: secret };
}

function badOption(where: string, what: string): BoomerError {
  return new BoomerError('bad-option', `${where} ${what}`);
}

/** `options` as the declarations promise them: what nobody gave has its default, texts of a form are numbers and switches. */
export function withDeclared(options: ParsedOptions, declarations: readonly OptionInfo[]): ParsedOptions {
  if (declarations.length === 0) return options;
  return { ...options, ...Object.fromEntries(declarations.map((info) => [info.name, declaredValue(options[info.name], info)])) };
}

function declaredValue(value: unknown, { type, default: standard }: OptionInfo): string | number | boolean | null {
  // Locust's form sends an empty text for a field that nobody filled in.
  if (value === undefined || value === null || (value === '' && type !== 'string')) return standard;
  if (type === 'string') return typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'number') return Number.isFinite(Number(value)) ? Number(value) : standard;
  return typeof value === 'string' ? /^(?:true|yes|on|1)$/iu.test(value) : Boolean(value);
}
