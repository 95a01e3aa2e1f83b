/** Where things are, seen from the compiled benchmark in `bench/dist`. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository: string = fileURLToPath(new URL('../../', import.meta.url));

/** The command of a file of `bench/programs`, named without its ending. */
export function ownProgram(name: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, join(repository, 'bench', 'dist', 'programs', `${name}.js`), ...args];
}
