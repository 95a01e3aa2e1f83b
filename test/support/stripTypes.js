/**
 * How jest reads TypeScript: esbuild takes the types away and keeps everything else, decorators lowered as `boomer-node`
 * itself compiles scenarios. Types are checked by `npm run typecheck`.
 *
 * A `NAME.tests.ts` becomes a `describe` of its own below its imports, named by its path: what its hooks do is for its tests
 * alone, whatever else runs in the same jest file.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { transformSync, version } from 'esbuild';

const self = readFileSync(new URL(import.meta.url));

export default {
  /** Changes with the source, its path (it stands in the source map), this file and esbuild: jest keeps results by it. */
  getCacheKey: (source, path) => createHash('sha256').update(self).update(version).update(path).update('\0').update(source).digest('hex'),

  process: (source, path) => {
    const { code, map } = transformSync(source, { loader: 'ts', format: 'esm', target: 'node20', sourcefile: path, sourcemap: 'external', sourcesContent: true });
    return { code: path.endsWith('.tests.ts') ? described(code, /test\/(?:unit\/)?(.*)\.tests\.ts$/u.exec(path)?.[1] ?? path) : code, map };
  },
};

/** Adds no line before the end, so that the source map stays right. */
function described(code, name) {
  const lastImport = [...code.matchAll(/^import (?:[^"'`;]+ from )?"[^"\n]+";$/gmu)].at(-1);
  const at = lastImport === undefined ? 0 : lastImport.index + lastImport[0].length;
  const end = code.lastIndexOf('\n//# sourceMappingURL=');
  return `${code.slice(0, at)} describe(${JSON.stringify(name)}, () => {${code.slice(at, end)}\n});${code.slice(end)}`;
}
