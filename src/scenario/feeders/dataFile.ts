/**
 * The file behind a feeder. A relative path starts at the working directory, as in Locust; a URL made of
 * `import.meta.url` starts at the scenario's own file.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BoomerError } from '../../util/boomerError.ts';
import { printed } from '../../util/printed.ts';

export type DataFile = {
  /** As the scenario's author would say it: for names and messages. */
  readonly name: string;
  readonly path: string;
};

/** Throws a BoomerError unless `place` is a path or a `file:` URL; `caller` is for the message. */
export function dataFile(caller: string, place: unknown): DataFile {
  if (typeof place === 'string' && place !== '') return place.startsWith('file:') ? atUrl(caller, place) : { name: place, path: resolve(place) };
  if (place instanceof URL) return atUrl(caller, place.href);
  throw new BoomerError('bad-feed-file', `${caller}(file, …) expects a path like 'logins.csv' or new URL('logins.csv', import.meta.url), got ${printed(place)}`);
}

/** The whole file; throws a BoomerError that says where it was looked for. */
export function readDataFile(caller: string, { name, path }: DataFile): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? `does not exist: looked for ${path}. A relative path starts at the working directory; new URL('${name}', import.meta.url) starts at the scenario's file`
        : code === 'EISDIR'
          ? `is a folder (${path}): expected a file`
          : code === 'ERR_FS_FILE_TOO_LARGE'
            ? 'is larger than 2 GiB: split it'
            : `cannot be read (${path}): ${String(error)}`;
    throw new BoomerError('feed-file', `${caller}: ${name} ${reason}`, { cause: error });
  }
}

function atUrl(caller: string, href: string): DataFile {
  try {
    const path = fileURLToPath(href);
    const near = relative(process.cwd(), path);
    return { name: near.startsWith('..') ? path : near, path };
  } catch (error) {
    throw new BoomerError('bad-feed-file', `${caller}(file, …) reads files only: expected a path or a file: URL, got ${href}`, { cause: error });
  }
}
