/** What a file says of a run. */
import { Quantiles } from '../../../src/compare/chance.ts';
import { comparedFile } from '../../../src/compare/comparedFile.ts';
import { compareRuns } from '../../../src/compare/compareRuns.ts';
import type { ComparedRun } from '../../../src/compare/comparison.ts';
import { summaryFormat } from '../../../src/outputs/summary.ts';
import { histogramCodec, type HistogramCodec } from '../../../src/stats/histogram.ts';

let codec: HistogramCodec;
beforeAll(async () => {
  codec = await histogramCodec();
});
const read = (json: unknown): ComparedRun => comparedFile(JSON.stringify(json), 'run.json', codec);

const startSec = 1_700_000_000;

function locustRun(responseTimes: Readonly<Record<number, number>>): ComparedRun {
  const requests = Object.values(responseTimes).reduce((sum, count) => sum + count, 0);
  return read([{ name: '/', method: 'GET', start_time: startSec, last_request_timestamp: startSec + 20, num_requests: requests, num_failures: 0, response_times: responseTimes, num_reqs_per_sec: {}, num_fail_per_sec: {} }]);
}

describe('a file of Locust\'s', () => {
  it.each([
    [7, 6.5, 7.5], [99, 98.5, 99.5], [100, 99.5, 105], [110, 105, 115], [1_000, 995, 1_050], [1_100, 1_050, 1_150],
    [9_900, 9_850, 9_950], [10_000, 9_950, 10_500], [11_000, 10_500, 11_500], [100_000, 99_500, 100_500], [120_000, 119_500, 120_500], [1_000_000, 999_500, 1_000_500],
  ])('%d ms stand for what Locust rounds to them', (ms, lowMs, highMs) => {
    expect(locustRun({ [ms]: 1 }).rows[0]?.slots).toEqual([{ lowMs, highMs, count: 1 }]);
  });

  it('of the slowest requests has percentiles where they were', () => {
    const medians = [{ 120_000: 499, 121_000: 501 }, { 120_000: 501, 121_000: 499 }].map((times) => new Quantiles(locustRun(times).total.slots).atMs(0.5));
    expect(medians.map((ms) => Math.round(ms / 10))).toEqual([12_050, 12_050]);
  });
});

/** Of `seconds`, with 100 requests a second in them; looks come 10 ms late each. */
function summary(seconds: number, { lookSec = 1.01 } = {}): ComparedRun {
  const row = (method: string, name: string): unknown => ({
    method, name, numRequests: 100 * seconds, numFailures: 0, histogramUs: [[100_000, 100 * seconds]],
    perSecond: Array.from({ length: seconds }, (_, second) => [startSec + second, 100, 0]),
  });
  const looks = Array.from({ length: Math.floor(seconds / lookSec) }, (_, look) => (look + 1) * lookSec);
  return read({
    format: summaryFormat, version: 1, meta: { countedFromSec: startSec, countedMs: 1_000 * seconds },
    total: row('', 'Aggregated'), rows: [row('GET', '/'), { method: 'GET', name: '/never', numRequests: 0, numFailures: 0, histogramUs: [], perSecond: [] }],
    history: [...looks, seconds + 0.01].map((sec) => ({ atSec: startSec + sec, averageMs: sec })),
  });
}

it('a summary of 50 s has five stretches of 10 s, however late its looks were', () => {
  expect(summary(50).windowMeansMs.map(Math.round)).toEqual([10, 20, 30, 40, 50]);
  expect(summary(49).windowMeansMs).toHaveLength(4);
});

it.each([[2, 10], [8, 16], [16, 16], [32, 32]])('points of a long run that are %d s apart make stretches of %d s, none of which holds a request of another', (lookSec, apartSec) => {
  const means = summary(640, { lookSec }).windowMeansMs;
  expect(means.length).toBeGreaterThan(640 / apartSec - 2);
  for (const [index, mean] of means.slice(1).entries()) expect(mean - (means[index] ?? 0)).toBeGreaterThanOrEqual(9.5);
});

it('says of each metric why nothing can be said of it', () => {
  const { comparisons } = compareRuns([summary(5)], summary(5), { minChange: 0.02, assumedNoise: 0.01, seed: '' });
  const reasons = (row: string): readonly string[] => comparisons.filter(({ name }) => name === row).map(({ metric, outcome, why }) => `${metric}: ${outcome === 'unknown' ? why : outcome}`);
  expect(reasons('/')).toEqual(['p50: unchanged', 'p95: unchanged', 'p99: too few requests', 'error rate: unchanged', 'throughput: too few whole seconds: it takes 8']);
  expect(reasons('/never')).toEqual(['p50: no response times', 'p95: no response times', 'p99: no response times', 'error rate: no requests', 'throughput: no requests']);
});
