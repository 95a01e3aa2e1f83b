/** A run's result as the content of our summary file; pure. */
import type { RunResult, RunStats } from '../../report/runView.ts';
import type { StatsRow } from '../../stats/report.ts';
import { PairMap } from '../../util/pairMap.ts';
import { averageMs, reportedPercents } from '../locust/locustFigures.ts';
import type { Output } from '../outputs.ts';
import { ReportFile } from '../reportFile.ts';
import { type FromSchedule, type PercentilesMs, type SummaryFile, summaryFormat, type SummaryRow, summaryVersion } from './summaryFile.ts';

/** The file's content for a run. */
export function summaryOf(result: RunResult): SummaryFile {
  const { start, countedFromSec, endSec, countedMs, ended, stats, fromSchedule, thresholds, trust, arrivals, verdict, exitCode, history } = result;
  const scheduled = new PairMap<StatsRow>();
  for (const row of fromSchedule?.rows ?? []) scheduled.set(row.method, row.name, row);
  const summaryRow = (row: StatsRow, ofSchedule: StatsRow | undefined): SummaryRow => ({
    ...figuresOf(row, stats, countedMs),
    fromSchedule: fromSchedule === null || ofSchedule === undefined ? null : scheduleOf(ofSchedule, fromSchedule),
  });
  return {
    format: summaryFormat,
    version: summaryVersion,
    meta: { ...start, countedFromSec, endSec, countedMs, ended },
    total: summaryRow(stats.total, fromSchedule?.total),
    rows: stats.rows.map((row) => summaryRow(row, scheduled.get(row.method, row.name))),
    errors: stats.errors,
    exceptions: stats.exceptions,
    thresholds,
    trust,
    arrivals,
    verdict,
    exitCode,
    history,
  };
}

function figuresOf(row: StatsRow, stats: RunStats, countedMs: number): Omit<SummaryRow, 'fromSchedule'> {
  return {
    method: row.method,
    name: row.name,
    numRequests: row.numRequests,
    numNoneRequests: row.numNoneRequests,
    numFailures: row.numFailures,
    requestsPerSec: (1000 * row.numRequests) / countedMs,
    failuresPerSec: (1000 * row.numFailures) / countedMs,
    averageMs: averageOf(row),
    minMs: row.minResponseTimeMs,
    maxMs: maxOf(row),
    percentilesMs: percentilesOf(row, stats),
    contentBytes: row.totalContentLength,
    histogramUs: stats.histogramUs(row),
    perSecond: [...row.requestsPerSec].sort(([one], [other]) => one - other).map(([sec, requests]) => [sec, requests, row.failuresPerSec.get(sec) ?? 0]),
  };
}

function scheduleOf(row: StatsRow, stats: RunStats): FromSchedule {
  return { averageMs: averageOf(row), maxMs: maxOf(row), percentilesMs: percentilesOf(row, stats) };
}

function averageOf(row: StatsRow): number | null {
  return isTimed(row) ? averageMs(row) : null;
}

function maxOf(row: StatsRow): number | null {
  return isTimed(row) ? row.maxResponseTimeMs : null;
}

function percentilesOf(row: StatsRow, { percentileMs }: RunStats): PercentilesMs {
  const pairs = reportedPercents.map((percent) => [String(percent), percentileMs(row, percent)] as const);
  return Object.fromEntries(pairs.filter((pair): pair is readonly [string, number] => pair[1] !== null));
}

function isTimed({ minResponseTimeMs }: StatsRow): boolean {
  return minResponseTimeMs !== null;
}

/* `--summary-export FILE`: our own file of the whole run, the one that `boomer-node compare` reads. */

/** An output that writes the summary to `path` when the run has ended: JSON on one line. */
export function summaryOutput(path: string): Output {
  const file = new ReportFile(path);
  return {
    onStart: () => file.open(),
    onStop: (result) => file.write(`${JSON.stringify(summaryOf(result))}\n`),
    files: () => [path],
  };
}
