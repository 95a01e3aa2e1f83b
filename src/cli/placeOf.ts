/** Where in a team's own code an error came from. */
import { fileURLToPath } from 'node:url';

/** The first line of the trace that names a place outside this package and Node, with a line end before it; empty: none. */
export function placeOf({ stack }: { readonly stack?: string | undefined }): string {
  const place = stack?.split('\n').find((line) => /^\s+at .*:\d+:\d+\)?$/u.test(line) && !line.includes('node:') && !ownFolders.some((folder) => line.includes(folder)));
  return place === undefined ? '' : `\n${place}`;
}

/** Traces name our compiled files or, by their source maps, our sources. */
const ownFolders = ['../../dist/', '../../src/'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
