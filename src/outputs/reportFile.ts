/** A file that is written once, when a run has ended: checked before the run, and whole or as it was after it. */
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { replaceFile } from '../util/writtenFiles.ts';
import { assertWritable, unwritable } from './filePaths.ts';

/** What is no file, and how it takes a text. */
type Taker = (text: string) => Promise<void>;

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
