/**
 * Compiles the benchmark into `bench/dist` and runs it. `npm run bench` builds the project first; this file alone
 * measures what is in `dist`.
 */
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const folder = fileURLToPath(new URL('.', import.meta.url));
const programs = readdirSync(`${folder}programs`).map((file) => `${folder}programs/${file}`);

rmSync(`${folder}dist`, { recursive: true, force: true });
await build({
  entryPoints: [`${folder}main.ts`, ...programs],
  outbase: folder,
  outdir: `${folder}dist`,
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node20',
});
await import('./dist/main.js');
