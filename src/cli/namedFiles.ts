/** Files that the command line names: those that make up the scenario, and texts (configuration, variables, attributes of user classes, runs to compare). */
import { lstatSync, readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { BoomerError } from '../util/boomerError.ts';
import { decodedText } from '../util/decodedText.ts';
import { errorLine } from '../util/errorText.ts';
import { hasCode } from '../util/writtenFiles.ts';

const scenarioExtensions = ['.ts', '.mts', '.js', '.mjs', '.cts', '.cjs'];

/**
 * Absolute paths of the scenario's files. A name may be a file, a folder (all scenario files in it whose names do not
 * begin with `_` or `.`, as Locust does) or a comma-separated list. Throws a BoomerError that names what is missing.
 */
export async function scenarioFiles(names: readonly string[], cwd: string): Promise<readonly string[]> {
  const wanted = names.flatMap((name) => name.split(',')).map((name) => name.trim()).filter((name) => name !== '');
  if (wanted.length === 0) {
    throw new BoomerError('no-scenario', 'no scenario given: expected a file, e.g. boomer-node run scenario.ts --host http://localhost:8080, or boomer-node worker scenario.ts --master-host 127.0.0.1');
  }
  const files: string[] = [];
  for (const name of wanted) files.push(...(await filesOf(name, resolve(cwd, name))));
  return [...new Set(files)];
}

async function filesOf(name: string, path: string): Promise<readonly string[]> {
  if (name === '-') throw new BoomerError('scenario-from-master', '-f - (the scenario that the master ships) is Python: name a TypeScript or JavaScript file');
  const found = await stat(path).catch(() => null);
  if (found === null) throw new BoomerError('scenario-missing', `scenario file ${name} does not exist: looked for ${path}`);
  if (found.isDirectory()) return filesInFolder(name, path);
  if (!scenarioExtensions.includes(extname(path))) {
    throw new BoomerError('scenario-kind', `scenario file ${name} is not TypeScript or JavaScript: expected one of ${scenarioExtensions.join(' ')}`);
  }
  return [path];
}

async function filesInFolder(name: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && !/^[_.]/u.test(entry.name) && !entry.name.includes('.d.') && scenarioExtensions.includes(extname(entry.name)))
    .map((entry) => join(path, entry.name))
    .sort();
  if (files.length === 0) throw new BoomerError('scenario-missing', `folder ${name} holds no scenario file (${scenarioExtensions.join(' ')})`);
  return files;
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
