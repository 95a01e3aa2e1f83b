/** Numbers of a run from response times, for thresholds to be held against. */
import type { RunStats } from '../../../src/outputs/runView.ts';
import { hdrIndexOf } from '../../../src/stats/hdrIndex.ts';
import { ResponseTimeHistogram } from '../../../src/stats/hdr.ts';
import type { StatsRow } from '../../../src/stats/report.ts';
import { timedRow } from '../../support/timedRow.ts';

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
    percentileMs: (row, percent) => {
      const histogram = new ResponseTimeHistogram();
      for (const ms of timesOf.get(row) ?? []) histogram.add(hdrIndexOf(ms), 1);
      return histogram.percentileMs(percent);
    },
    histogramUs: (row) => [...countsUs(timesOf.get(row) ?? [])].sort(([a], [b]) => a - b),
  };
}

function countsUs(timesMs: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const ms of timesMs) {
    const us = Math.round(1000 * ms);
    const widthUs = us < 2048 ? 1 : 2 ** (Math.floor(Math.log2(us)) - 10);
    const lowestUs = us - (us % widthUs);
    counts.set(lowestUs, (counts.get(lowestUs) ?? 0) + 1);
  }
  return counts;
}

function statsRow({ method = 'GET', name, timesMs = [], failures = 0, untimed = 0 }: Row): StatsRow {
  return timedRow(method, name, timesMs, { numRequests: timesMs.length + untimed, numNoneRequests: untimed, numFailures: failures });
}
