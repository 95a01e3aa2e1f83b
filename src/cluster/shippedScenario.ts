/**
 * A scenario as a locustfile carries it, for workers that have no file of it (`boomer-node worker -f -`): its compiled modules and the files
 * that it names, compressed, in comment lines that Locust never looks at, with their hash.
 *
 *   # boomer-node-scenario 1 SHA256
 *   # base64 …
 *   # boomer-node-scenario end
 */
import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import { isList, isMap } from '../util/typeGuards.ts';

/** What a worker needs of a scenario. */
export type ShippedScenario = {
  /** Modules to load, in order; names of `files`. */
  readonly entries: readonly string[];
  /** By name, with slashes and without `..`: modules, their source maps, and files that the scenario names. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Packages that cannot travel, since they hold native code: what is to be installed where the worker runs. */
  readonly outside: readonly { readonly name: string; readonly version: string }[];
};

const mark = '# boomer-node-scenario';
const format = 1;
const lineLength = 120;
/** What a frame of the master may hold, less the locustfile around it. */
const maxTextBytes = 14 * 1024 * 1024;
/** Nobody's scenario is larger; what claims to be is refused before memory goes. */
const maxUnpackedBytes = 256 * 1024 * 1024;

/** Comment lines for the end of a locustfile, the same for the same scenario. Throws a BoomerError for one that is too large for a message. */
export function shippedLines(scenario: ShippedScenario): readonly string[] {
  const { entries, outside } = scenario;
  const files = [...scenario.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]);
  const packed = deflateRawSync(Buffer.from(JSON.stringify({ entries, outside, files })), { level: 9 });
  const text = packed.toString('base64');
  if (text.length > maxTextBytes) {
    throw new BoomerError('scenario-too-large', `the scenario and the files that it names are ${Math.round(text.length / 1024 / 1024)} MB when compressed, and a master ships at most ${maxTextBytes / 1024 / 1024} MB: leave data files out, and read them from a place that each worker has`);
  }
  const lines = text.match(new RegExp(`.{1,${lineLength}}`, 'gu')) ?? [];
  return [`${mark} ${format} ${sha256(packed)}`, ...lines.map((line) => `# ${line}`), `${mark} end`];
}

/**
 * The scenario in the text of a locustfile. Throws a BoomerError when there is none in it, or when what came is not what was sent. `from`
 * names it for the message.
 */
export function readShipped(text: string, from: string): ShippedScenario {
  const lines = text.split(/\r?\n/u);
  const first = lines.findIndex((line) => line.startsWith(`${mark} `) && line !== `${mark} end`);
  if (first < 0) {
    throw new BoomerError('scenario-from-master', `the master's ${from} carries no scenario of boomer-node: it is plain Python. Make a locustfile with boomer-node locustfile scenario.ts -o locustfile.py, or name the scenario's file here`);
  }
  const [, version, hash] = /(\d+) ([\da-f]{64})$/u.exec(lines[first] ?? '') ?? [];
  if (version !== String(format)) {
    throw new BoomerError('scenario-from-master', `the master's ${from} carries a scenario in form ${version ?? '?'}, and this boomer-node reads form ${format}: use the same version of boomer-node here and for the locustfile`);
  }
  const end = lines.indexOf(`${mark} end`, first);
  const packed = Buffer.from(lines.slice(first + 1, end < 0 ? lines.length : end).map((line) => line.slice(2)).join(''), 'base64');
  if (end < 0 || sha256(packed) !== hash) {
    throw new BoomerError('scenario-from-master', `the scenario in the master's ${from} is not what was written there: its SHA-256 is ${sha256(packed)}, expected ${hash}. Make the locustfile anew with boomer-node locustfile`);
  }
  try {
    return checked(JSON.parse(inflateRawSync(packed, { maxOutputLength: maxUnpackedBytes }).toString()));
  } catch (cause) {
    throw new BoomerError('scenario-from-master', `the scenario in the master's ${from} cannot be unpacked: ${errorLine(cause)}`, { cause });
  }
}

/** By the hash of what is shipped one tells whether a master has the same scenario as before; null: none is in it. */
export function shippedHash(text: string): string | null {
  return new RegExp(`^${mark} \\d+ ([\\da-f]{64})\\r?$`, 'mu').exec(text)?.[1] ?? null;
}

function checked(value: unknown): ShippedScenario {
  const { entries, files, outside } = isMap(value) ? value : {};
  if (!isListOf(entries, isText) || !isListOf(files, isFile) || !isListOf(outside, isPackage)) throw new TypeError('entries, files or outside have another form');
  for (const name of [...entries, ...files.map(([file]) => file)]) {
    if (!isShippableName(name)) throw new TypeError(`${JSON.stringify(name)} is no name of a file below a folder`);
  }
  return { entries, files: new Map(files.map(([name, base64]) => [name, Buffer.from(base64, 'base64')])), outside };
}

/** Whether `name`, with slashes, names a file below a folder, and on every system. */
export function isShippableName(name: string): boolean {
  return name.split('/').every((part) => /^[^\\:*?"<>|\u0000-\u001f\u007f]+$/u.test(part) && !/^\.+$|[. ]$/u.test(part));
}

function isListOf<T>(value: unknown, isOne: (item: unknown) => item is T): value is readonly T[] {
  return isList(value) && value.every(isOne);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isFile(value: unknown): value is readonly [name: string, base64: string] {
  return isListOf(value, isText) && value.length === 2;
}

function isPackage(value: unknown): value is { readonly name: string; readonly version: string } {
  return isMap(value) && isText(value['name']) && isText(value['version']);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
