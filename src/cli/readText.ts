/** Text files that the command line is told by: configuration, variables, attributes of user classes, runs to compare. */
import { lstatSync, readFileSync } from 'node:fs';
import { BoomerError } from '../util/boomerError.ts';
import { decodedText } from '../util/decodedText.ts';
import { errorLine } from '../util/errorText.ts';

/**
 * The text of a file, null when there is none. Throws a BoomerError (`unreadable`) for a file that is there and cannot be read, and
 * (`hidden`) where not even that can be found out.
 */
export function readText(path: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (!isThere(path)) throw new BoomerError('hidden', `nobody can tell whether there is a file ${path}: ${errorLine(cause)}`, { cause });
    throw new BoomerError('unreadable', `${path} cannot be read: ${code === 'EISDIR' ? 'it is a folder, expected a file' : errorLine(cause)}`, { cause });
  }
  const text = decodedText(bytes);
  if (text === null) throw new BoomerError('unreadable', `${path} cannot be read: expected text in UTF-8, or in UTF-16 with a byte order mark`);
  return text;
}

function isThere(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
