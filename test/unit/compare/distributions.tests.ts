import { meanSquare, secondDeviations } from '../../../src/compare/estimates.ts';
import { Draws, quantileDeviations, Quantiles, upperT } from '../../../src/compare/chance.ts';
import { Random } from '../../../src/util/random.ts';
import { syntheticRun } from './syntheticRun.ts';

const draws = (): Draws => new Draws(new Random('distributions'));

// Tables of Student's t, one-sided.
it.each([
  [1, 0.025, 12.7062],
  [2, 0.025, 4.30265],
  [3, 0.005, 5.84091],
  [4, 0.025, 2.77645],
  [9, 0.001, 4.29681],
  [30, 0.05, 1.69726],
  [5_000, 0.025, 1.961],
])('t of %d degrees exceeds with %d: %d', (freedom, probability, expected) => {
  expect(upperT(freedom, probability)).toBeCloseTo(expected, 3);
});

it.each([0.3, 1, 4, 500])('gamma variables of shape %d have its mean and variance', (shape) => {
  const stream = draws();
  const values = Array.from({ length: 20_000 }, () => stream.gamma(shape));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean / shape - 1)).toBeLessThan(0.05);
  expect(Math.abs(variance / shape - 1)).toBeLessThan(0.1);
});

it('quantiles lie in their slots, by rank', () => {
  const quantiles = new Quantiles([{ lowMs: 1, highMs: 2, count: 50 }, { lowMs: 2, highMs: 3, count: 0 }, { lowMs: 10, highMs: 20, count: 50 }]);
  expect([0.25, 0.5, 0.75, 1].map((share) => quantiles.atMs(share))).toEqual([1.5, 2, 15, 20]);
  expect(quantiles.moments()).toEqual({ meanMs: 8.25, variance: 45.5625 });
});

it('a percentile varies as theory says, and more where requests are worth less', () => {
  const quantiles = new Quantiles(syntheticRun('spread').total.slots);
  const error = (worth: number): number => Math.sqrt(meanSquare(quantileDeviations(quantiles, worth, 0.5, 2_000, draws())));
  // σ √(π/2) / √n for the logarithm of the median of a log-normal distribution.
  const expected = (0.5 * Math.sqrt(Math.PI / 2)) / 100;
  expect(Math.abs(error(10_000) / expected - 1)).toBeLessThan(0.15);
  expect(error(2_500) / error(10_000)).toBeGreaterThan(1.7);
});

describe('seconds', () => {
  const row = (requestsPerSecond: readonly number[]) => ({ method: 'GET', name: '/', requests: 0, failures: 0, slots: [], requestsPerSecond, failuresPerSecond: requestsPerSecond.map(() => 0) });
  const error = (requestsPerSecond: readonly number[]): number => Math.sqrt(meanSquare(secondDeviations(row(requestsPerSecond), 1_000, draws()).throughput ?? new Float64Array(1)));

  it('that vary by chance make throughput vary as their sum does', () => {
    const stream = draws();
    const relative = error(Array.from({ length: 400 }, () => 100 + 10 * stream.normal()));
    expect(Math.abs(relative / (0.1 / 20) - 1)).toBeLessThan(0.3);
  });

  it('that grow along a ramp are hardly taken for noise', () => {
    const ramp = Array.from({ length: 60 }, (_, second) => 10 * Math.min(10, second + 1));
    // Drawn from the whole run, blocks of 4 s would say 0.06.
    expect(error(ramp)).toBeLessThan(0.03);
  });

  it('of a short run say nothing', () => {
    expect(secondDeviations(row([10, 10, 10]), 100, draws())).toEqual({ throughput: null, errorRate: null });
  });
});
