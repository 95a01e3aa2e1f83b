/**
 * esbuild's process, which several may use at once and which ends when nobody does: builds under way end with it and are never answered, so whoever
 * ends it must know of all. The only owner of `esbuild`.
 */
import type * as Esbuild from 'esbuild';
import { createRequire } from 'node:module';

export type Compiler = Pick<typeof Esbuild, 'build' | 'formatMessages'> & {
  /** Once, when what was built and formatted is there. */
  readonly close: () => void;
};

let own: typeof Esbuild | null = null;
let users = 0;

/** The compiler, for one job; to be closed after it. */
export function openCompiler(): Compiler {
  const { build, formatMessages, stop } = (own ??= loadApart());
  users += 1;
  return {
    build,
    formatMessages,
    close() {
      users -= 1;
      if (users === 0) void stop();
    },
  };
}

/**
 * A copy apart from everybody else's: a program that calls `load()` may be built by a tool that has esbuild work for it (Vite does). Required, not
 * imported: of what it imports of CommonJS, Node reads all 90 KB twice, to find the names first.
 */
function loadApart(): typeof Esbuild {
  const require = createRequire(import.meta.url);
  const path = require.resolve('esbuild');
  const theirs = require.cache[path];
  Reflect.deleteProperty(require.cache, path);
  try {
    return require(path) as typeof Esbuild;
  } finally {
    if (theirs === undefined) Reflect.deleteProperty(require.cache, path);
    else require.cache[path] = theirs;
  }
}
