/**
 * Makes one script and one style sheet of this folder, `page.js` and `page.css` in dist/outputs/html, which the report takes up whole: for
 * `npm run build`, and once before tests, which run from the sources.
 */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const pathOf = (name) => fileURLToPath(new URL(name, import.meta.url));

export default async function bundlePage() {
  await build({
    entryPoints: [{ in: pathOf('start.ts'), out: 'page' }, { in: pathOf('style.css'), out: 'page' }],
    outdir: pathOf('../../../../dist/outputs/html'),
    bundle: true,
    minify: true,
    charset: 'utf8',
    banner: { js: '/*! Charts: uPlot, (c) Leon Sorokin, MIT licence, https://github.com/leeoniya/uPlot */' },
    target: 'es2022',
    logLevel: 'warning',
  });
}
