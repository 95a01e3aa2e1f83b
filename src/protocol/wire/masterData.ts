/**
 * Checks the data of the master's messages: `unknown` in, typed out.
 *
 * Tolerant where masters differ (absent, nil, unknown keys), strict where a guess would run the wrong load. Each
 * function throws `WrongDataError` with what was expected and what came.
 */
import type { AckData, LocustfileData, SpawnData, UpdateUserClassData, UserClassesCount } from './messages.ts';

/** Data of another shape; the message is a phrase, `expected "index" to be …, came …`. */
export class WrongDataError extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/** The data of `ack`. Nil and a map without index come from masters before Locust 2.11. */
export function ackOf(data: unknown): AckData {
  if (data === null) return { index: null };
  const index = field(fieldsOf(data, 'data'), 'index');
  return { index: index === null ? null : wholeOf(index, '"index"') };
}

/** The data of `spawn` (Locust runners.py, `MasterRunner.start`). A negative stop timeout is none, as in Python. */
export function spawnOf(data: unknown): SpawnData {
  const fields = fieldsOf(data, 'data');
  const host = field(fields, 'host');
  if (host !== null && typeof host !== 'string') throw wrong('"host"', 'a text or nil', host);
  const parsedOptions = field(fields, 'parsed_options') ?? {};
  const stopTimeout = field(fields, 'stop_timeout') ?? null;
  return {
    timestamp: finiteOf(field(fields, 'timestamp'), '"timestamp"'),
    user_classes_count: countsOf(field(fields, 'user_classes_count')),
    host,
    stop_timeout: stopTimeout === null ? null : Math.max(0, finiteOf(stopTimeout, '"stop_timeout"')),
    parsed_options: fieldsOf(parsedOptions, '"parsed_options"'),
  };
}

/** The data of `spawning_complete`: users of all workers. */
export function spawningCompleteOf(data: unknown): { readonly user_count: number } {
  return { user_count: wholeOf(field(fieldsOf(data, 'data'), 'user_count'), '"user_count"') };
}

/** The data of `update_user_class` (Locust env.py). */
export function updateUserClassOf(data: unknown): UpdateUserClassData {
  const { user_class_name: name, tasks = null, ...attributes } = fieldsOf(data, 'data');
  if (typeof name !== 'string') throw wrong('"user_class_name"', 'a text', name);
  if (tasks !== null && !isListOfTexts(tasks)) throw wrong('"tasks"', 'a list of texts or nil', tasks);
  return { user_class_name: name, tasks, attributes };
}

/** The data of `locustfile` (Locust runners.py): addresses, sources, or why there is none. */
export function locustfileOf(data: unknown): LocustfileData {
  const fields = fieldsOf(data, 'data');
  const error = field(fields, 'error');
  if (typeof error === 'string') return { error };
  // Locust 2.30 ships one file, as it is.
  const files = typeof field(fields, 'contents') === 'string' ? [fields] : field(fields, 'locustfiles');
  if (!Array.isArray(files)) throw wrong('"locustfiles"', 'a list', files);
  return { locustfiles: files.map(sourceOf) };
}

function sourceOf(file: unknown): string | { readonly filename: string; readonly contents: string } {
  if (typeof file === 'string') return file;
  const { filename, contents } = fieldsOf(file, 'each of "locustfiles"');
  if (typeof filename !== 'string') throw wrong('"filename"', 'a text', filename);
  if (typeof contents !== 'string') throw wrong('"contents"', 'a text', contents);
  return { filename, contents };
}

function countsOf(value: unknown): UserClassesCount {
  const entries = Object.entries(fieldsOf(value, '"user_classes_count"'));
  return Object.fromEntries(entries.map(([name, count]) => [name, wholeOf(count, `the count of ${JSON.stringify(name)}`)]));
}

function fieldsOf(value: unknown, what: string): Fields {
  if (!isMap(value)) throw wrong(what, 'a map', value);
  return value;
}

function isMap(value: unknown): value is Fields {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array);
}

/** An absent field is nil. */
function field(fields: Fields, name: string): unknown {
  return fields[name] ?? null;
}

function finiteOf(value: unknown, what: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(what, 'a finite number', value);
  return value;
}

function wholeOf(value: unknown, what: string): number {
  const isWhole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
  if (!isWhole) throw wrong(what, 'a whole number of 0 or more', value);
  return value;
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function wrong(what: string, expected: string, came: unknown): WrongDataError {
  return new WrongDataError(`expected ${what} to be ${expected}, came ${describe(came)}`);
}

/**
 * What came, in words short enough for a log line: `nil`, `the number -1`, `a map`, `an array of 2`.
 */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value instanceof Date) return 'a datetime';
  if (typeof value === 'string') return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value.toString()}`;
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
