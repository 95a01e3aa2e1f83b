/**
 * One line of JSON for each request that counts, appended to a file by all threads (`--request-log`).
 *
 * Lines gather in shared memory and leave as whole lines in one write; what a killed thread had not written, the main
 * thread writes (see engine/shared/lineBatch). A file that takes no more ends the log, not the run.
 */
import { openSync } from 'node:fs';
import type { User } from '../../../scenario/user.ts';
import { errorLine, reportedError } from '../../../util/errorText.ts';
import { LineBatch } from '../../shared/lineBatch.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';
import type { RequestLogSeed } from '../../shared/threadSeed.ts';
import type { SampleSink } from '../users/userSamples.ts';

const flushEveryMs = 200;
/** Of a name or an error text; longer ones are cut. */
const maxLetters = 8_000;

/** What a line needs beside the sample. */
export type RequestLogParts = {
  readonly seed: RequestLogSeed;
  readonly threadIndex: number;
  /** Name of a user's class, as reports have it. */
  readonly classOf: (user: User) => string;
  /** Unix milliseconds at which `performance.now()` is 0. */
  readonly wallOffsetMs: number;
  /** Called once; from then on lines are dropped. */
  readonly failed: (reason: string) => void;
};

export class RequestLog implements SampleSink {
  #counted: SampleSink;
  readonly #parts: RequestLogParts;
  readonly #batch: LineBatch;
  #file: number | null = null;
  #hasFailed = false;
  #timer: Timer | null = null;

  /** Requests go on to `counted`. */
  constructor(counted: SampleSink, parts: RequestLogParts) {
    this.#counted = counted;
    this.#parts = parts;
    this.#batch = new LineBatch(parts.seed.batch);
  }

  record(method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endMs: number, user: User | null): void {
    this.#counted.record(method, name, elapsedMs, bytes, error, endMs, user, null, null);
    if (this.#hasFailed) return;
    const line = this.#line(method, name, elapsedMs, bytes, error, endMs, user);
    if (!this.#batch.add(line)) {
      this.flush();
      this.#batch.add(line);
    }
    this.#timer ??= setTimer(() => this.flush(), flushEveryMs);
  }

  /** Requests go on to another recorder: a new run has begun. */
  countInto(counted: SampleSink): void {
    this.#counted = counted;
  }

  /** Appends what has gathered. */
  flush(): void {
    clearTimer(this.#timer);
    this.#timer = null;
    if (this.#batch.isEmpty || this.#hasFailed) return;
    try {
      this.#batch.appendTo((this.#file ??= openSync(this.#parts.seed.path, 'a')));
    } catch (error) {
      this.#hasFailed = true;
      this.#parts.failed(errorLine(error));
    }
  }

  #line(method: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endMs: number, user: User | null): string {
    const startSec = (this.#parts.wallOffsetMs + endMs - (numberOr(elapsedMs, null) ?? 0)) / 1000;
    const index = user === null ? null : user.environment.userIndex;
    const className = user === null ? null : this.#parts.classOf(user);
    return (
      `{"time":${startSec.toFixed(6)},"type":${quoted(method)},"name":${quoted(name)},"elapsed_ms":${numberOr(elapsedMs, null)},"bytes":${numberOr(bytes, 0)},` +
      `"error":${error === null || error === undefined ? null : quoted(reportedError(errorLine(error)))},"user":${index},"class":${JSON.stringify(className)},"thread":${this.#parts.threadIndex}}\n`
    );
  }
}

/** A scenario may hand over anything. */
function quoted(value: unknown): string {
  const text = errorLine(value);
  return JSON.stringify(text.length > maxLetters ? `${text.slice(0, maxLetters)}…` : text);
}

function numberOr<Else>(value: unknown, orElse: Else): number | Else {
  return typeof value === 'number' && Number.isFinite(value) ? value : orElse;
}
