/** Lines of `_stats_history.csv` on their way to the file: one for each second, or one for each row and second. */
import { RecentTimes } from '../../report/history.ts';
import type { RunStats } from '../../report/runView.ts';
import type { Report, StatsRow } from '../../stats/report.ts';
import { PairMap } from '../../util/pairMap.ts';
import type { GrowingFile } from '../reportFile.ts';
import { type CsvRecord, csvText, type HistoryMoment, historyRecord } from './csvTables.ts';

/** Rows whose lines are made at a stretch: some milliseconds. */
const rowsAtAStretch = 100;

/** What waits for a disk that takes nothing is bounded. */
const maxWaiting = 64 * 1024 * 1024;

export class CsvHistory {
  readonly #isFull: boolean;
  readonly #file: GrowingFile;
  readonly #ofRows = new PairMap<RecentTimes>();
  readonly #ofTotal = new RecentTimes();
  /** Lines being made, in the order of their moments. */
  #making: Promise<void> = Promise.resolve();
  #waiting = '';
  #requestsTold = -1;
  #lostLines = 0;

  /** `isFull`: a line for each row, and percentiles of the last 10 s. */
  constructor(file: GrowingFile, isFull: boolean) {
    this.#file = file;
    this.#isFull = isFull;
  }

  /** Adds the lines of a moment; `delta` is what was recorded since the one before. */
  add(elapsedMs: number, delta: Report, moment: Omit<HistoryMoment, 'total' | 'percentileMs'>, stats: RunStats): void {
    if (this.#isFull) {
      this.#ofTotal.add(elapsedMs, delta.total);
      for (const row of delta.rows) this.#recentOf(row).add(elapsedMs, row);
    }
    this.#tell(moment, stats, elapsedMs);
  }

  /** Adds the lines of the end, unless those of the last moment have told everything. */
  end(elapsedMs: number, moment: Omit<HistoryMoment, 'total' | 'percentileMs'>, stats: RunStats): void {
    if (this.#requestsTold === stats.total.numRequests) return;
    this.#tell(moment, stats, elapsedMs);
  }

  /** Writes what waits; after an error it still waits. */
  async flush(): Promise<void> {
    await this.#making;
    const text = this.#waiting;
    await this.#file.append(text);
    this.#waiting = this.#waiting.slice(text.length);
  }

  /** Lines that were given up because the disk took none for too long. */
  get lostLines(): number {
    return this.#lostLines;
  }

  /** The counts are of this moment; a thousand rows' percentiles leave the run room to breathe. */
  #tell(facts: Omit<HistoryMoment, 'total' | 'percentileMs'>, { rows, total, percentileMs }: RunStats, elapsedMs: number): void {
    this.#requestsTold = total.numRequests;
    const totalNow = { ...total };
    const pairs = [...(this.#isFull ? rows : []).map((row) => ({ row, now: { ...row } })), { row: total, now: totalNow }];
    const lineOf = ({ row, now }: (typeof pairs)[number]): CsvRecord => {
      const moment: HistoryMoment = { ...facts, total: totalNow, percentileMs: (_now, percent) => percentileMs(row, percent) };
      if (!this.#isFull) return historyRecord(now, moment, (percent) => percentileMs(row, percent));
      const recent = (row === total ? this.#ofTotal : this.#recentOf(row)).view(elapsedMs);
      return historyRecord(now, moment, (percent) => recent.percentileMs(percent / 100));
    };
    if (pairs.length <= rowsAtAStretch) this.#addLines(pairs.map(lineOf));
    else this.#making = this.#making.then(() => this.#addStretches(pairs, lineOf));
  }

  async #addStretches<Pair>(pairs: readonly Pair[], lineOf: (pair: Pair) => CsvRecord): Promise<void> {
    for (let first = 0; first < pairs.length; first += rowsAtAStretch) {
      this.#addLines(pairs.slice(first, first + rowsAtAStretch).map(lineOf));
      await new Promise(setImmediate);
    }
  }

  #addLines(records: readonly CsvRecord[]): void {
    if (this.#waiting.length > maxWaiting) this.#lostLines += records.length;
    else this.#waiting += csvText(records);
  }

  #recentOf({ method, name }: StatsRow): RecentTimes {
    return this.#ofRows.ensure(method, name, () => new RecentTimes());
  }
}
