/** Loads a module into the main thread as a scenario is loaded into a load thread: compiled when it is TypeScript. */
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BoomerError } from '../util/boomerError.ts';
import { bundleScenario } from './bundle.ts';

/**
 * What `file` (an absolute path) exports; rejects with a BoomerError when it does not compile, or throws while it is
 * loaded.
 */
export async function importCompiled(file: string): Promise<Readonly<Record<string, unknown>>> {
  const name = relative(process.cwd(), file);
  const { urls, removeNow } = await bundleScenario([file], name);
  // What it imports later is still there then.
  process.once('exit', removeNow);
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
