/**
 * Locust's configuration files, read as Locust reads them: `key = value` lines (ConfigArgParse 1.7, DefaultConfigFileParser.parse), `[tool.locust]` of a
 * pyproject.toml (argument_parser.py, `LocustTomlConfigParser`); and what is said of its options that have no effect. The only file that knows
 * smol-toml, loaded where there is such a table.
 */
import { locustOnly } from '../cluster/locustOptions.ts';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { isMap } from '../util/typeGuards.ts';
import type { Layer } from './settings.ts';
import { flagNames, type OptionKey } from './optionTable.ts';
import { switchOf, type Given } from './readers.ts';

/** In the file's order; a value is a text or what a list in brackets holds. */
export type ConfEntries = ReadonlyMap<string, unknown>;

const line = /^(?<key>[^:=;#\s]+)\s*(?:(?<equal>[:=\s])\s*(?<quote>['"]?)(?<value>.+?)?\k<quote>)?\s*(?:\s[;#]\s*(?<comment>.*?)\s*)?$/u;

/**
 * Sections, `---` lines, and comments after `#` or `;` are skipped; a key alone is `true`. Throws a BoomerError for a line
 * of no known form.
 */
export function parseLocustConf(text: string, file: string): ConfEntries {
  const entries = new Map<string, unknown>();
  for (const [index, raw] of text.replace(/^\u{feff}/u, '').split(/\r?\n/u).entries()) {
    const trimmed = raw.trim();
    if (trimmed === '' || /^(?:[#;[]|---)/u.test(trimmed)) continue;
    const found = line.exec(trimmed)?.groups;
    if (found?.['key'] === undefined) throw new BoomerError('usage', `${file}:${index + 1} expects "key = value", got "${trimmed}"`);
    const isBare = found['equal'] === undefined || found['equal'] === ' ';
    entries.set(found['key'], asList(found['value'] ?? (isBare ? 'true' : '')));
  }
  return entries;
}

/** What a list in brackets holds: JSON, or else texts between commas; any other text as it is. */
export function asList(text: string): unknown {
  if (!text.startsWith('[') || !text.endsWith(']')) return text;
  try {
    return JSON.parse(text);
  } catch {
    // Locust's older form, which needs no quotes.
    return text.slice(1, -1).split(',').map((item) => item.trim());
  }
}

/** What `[tool.locust]` of a pyproject.toml holds, as locust.conf would say it; null: there is no such table. Throws a BoomerError for what is no TOML. */
export async function parsePyproject(text: string, file: string): Promise<ConfEntries | null> {
  // Most such files are a Python project's, and have nothing for Locust.
  if (!text.includes('locust')) return null;
  const { parse } = await import('smol-toml');
  let table: unknown;
  try {
    const { tool } = parse(text.replace(/^\u{feff}/u, ''));
    table = isMap(tool) ? tool['locust'] : undefined;
  } catch (cause) {
    throw new BoomerError('usage', `${file} is not TOML: ${cause instanceof Error ? cause.message.trim() : String(cause)}`, { cause });
  }
  return isMap(table) ? new Map(Object.entries(table).map(([key, value]) => [key, Array.isArray(value) ? value : String(value)])) : null;
}

/** What one of Locust's files says. */
export type ConfLayer = {
  readonly layer: Layer;
  /** Locust's own options, each with its place, that mean nothing here. */
  readonly idle: readonly string[];
  /** Keys that neither Locust nor we have, each with the nearest that we know. */
  readonly unknown: readonly { readonly key: string; readonly meant: string | null }[];
};

/** The entries as options. */
export function confLayer(entries: ConfEntries, file: string): ConfLayer {
  const layer = new Map<OptionKey, Given>();
  const idle: string[] = [];
  const unknown: { key: string; meant: string | null }[] = [];
  for (const [written, raw] of entries) {
    const key = written.replace(/^--/u, '');
    const name = key.length > 1 ? flagNames.get(key) : undefined;
    const where = `${key} in ${file}`;
    if (name !== undefined) layer.set(name, { raw: listOrOne(name, raw), where });
    else if (locustOnly[key] === undefined) unknown.push({ key, meant: nearest(key, [...flagNames.keys()].filter((flag) => flag.length > 1)) });
    else idle.push(...[idleText(key, where, raw)].filter((text) => text !== null));
  }
  return { layer, idle, unknown };
}

/** Numbers in a list are texts, as Locust hands them to its command line. */
function listOrOne(option: OptionKey, raw: unknown): unknown {
  if (!Array.isArray(raw) || option === 'configUsers') return raw;
  return raw.map((item: unknown) => (typeof item === 'number' ? String(item) : item));
}

/** Said of an option that has no effect when `value` is what a variable or a file says; null: it says no to a switch, as does who says nothing. Throws a BoomerError for a switch that is neither on nor off. */
export function idleText(name: string, where: string, value: unknown): string | null {
  const { takesValue, refused } = locustOnly[name] ?? { takesValue: true };
  if (!takesValue && (value === '' || !switchOf({ raw: value, where }))) return null;
  return refused === undefined ? where : `${where} (${refused})`;
}
