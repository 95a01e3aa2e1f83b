/** The statistics, on runs whose truth is known. */
import { type ComparedRow, type ComparedRun, type Comparison, regressions, type RunComparison } from '../../../src/compare/comparison.ts';
import { type CompareRules, compareRuns } from '../../../src/compare/compareRuns.ts';
import { Draws } from '../../../src/compare/chance.ts';
import { Random } from '../../../src/util/random.ts';
import { syntheticRun, type Build } from '../../unit/compare/syntheticRun.ts';

const rules: CompareRules = { minChange: 0.02, assumedNoise: 0.01, seed: 'test' };

function compared(name: string, bases: readonly Build[], head: Build, own: Partial<CompareRules> = {}): RunComparison {
  return compareRuns(bases.map((build, index) => syntheticRun(`${name} base ${index}`, build)), syntheticRun(`${name} head`, head), { ...rules, ...own });
}

/** In how many of `pairs` pairs something is worse. */
function found(pairs: number, pair: (index: number) => RunComparison): number {
  return Array.from({ length: pairs }, (_, index) => pair(index)).filter((comparison) => regressions(comparison).length > 0).length;
}

const only = ({ comparisons }: RunComparison, metric: Comparison['metric'], name = '/users'): Comparison | undefined => comparisons.find((one) => one.metric === metric && one.name === name);

/** The slowest requests took a second more. */
function withPauses(run: ComparedRun, count: number): ComparedRun {
  const row = (one: ComparedRow): ComparedRow => ({ ...one, slots: [...one.slots, { lowMs: 1_000, highMs: 1_100, count }] });
  return { ...run, total: row(run.total), rows: run.rows.map(row) };
}

it('says regression of at most 5 of 100 pairs of the same build, even if runs are taken to have no noise', () => {
  expect(found(100, (pair) => compared(`same ${pair}`, [{}], {}, { minChange: 0, assumedNoise: 0 }))).toBeLessThanOrEqual(5);
});

it('finds 10 % more latency in at least 95 of 100 pairs', () => {
  expect(found(100, (pair) => compared(`slower ${pair}`, [{}], { slowness: 1.1 }))).toBeGreaterThanOrEqual(95);
});

it('finds an error rate that rises from 0.1 % to 1 %', () => {
  const rises = Array.from({ length: 20 }, (_, pair) => only(compared(`failing ${pair}`, [{}], { failing: 10 }), 'error rate')?.outcome);
  expect(rises.filter((outcome) => outcome === 'regression')).toHaveLength(20);
});

it.each([0.02, 0.08])('says regression of at most 5 of 100 heads when runs of the same build differ by %d and the base was repeated', (spread) => {
  const draws = new Draws(new Random(`runs ${spread}`));
  const run = (): Build => ({ requestsPerRow: 1_000, seconds: 30, slowness: Math.exp(spread * draws.normal()) });
  expect(found(100, (pair) => compared(`noise ${spread} ${pair}`, [run(), run(), run(), run()], run()))).toBeLessThanOrEqual(5);
});

it('calls no change what the base runs do among themselves', () => {
  const bases = [0.9, 1, 1.1, 0.97].map((slowness): Build => ({ slowness }));
  const p50 = only(compared('noisy', bases, { slowness: 1.15 }), 'p50');
  expect(p50).toMatchObject({ outcome: 'unchanged', why: 'within the noise of the base runs' });
  expect(p50?.noiseBand).toBeGreaterThan(0.15);
  const quiet = [0.999, 1, 1.001, 1].map((slowness): Build => ({ slowness }));
  expect(only(compared('quiet', quiet, { slowness: 1.15 }), 'p50')?.outcome).toBe('regression');
});

it('widens its intervals where requests of the same moment are alike', () => {
  const width = (name: string, driftWithin: number): number => {
    const { low, high } = only(compared(name, [{ driftWithin }], { driftWithin }), 'p50')?.interval ?? { low: 0, high: 0 };
    return high - low;
  };
  expect(width('dependent', 0.1)).toBeGreaterThan(2 * width('independent', 0));
});

it('takes the slowest requests for one event where they came in one pause', () => {
  const run = (name: string): ComparedRun => syntheticRun(name, { requestsPerRow: 10_000 });
  const paused = withPauses(run('paused'), 150);
  const p99 = only(compareRuns([run('steady')], paused, rules), 'p99');
  // 150 requests of 10 000 in a pause of a second or so: p99 is ten times as long, and no evidence.
  expect(p99?.change).toBeGreaterThan(5);
  expect(p99?.outcome).toBe('unchanged');
});

it('tells better from worse, for throughput the other way round', () => {
  const faster = compared('faster', [{ requestsPerRow: 5_000 }], { requestsPerRow: 6_500, slowness: 0.8 });
  expect(only(faster, 'p50')?.outcome).toBe('improvement');
  expect(only(faster, 'throughput')?.outcome).toBe('improvement');
  expect(only(compared('fewer', [{ requestsPerRow: 6_500 }], { requestsPerRow: 5_000 }), 'throughput')?.outcome).toBe('regression');
});

it('leaves alone what is certain and too small to matter', () => {
  const large: Build = { requestsPerRow: 100_000 };
  const slightly = compared('slightly', [large], { ...large, slowness: 1.03 }, { minChange: 0.05, assumedNoise: 0 });
  expect(only(slightly, 'p50')).toMatchObject({ outcome: 'unchanged', why: 'smaller than what matters' });
  expect(only(compared('slightly', [large], { ...large, slowness: 1.03 }, { minChange: 0.01, assumedNoise: 0 }), 'p50')?.outcome).toBe('regression');
});

it('does not judge percentiles of few requests, and says so', () => {
  const few: Build = { requestsPerRow: 150 };
  const comparison = compared('few', [few], { ...few, slowness: 5 });
  expect(only(comparison, 'p99')).toMatchObject({ outcome: 'unknown', why: 'too few requests', interval: null });
  expect(only(comparison, 'p50')?.outcome).toBe('regression');
});

it('compares rows by method and name, and lists those of one side', () => {
  const row = (name: string) => ({ name, medianMs: 10, sigma: 0.3, errorRate: 0 });
  const comparison = compared('rows', [{ rows: [row('/a'), row('/b'), row('/old')], requestsPerRow: 1000 }], { rows: [row('/a'), row('/b'), row('/new')], requestsPerRow: 1000 });
  expect([...new Set(comparison.comparisons.map(({ name }) => name))]).toEqual(['Aggregated', '/a', '/b']);
  expect([comparison.onlyInBase, comparison.onlyInHead]).toEqual([['GET /old'], ['GET /new']]);
  expect(() => compared('strangers', [{ rows: [row('/a')] }], { rows: [row('/b')] })).toThrow('have no row in common');
});

it('gives the same result for the same seed', () => {
  const pair = (seed: string): string => JSON.stringify(compared('seeded', [{}], { slowness: 1.02 }, { seed }));
  expect(pair('one')).toBe(pair('one'));
  expect(pair('one')).not.toBe(pair('other'));
});
