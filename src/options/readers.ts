/**
 * Readers turn what was said about an option into a checked value, or throw a BoomerError that names the place, what it
 * expects, and what came.
 */
import { resolve } from 'node:path';
import { BoomerError } from '../util/boomerError.ts';
import { parseDurationMs } from '../util/duration.ts';
import { parseRate, type Rate } from '../util/rate.ts';
import { isMap } from '../util/typeGuards.ts';

/** What somebody said about one option. */
export type Given = {
  /** A text as it was typed, a list of them, a boolean; from our own configuration files anything. */
  readonly raw: unknown;
  /** For messages: `--users`, `LOCUST_USERS`, `users in boomer.config.ts`. */
  readonly where: string;
};

/** What a flag takes, and how `--show-config` shows it. */
export type OptionKind =
  | 'text'
  | 'number'
  | 'duration'
  | 'rate'
  /** On or off; the flag alone is on. */
  | 'switch'
  /** May be repeated. */
  | 'texts'
  /** May be repeated; commas and spaces part the names. */
  | 'names'
  /** `key=value`; may be repeated. */
  | 'pairs';

/** The text of a file, null when there is none; throws a BoomerError for one that cannot be read (see `readText` in util/textFile). */
export type ReadText = (path: string) => string | null;

/** What was said → the checked value. */
export type Reader<V> = {
  readonly kind: OptionKind;
  readonly read: (given: Given, readText: ReadText) => V;
};

/** As an author of a configuration file writes it: seconds, or a text such as `90s`, `1h20m`, `1.5m`, `300ms`. */
export type ConfigDuration = number | string;

/** As an author of a configuration file writes it: per second, or a text such as `100/s`, `30/1m`, `5/500ms`. */
export type ConfigRate = number | string;

/** One text on one line. */
export const text: Reader<string> = { kind: 'text', read: lineOf };

/** Of a file that is code: `boomer.config.ts`, a scenario. */
export const codeExtensions: readonly string[] = ['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs'];

/** Whether a path is that of code. */
export function isCode(path: string): boolean {
  return codeExtensions.some((extension) => path.toLowerCase().endsWith(extension));
}

/** The path of a file that is written; it takes the place of what was there, so one that is code is a scenario that stands in the wrong place. */
export const writtenFile: Reader<string> = {
  kind: 'text',
  read(given) {
    const path = lineOf(given);
    if (isCode(path)) throw expected(given, 'a file to write, which is no code');
    return path;
  },
};

/** Throws a BoomerError for a file to write that is one of `others`, which are read or written too: it would take their place. */
export function refuseTaken(path: string, where: string, others: readonly string[]): void {
  const taken = path.startsWith('/dev/') ? undefined : others.find((other) => resolve(other) === resolve(path));
  if (taken !== undefined) throw new BoomerError('usage', `${where} names ${taken}, whose place it would take: expected a file of its own`);
}

/** One of `words`, as it is written. */
export function word<const W extends string>(words: readonly W[]): Reader<W> {
  return {
    kind: 'text',
    read(given) {
      const found = words.find((one) => one === given.raw);
      if (found !== undefined) return found;
      throw expected(given, `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`);
    },
  };
}

/** A whole number from `min` to `max`; `more` follows the range in the message. */
export function whole({ min, max = Infinity, more = '' }: { readonly min: number; readonly max?: number; readonly more?: string }): Reader<number> {
  return {
    kind: 'number',
    read(given) {
      const typed = textOf(given);
      const value = Number(typed);
      if (/^\s*\d+\s*$/u.test(typed) && value >= min && value <= max) return value;
      throw expected(given, `a whole number ${max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`}${more}`);
    },
  };
}

/** A number above 0. */
export const positive: Reader<number> = {
  kind: 'number',
  read(given) {
    const typed = textOf(given);
    const value = Number(typed);
    if (/^\s*\d+(?:\.\d+)?\s*$/u.test(typed) && value > 0) return value;
    throw expected(given, 'a number above 0');
  },
};

/** Milliseconds. */
export const durationMs: Reader<number> = { kind: 'duration', read: (given) => asUsage(() => parseDurationMs(textOf(given), given.where)) };

/** Milliseconds above 0. */
export const positiveDurationMs: Reader<number> = {
  kind: 'duration',
  read(given, readText) {
    const ms = durationMs.read(given, readText);
    if (ms === 0) throw expected(given, 'a duration above 0');
    return ms;
  },
};

/** So many things a period, above 0. */
export const rate: Reader<Rate> = { kind: 'rate', read: (given) => parseRate(textOf(given), given.where) };

/** Null for what switches it off: 0 or −1, as in boomer. */
export const rateOrOff: Reader<Rate | null> = {
  kind: 'rate',
  read: (given, readText) => (/^\s*(?:0+|-1)\s*$/u.test(textOf(given)) ? null : rate.read(given, readText)),
};

/** Of a switch, to be spread into its option. */
export const onOff: { readonly reads: Reader<boolean>; readonly otherwise: boolean } = {
  reads: {
    kind: 'switch',
    read: (given) => switchOf({ ...given, raw: oneValue(given) }),
  },
  otherwise: false,
};

/** What was said of something that is on or off: true, yes, on, 1, or false, no, off, 0, in any case; throws a BoomerError for all else. */
export function switchOf(given: Given): boolean {
  const said = String(given.raw).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(said)) return true;
  if (['false', 'no', 'off', '0'].includes(said)) return false;
  throw expected(given, 'true or false');
}

/** Texts of an option that may be repeated. */
export const texts: Reader<readonly string[]> = {
  kind: 'texts',
  read: (given) =>
    listed(given.raw).map((item) => {
      if (typeof item !== 'string' || item === '') throw expected(given, 'a text or a list of texts');
      return item;
    }),
};

/** Names that commas and spaces part, unless they are items of a list that a variable or a file has; null: none. */
export const names: Reader<readonly string[] | null> = {
  kind: 'names',
  read(given, readText) {
    const items = texts.read(given, readText);
    const found = Array.isArray(given.raw) && !isFlag(given) ? items : items.flatMap((item) => item.split(/[\s,]+/u)).filter((item) => item !== '');
    return found.length === 0 ? null : found;
  },
};

/** `key=value` texts, or a map of a configuration file. */
export const pairs: Reader<Readonly<Record<string, string>>> = {
  kind: 'pairs',
  read(given) {
    const found = isMap(given.raw) ? Object.entries(given.raw) : typedPairs(given);
    const isPlain = found.every(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
    if (!isPlain) throw expected(given, 'a map of texts');
    return Object.fromEntries(found.map(([key, value]) => [key, String(value)]));
  },
};

/** `key=value` texts, in order. */
export function typedPairs(given: Given): readonly (readonly [string, string])[] {
  return listed(given.raw).map((item) => {
    const [, key, value] = /^([^=]+)=(.*)$/su.exec(String(item)) ?? [];
    if (key === undefined || value === undefined) throw expected({ ...given, raw: item }, 'NAME=VALUE');
    return [key.trim(), value];
  });
}

/** `--users expects …, got "…"`, as a usage error. */
export function expected(given: Given, what: string): BoomerError {
  const got = typeof given.raw === 'string' ? `"${visible(given.raw)}"` : (JSON.stringify(given.raw) ?? String(given.raw));
  return new BoomerError('usage', `${given.where} expects ${what}, got ${got}`);
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

/** Typed on the command line, or by default. */
function isFlag({ where }: Given): boolean {
  return where.startsWith('-');
}

function lineOf(given: Given): string {
  const line = textOf(given);
  // Mostly the end of a line of a file that was written on Windows.
  if (/[\r\n]/u.test(line)) throw expected(given, 'a text without line ends');
  return line;
}

function textOf(given: Given): string {
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

/** A carriage return is what is wrong with a value, and nobody would see it. */
function visible(shown: string): string {
  return shown.replace(/\p{Cc}/gu, (letter) => JSON.stringify(letter).slice(1, -1));
}
