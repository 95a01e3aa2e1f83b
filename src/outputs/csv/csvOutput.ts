/**
 * Locust's `--csv PREFIX`: `_stats.csv`, `_stats_history.csv`, `_failures.csv` and `_exceptions.csv`, and at the end of a run with checks or
 * metrics of the scenario's own `_metrics.csv`. On disk they are
 * as fresh as Locust's, which flushes every 5 s; a write that fails is tried again with the next one, and nothing is lost
 * if the disk has room in the end.
 */
import { stat } from 'node:fs/promises';
import type { RunMoment, RunResult, RunStats } from '../../report/runView.ts';
import { BoomerError } from '../../util/boomerError.ts';
import type { Output } from '../outputs.ts';
import { type GrowingFile, openGrowingFile, ReportFile } from '../reportFile.ts';
import { CsvHistory } from './csvHistory.ts';
import { csvText, exceptionRecords, exceptionsHead, failureRecords, failuresHead, historyHead, metricRecord, metricsHead, statsHead, statsRecord } from './csvTables.ts';

/** `--csv PREFIX` and `--csv-full-history`. */
export type CsvOptions = {
  /** Beginning of the four paths: `out/run` → `out/run_stats.csv`. */
  readonly prefix: string;
  /** A line for each row and second in the history, with percentiles of the last 10 s. */
  readonly fullHistory: boolean;
};

const flushEveryMs = 5_000;
/** Rows whose percentiles are taken at a stretch: some milliseconds. */
const rowsAtAStretch = 100;
const suffixes = ['_stats.csv', '_stats_history.csv', '_failures.csv', '_exceptions.csv'] as const;
const metricsSuffix = '_metrics.csv';

/** An output that writes the files; `openFile` is for tests. */
export function csvOutput({ prefix, fullHistory }: CsvOptions, openFile: (path: string) => Promise<GrowingFile> = openGrowingFile): Output {
  let writer: CsvWriter | null = null;
  const metricsFile = new ReportFile(prefix + metricsSuffix);
  let hasMetricsFile = false;
  return {
    onStart: async () => {
      await metricsFile.open();
      writer = await CsvWriter.open(prefix, fullHistory, openFile);
      // One of an earlier run would pass for this run's; as the other files, it has its head alone until there is more.
      hasMetricsFile = (await stat(metricsFile.path).catch(() => null))?.isFile() === true;
      if (hasMetricsFile) await metricsFile.write(csvText([metricsHead]));
    },
    onEvent: (moment) => writer?.add(moment),
    onStop: async (result) => {
      await writer?.end(result);
      const all = [...result.stats.checks, ...result.stats.metrics];
      if (all.length === 0) return;
      await metricsFile.write(csvText([metricsHead, ...all.map(metricRecord)]));
      hasMetricsFile = true;
    },
    files: () => [...suffixes, ...(hasMetricsFile ? [metricsSuffix] : [])].map((suffix) => prefix + suffix),
  };
}

type Files = { readonly stats: GrowingFile; readonly history: GrowingFile; readonly failures: GrowingFile; readonly exceptions: GrowingFile };

class CsvWriter {
  readonly #files: Files;
  readonly #history: CsvHistory;
  #lastFlushMs = Number.NEGATIVE_INFINITY;
  #flushing: Promise<void> = Promise.resolve();
  #isFlushing = false;
  #problem: Error | null = null;

  private constructor(files: Files, isFull: boolean) {
    this.#files = files;
    this.#history = new CsvHistory(files.history, isFull);
  }

  static async open(prefix: string, isFull: boolean, openFile: (path: string) => Promise<GrowingFile>): Promise<CsvWriter> {
    const opened = async (suffix: (typeof suffixes)[number], head: readonly string[]): Promise<GrowingFile> => {
      const file = await openFile(prefix + suffix);
      await file.append(csvText([head]));
      return file;
    };
    return new CsvWriter({
      stats: await opened('_stats.csv', statsHead),
      history: await opened('_stats_history.csv', historyHead),
      failures: await opened('_failures.csv', failuresHead),
      exceptions: await opened('_exceptions.csv', exceptionsHead),
    }, isFull);
  }

  /** Never waits for the disk, since each moment has a line; what went wrong since the last moment is thrown. */
  add({ elapsedMs, delta, atSec, userCount, stats }: RunMoment): void {
    this.#history.add(elapsedMs, delta, { atSec, userCount }, stats);
    if (!this.#isFlushing && elapsedMs - this.#lastFlushMs >= flushEveryMs) {
      this.#lastFlushMs = elapsedMs;
      this.#startFlush(stats);
    }
    const problem = this.#problem;
    this.#problem = null;
    if (problem !== null) throw problem;
  }

  async end({ start, endSec, history, stats }: RunResult): Promise<void> {
    await this.#flushing;
    this.#history.end(1000 * (endSec - start.startSec), { atSec: endSec, userCount: history.at(-1)?.userCount ?? 0 }, stats);
    try {
      await this.#flush(stats);
    } finally {
      await Promise.all(Object.values(this.#files).map((file) => file.close()));
    }
    if (this.#history.lostLines > 0) throw new BoomerError('unwritable', `the disk took nothing for so long that ${this.#history.lostLines} lines of the history are lost`);
  }

  #startFlush(stats: RunStats): void {
    this.#isFlushing = true;
    this.#flushing = this.#flush(stats)
      .catch((error: unknown) => (this.#problem = error as Error))
      .then(() => {
        this.#isFlushing = false;
      });
  }

  /** Writes all that can be written; rejects with the first error. */
  async #flush(stats: RunStats): Promise<void> {
    const failures = csvText([failuresHead, ...failureRecords(stats.errors)]);
    const exceptions = csvText([exceptionsHead, ...exceptionRecords(stats.exceptions)]);
    const written = await Promise.allSettled([
      statsText(stats).then((text) => this.#files.stats.rewrite(text)),
      this.#history.flush(),
      this.#files.failures.rewrite(failures),
      this.#files.exceptions.rewrite(exceptions),
    ]);
    for (const outcome of written) if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** The counts are of one moment, so that rows add up to the total; percentiles of many rows leave the run room to breathe. */
async function statsText({ rows, total, percentileMs }: RunStats): Promise<string> {
  const totalNow = { ...total };
  const pairs = [...rows.map((row) => ({ row, now: { ...row } })), { row: total, now: totalNow }];
  let text = csvText([statsHead]);
  for (let first = 0; first < pairs.length; first += rowsAtAStretch) {
    const stretch = pairs.slice(first, first + rowsAtAStretch);
    text += csvText(stretch.map(({ row, now }) => statsRecord(now, totalNow, (_now, percent) => percentileMs(row, percent))));
    if (pairs.length > rowsAtAStretch) await new Promise(setImmediate);
  }
  return text;
}
