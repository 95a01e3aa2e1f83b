/**
 * Turns what was said about an option into a checked value. Each reader takes the option's default when nobody said
 * anything, answers null when there is none, and throws a BoomerError that names the place, what it expects, and what came.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { parseDurationMs } from '../../util/duration.ts';
import { parseRate, type Rate } from '../../util/rate.ts';
import type { Answers, Given } from './answers.ts';
import { optionTable, type OptionName } from './optionTable.ts';

export type NumberRange = {
  readonly least: number;
  readonly most?: number;
  /** After the range, in the message. */
  readonly more?: string;
};

/** What was said, or the option's default; null: neither. */
export function givenOf(answers: Answers, name: OptionName): Given | null {
  const said = answers.get(name);
  if (said !== undefined) return said;
  const { default: text } = optionTable[name];
  return text === undefined ? null : { raw: text, where: 'default' };
}

export function textOf(answers: Answers, name: OptionName): string | null {
  const given = givenOf(answers, name);
  if (given === null) return null;
  const text = oneText(given);
  // Mostly the end of a line of a file that was written on Windows.
  if (/[\r\n]/u.test(text)) throw expected(given, 'a text without line ends');
  return text;
}

/** A whole number within `range`. */
export function wholeOf(answers: Answers, name: OptionName, { least, most = Infinity, more = '' }: NumberRange): number | null {
  const given = givenOf(answers, name);
  if (given === null) return null;
  const text = oneText(given);
  const value = Number(text);
  if (/^\s*\d+\s*$/u.test(text) && value >= least && value <= most) return value;
  throw expected(given, `a whole number ${most === Infinity ? `of ${least} or more` : `from ${least} to ${most}`}${more}`);
}

/** A number above 0. */
export function positiveOf(answers: Answers, name: OptionName): number | null {
  const given = givenOf(answers, name);
  if (given === null) return null;
  const text = oneText(given);
  const value = Number(text);
  if (/^\s*\d+(?:\.\d+)?\s*$/u.test(text) && value > 0) return value;
  throw expected(given, 'a number above 0');
}

export function durationMsOf(answers: Answers, name: OptionName): number | null {
  const given = givenOf(answers, name);
  if (given === null) return null;
  return asUsage(() => parseDurationMs(oneText(given), given.where));
}

/** Null also for what switches it off: 0 or −1, as in boomer. */
export function rateOf(answers: Answers, name: OptionName): Rate | null {
  const given = givenOf(answers, name);
  if (given === null) return null;
  const text = oneText(given);
  return optionTable[name].default !== undefined && /^\s*(?:0+|-1)\s*$/u.test(text) ? null : parseRate(text, given.where);
}

export function isOn(answers: Answers, name: OptionName): boolean {
  const given = givenOf(answers, name);
  if (given === null) return false;
  const word = String(oneValue(given)).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(word)) return true;
  if (['false', 'no', 'off', '0'].includes(word)) return false;
  throw expected(given, 'true or false');
}

/** Texts of an option that may be repeated; null: none. */
export function textsOf(answers: Answers, name: OptionName): readonly string[] | null {
  const given = givenOf(answers, name);
  if (given === null) return null;
  const texts = listed(given.raw).map((item) => {
    if (typeof item !== 'string' || item === '') throw expected(given, 'a text or a list of texts');
    return item;
  });
  return texts.length === 0 ? null : texts;
}

/** Names that commas and spaces part, unless they are items of a list that a variable or a file has; null: none. */
export function namesOf(answers: Answers, name: OptionName): readonly string[] | null {
  const texts = textsOf(answers, name) ?? [];
  const given = answers.get(name);
  const isList = given !== undefined && Array.isArray(given.raw) && !isFlag(given);
  const names = isList ? texts : texts.flatMap((text) => text.split(/[\s,]+/u)).filter((word) => word !== '');
  return names.length === 0 ? null : names;
}

/** `key=value` texts, or a map of a configuration file. */
export function pairsOf(answers: Answers, name: OptionName): Readonly<Record<string, string>> {
  const given = givenOf(answers, name);
  if (given === null) return {};
  const pairs = isMap(given.raw) ? Object.entries(given.raw) : typedPairs(given);
  const isPlain = pairs.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  if (!isPlain) throw expected(given, 'a map of texts');
  return Object.fromEntries(pairs.map(([key, value]) => [key, String(value)]));
}

/** `key=value` texts, in order. */
export function typedPairs(given: Given): readonly (readonly [string, string])[] {
  return listed(given.raw).map((item) => pairOf(item, given));
}

/** `--users expects …, got "…"`, as a usage error. */
export function expected(given: Given, what: string): BoomerError {
  const got = typeof given.raw === 'string' ? `"${visible(given.raw)}"` : (JSON.stringify(given.raw) ?? String(given.raw));
  return new BoomerError('usage', `${given.where} expects ${what}, got ${got}`);
}

/** A carriage return is what is wrong with a value, and nobody would see it. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (letter) => JSON.stringify(letter).slice(1, -1));
}

/** Runs a parser of `util`; its complaint becomes one about the command line. */
export function asUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof BoomerError && error.code !== 'usage' ? new BoomerError('usage', error.message, { cause: error }) : error;
  }
}

/** One value or a list of them as a list. */
export function listed(raw: unknown): readonly unknown[] {
  return Array.isArray(raw) ? raw : [raw];
}

export function isMap(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw);
}

function oneText(given: Given): string {
  const value = oneValue(given);
  if (value === '') throw new BoomerError('usage', `${given.where} expects a value`);
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  throw expected(given, 'one value');
}

function oneValue(given: Given): unknown {
  const { raw, where } = given;
  if (!Array.isArray(raw)) return raw;
  throw isFlag(given) ? new BoomerError('usage', `${where} was given ${raw.length} times, expected it once`) : expected(given, 'one value');
}

function isFlag({ where }: Given): boolean {
  return where.startsWith('-');
}

function pairOf(item: unknown, given: Given): readonly [string, string] {
  const [, key, value] = /^([^=]+)=(.*)$/su.exec(String(item)) ?? [];
  if (key === undefined || value === undefined) throw expected({ ...given, raw: item }, 'NAME=VALUE');
  return [key.trim(), value];
}
