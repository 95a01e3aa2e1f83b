/** Numbers of a run from response times, for thresholds to be held against. */
import type { RunStats } from '../../../../src/report/runView.ts';
import type { Added } from '../../../../src/report/thresholdWindows.ts';
import type { StatsRow } from '../../../../src/stats/report.ts';
import { histogramOf } from '../../../support/histogramOf.ts';
import { timedRow } from '../../../support/timedRow.ts';

export type Row = { readonly method?: string; readonly name: string; readonly timesMs?: readonly number[]; readonly failures?: number; readonly untimed?: number };

export function runStats(rows: readonly Row[]): RunStats {
  const timesOf = new Map(rows.map((row) => [statsRow(row), row.timesMs ?? []]));
  const list = [...timesOf.keys()];
  const total = statsRow({
    method: '',
    name: 'Aggregated',
    timesMs: [...timesOf.values()].flat(),
    failures: list.reduce((sum, { numFailures }) => sum + numFailures, 0),
    untimed: list.reduce((sum, { numNoneRequests }) => sum + numNoneRequests, 0),
  });
  timesOf.set(total, [...timesOf.values()].flat());
  return {
    rows: list,
    total,
    errors: [],
    exceptions: [],
    checks: [],
    metrics: [],
    percentileMs: (row, percent) => histogramOf(timesOf.get(row) ?? []).percentileMs(percent, row),
    histogramUs: (row) => histogramOf(timesOf.get(row) ?? []).countsUs(),
  };
}

function statsRow({ method = 'GET', name, timesMs = [], failures = 0, untimed = 0 }: Row): StatsRow {
  return timedRow(method, name, timesMs, { numRequests: timesMs.length + untimed, numNoneRequests: untimed, numFailures: failures });
}

/** No metric of the scenario's own, and no arrivals. */
export const nothingBeside: Pick<Added, 'metrics' | 'lateness'> = { metrics: { rows: [], histogram: () => histogramOf([]) }, lateness: null };
