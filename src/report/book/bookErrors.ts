/** Distinct failures of a run so far, in the order in which they were first seen, as a view that grows. */
import { PairMap } from '../../util/pairMap.ts';
import type { ErrorRow } from '../../stats/report.ts';

type GrowingError = { -readonly [Field in keyof ErrorRow]: ErrorRow[Field] };

export class BookErrors {
  readonly #byRow = new PairMap<Map<string, GrowingError>>();
  readonly #all: GrowingError[] = [];

  add(errors: readonly ErrorRow[]): void {
    for (const error of errors) {
      const ofRow = this.#byRow.ensure(error.method, error.name, () => new Map<string, GrowingError>());
      const known = ofRow.get(error.error);
      if (known === undefined) {
        const added = { ...error };
        ofRow.set(error.error, added);
        this.#all.push(added);
      } else {
        known.occurrences += error.occurrences;
        known.firstSeenSec = Math.min(known.firstSeenSec, error.firstSeenSec);
        known.lastSeenSec = Math.max(known.lastSeenSec, error.lastSeenSec);
      }
    }
  }

  get all(): readonly ErrorRow[] {
    return this.#all;
  }
}
