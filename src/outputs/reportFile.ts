/** Files that a run leaves behind: most are written once, when it has ended; those of `--csv` while it goes on. */
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { Socket } from 'node:net';
import { types } from 'node:util';
import type { RunStart } from '../report/runView.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine, hasCode } from '../util/errorText.ts';
import { makeFolderOf, replaceFile } from '../util/writtenFiles.ts';

/** What is no file, and how it takes a text. */
type Taker = (text: string) => Promise<void>;

/** A file that is written once: checked before the run, and whole or as it was after it. */
export class ReportFile {
  readonly path: string;
  #taker: Taker | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Rejects with a BoomerError that names the path and the reason. */
  async open(): Promise<void> {
    const found = await stat(this.path).catch(() => null);
    try {
      this.#taker = found === null ? null : takerOf(found, this.path);
    } catch (error) {
      throw unwritable(this.path, error);
    }
    if (this.#taker === null) await assertWritable(this.path);
  }

  /** Rejects with a BoomerError that names the path and the reason. */
  async write(text: string): Promise<void> {
    try {
      await (this.#taker === null ? replaceFile(this.path, text) : this.#taker(text));
    } catch (error) {
      throw unwritable(this.path, error);
    }
  }
}

/** Null: of a file, or of a device, to which `replaceFile` adds. */
function takerOf(found: Stats, path: string): Taker | null {
  const own = [process.stdout, process.stderr].find(({ fd }) => isSame(found, fd));
  // `--html /dev/stdout`: through what writes there anyway, after what it has written. Of a socket there is no other way.
  if (own !== undefined) return (text) => writeTo(own, text);
  if (isSame(found, 1)) throw new Error('stdout is for --json alone');
  if (!found.isFIFO()) return null;
  // It stays open from the first check on: the reader of a pipe takes a writer that leaves for the end.
  const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  return (text) => writeToPipe(fd, text);
}

function isSame({ dev, ino }: Stats, fd: number): boolean {
  try {
    const own = fstatSync(fd);
    return own.dev === dev && own.ino === ino;
  } catch {
    // It is closed.
    return false;
  }
}

const pieceBytes = 32_768;

/** One piece after the other: of what waits for a reader, all but the newest may be left out. */
async function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    await new Promise<void>((resolve, reject) => {
      stream.write(bytes.subarray(from, from + pieceBytes), (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
  }
}

/** Waits for the reader without a thread of Node's, which nobody could get back. */
async function writeToPipe(fd: number, text: string): Promise<void> {
  let socket: Socket;
  try {
    socket = new Socket({ fd, readable: false, writable: true });
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  // Who waits for the output has patience of its own; the process does not stay for this.
  socket.unref();
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', () => resolve());
    socket.end(text);
  });
}

/* Paths of the files that a run leaves behind: what they are called, and whether they can be written at all. */

/**
 * Fills in `{u}` (users), `{r}` (spawn rate, a second) and `{t}` (run time in seconds), each wherever it occurs; what
 * the run has no number for stays as it is (Locust html.py, `process_html_filename`).
 */
export function filledPath(path: string, { users, spawnPerSec, runTimeMs }: Pick<RunStart, 'users' | 'spawnPerSec' | 'runTimeMs'>): string {
  const named = users === null ? path : path.replaceAll('{u}', String(users));
  // With stages there is no rate.
  const rated = spawnPerSec > 0 ? named.replaceAll('{r}', String(spawnPerSec)) : named;
  return runTimeMs === null ? rated : rated.replaceAll('{t}', String(runTimeMs / 1000));
}

/** For `open`: a named pipe that nobody reads is an error, not a wait without end. Windows knows no such flag. */
export const withoutWaiting: number = constants.O_NONBLOCK ?? 0;

/**
 * Makes sure that a file can be written, and makes its folder as Locust does; an older file keeps its content. Throws a
 * BoomerError that names the path and the reason.
 */
export async function assertWritable(path: string): Promise<void> {
  try {
    makeFolderOf(path);
    const isNew = await created(path);
    // Permissions do not tell of read-only disks and of folders of that name: opening does.
    await (await open(path, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | withoutWaiting)).close();
    if (isNew) await unlink(path);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** `cannot write out/report.html: ENOSPC: no space left on device` */
export function unwritable(path: string, cause: unknown): BoomerError {
  if (hasCode(cause, 'ENXIO')) return new BoomerError('unwritable', `cannot write ${path}: it is a pipe that nobody reads: start its reader first`, { cause });
  // Node ends its texts with the call and the path, which are said already.
  const reason = types.isNativeError(cause) ? cause.message.replace(/, [a-z]+(?: '.*)?$/su, '') : errorLine(cause);
  return new BoomerError('unwritable', `cannot write ${path}: ${reason}`, { cause });
}

/** Creates the file; false when it was there before. */
async function created(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** An open file whose content is text: written anew, or longer and longer. */
export type GrowingFile = {
  /** Replaces the file, or leaves what was there; nothing can be added then. May be tried again after an error. */
  readonly rewrite: (text: string) => Promise<void>;
  /** Adds to the end. After an error nothing counts as added: give the same text again. */
  readonly append: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Opens the file empty, and makes its folder; rejects with a BoomerError that names the path. */
export async function openGrowingFile(path: string): Promise<GrowingFile> {
  const named = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw unwritable(path, error);
    }
  };
  const handle = await named(opened(path));
  let length = 0;
  return {
    rewrite: (text) => named(replaceFile(path, text)),
    append: async (text) => {
      const bytes = Buffer.from(text);
      await named(writeAt(handle, bytes, length).catch(async (error: unknown) => {
        // No half line stays; where even that fails, the next try writes over it.
        await handle.truncate(length).catch(() => undefined);
        throw error;
      }));
      length += bytes.length;
    },
    close: () => named(handle.close()),
  };
}

async function opened(path: string): Promise<FileHandle> {
  makeFolderOf(path);
  return await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | withoutWaiting);
}

/** A full disk may take a part; the next try begins at the same place. */
async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
