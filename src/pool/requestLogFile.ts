/**
 * The main thread's end of the request log: makes the file, writes what threads that have ended left behind, and tells
 * once when the file takes no more (whichever thread found out).
 */
import { closeSync, openSync } from 'node:fs';
import type { RequestLogSeed } from '../thread/threadSeed.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import { LineBatch } from '../util/lineBatch.ts';

export class RequestLogFile {
  readonly #path: string;
  readonly #tell: (text: string) => void;
  #hasFailed = false;

  /** Empties the file; throws a BoomerError when it cannot be written. `tell` gets one sentence, once. */
  constructor(path: string, tell: (text: string) => void) {
    this.#path = path;
    this.#tell = tell;
    try {
      closeSync(openSync(path, 'w'));
    } catch (cause) {
      throw new BoomerError('unwritable', `the request log cannot be written: ${errorLine(cause)}`, { cause });
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
