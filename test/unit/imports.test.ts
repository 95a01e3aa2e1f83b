/**
 * The laws of docs/architecture.md that the compiler does not know: no import cycles, two realms apart, one owner for
 * each package. Imports of types count too, as what is only a type today is a value tomorrow.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = fileURLToPath(new URL('../../src', import.meta.url));

type Source = { readonly file: string; readonly ownImports: readonly string[]; readonly valueImports: readonly string[]; readonly packages: readonly string[] };

const sources: readonly Source[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((file) => {
    const text = readFileSync(join(src, file), 'utf8');
    const names = importedBy(text);
    const own = (name: string): boolean => name.startsWith('.');
    const inSrc = (name: string): string => relative(src, join(src, dirname(file), name));
    return {
      file,
      ownImports: names.filter(own).map(inSrc),
      // `import { type X }` stays an import at run time (verbatimModuleSyntax), `import type` does not.
      valueImports: importedBy(text.replace(/^(?:import|export) type [^;]*;/gmu, '')).filter(own).map(inSrc),
      packages: names.filter((name) => !own(name)),
    };
  });

/** As everything here is written: a statement begins its line, names are in single quotes. The compiler would take a second to be loaded. */
function importedBy(text: string): string[] {
  return [...text.matchAll(/^(?:import|export) (?:[^'";]* from )?'([^']+)'|\bimport\('([^']+)'\)/gmu)].map(([, fixed, dynamic]) => fixed ?? dynamic ?? '');
}

const importsOf = new Map(sources.map(({ file, ownImports }) => [file, ownImports]));

/** Thread-side and main-thread rooms; the others (stats, util …) belong to both. */
const realms: Readonly<Record<string, 'thread' | 'main' | 'both'>> = {
  'engine/here': 'both',
  load: 'main',
  scenario: 'thread',
  'engine/thread': 'thread',
  http: 'thread',
  'protocol/worker': 'main',
  'protocol/socket': 'main',
  'engine/main': 'main',
  cli: 'main',
  options: 'main',
  compile: 'main',
  session: 'main',
  compare: 'main',
  record: 'main',
  cluster: 'main',
  run: 'main',
  report: 'main',
  outputs: 'main',
};
const sharedRooms = ['stats', 'util', 'traffic', 'protocol/wire', 'engine/shared'];
/** What both realms may know of each other: plain data and shared memory. */
const boundary = 'engine/shared';
/** The public face and `run()`, which is in both realms by nature. */
const faces = ['index.ts', 'scenario/run.ts'];

/** `protocol` and `engine` hold rooms of both realms. */
const roomOf = (file: string): string => file.split('/').slice(0, /^(?:protocol|engine)\//u.test(file) ? 2 : 1).join('/');

it('runs every file of tests, by itself or with its room', () => {
  const tests = fileURLToPath(new URL('..', import.meta.url));
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' });
  const run = files.filter((name) => name.endsWith('.test.ts')).flatMap((name) => importedBy(readFileSync(join(tests, name), 'utf8')).map((imported) => join(dirname(name), imported)));
  expect(files.filter((name) => name.endsWith('.tests.ts') && !run.includes(name))).toEqual([]);
});

it('finds the sources', () => {
  expect(sources.length).toBeGreaterThan(80);
  expect(importsOf.get('scenario/run.ts')).toContain('cli/main.ts'); // dynamic imports are seen too
});

it('resolves every relative import to a source file', () => {
  const lost = sources.flatMap(({ file, ownImports }) => ownImports.filter((target) => !importsOf.has(target)).map((target) => `${file} → ${target}`));
  expect(lost).toEqual([]);
});

it('knows the realm of every room', () => {
  const rooms = new Set(sources.map(({ file }) => file).filter((file) => file.includes('/')).map(roomOf));
  expect([...rooms].filter((room) => realms[room] === undefined && !sharedRooms.includes(room))).toEqual([]);
  expect(sources.map(({ file }) => file).filter((file) => !file.includes('/'))).toEqual(['index.ts']);
});

it('has no import cycle', () => {
  expect(cycles(({ valueImports }) => valueImports)).toEqual([]);
});

it('has no cycle, not even of types', () => {
  expect(cycles(({ ownImports }) => ownImports)).toEqual([]);
});

it('has rooms that stand on each other, none on those above it', () => {
  const standsOn = (file: string): string[] => sources.filter((source) => roomOf(source.file) === file).flatMap(({ ownImports }) => ownImports.map(roomOf).filter((room) => room !== file));
  // `run()` in a script is a command of its own.
  const rooms = [...new Set(sources.map(({ file }) => roomOf(file)))].map((file) => ({ file, targets: [...new Set(standsOn(file))].filter((room) => !(file === 'scenario' && room === 'cli')) }));
  expect(cyclesIn(new Map(rooms.map(({ file, targets }) => [file, targets])))).toEqual([]);
});

it('keeps the realms apart', () => {
  const crossings = sources.flatMap(({ file, ownImports }) => {
    if (faces.includes(file)) return [];
    const own = realms[roomOf(file)];
    return ownImports
      .filter((target) => {
        // Neither side, nor what both share, may lean on the public face.
        if (faces.includes(target)) return true;
        const other = realms[roomOf(target)];
        return other !== undefined && other !== own && ![own, other].includes('both');
      })
      .map((target) => `${file} → ${target}`);
  });
  expect(crossings).toEqual([]);
});

it('keeps the page of the HTML report apart, which runs in a browser', () => {
  const page = 'outputs/html/page/';
  const crossings = sources.flatMap(({ file, ownImports, valueImports }) =>
    file.startsWith(page)
      ? valueImports.filter((target) => !target.startsWith(page) && target !== 'report/numberText.ts').map((target) => `${file} → ${target}`)
      : ownImports.filter((target) => target.startsWith(page)).map((target) => `${file} → ${target}`),
  );
  expect(crossings).toEqual([]);
});

it('lets the boundary know nothing but what both realms share', () => {
  const known = sources.filter(({ file }) => roomOf(file) === boundary).flatMap(({ ownImports }) => ownImports);
  expect(known.filter((target) => !sharedRooms.includes(roomOf(target)))).toEqual([]);
});

it.each([
  ['zeromq', ['protocol/socket/connection.ts']],
  ['@msgpack/msgpack', ['protocol/wire/msgpackLibrary.ts']],
  ['undici', ['http/connection/undici/undiciLibrary.ts']],
  ['tough-cookie', ['http/cookies.ts']],
  ['yargs', ['cli/commandLine.ts']],
  ['esbuild', ['compile/bundle.ts', 'compile/compiler.ts']],
  ['hdr-histogram-js', ['stats/histogram.ts']],
  ['leven', ['util/nearest.ts']],
  ['csv-parse', ['scenario/feeders/csvFile.ts']],
  ['csv-stringify', ['outputs/csv/csvTables.ts']],
  ['fast-xml-builder', ['outputs/junit.ts']],
  ['picocolors', ['outputs/console/table.ts']],
  ['string-width', ['outputs/console/table.ts']],
  ['uplot', ['outputs/html/page/chart.ts']],
  ['smol-toml', ['options/locustConf.ts']],
  ['yaml', ['traffic/readers/structuredText.ts']],
  ['log-update', ['outputs/console/liveRegion.ts']],
  ['node:worker_threads', ['engine/main/loadThread.ts', 'engine/thread/entry.ts']],
])('%s is imported by %j only', (name, owners) => {
  const users = sources.filter(({ packages }) => packages.some((imported) => imported === name || imported.startsWith(`${name}/`)));
  expect(users.map(({ file }) => file)).toEqual(owners);
});

it('imports no package that is not a dependency, or built in (src/bundle.js)', () => {
  const { dependencies } = JSON.parse(readFileSync(join(src, '../package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const known = new Set([...Object.keys(dependencies), '@msgpack/msgpack', 'csv-parse', 'csv-stringify', 'fast-xml-builder', 'leven', 'log-update', 'picocolors', 'smol-toml', 'string-width', 'tough-cookie', 'uplot', 'yaml', 'yargs']);
  const strangers = sources.flatMap(({ packages }) => packages).filter((name) => !name.startsWith('node:') && !known.has(packageOf(name)));
  expect(strangers).toEqual([]);
});

/** `@scope/name/path` and `name/path` without their path. */
function packageOf(name: string): string {
  return name.split('/').slice(0, name.startsWith('@') ? 2 : 1).join('/');
}

/** Depth first; each cycle as `a → b → a`. */
function cycles(edges: (source: Source) => readonly string[]): string[] {
  return cyclesIn(new Map(sources.map((source) => [source.file, edges(source)])));
}

function cyclesIn(targetsOf: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    path.push(file);
    for (const target of targetsOf.get(file) ?? []) visit(target);
    path.pop();
    done.add(file);
  };
  for (const file of targetsOf.keys()) visit(file);
  return found;
}
