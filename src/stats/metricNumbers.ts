/** What is told of checks and of a scenario's own metrics: plain data. */

/** How often a check passed, and how often it did not. */
export type CheckNumbers = { readonly kind: 'check'; readonly name: string; readonly passes: number; readonly fails: number };
/** The sum of what was added. */
export type CounterNumbers = { readonly kind: 'counter'; readonly name: string; readonly unit: string; readonly sum: number };
/** What was set last, in whichever thread, and the smallest and largest. */
export type GaugeNumbers = { readonly kind: 'gauge'; readonly name: string; readonly unit: string; readonly value: number; readonly min: number; readonly max: number };
/** How many of the samples were true. */
export type RateNumbers = { readonly kind: 'rate'; readonly name: string; readonly passes: number; readonly fails: number };
/** Values to 3 significant digits where they are percentiles, exact else. */
export type TrendNumbers = {
  readonly kind: 'trend';
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly average: number;
  readonly min: number;
  readonly max: number;
  /** The value that `percent` (0 … 100) of all do not exceed. */
  readonly percentile: (percent: number) => number;
};

/** What is told of a metric of the scenario's own. `unit` is empty where it has none. */
export type MetricNumbers = CounterNumbers | GaugeNumbers | RateNumbers | TrendNumbers;
