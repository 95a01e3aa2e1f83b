/** Locust's files know whole milliseconds, and two digits of more: what they round is no change. */
import { locustRun } from '../../../src/compare/comparedFile.ts';
import type { ComparedRun, Comparison } from '../../../src/compare/comparison.ts';
import { compareRuns } from '../../../src/compare/compareRuns.ts';
import { Draws, Quantiles } from '../../../src/compare/chance.ts';
import { Random } from '../../../src/util/random.ts';

type Build = { readonly medianMs: number; readonly sigma: number };

const requests = 10_000;
const seconds = 50;

/** Log-normal response times. */
function times(seed: string, { medianMs, sigma }: Build): readonly number[] {
  const draws = new Draws(new Random(seed));
  return Array.from({ length: requests }, () => medianMs * Math.exp(sigma * draws.normal()));
}

/** As Locust's `bucket_response_time` does. */
function rounded(ms: number): number {
  const step = ms < 100 ? 1 : 10 ** (Math.floor(Math.log10(ms)) - 1);
  return Math.round(ms / step) * step;
}

function counted(values: readonly number[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function ofLocust(seed: string, build: Build): ComparedRun {
  const perSec = Object.fromEntries(Array.from({ length: seconds + 1 }, (_, second) => [1_000 + second, requests / seconds]));
  const entry = { method: 'GET', name: '/', num_requests: requests, num_failures: 0, start_time: 1_000, last_request_timestamp: 1_000 + seconds, response_times: Object.fromEntries(counted(times(seed, build).map(rounded))), num_reqs_per_sec: perSec, num_fail_per_sec: {} };
  return locustRun([entry], seed);
}

/** The same kind of run with microseconds, as our summary has them below 2 ms. */
function ofOurs(seed: string, build: Build): ComparedRun {
  const run = ofLocust(seed, build);
  const slots = [...counted(times(seed, build).map((ms) => Math.round(1000 * ms)))].sort(([a], [b]) => a - b).map(([us, count]) => ({ lowMs: (us - 0.5) / 1000, highMs: (us + 0.5) / 1000, count }));
  return { ...run, rows: run.rows.map((row) => ({ ...row, slots })), remarks: [] };
}

function p50(base: ComparedRun, head: ComparedRun): Comparison | undefined {
  return compareRuns([base], head, { minChange: 0.02, assumedNoise: 0.01, seed: 'test' }).comparisons.find(({ metric }) => metric === 'p50');
}

const fast: Build = { medianMs: 0.3, sigma: 0.1 };
const isRounding = { outcome: 'unchanged', why: 'within what its response times are rounded by' };

it('calls no change what one side rounded to 0 ms, whichever it is', () => {
  expect(p50(ofLocust('a', fast), ofOurs('b', fast))).toMatchObject(isRounding);
  expect(p50(ofOurs('a', fast), ofLocust('b', fast))).toMatchObject(isRounding);
});

it('nor what both rounded, to either side of a half', () => {
  const [below, above] = [0.49, 0.51].map((medianMs): ComparedRun => ofLocust('a', { medianMs, sigma: 0.001 }));
  if (below === undefined || above === undefined) throw new Error('two runs');
  expect(p50(below, above)).toMatchObject(isRounding);
  expect(p50(above, below)).toMatchObject(isRounding);
});

it('sees what is more than rounding, either way', () => {
  const slow: Build = { medianMs: 3, sigma: 0.1 };
  expect(p50(ofLocust('a', fast), ofOurs('b', slow))?.outcome).toBe('regression');
  expect(p50(ofOurs('a', slow), ofLocust('b', fast))?.outcome).toBe('improvement');
});

it.each([20, 300])('finds 10 %% between the files where times of about %d ms spread over many of Locust\'s steps', (medianMs) => {
  const [build, slower]: readonly Build[] = [{ medianMs, sigma: 0.5 }, { medianMs: 1.1 * medianMs, sigma: 0.5 }];
  if (build === undefined || slower === undefined) throw new Error('two builds');
  expect(p50(ofLocust('a', build), ofOurs('b', slower))?.outcome).toBe('regression');
  expect(p50(ofOurs('a', build), ofLocust('b', slower))?.outcome).toBe('regression');
  expect(p50(ofLocust('a', build), ofOurs('b', build))?.outcome).toBe('unchanged');
});

it('a slot of all samples tells its edges, one among many not much more than the rank does', () => {
  expect(new Quantiles([{ lowMs: 0, highMs: 0.5, count: 100 }]).rangeMs(0.5)).toEqual({ lowMs: 0.0005, highMs: 0.5 });
  const many = new Quantiles(Array.from({ length: 100 }, (_, ms) => ({ lowMs: ms, highMs: ms + 1, count: 10 })));
  const { lowMs, highMs } = many.rangeMs(0.505);
  expect([lowMs, highMs].map((ms) => Number(ms.toFixed(2)))).toEqual([50.49, 50.51]);
});
