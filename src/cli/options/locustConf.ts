/**
 * What is Locust's own: its options that mean nothing here, and its configuration files, `key = value` lines that are read as
 * Locust reads them (ConfigArgParse 1.7, DefaultConfigFileParser.parse).
 */
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import type { Layer } from './settings.ts';
import { flagNames, type OptionKey } from './optionTable.ts';
import type { Given } from './readers.ts';

/**
 * Locust's own options that mean nothing here, from its argument_parser.py (2.47): a team shares scripts, variables and a
 * locust.conf between its master and its workers, so they are taken. Those that would change what happens are refused instead.
 */
export type LocustOnly = {
  readonly takesValue: boolean;
  readonly aliases?: readonly string[];
  readonly variable?: string;
  /** Absent: it is harmless, and has no effect. */
  readonly refused?: string;
};

const harmless = (variable?: string): LocustOnly => ({ takesValue: false, ...(variable === undefined ? {} : { variable }) });
const harmlessValue = (variable?: string): LocustOnly => ({ takesValue: true, ...(variable === undefined ? {} : { variable }) });

/** By the name of the flag. */
export const locustOnly: Readonly<Record<string, LocustOnly>> = {
  autostart: harmless('LOCUST_AUTOSTART'),
  autoquit: harmlessValue('LOCUST_AUTOQUIT'),
  'print-stats': harmless('LOCUST_PRINT_STATS'),
  headful: harmless('LOCUST_HEADFUL'),
  'web-host': harmlessValue('LOCUST_WEB_HOST'),
  'web-host-display-name': harmlessValue('LOCUST_WEB_HOST_DISPLAY_NAME'),
  'web-port': { takesValue: true, aliases: ['P'], variable: 'LOCUST_WEB_PORT' },
  'web-base-path': harmlessValue('LOCUST_WEB_BASE_PATH'),
  'web-auth': harmlessValue('LOCUST_WEB_AUTH'),
  'web-login': harmless('LOCUST_WEB_LOGIN'),
  'legacy-ui': harmless('LOCUST_LEGACY_UI'),
  'tls-cert': harmlessValue('LOCUST_TLS_CERT'),
  'tls-key': harmlessValue('LOCUST_TLS_KEY'),
  'class-picker': harmless('LOCUST_USERCLASS_PICKER'),
  'build-path': harmlessValue('LOCUST_BUILD_PATH'),
  'master-bind-host': harmlessValue('LOCUST_MASTER_BIND_HOST'),
  'master-bind-port': harmlessValue('LOCUST_MASTER_BIND_PORT'),
  'expect-workers': harmlessValue('LOCUST_EXPECT_WORKERS'),
  'expect-workers-max-wait': harmlessValue('LOCUST_EXPECT_WORKERS_MAX_WAIT'),
  'enable-rebalancing': harmless(),
  profile: harmlessValue(),
  otel: harmless('LOCUST_ENABLE_OPENTELEMETRY'),
  master: { takesValue: false, variable: 'LOCUST_MODE_MASTER', refused: 'boomer-node is a worker: start the master with locust --master' },
  'show-task-ratio': { takesValue: false, refused: 'use --list for the tasks and their weights' },
  'show-task-ratio-json': { takesValue: false, refused: 'use --list for the tasks and their weights' },
};

/** Variables that Locust reads beside its options: of its Python, and of its master (runners.py). */
export const locustOnlyVariables: readonly string[] = ['LOCUST_SKIP_MONKEY_PATCH', 'LOCUST_SKIP_URLLIB3_PATCH', 'LOCUST_PLAYWRIGHT', 'LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP'];

/** Said of an option that has no effect when `value` is what a variable or a file says; null: it says no to a switch, as does who says nothing. */
export function idleText(name: string, where: string, value: unknown): string | null {
  const { takesValue, refused } = locustOnly[name] ?? { takesValue: true };
  if (!takesValue && isOffText(value)) return null;
  return refused === undefined ? where : `${where} (${refused})`;
}

/** Whether it says no to a switch. */
export function isOffText(value: unknown): boolean {
  return ['', 'false', 'no', 'off', '0'].includes(String(value).toLowerCase());
}

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
