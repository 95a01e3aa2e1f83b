/** Compiles the harness and starts it; see main.ts. */
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

// Two folders deep as its source is, since it finds the project by its own place.
const outfile = fileURLToPath(new URL('../../dist/chaos/main.mjs', import.meta.url));
await build({ entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))], outfile, bundle: true, platform: 'node', format: 'esm', packages: 'external', sourcemap: true, logLevel: 'error' });
await import(outfile);
