/**
 * One run against others of an earlier build: which percentile, error rate or throughput is worse, and by more than chance.
 *
 * Many comparisons are made at once (five a row), so each interval is wide enough for all of them to hold together: its half
 * width is c standard errors, where c is what the greatest of all standardised bootstrap deviations stays below in 99 % of
 * the samples (Westfall and Young, "Resampling-Based Multiple Testing", 1993, single-step maxT).
 */
import { BoomerError } from '../util/boomerError.ts';
import { Random } from '../util/random.ts';
import { type ComparedRow, type ComparedRun, rowKey, type Comparison, type Metric, metrics, type Outcome, remarksOn, type RunComparison } from './comparison.ts';
import { correlationWithinWindows, type Estimate, estimates, meanSquare, notRounded, type Rounding } from './estimates.ts';
import { Draws, noiseBands } from './chance.ts';

/** What counts as a change that matters. */
export type CompareRules = {
  /** The least change that matters: 0.02 is 2 % of the base. */
  readonly minChange: number;
  /**
   * Standard deviation between runs of the same build, as a share, where base runs are not repeated and it cannot be measured.
   */
  readonly assumedNoise: number;
  /** The same one gives the same result. */
  readonly seed: string;
};

const confidence = 0.99;
/** Bootstrap samples: enough for 10 beyond the confidence; fewer where there are very many rows. */
const maxReplicates = 1_000;
const minReplicates = 200;
const drawsInAll = 3_000_000;

/** `bases` are runs of one build, one or more. Throws a BoomerError when the runs have no row in common. */
export function compareRuns(bases: readonly ComparedRun[], head: ComparedRun, { minChange, assumedNoise, seed }: CompareRules): RunComparison {
  const sets = matchedRows(bases, head);
  const replicates = Math.round(Math.min(maxReplicates, Math.max(minReplicates, drawsInAll / (sets.length * metrics.length))));
  const draws = new Draws(new Random(seed));
  const correlations = new Map([...bases, head].map((run) => [run, correlationWithinWindows(run)]));
  const estimatesOf = ({ row, run }: RowOfRun): readonly Estimate[] => estimates(row, run, correlations.get(run) ?? null, replicates, draws);
  const greatest = new Float64Array(replicates);
  const differences = sets.flatMap((set) => {
    const headEstimates = estimatesOf(set.head);
    const baseEstimates = set.bases.map(estimatesOf);
    return metrics.map((metric, index) => {
      const difference = differenceOf(set.head.row, metric, headEstimates[index], baseEstimates.map((ofRun) => ofRun[index]), assumedNoise, draws);
      if (difference.deviations !== null) foldGreatest(greatest, difference.deviations, difference.error);
      // A thousand rows of deviations are not kept.
      return { ...difference, deviations: null, isKnown: difference.deviations !== null };
    });
  });
  const c = upperQuantile(greatest, confidence);
  const known = differences.filter(({ isKnown }) => isKnown);
  const bands = noiseBands(known.map(({ baseLevels, metric }) => ({ levels: baseLevels, isShared: metric !== 'error rate' })));
  const bandOf = new Map(known.map((difference, index) => [difference, bands[index] ?? null]));
  return {
    base: bases.map(({ source }) => source),
    head: head.source,
    comparisons: differences.map((difference) => judged(difference, c, bandOf.get(difference) ?? null, minChange)),
    onlyInBase: namesOnlyIn(bases, [head]),
    onlyInHead: namesOnlyIn([head], bases),
    remarks: remarksOn(bases, head, correlations, assumedNoise),
  };
}

/** `METHOD name` of rows that no run of `others` has. */
function namesOnlyIn(runs: readonly ComparedRun[], others: readonly ComparedRun[]): readonly string[] {
  const known = new Set(others.flatMap(({ rows }) => rows.map(rowKey)));
  const strangers = runs.flatMap(({ rows }) => rows.filter((row) => !known.has(rowKey(row))));
  return [...new Set(strangers.map(({ method, name }) => `${method} ${name}`.trim()))];
}

type RowOfRun = { readonly row: ComparedRow; readonly run: ComparedRun };
type RowSet = { readonly head: RowOfRun; readonly bases: readonly RowOfRun[] };

/** The total, and the rows of the head that a base has. */
function matchedRows(bases: readonly ComparedRun[], head: ComparedRun): readonly RowSet[] {
  const tables = bases.map((run) => ({ run, rows: new Map(run.rows.map((row) => [rowKey(row), row])) }));
  const rows = head.rows.flatMap((row) => {
    const found = tables.flatMap(({ run, rows: table }) => {
      const own = table.get(rowKey(row));
      return own === undefined ? [] : [{ row: own, run }];
    });
    return found.length === 0 ? [] : [{ head: { row, run: head }, bases: found }];
  });
  if (rows.length === 0) throw new BoomerError('unmatched-runs', `${bases.map(({ source }) => source).join(', ')} and ${head.source} have no row in common: expected runs of the same scenario`);
  // Of a single row the total would say the same again, and the doubled comparisons would hide more.
  const isSingle = [...bases, head].every((run) => run.rows.length === 1);
  return isSingle ? rows : [{ head: { row: head.total, run: head }, bases: bases.map((run) => ({ row: run.total, run })) }, ...rows];
}

type Difference = Pick<Comparison, 'method' | 'name' | 'metric' | 'base' | 'head'> & {
  /** Head less base, as levels (see estimates.ts). */
  readonly level: number;
  readonly baseLevels: readonly number[];
  /** Its standard error, above 0. */
  readonly error: number;
  /** How far `level` may lie below and above the true one because response times were rounded. */
  readonly rounding: Rounding;
  readonly deviations: Float64Array | null;
  /** Why there are none; empty: there are. */
  readonly why: string;
};

function differenceOf({ method, name }: ComparedRow, metric: Metric, head: Estimate | undefined, bases: readonly (Estimate | undefined)[], assumedNoise: number, draws: Draws): Difference {
  const measured = bases.filter((estimate) => estimate !== undefined && estimate.value !== null) as readonly Estimate[];
  const meanOf = (number: (estimate: Estimate) => number): number => measured.reduce((sum, estimate) => sum + number(estimate), 0) / Math.max(1, measured.length);
  // A throughput of nothing has no logarithm.
  const isNothing = metric !== 'error rate' && measured.some(({ value }) => value === 0);
  const meanValue = meanOf(({ value }) => value ?? 0);
  const baseLevel = isNothing ? Math.log(Math.max(Number.MIN_VALUE, meanValue)) : meanOf(({ level }) => level);
  const base = measured.length === 0 ? null : metric === 'error rate' ? baseLevel : isNothing ? meanValue : Math.exp(baseLevel);
  const sides = { method, name, metric, base, head: head?.value ?? null, level: (head?.level ?? 0) - baseLevel, baseLevels: measured.map(({ level }) => level), rounding: roundingOf(head, measured) };
  const sampled = deviationsOf(head, measured);
  if (sampled === null) return { ...sides, error: 1, deviations: null, why: [head, ...bases].find((estimate) => estimate !== undefined && estimate.why !== '')?.why ?? '' };
  // An error rate's noise between runs has no unit that could be assumed.
  const noise = measured.length === 1 && metric !== 'error rate' ? assumedNoise * Math.SQRT2 : 0;
  const deviations = noise === 0 ? sampled : sampled.map((deviation) => deviation + noise * draws.normal());
  return { ...sides, error: Math.max(minError, Math.sqrt(meanSquare(deviations))), deviations, why: '' };
}

/** Runs that are equal to the last request have no deviations: nothing is divided by 0. */
const minError = 1e-9;

function deviationsOf(head: Estimate | undefined, bases: readonly Estimate[]): Float64Array | null {
  if (head?.deviations === undefined || head.deviations === null || bases.length === 0) return null;
  let deviations: Float64Array = head.deviations;
  for (const { deviations: ofBase } of bases) {
    if (ofBase === null) return null;
    deviations = deviations.map((deviation, index) => deviation - (ofBase[index] ?? 0) / bases.length);
  }
  return deviations;
}

/** A base that was rounded down makes the head look slower. */
function roundingOf(head: Estimate | undefined, bases: readonly Estimate[]): Rounding {
  const mean = (of: (rounding: Rounding) => number): number => bases.reduce((sum, { rounding }) => sum + of(rounding), 0) / Math.max(1, bases.length);
  const { below, above } = head?.rounding ?? notRounded;
  return { below: below + mean((rounding) => rounding.above), above: above + mean((rounding) => rounding.below) };
}

function foldGreatest(greatest: Float64Array, deviations: Float64Array, error: number): void {
  for (let index = 0; index < greatest.length; index++) {
    const deviation = (deviations[index] ?? 0) / error;
    const size = deviation < 0 ? -deviation : deviation;
    if (size > (greatest[index] ?? 0)) greatest[index] = size;
  }
}

function upperQuantile(values: Float64Array, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length))] ?? 0;
}

function judged(difference: Difference & { readonly isKnown: boolean }, c: number, band: number | null, minChange: number): Comparison {
  const { method, name, metric, base, head, level, error, rounding, isKnown, why } = difference;
  const isShare = metric === 'error rate';
  const asChange = (of: number): number => (isShare ? of : Math.expm1(of));
  // Nothing is a share of nothing: a row that only the head has requests of.
  const isComparable = base !== null && head !== null && (isShare || base > 0);
  const row = { method, name, metric, base, head, change: isComparable ? asChange(level) : null };
  if (!isKnown) return { ...row, interval: null, noiseBand: null, outcome: 'unknown', why };
  const interval = { low: asChange(level - c * error - rounding.below), high: asChange(level + c * error + rounding.above) };
  const least = isShare ? minChange * (base ?? 0) : minChange;
  return { ...row, interval, noiseBand: band === null ? null : asChange(band), ...verdict() };

  function verdict(): { readonly outcome: Outcome; readonly why: string } {
    if (interval.low <= 0 && interval.high >= 0) return { outcome: 'unchanged', why: Math.abs(level) > c * error ? 'within what its response times are rounded by' : '' };
    if (Math.abs(asChange(level)) < least) return { outcome: 'unchanged', why: 'smaller than what matters' };
    if (band !== null && Math.abs(level) <= band) return { outcome: 'unchanged', why: 'within the noise of the base runs' };
    const isWorse = metric === 'throughput' ? level < 0 : level > 0;
    return { outcome: isWorse ? 'regression' : 'improvement', why: '' };
  }
}
