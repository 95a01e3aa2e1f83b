/**
 * Finds and reads configuration files, from the highest layer to the lowest: `--config`, `boomer.config.*`, `boomer` in
 * package.json, `[tool.locust]` of pyproject.toml, `locust.conf`, `~/.locust.conf`.
 */
import { extname, join, resolve } from 'node:path';
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { isMap } from '../util/typeGuards.ts';
import { confLayer, parseLocustConf, parsePyproject, type ConfEntries } from './locustConf.ts';
import { optionKeys, optionTable, type OptionKey } from './optionTable.ts';
import { codeExtensions, type Given, type ReadText } from './readers.ts';
import type { Layer } from './settings.ts';

/** Where configuration files are looked for, and how they are read. */
export type ConfigSource = {
  readonly cwd: string;
  readonly home: string;
  readonly readText: ReadText;
  /** What a module exports, TypeScript or JavaScript. */
  readonly importModule: (path: string) => Promise<Readonly<Record<string, unknown>>>;
};

/** What all configuration files say. */
export type ConfigLayers = {
  /** The highest first. */
  readonly layers: readonly Layer[];
  /** Those of Locust's own files, whose `headless` is meant for Locust. */
  readonly locusts: ReadonlySet<Layer>;
  readonly warnings: readonly string[];
  /** Locust's own options, each with its place, that mean nothing here. */
  readonly idle: readonly string[];
};

/** Our own files by their names, the first that is there counts. */
export const configNames: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.json'].map((extension) => `boomer.config${extension}`);

/** `named` is the file of `--config`; throws a BoomerError when it is missing, and for what makes no sense in any file. */
export async function readConfigFiles(source: ConfigSource, named: { readonly path: string; readonly where: string } | null): Promise<ConfigLayers> {
  const { cwd, home, readText } = source;
  const found: Found[] = [];
  if (named !== null) found.push(await namedFile(source, named));
  for (const name of configNames) {
    const path = join(cwd, name);
    if (readText(path) !== null) {
      found.push(ownLayer(await objectIn(source, path, name), name));
      break;
    }
  }
  const packageText = readText(join(cwd, 'package.json'));
  const inPackage = packageText === null ? undefined : field(parseJson(packageText, 'package.json'), 'boomer');
  if (inPackage !== undefined) found.push(ownLayer(inPackage, 'boomer in package.json'));
  const pyproject = await parsePyproject(readText(join(cwd, 'pyproject.toml')) ?? '', 'pyproject.toml');
  if (pyproject !== null) found.push(locustLayer(pyproject, '[tool.locust] in pyproject.toml'));
  for (const [path, name] of [[join(cwd, 'locust.conf'), 'locust.conf'], [join(home, '.locust.conf'), '~/.locust.conf']] as const) {
    const file = locustFile(readText, path, name);
    if (file !== null) found.push(file);
  }
  return {
    layers: found.map(({ layer }) => layer),
    locusts: new Set(found.filter(({ isLocusts }) => isLocusts).map(({ layer }) => layer)),
    warnings: found.flatMap(({ warnings }) => warnings),
    idle: found.flatMap(({ idle }) => idle),
  };
}

type Found = { readonly layer: Layer; readonly isLocusts: boolean; readonly warnings: readonly string[]; readonly idle: readonly string[] };

async function namedFile(source: ConfigSource, { path, where }: { readonly path: string; readonly where: string }): Promise<Found> {
  const full = resolve(source.cwd, path);
  const text = source.readText(full);
  if (text === null) throw new BoomerError('usage', `${where} expects a file that can be read, got "${path}": looked for ${full}`);
  const extension = extname(path);
  if (extension === '.toml') {
    const entries = await parsePyproject(text, path);
    if (entries === null) throw new BoomerError('usage', `${where} expects a table [tool.locust] in a .toml file, and ${path} has none`);
    return locustLayer(entries, `[tool.locust] in ${path}`);
  }
  const isOwn = extension === '.json' || codeExtensions.includes(extension);
  return isOwn ? ownLayer(await objectIn(source, full, path), path) : locustLayer(parseLocustConf(text, path), path);
}

/** A program that runs as somebody else (in a container, by sudo) may have a home that it cannot look into: it goes on, and says so. */
function locustFile(readText: ReadText, path: string, name: string): Found | null {
  try {
    const text = readText(path);
    return text === null ? null : locustLayer(parseLocustConf(text, name), name);
  } catch (error) {
    if (!(error instanceof BoomerError) || error.code !== 'hidden') throw error;
    return { layer: new Map(), isLocusts: true, warnings: [error.message], idle: [] };
  }
}

function ownLayer(config: unknown, name: string): Found {
  return { layer: configLayer(config, name), isLocusts: false, warnings: [], idle: [] };
}

function locustLayer(entries: ConfEntries, name: string): Found {
  const { layer, idle, unknown } = confLayer(entries, name);
  const warnings = unknown.map(({ key, meant }) => `${name} has an option ${key} that neither Locust nor boomer-node knows${meant === null ? '' : `: did you mean ${meant}?`}`);
  return { layer, isLocusts: true, warnings, idle };
}

async function objectIn({ readText, importModule }: ConfigSource, path: string, name: string): Promise<unknown> {
  if (extname(path) === '.json') return parseJson(readText(path) ?? '', name);
  const exported = await importModule(path);
  const config = exported['default'];
  if (config === undefined) throw new BoomerError('usage', `${name} has no default export: expected export default defineConfig({ … })`);
  // A CommonJS module whose `default` was written by a compiler.
  return isMap(config) && isMap(config['default']) ? config['default'] : config;
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BoomerError('usage', `${name} is not JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function field(value: unknown, name: string): unknown {
  return isMap(value) ? value[name] : undefined;
}

const optionOfKey: ReadonlyMap<string, OptionKey> = new Map(
  optionKeys.flatMap((option) => {
    const { key } = optionTable[option];
    return key === undefined ? [] : [[key, option] as const];
  }),
);

/** Of an object: `boomer.config.ts`, a JSON file, `boomer` in package.json. Throws a BoomerError for what is no object, and for a key that does not exist, with the nearest one that does. */
export function configLayer(config: unknown, file: string): Layer {
  if (!isMap(config)) throw new BoomerError('usage', `${file} expects an object of options, e.g. export default defineConfig({ users: 10 }), got ${JSON.stringify(config) ?? typeof config}`);
  const layer = new Map<OptionKey, Given>();
  for (const [key, raw] of Object.entries(config)) {
    const option = optionOfKey.get(key);
    if (option === undefined) throw unknownKey(key, file);
    // `undefined` and null are what an author writes who computes a value and has none.
    if (raw !== undefined && raw !== null) layer.set(option, { raw: typeof raw === 'number' ? String(raw) : raw, where: `${key} in ${file}` });
  }
  return layer;
}

function unknownKey(key: string, file: string): BoomerError {
  const meant = nearest(key, [...optionOfKey.keys()]);
  return new BoomerError('usage', `${file} has no option ${key}${meant === null ? '' : `: did you mean ${meant}?`}`);
}
