/**
 * Files and folders that a scenario names beside itself (`new URL('../cli/users.csv', import.meta.url)`), as they go along to workers that have
 * no copy of it.
 */
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isShippableName } from '../cluster/shippedScenario.ts';
import { BoomerError } from '../util/boomerError.ts';

const named = /new\s+URL\(\s*(['"`])(\.{1,2}\/[^'"`$]+)\1\s*,\s*import\.meta\.url\s*\)/gu;
/** A folder with more files holds something else than data for a test. */
const maxFolderFiles = 2_000;

/** What one scenario's modules name. */
export class NamedFiles {
  /** By the names under which they go along. */
  readonly assets: Map<string, Uint8Array> = new Map();
  /** Sentences about what does not go along. */
  readonly notes: Set<string> = new Set();

  /** The source of the module at `path`, with new names for what it names; null: it names nothing. */
  async takeFrom(path: string, source: string): Promise<string | null> {
    let contents = source;
    for (const [whole, , name = ''] of source.matchAll(named)) {
      const asset = await this.#asset(path, name);
      if (asset !== null) contents = contents.replace(whole, () => `new URL('./${asset}', import.meta.url)`);
    }
    return contents === source ? null : contents;
  }

  /** Null: it stays behind, and a note says why. */
  async #asset(module: string, name: string): Promise<string | null> {
    const path = resolve(dirname(module), name);
    const where = `${relative(process.cwd(), module)} names ${name} by new URL(…, import.meta.url)`;
    const found = await stat(path).catch(() => null);
    if (found === null) {
      this.notes.add(`${where}, and there is no such file: none goes along, and code that reads it fails on a worker that was started with -f -`);
      return null;
    }
    if (!found.isDirectory()) return this.#add(name, [['', await readFile(path)]]);
    if (module.startsWith(path + sep)) {
      this.notes.add(`${where}, a folder that the code itself stands in: it does not go along. Name the files or the folders in it that a worker needs`);
      return null;
    }
    const files = await this.#filesIn(path, where);
    return `${this.#add(name, files)}${name.endsWith('/') ? '/' : ''}`;
  }

  /** Of a folder, links to files included, in order. */
  async #filesIn(folder: string, where: string): Promise<readonly (readonly [string, Uint8Array])[]> {
    const entries = await entriesBelow(folder);
    if (entries.length > maxFolderFiles) {
      throw new BoomerError('scenario-too-large', `${where}, a folder with ${entries.length} files, and at most ${maxFolderFiles} go along: name the files or the folders in it that a worker needs`);
    }
    if (entries.length === 0) this.notes.add(`${where}, a folder without a file: none goes along, and code that reads it fails on a worker that was started with -f -`);
    const files: (readonly [string, Uint8Array])[] = [];
    for (const { name, parentPath } of entries) {
      const path = join(parentPath, name);
      const inside = relative(folder, path).split(sep).join('/');
      const bytes = isShippableName(inside) ? await readFile(path).catch(() => null) : null;
      if (bytes === null) this.notes.add(`${where}, and ${inside} in it does not go along: ${isShippableName(inside) ? 'it is no file that can be read' : 'not every system has such names'}`);
      else files.push([inside, bytes]);
    }
    return files.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** The same content has the same name, on whatever machine. `files`: by their names in the folder; one without a name is the asset itself. */
  #add(name: string, files: readonly (readonly [string, Uint8Array])[]): string {
    const hash = createHash('sha256');
    for (const [inside, bytes] of files) hash.update(inside === '' ? '' : `${inside}\0${bytes.length}\0`).update(bytes);
    const asset = `assets/${hash.digest('hex').slice(0, 12)}-${basename(name).replace(/[^\w.-]/gu, '_')}`;
    for (const [inside, bytes] of files) this.assets.set(inside === '' ? asset : `${asset}/${inside}`, bytes);
    return asset;
  }
}

/** All but folders, however deep. Links to folders are among them, and not followed: Node 26's own `recursive` goes round in a link to where it stands. */
async function entriesBelow(folder: string): Promise<readonly Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(entries.map(async (entry) => (entry.isDirectory() ? await entriesBelow(join(folder, entry.name)) : [entry])));
  return below.flat();
}
