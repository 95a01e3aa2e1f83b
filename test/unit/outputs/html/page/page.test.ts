import { curvePoints, histogramPoints, logTicks, ninesLabel, ninesTicks } from '../../../../../src/outputs/html/page/distribution.ts';
import { matchingRows, sortedRows } from '../../../../../src/outputs/html/page/table.ts';
import { failureColumns } from '../../../../../src/outputs/html/page/tables.ts';
import { formatMs, formatShort } from '../../../../../src/report/numberText.ts';
import type { TimesData } from '../../../../../src/outputs/html/reportData.ts';

const times = (parts: Partial<TimesData>): TimesData => ({ timed: 0, averageMs: null, minMs: null, maxMs: null, percentilesMs: [], curveMs: [], buckets: [], ...parts });

it('shows milliseconds with three significant digits', () => {
  expect([null, 0, 0.0123, 1.234, 12.34, 123.4, 28_142.2].map(formatMs)).toEqual(['–', '0.00', '0.012', '1.23', '12.3', '123', '28142']);
  expect([0, 0.5, 1500, 12_000, 2_500_000].map(formatShort)).toEqual(['0', '0.5', '1500', '12k', '2500k']);
});

it('finds rows that hold all words', () => {
  const rows = ['GET /cart', 'GET /orders', 'POST /cart'];
  expect(matchingRows(rows, ' cart  get', (row) => row)).toEqual(['GET /cart']);
  expect(matchingRows(rows, ' ', (row) => row)).toBe(rows);
});

it('sorts numbers and names both ways, rows without a value last', () => {
  const rows = [2, null, 10, 1];
  expect(sortedRows(rows, (row) => row, false)).toEqual([1, 2, 10, null]);
  expect(sortedRows(rows, (row) => row, true)).toEqual([10, 2, 1, null]);
  expect(sortedRows(['b', 'a', 'c'], (row) => row, true)).toEqual(['c', 'b', 'a']);
});

it('shows the first request of a failure whole, in a column of its own where there is one', () => {
  const failure = { method: 'GET', name: '/a', error: 'refused', occurrences: 1, firstSeenSec: 1, lastSeenSec: 2, sample: 'GET http://h/a\nrefused' };
  expect(failureColumns(true).at(-1)?.text(failure)).toBe('GET http://h/a\nrefused');
  expect(failureColumns(true).at(-1)?.text({ ...failure, sample: null })).toBe('');
  expect(failureColumns(false).map(({ title }) => title)).not.toContain('First such request');
});

it('lays histograms over the same buckets, with the empty ones between and around them', () => {
  const measured = times({ buckets: [[60, 5], [62, 1]] });
  const scheduled = times({ buckets: [[63, 6]] });
  expect(histogramPoints([measured, scheduled], 20)).toEqual({
    x: [59, 60, 61, 62, 63, 64].map((index) => index / 20 - 3),
    counts: [[0, 5, 0, 1, 0, 0], [0, 0, 0, 0, 6, 0]],
  });
  expect(histogramPoints([times({})], 20)).toEqual({ x: [], counts: [[]] });
});

it('ends a percentile curve at the slowest sample', () => {
  const { x, valuesMs } = curvePoints([times({ timed: 20, curveMs: [1, 2, 3, 4, 5] })], [50, 90, 95, 99, 100]);
  expect(valuesMs).toEqual([[1, 2, 3, 5]]); // 99 % of 20 samples is the last one already
  expect(x.map((nines) => Number(nines.toFixed(3)))).toEqual([0.301, 1, 1.301, 1.351]);
  expect(curvePoints([times({})], [50, 100])).toEqual({ x: [], valuesMs: [[]] });
});

it('labels nines and decades', () => {
  expect(ninesTicks(0, 4).map(ninesLabel)).toEqual(['0%', '50%', '90%', '99%', '99.9%', '99.99%']);
  expect(logTicks(-0.1, 1.1).map((log) => Number((10 ** log).toFixed(6)))).toEqual([1, 2, 5, 10]);
  expect(logTicks(-2, 2)).toEqual([-2, -1, 0, 1, 2]);
});
