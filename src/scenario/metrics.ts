/**
 * What a scenario counts beside its requests: checks, and metrics of its own (k6's four). They stand beside the rows of requests, in none of
 * their totals, and never fail a task by themselves.
 */
import { type MetricKind, usualUnit } from '../stats/metrics.ts';
import { BoomerError } from '../util/boomerError.ts';
import { printed } from '../util/printed.ts';
import { currentScenarioHost, requireScenarioHost } from './scenarioHost.ts';

/** What a metric may be told when it is made. */
export type MetricOptions = {
  /** What its values are: `items`, `bytes`. */
  readonly unit?: string;
};

/**
 * Counts whether something is as it should be, under a name, and returns `passed`: `if (!check('has items', items.length > 0)) return;`
 * A check that does not pass fails neither the task nor a request; thresholds judge it, `checks: rate>0.99` or `has items: rate>0.99`.
 * Throws a BoomerError for an empty name, and where no worker has loaded the scenario.
 */
export function check(name: string, passed: boolean): boolean {
  requireName('check(name, passed)', name);
  requireScenarioHost('check').metric('check', '', name, passed);
  return passed;
}

/** What the four have in common. */
abstract class Metric {
  readonly name: string;
  /** Empty: none. */
  readonly unit: string;
  readonly #kind: MetricKind;

  constructor(kind: MetricKind, name: string, options: MetricOptions) {
    const { unit = usualUnit(kind) } = options;
    requireName(`new ${new.target.name}(name)`, name);
    if (typeof unit !== 'string') throw new BoomerError('bad-metric', `new ${new.target.name}('${name}') expects a text as unit, got ${printed(unit)}`);
    this.name = name;
    this.unit = unit;
    this.#kind = kind;
    currentScenarioHost()?.declareMetric(kind, unit, name);
  }

  /** Of the load thread's test; what is recorded while there is none, or in a warm-up, does not count. */
  protected record(value: number | boolean): void {
    requireScenarioHost(this.#kind === 'gauge' ? 'set' : 'add').metric(this.#kind, this.unit, this.name, value);
  }
}

/** A sum that grows: items sold. Made once, at the top of a scenario; equal ones of several files are one. Throws a BoomerError for a name that another metric has. */
export class Counter extends Metric {
  constructor(name: string, options: MetricOptions = {}) {
    super('counter', name, options);
  }

  /** Adds `amount`, 0 or more. */
  add(amount = 1): void {
    this.record(amount);
  }
}

/** A value of the moment: what was set last, with the smallest and the largest. Else as a `Counter`. */
export class Gauge extends Metric {
  constructor(name: string, options: MetricOptions = {}) {
    super('gauge', name, options);
  }

  /** From now on it is `value`, for all threads. */
  set(value: number): void {
    this.record(value);
  }
}

/** The share of samples that were true: hits of a cache. Else as a `Counter`. */
export class Rate extends Metric {
  constructor(name: string) {
    super('rate', name, {});
  }

  /** Counts a sample. */
  add(isTrue: boolean): void {
    this.record(isTrue);
  }
}

/**
 * Values with their mean, extremes and percentiles. They are milliseconds unless `unit` says otherwise, from a thousandth to 3 600 000 (beyond
 * that percentiles say 3 600 000); `bytes` are whole numbers up to 3 600 000 000. Else as a `Counter`.
 */
export class Trend extends Metric {
  constructor(name: string, options: MetricOptions = {}) {
    super('trend', name, options);
  }

  /** Counts a value, 0 or more. */
  add(value: number): void {
    this.record(value);
  }
}

function requireName(caller: string, name: unknown): void {
  if (typeof name === 'string' && name.trim() !== '') return;
  throw new BoomerError('bad-metric', `${caller} expects a text that is not empty as name, got ${printed(name)}`);
}
