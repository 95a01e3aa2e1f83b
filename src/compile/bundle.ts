/**
 * The scenario's files, found, and compiled once for all load threads: TypeScript and the files that it imports become plain modules
 * with source maps.
 *
 * Packages are not bundled: they may hold native code or find files beside themselves. They are imported by absolute
 * address from where the scenario would have found them; `boomer-node` itself is always this very copy.
 */
import type { BuildFailure, BuildOptions, Message, PartialMessage, Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ShippedScenario } from '../cluster/shippedScenario.ts';
import { BoomerError } from '../util/boomerError.ts';
import { openCompiler, type Compiler } from './compiler.ts';
import { NamedFiles } from './namedFiles.ts';
import { packageAt, packageFolder } from './nativePackages.ts';
import { makeTemporaryFolder, noRoom, removeLeftFolders } from './temporaryFolder.ts';

/** A compiled scenario, in a temporary folder. */
export type Bundle = {
  /** `file:` URLs, one for each scenario file, in order. */
  readonly urls: readonly string[];
  /** Absolute paths of the modules that it was compiled from: those of the scenario, not of packages that Node loads by itself. */
  readonly modules: readonly string[];
  /** Removes the compiled files, at once; for the end of the process. May be called twice. */
  readonly removeNow: () => void;
};

/** Of files that may be a scenario. */
export const scenarioExtensions: readonly string[] = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'];

/**
 * Absolute paths of the scenario's files. A name may be a file, a folder (all scenario files in it whose names do not
 * begin with `_` or `.`, as Locust does) or a comma-separated list. Throws a BoomerError that names what is missing.
 */
export async function scenarioFiles(names: readonly string[], cwd: string): Promise<readonly string[]> {
  const wanted = names.flatMap((name) => name.split(',')).map((name) => name.trim()).filter((name) => name !== '');
  if (wanted.length === 0) {
    throw new BoomerError('no-scenario', 'no scenario given, and no locustfile.ts here: expected a file, e.g. boomer-node run scenario.ts --host http://localhost:8080, or boomer-node worker scenario.ts --master-host 127.0.0.1');
  }
  const files: string[] = [];
  for (const name of wanted) files.push(...(await filesOf(name, resolve(cwd, name))));
  return [...new Set(files)];
}

/** A URL without its beginning is looked for as a file: `localhost:8080/cart`, `shop.example:8080`. */
function addressOf(name: string): string {
  return /^(?:localhost(?=[:/]|$)|[\w.-]+:\d+(?=\/|$)|\d+(?:\.\d+){3}(?=\/|$))/u.test(name) ? `. Is it an address? boomer-node run http://${name}` : '';
}

async function filesOf(name: string, path: string): Promise<readonly string[]> {
  if (name === '-') throw new BoomerError('scenario-from-master', '-f - asks a Locust master for the scenario, which only a worker has: name a TypeScript or JavaScript file');
  if (/^https?:\/\//iu.test(name)) throw new BoomerError('scenario-missing', `${name} is no scenario, which a worker or a master needs: boomer-node run ${name} --save scenario.ts makes one of it`);
  const found = await stat(path).catch(() => null);
  if (found === null) throw new BoomerError('scenario-missing', `scenario file ${name} does not exist: looked for ${path}${addressOf(name)}`);
  if (found.isDirectory()) return filesInFolder(name, path);
  if (!scenarioExtensions.includes(extname(path))) {
    throw new BoomerError('scenario-kind', `scenario file ${name} is not TypeScript or JavaScript: expected one of ${scenarioExtensions.join(' ')}`);
  }
  return [path];
}

async function filesInFolder(name: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !/^[_.]/u.test(entry.name) && !entry.name.includes('.d.') && scenarioExtensions.includes(extname(entry.name)))
    .map((entry) => join(path, entry.name))
    .sort();
  if (files.length === 0) throw new BoomerError('scenario-missing', `folder ${name} holds no scenario file (${scenarioExtensions.join(' ')})`);
  return files;
}

/** Whether one of `files` (absolute paths) names a class of HTTP users: known before it is compiled, and a guess. */
export function mentionsHttp(files: readonly string[]): boolean {
  return files.some((file) => {
    try {
      return readFileSync(file, 'utf8').includes('HttpUser');
    } catch {
      return false; // its compiler says why
    }
  });
}

/** Whether a compiled scenario, with what it imports of its own, says `word`: a guess at what it uses. */
export async function mentions({ urls }: Pick<Bundle, 'urls'>, word: string): Promise<boolean> {
  const folders = [...new Set(urls.map((url) => dirname(fileURLToPath(url))))];
  const names = await Promise.all(folders.map(async (folder) => (await readdir(folder)).filter((name) => /\.[cm]?js$/u.test(name)).map((name) => join(folder, name))));
  const texts = await Promise.all(names.flat().map((path) => readFile(path, 'utf8')));
  return texts.some((text) => new RegExp(`\\b${word}\\b`, 'u').test(text));
}

/** This very copy, and its sub-paths, whose files are types alone. */
const ownEntries: ReadonlyMap<string, string> = new Map([['boomer-node', '../index.js'], ['boomer-node/http', '../http/index.js'], ['boomer-node/outputs', '../outputs/index.js'], ['boomer-node/load', '../load/index.js']].map(([name = '', file = '']) => [name, fileURLToPath(new URL(file, import.meta.url))]));
/** What Node can load by itself; anything else, and everything that is TypeScript, is compiled in. */
const loadableByNode = new Set(['.js', '.mjs', '.cjs', '.node']);

/**
 * Compiles `files` (absolute paths); rejects with a BoomerError that shows the place of each compile error. `what` they
 * are is for its message.
 */
export async function bundleScenario(files: readonly string[], what = 'the scenario'): Promise<Bundle> {
  // Loaded here, so that the load threads are already starting meanwhile.
  const compiler = openCompiler();
  const { path: folder, removeNow } = await makeTemporaryFolder();
  try {
    const { outputFiles, metafile } = await compiler.build({
      ...modulesOf(files, folder),
      metafile: true,
      target: `node${process.versions.node}`,
      banner: { js: `import { createRequire as __boomerCreateRequire } from 'node:module'; const require = __boomerCreateRequire(${JSON.stringify(pathToFileURL(files[0] ?? '').href)});` },
      define: fileConstants,
      plugins: [packagesStayOutside, filesKnowTheirPlace],
    });
    await Promise.all(outputFiles.map(({ path, contents, text }) => writeFile(path, path.endsWith('.mjs') ? withWrittenNames(text) : contents))).catch((cause: unknown) => Promise.reject(noRoom(tmpdir(), cause)));
    void removeLeftFolders();
    return { urls: entriesOf(files).map((entry) => pathToFileURL(join(folder, entry)).href), modules: Object.keys(metafile.inputs).map((path) => resolve(path)), removeNow };
  } catch (error) {
    removeNow();
    throw await asCompileError(compiler, error, what);
  } finally {
    compiler.close();
  }
}

/** A module for each file, and what they share in others. */
function modulesOf(files: readonly string[], outdir: string) {
  return {
    entryPoints: files.map((file, index) => ({ in: file, out: `scenario${index}` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    splitting: true,
    format: 'esm',
    platform: 'node',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'silent',
  } as const satisfies BuildOptions;
}

/** Names of those modules. */
function entriesOf(files: readonly string[]): readonly string[] {
  return files.map((_, index) => `scenario${index}.mjs`);
}

/** A scenario for workers without a copy of it, and what is to be known of it. */
export type BundleForElsewhere = {
  readonly scenario: ShippedScenario;
  /** Sentences about files that do not go along. */
  readonly notes: readonly string[];
};

/**
 * Compiles `files` (absolute paths) so that they run on another machine: with their packages, and with the files and folders that they name
 * by `new URL('…', import.meta.url)`. What cannot travel is named: packages with native code, files that are not there. Rejects with a
 * BoomerError as `bundleScenario` does.
 */
export async function bundleForElsewhere(files: readonly string[]): Promise<BundleForElsewhere> {
  const compiler = openCompiler();
  // Names of modules and of assets are the same on whatever machine the bundle is made.
  const folder = dirname(files[0] ?? '');
  const addOns = new Set<string>();
  try {
    for (;;) {
      const addOnsKnown = addOns.size;
      const outside = new Map<string, string>();
      const named = new NamedFiles();
      const { outputFiles } = await compiler.build({
        ...modulesOf(files, folder),
        absWorkingDir: folder,
        target: 'node20.19',
        // No `require` of its own: it is compiled once more where it arrives, as every scenario is.
        plugins: [nativePackagesStayBehind(outside, addOns), namedFilesComeAlong(named)],
      });
      // A package that turned out to be native stays behind whole: once more, without it.
      if (addOns.size > addOnsKnown) continue;
      const modules = outputFiles.map(({ path, contents, text }) => [relative(folder, path), path.endsWith('.mjs') ? Buffer.from(withWrittenNames(text)) : contents] as const);
      const scenario: ShippedScenario = {
        entries: entriesOf(files),
        files: new Map([...modules, ...named.assets]),
        outside: [...outside].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, version]) => ({ name, version })),
      };
      return { scenario, notes: [...named.notes].sort() };
    }
  } catch (error) {
    throw await asCompileError(compiler, error, 'the scenario');
  } finally {
    compiler.close();
  }
}

/**
 * `boomer-node` is there already on a worker; what holds native code, or files of its own beside that, is installed there. `addOns`: folders of
 * packages in which a `.node` file was met.
 */
function nativePackagesStayBehind(outside: Map<string, string>, addOns: Set<string>): Plugin {
  return {
    name: 'native-packages-stay-behind',
    setup({ onLoad, onResolve, resolve }) {
      onResolve({ filter: /^[^./]/ }, async (wanted) => {
        if (wanted.pluginData === 'second look' || wanted.kind === 'entry-point' || wanted.path.startsWith('node:')) return null;
        if (ownEntries.has(wanted.path)) return { path: wanted.path, external: true };
        const { kind, importer, namespace, resolveDir } = wanted;
        const found = await resolve(wanted.path, { kind, importer, namespace, resolveDir, pluginData: 'second look' });
        const home = found.errors.length > 0 || found.external ? null : packageFolder(found.path);
        if (home === null) return found;
        const { name, version, isNative } = await packageAt(home);
        if (!isNative && !addOns.has(home)) return found;
        outside.set(name, version);
        return { path: wanted.path, external: true };
      });
      onLoad({ filter: /\.node$/ }, ({ path }) => {
        const home = packageFolder(path);
        if (home === null) throw new BoomerError('compile', `${relative(process.cwd(), path)} holds native code, which does not go along to other machines: make it a package, which is then installed where the workers run`);
        addOns.add(home);
        return { contents: '', loader: 'js' };
      });
    },
  };
}

/** What the code names beside itself goes along, and the code then names it there. */
function namedFilesComeAlong(named: NamedFiles): Plugin {
  return {
    name: 'named-files-come-along',
    setup({ onLoad }) {
      onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
        const contents = await named.takeFrom(path, await sourceOf(path));
        return contents === null ? null : { contents, loader: loaderOf(path) };
      });
    },
  };
}

/** Bare imports go to the absolute address of what they resolve to. */
const packagesStayOutside: Plugin = {
  name: 'packages-stay-outside',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async (wanted) => {
      if (wanted.pluginData === 'second look' || wanted.kind === 'entry-point' || wanted.path.startsWith('node:')) return null;
      const isRequire = wanted.kind === 'require-call' || wanted.kind === 'require-resolve';
      const outside = (path: string): { path: string; external: true } => ({ path: isRequire ? path : pathToFileURL(path).href, external: true });
      const own = ownEntries.get(wanted.path);
      if (own !== undefined) return outside(own);
      const { kind, importer, namespace, resolveDir } = wanted;
      const found = await resolve(wanted.path, { kind, importer, namespace, resolveDir, pluginData: 'second look' });
      if (found.errors.length > 0 || found.external || !loadableByNode.has(extname(found.path))) return found;
      return outside(found.path);
    });
  },
};

/** `import.meta.url` and its kin keep naming the scenario's own file, so that it still finds its data beside it. */
const fileConstants = {
  'import.meta.url': '__boomerFileUrl',
  'import.meta.filename': '__boomerFileName',
  'import.meta.dirname': '__boomerFolder',
  __filename: '__boomerFileName',
  __dirname: '__boomerFolder',
};

const filesKnowTheirPlace: Plugin = {
  name: 'files-know-their-place',
  setup({ onLoad }) {
    onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const source = await sourceOf(path);
      if (!/import\.meta|__filename|__dirname/u.test(source)) return null;
      const constants = `const __boomerFileUrl = ${JSON.stringify(pathToFileURL(path).href)}, __boomerFileName = ${JSON.stringify(path)}, __boomerFolder = ${JSON.stringify(dirname(path))};`;
      // On the first line, so that every line keeps its number.
      const contents = `${constants}${source.startsWith('#!') ? `//${source}` : source}`;
      return { contents, loader: loaderOf(path) };
    });
  },
};

/** Without a byte order mark: what is put in front of it would make that a letter. */
async function sourceOf(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).replace(/^\uFEFF/u, '');
}

function loaderOf(path: string): 'ts' | 'tsx' | 'jsx' {
  return /\.[cm]?tsx?$/u.test(path) ? (path.endsWith('x') ? 'tsx' : 'ts') : 'jsx';
}

async function asCompileError({ formatMessages }: Compiler, error: unknown, what: string): Promise<BoomerError> {
  if (error instanceof BoomerError) return error;
  const { errors } = error as Partial<BuildFailure>;
  const own: unknown = errors?.find(({ detail }) => detail instanceof BoomerError)?.detail;
  if (own instanceof BoomerError) return own;
  if (errors === undefined || errors.length === 0) return new BoomerError('compile', `${what} could not be compiled: ${String(error)}`, { cause: error });
  const places = await formatMessages(errors.map(withoutAdvice), { kind: 'error', color: false });
  const where = relative(process.cwd(), join(process.cwd(), errors[0]?.location?.file ?? ''));
  return new BoomerError('compile', `${what} does not compile${where === '' ? '' : ` (${where})`}:\n${places.join('').trimEnd()}`, { cause: error });
}

/** esbuild's advice is about its own options, which nobody here has; and no plugin is to blame for a missing package. */
function withoutAdvice(message: Message): PartialMessage {
  const { text, location, notes } = message;
  return { text, location, notes: text.startsWith('Could not resolve') ? [] : notes };
}

/** `var _Shopper = class _Shopper`: its own name shadows nothing, since all that meant the class means `_Shopper` by now. */
const renamedClass = /\b(?:var|let|const) _(\w+) = class _\1(?= |\{)/gu;
/** `pay_fn = async function() {`, at the top of a module: a private method, or accessor, that was moved out of its class. */
const movedMethod = /^((\w+?)_(fn|get|set)\d*) = (?:async )?function\*?\(/gmu;
const written = { fn: '#', get: 'get #', set: 'set #' };

/**
 * `code` of a module as esbuild made it, with the names that its author wrote: esbuild compiles decorators away and renames what it
 * moves, `_Shopper` and `pay_fn`, and V8 puts these names into every trace. No column moves but in the head of a class, and no line.
 */
export function withWrittenNames(code: string): string {
  const classes = code.replace(renamedClass, (declaration, name: string) =>
    code.includes(` = _${name};`) ? `${declaration.slice(0, -name.length - 1)} ${name}` : declaration,
  );
  const methods = Array.from(code.matchAll(movedMethod)).flatMap(([, variable = '', name = '', kind]) => (isPrivate(code, variable) ? [`[${variable}, '${written[kind as keyof typeof written]}${name}']`] : []));
  if (methods.length === 0) return classes;
  // Behind all else, as the methods are assigned at the end of their classes; the map's comment stays the last line.
  const naming = `for (const [method, value] of [${methods.join(', ')}]) Object.defineProperty(method, 'name', { value });\n`;
  const mapAt = classes.lastIndexOf('//# sourceMappingURL=');
  return mapAt < 0 ? `${classes}\n${naming}` : `${classes.slice(0, mapAt)}${naming}${classes.slice(mapAt)}`;
}

/** As the helpers are called that reach it; a scenario's own function of such a name is not. */
function isPrivate(code: string, variable: string): boolean {
  return new RegExp(`__private(?:Method|Get|Set)\\([^;]*, ${variable}\\)`, 'u').test(code);
}

/**
 * Loads a module into the main thread as a scenario is loaded into a load thread, compiled when it is TypeScript. Resolves with what
 * `file` (an absolute path) exports; rejects with a BoomerError when it does not compile, or throws while it is
 * loaded.
 */
export async function importCompiled(file: string): Promise<Readonly<Record<string, unknown>>> {
  const name = relative(process.cwd(), file);
  // It stays until the process ends: what it imports later is still there.
  const { urls } = await bundleScenario([file], name);
  // So that a trace names its lines, not those of what it was compiled to.
  process.setSourceMapsEnabled(true);
  try {
    return (await import(urls[0] ?? '')) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const place = error instanceof Error ? placeOf(error) : '';
    throw new BoomerError('module', `${name}: it threw while it was loaded: ${String(error)}${place}`, { cause: error });
  }
}

/** The first line of the trace that names a place outside this package and Node, with a line end before it; empty: none. */
export function placeOf({ stack }: { readonly stack?: string | undefined }): string {
  const place = stack?.split('\n').find((line) => /^\s+at .*:\d+:\d+\)?$/u.test(line) && !line.includes('node:') && !ownFolders.some((folder) => line.includes(folder)));
  return place === undefined ? '' : `\n${place}`;
}

/** Traces name our compiled files or, by their source maps, our sources. */
const ownFolders = ['../../dist/', '../../src/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
