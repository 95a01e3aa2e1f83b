/**
 * The last step of `npm run build`: what the command and its load threads load becomes a few files in `dist/lib`, since each file of hundreds
 * takes a start its time. Beside the entries, which stay where they are, this is all the JavaScript of the package; what the compiler has
 * made of the single files is for tests alone.
 *
 * Packages that the user does not install, because they are no dependencies in package.json, are built in, with their licences.
 *
 * Parts that are loaded when they are needed stay files of their own, and modules that several entries share are in files that these share:
 * the scenario's `boomer-node` and the load thread's are one.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { dependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
/** Names of those files, and of what the compiler has made, in whose place a line of code comes that leads there. */
const entries = { bin: 'cli/bin', index: 'index', http: 'http/index', outputs: 'outputs/index', load: 'load/index', loadThread: 'engine/thread/entry' };

/** Of what yargs consists of, only what is used: none of its modules does anything when it is loaded. */
const usedOfYargs = {
  name: 'used-of-yargs',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === usedOfYargs || !(/^yargs(?:\/|$)/.test(path) || /[\\/]node_modules[\\/](?:yargs|cliui)[\\/]/.test(importer))) return null;
      return { ...(await resolve(path, { importer, resolveDir, kind, pluginData: usedOfYargs })), sideEffects: false };
    });
  },
};

/** A module that looks for files beside itself finds them from where it stood. */
const ownPlaces = {
  name: 'own-places',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!/\(import\.meta\.url|, import\.meta\.url\)/.test(source)) return null;
      const place = relative(join(root, 'src'), path).replaceAll('\\', '/').replace(/\.ts$/, '.js');
      // On the first line, so that every line keeps its number.
      return { contents: `const __ownUrl = /* @__PURE__ */ new URL('../${place}', __fileUrl).href; ${source}`, loader: 'ts' };
    });
    // One of a package that is built in has nothing beside itself any more.
    onLoad({ filter: /[\\/]node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return source.includes('import.meta.url') ? { contents: `const __ownUrl = __fileUrl; ${source}`, loader: 'js' } : null;
    });
  },
};

await rm(join(root, 'dist/lib'), { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: Object.entries(entries).map(([out, module]) => ({ in: `src/${module}.ts`, out })),
  outdir: 'dist/lib',
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  external: Object.keys(dependencies),
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  banner: { js: 'const __fileUrl = import.meta.url;' },
  define: { 'import.meta.url': '__ownUrl' },
  plugins: [usedOfYargs, ownPlaces],
  metafile: true,
  logLevel: 'warning',
});
for (const [name, module] of Object.entries(entries)) {
  const first = name === 'bin' ? '#!/usr/bin/env node\n' : '';
  const path = `${'../'.repeat(module.split('/').length - 1) || './'}lib/${name}.js`;
  await writeFile(join(root, 'dist', `${module}.js`), `${first}export * from '${path}';\n`);
}

// The report's page is built apart (src/outputs/html/page/bundle.js).
const packages = new Set([...Object.keys(metafile.inputs).flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.slice(0, 1) ?? []), 'node_modules/uplot']);
const licences = await Promise.all([...packages].map(async (folder) => {
  const file = (await readdir(join(root, folder))).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} is built in and says no licence`);
  return `${folder.replace('node_modules/', '')}\n\n${(await readFile(join(root, folder, file), 'utf8')).trim()}\n`;
}));
await writeFile(join(root, 'dist/lib/LICENSES.txt'), `Built into these files:\n\n${licences.join('\n\n')}`);
