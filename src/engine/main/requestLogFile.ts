/**
 * The main thread's end of the request log: makes the file, writes what threads that have ended left behind, and tells
 * once when the file takes no more (whichever thread found out).
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { BoomerError } from '../../util/boomerError.ts';
import { errorLine, hasCode } from '../../util/errorText.ts';
import { makeFolderOf } from '../../util/writtenFiles.ts';
import { LineBatch } from '../shared/lineBatch.ts';
import type { RequestLogSeed } from '../shared/threadSeed.ts';

export class RequestLogFile {
  readonly #path: string;
  readonly #tell: (text: string) => void;
  #hasFailed = false;

  /** Empties the file unless it `keeps` what it has; throws a BoomerError when it cannot be written. `tell` gets one sentence, once. */
  constructor(path: string, keeps: boolean, tell: (text: string) => void) {
    this.#path = path;
    this.#tell = tell;
    try {
      makeFolderOf(path);
      const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | (keeps ? 0 : constants.O_TRUNC) | (constants.O_NONBLOCK ?? 0), 0o666);
      // The reader of a named pipe would take a writer that leaves for the end: this one stays to the process' end.
      if (!fstatSync(file).isFIFO()) closeSync(file);
    } catch (cause) {
      const reason = hasCode(cause, 'ENXIO') ? `${path} is a pipe that nobody reads: start its reader first` : errorLine(cause);
      throw new BoomerError('unwritable', `the request log cannot be written: ${reason}`, { cause });
    }
  }

  /** For a new thread. */
  seed(): RequestLogSeed {
    return { path: this.#path, batch: LineBatch.memory() };
  }

  /** The thread of this seed has ended: what it had not written is written now. */
  rescue({ batch }: RequestLogSeed): void {
    const lines = new LineBatch(batch);
    if (lines.isEmpty || this.#hasFailed) return;
    try {
      const file = openSync(this.#path, 'a+');
      try {
        lines.rescueTo(file);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      this.failed(errorLine(error));
    }
  }

  /** A thread, or this one, could not write: the run goes on without a log. */
  failed(reason: string): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#tell(`the request log ${this.#path} ends here, the run goes on: ${reason}`);
  }
}
