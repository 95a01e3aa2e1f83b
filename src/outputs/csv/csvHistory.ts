/** Lines of `_stats_history.csv` on their way to the file: one for each second, or one for each row and second. */
import { PairMap } from '../../stats/pairMap.ts';
import type { Report, StatsRow } from '../../stats/report.ts';
import { RecentTimes } from '../book/recentTimes.ts';
import type { RunStats } from '../runView.ts';
import type { CsvFile } from './csvFile.ts';
import { historyRecord, type HistoryMoment } from './csvTables.ts';
import { csvText } from './csvText.ts';

/** What waits for a disk that takes nothing is bounded. */
const mostWaiting = 64 * 1024 * 1024;

export class CsvHistory {
  readonly #isFull: boolean;
  readonly #file: CsvFile;
  readonly #ofRows = new PairMap<RecentTimes>();
  readonly #ofTotal = new RecentTimes();
  #waiting = '';
  #requestsTold = -1;
  #lostLines = 0;

  /** `isFull`: a line for each row, and percentiles of the last 10 s. */
  constructor(file: CsvFile, isFull: boolean) {
    this.#file = file;
    this.#isFull = isFull;
  }

  /** Adds the lines of a moment; `delta` is what was recorded since the one before. */
  add(elapsedMs: number, delta: Report, moment: Omit<HistoryMoment, 'total' | 'percentileMs'>, stats: RunStats): void {
    if (this.#isFull) {
      this.#ofTotal.add(elapsedMs, delta.total);
      for (const row of delta.rows) this.#recentOf(row).add(elapsedMs, row);
    }
    this.#write({ ...moment, total: stats.total, percentileMs: stats.percentileMs }, stats, elapsedMs);
  }

  /** Adds the lines of the end, unless those of the last moment have told everything. */
  end(elapsedMs: number, moment: Omit<HistoryMoment, 'total' | 'percentileMs'>, stats: RunStats): void {
    if (this.#requestsTold === stats.total.numRequests) return;
    this.#write({ ...moment, total: stats.total, percentileMs: stats.percentileMs }, stats, elapsedMs);
  }

  /** Writes what waits; after an error it still waits. */
  async flush(): Promise<void> {
    const text = this.#waiting;
    await this.#file.append(text);
    this.#waiting = this.#waiting.slice(text.length);
  }

  /** Lines that were given up because the disk took none for too long. */
  get lostLines(): number {
    return this.#lostLines;
  }

  #write(moment: HistoryMoment, { rows, total, percentileMs }: RunStats, elapsedMs: number): void {
    this.#requestsTold = total.numRequests;
    const shown = this.#isFull ? [...rows, total] : [total];
    const records = shown.map((row) => {
      if (!this.#isFull) return historyRecord(row, moment, (percent) => percentileMs(row, percent));
      const recent = (row === total ? this.#ofTotal : this.#recentOf(row)).view(elapsedMs);
      return historyRecord(row, moment, (percent) => recent.percentileMs(percent / 100));
    });
    if (this.#waiting.length > mostWaiting) this.#lostLines += records.length;
    else this.#waiting += csvText(records);
  }

  #recentOf({ method, name }: StatsRow): RecentTimes {
    return this.#ofRows.ensure(method, name, () => new RecentTimes());
  }
}
