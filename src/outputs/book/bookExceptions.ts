/** Errors that escaped tasks, grouped by their trace as Locust groups them (runners.py, `log_exception`). */
import type { ExceptionRow } from '../runView.ts';

type GrowingException = { -readonly [Field in keyof ExceptionRow]: ExceptionRow[Field] };

/** A message with an id in it makes each trace a new one: what comes after so many is counted together. */
export const mostExceptions = 500;

export class BookExceptions {
  readonly #byTrace = new Map<string, GrowingException>();
  readonly #all: GrowingException[] = [];

  add(message: string, trace: string, nowSec: number): void {
    const known = this.#byTrace.get(trace);
    if (known !== undefined) countAgain(known, nowSec);
    else if (this.#byTrace.size < mostExceptions) this.#open(message, trace, nowSec);
    else this.#countFolded(nowSec);
  }

  get all(): readonly ExceptionRow[] {
    return this.#all;
  }

  #open(message: string, trace: string, nowSec: number): void {
    const row = { message, trace, occurrences: 1, firstSeenSec: nowSec, lastSeenSec: nowSec };
    this.#byTrace.set(trace, row);
    this.#all.push(row);
  }

  #countFolded(nowSec: number): void {
    const folded = this.#all[mostExceptions];
    if (folded !== undefined) countAgain(folded, nowSec);
    else this.#all.push({ message: `further errors, beyond ${mostExceptions} different ones`, trace: '', occurrences: 1, firstSeenSec: nowSec, lastSeenSec: nowSec });
  }
}

function countAgain(row: GrowingException, nowSec: number): void {
  row.occurrences += 1;
  row.lastSeenSec = nowSec;
}
