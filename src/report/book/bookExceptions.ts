/** Errors that escaped tasks, grouped by their trace as Locust groups them (runners.py, `log_exception`). */
import { foldedException, maxTraces } from '../../engine/shared/exceptionCounts.ts';
import type { ExceptionRow } from '../runView.ts';

type GrowingException = { -readonly [Field in keyof ExceptionRow]: ExceptionRow[Field] };

export class BookExceptions {
  readonly #byTrace = new Map<string, GrowingException>();
  readonly #all: GrowingException[] = [];

  /** `count` equal ones. A message with an id in it makes each trace a new one: what comes after so many is counted together. */
  add(message: string, trace: string, count: number, nowSec: number): void {
    const known = this.#byTrace.get(trace);
    if (known !== undefined) countAgain(known, count, nowSec);
    else if (this.#byTrace.size < maxTraces || trace === foldedException) this.#open(message, trace, count, nowSec);
    else this.add(foldedException, foldedException, count, nowSec);
  }

  get all(): readonly ExceptionRow[] {
    return this.#all;
  }

  #open(message: string, trace: string, count: number, nowSec: number): void {
    const row = { message, trace, occurrences: count, firstSeenSec: nowSec, lastSeenSec: nowSec };
    this.#byTrace.set(trace, row);
    this.#all.push(row);
  }
}

function countAgain(row: GrowingException, count: number, nowSec: number): void {
  row.occurrences += count;
  row.lastSeenSec = nowSec;
}
