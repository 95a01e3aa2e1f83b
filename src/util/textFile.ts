/** Text files, whatever editor wrote them. */
import { lstatSync, readFileSync } from 'node:fs';
import { BoomerError } from './boomerError.ts';
import { errorLine, hasCode } from './errorText.ts';

/**
 * Bytes as text: UTF-8, or UTF-16 where a byte order mark says so (as PowerShell's `>` writes it); the mark is no part of the text. Null: the
 * bytes are neither.
 */
export function decodedText(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The text of a file, null when there is none. Throws a BoomerError (`unreadable`) for a file that is there and cannot be read, and
 * (`hidden`) where not even that can be found out.
 */
export function readText(path: string): string | null {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    if (hasCode(cause, 'ENOENT') || hasCode(cause, 'ENOTDIR')) return null;
    if (!isThere(path)) throw new BoomerError('hidden', `nobody can tell whether there is a file ${path}: ${errorLine(cause)}`, { cause });
    throw new BoomerError('unreadable', `${path} cannot be read: ${hasCode(cause, 'EISDIR') ? 'it is a folder, expected a file' : errorLine(cause)}`, { cause });
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
