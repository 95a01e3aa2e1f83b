/** The rows of a run so far, and their total, as views that grow. */
import { PairMap } from '../../util/pairMap.ts';
import type { Report, StatsRow } from '../../stats/report.ts';
import { addRow, emptyRowSum, type RowSum } from '../../stats/rowSum.ts';
import { compareRows } from './rowOrder.ts';

/** A `StatsRow` that grows. */
type GrowingRow = RowSum & { startTimeSec: number };

export class BookRows {
  readonly #total: GrowingRow;
  readonly #byPair = new PairMap<GrowingRow>();
  #sorted: readonly GrowingRow[] | null = [];

  /** Counting begins at `startSec`. */
  constructor(startSec: number) {
    this.#total = emptyRow('', 'Aggregated', startSec);
  }

  /** Adds a report of a run that began at `startSec`. */
  add({ rows, total }: Report, startSec: number): void {
    addRow(this.#total, total);
    this.#total.startTimeSec = startSec;
    for (const row of rows) addRow(this.#ensure(row), row);
  }

  get total(): StatsRow {
    return this.#total;
  }

  /** By name, then type. The list is made anew when a row appears, never changed. */
  get sorted(): readonly StatsRow[] {
    return (this.#sorted ??= [...this.#byPair.values()].sort(compareRows));
  }

  #ensure({ method, name, startTimeSec }: StatsRow): GrowingRow {
    return this.#byPair.ensure(method, name, () => {
      this.#sorted = null;
      return emptyRow(method, name, startTimeSec);
    });
  }
}

function emptyRow(method: string, name: string, startTimeSec: number): GrowingRow {
  return { ...emptyRowSum(method, name), startTimeSec };
}
