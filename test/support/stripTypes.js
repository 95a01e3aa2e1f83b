/**
 * How jest reads TypeScript: esbuild takes the types away and keeps everything else, decorators lowered as `boomer-node`
 * itself compiles scenarios. Types are checked by `npm run typecheck`.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync, version } from 'esbuild';

const self = readFileSync(new URL(import.meta.url));

export default {
  /** Changes with the source, its path (it stands in the source map), this file and esbuild: jest keeps results by it. */
  getCacheKey: (source, path) => createHash('sha256').update(self).update(version).update(path).update('\0').update(source).digest('hex'),

  process: (source, path) => {
    const { code, map } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20', sourcefile: path, sourcemap: 'both', sourcesContent: true });
    return { code, map };
  },
};
