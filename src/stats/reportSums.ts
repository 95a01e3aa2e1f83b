/** What was recorded since the last report, over all threads. */
import { PairMap } from '../util/pairMap.ts';
import type { LedgerDelta } from './ledgerReader.ts';
import type { ErrorRow, Report } from './report.ts';
import { addRow, emptyRowSum, toStatsRow } from './rowSum.ts';
import type { RowSum } from './rowSum.ts';

export class ReportSums {
  readonly #rows = new PairMap<RowSum>();
  readonly #errors = new PairMap<Map<string, ErrorRow>>();

  /** Adds what one thread recorded; takes the rows over, to grow them. */
  add(delta: LedgerDelta): void {
    for (const row of delta.rows) {
      const known = this.#rows.get(row.method, row.name);
      if (known === undefined) this.#rows.set(row.method, row.name, row);
      else addRow(known, row);
    }
    for (const error of delta.errors) {
      const ofRow = this.#errors.ensure(error.method, error.name, () => new Map<string, ErrorRow>());
      ofRow.set(error.error, mergedError(ofRow.get(error.error), error));
    }
  }

  /** The report of all that was added; rows in the order in which they first appeared. */
  toReport(startTimeSec: number): Report {
    const sums = [...this.#rows.values()];
    const total = emptyRowSum('', 'Aggregated');
    for (const sum of sums) addRow(total, sum);
    return {
      rows: sums.map((sum) => toStatsRow(sum, startTimeSec)),
      total: toStatsRow(total, startTimeSec),
      errors: [...this.#errors.values()].flatMap((ofRow) => [...ofRow.values()]),
    };
  }
}

function mergedError(known: ErrorRow | undefined, error: ErrorRow): ErrorRow {
  if (known === undefined) return error;
  return {
    ...error,
    occurrences: known.occurrences + error.occurrences,
    firstSeenSec: Math.min(known.firstSeenSec, error.firstSeenSec),
    lastSeenSec: Math.max(known.lastSeenSec, error.lastSeenSec),
  };
}
