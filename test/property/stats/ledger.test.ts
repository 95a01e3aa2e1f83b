/**
 * Any sequence of records over several threads, with reports (some of them in steps, some put back), totals, late definitions, dying threads
 * and new runs in between, adds up to the truth, field by field.
 */
import fc from 'fast-check';
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { hdrIndexOf, bucketIndexOf, bucketMsAt } from '../../../src/stats/histogram.ts';
import { addCount, addRow, emptyRowSum, type Report, type RowSum } from '../../../src/stats/report.ts';
import { doneAtOnce, type Steps } from '../../../src/util/steps.ts';
import { expectRowsConsistent, occurrencesOf, ReportsSum } from '../../unit/stats/reportChecks.ts';
import { SimulatedThread, wallOffsetMs } from '../../unit/stats/simulatedThread.ts';

// The same cases on every run; another seed is another search.
fc.configureGlobal({ seed: Number(process.env['FAST_CHECK_SEED'] ?? 2026) });

type Sample = {
  readonly kind: 'record';
  readonly thread: number;
  readonly method: string;
  readonly name: string;
  /** A multiple of 1/8, so that sums of floats are exact in any order. */
  readonly elapsedMs: number | null;
  readonly contentLength: number;
  readonly error: string | null;
  readonly stepMs: number;
};
type Step =
  | Sample
  | { readonly kind: 'report' | 'startReport' | 'stepOfReport' | 'reportPutBack' | 'totals' | 'clear' }
  | { readonly kind: 'die' | 'hold' | 'deliver' | 'begin'; readonly thread: number };

const threadCount = 3;
const anyThread = fc.nat({ max: threadCount - 1 });

const anySample: fc.Arbitrary<Sample> = fc.record({
  kind: fc.constant('record' as const),
  thread: anyThread,
  method: fc.constantFrom('a', 'ab', 'GET'),
  name: fc.constantFrom('bc', 'c', '', '/x'),
  elapsedMs: fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 4, arbitrary: fc.nat({ max: 1_000 }).map((eighths) => eighths / 8) },
    { weight: 2, arbitrary: fc.nat({ max: 32_000_000 }).map((eighths) => eighths / 8) },
  ),
  contentLength: fc.nat({ max: 100_000 }),
  error: fc.option(fc.constantFrom('refused', 'status 500', 'timeout'), { freq: 2 }),
  // Mostly the same or the next second, sometimes long pauses; sometimes back.
  stepMs: fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 400 }) }, fc.constantFrom(-1_500, 70_000, 256_000, 1_000)),
});

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: anySample },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('report' as const, 'report' as const, 'startReport' as const, 'stepOfReport' as const, 'reportPutBack' as const, 'totals' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('hold' as const, 'deliver' as const, 'die' as const, 'begin' as const), thread: anyThread }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

/** What the reports of a run must add up to. */
class Truth {
  readonly rows = new Map<string, RowSum>();
  readonly errors = new Map<string, { occurrences: number; firstSeenSec: number; lastSeenSec: number }>();
  readonly slots = new Map<number, number>();
  readonly total = emptyRowSum('', 'Aggregated');

  add({ method, name, elapsedMs, contentLength, error }: Sample, endMs: number): void {
    const stampSec = (wallOffsetMs + endMs) / 1000;
    const second = Math.floor(stampSec);
    const one = emptyRowSum(method, name);
    one.numRequests = 1;
    one.numNoneRequests = elapsedMs === null ? 1 : 0;
    one.numFailures = error === null ? 0 : 1;
    one.totalResponseTimeMs = elapsedMs ?? 0;
    one.minResponseTimeMs = elapsedMs;
    one.maxResponseTimeMs = elapsedMs ?? 0;
    one.totalContentLength = contentLength;
    one.lastRequestSec = stampSec;
    one.requestsPerSec.set(second, 1);
    if (error !== null) one.failuresPerSec.set(second, 1);
    if (elapsedMs !== null) {
      one.responseTimes.set(bucketMsAt(bucketIndexOf(elapsedMs)), 1);
      addCount(this.slots, hdrIndexOf(elapsedMs), 1);
    }
    const key = JSON.stringify([method, name]);
    const known = this.rows.get(key) ?? emptyRowSum(method, name);
    this.rows.set(key, known);
    addRow(known, one);
    addRow(this.total, one);
    if (error !== null) this.#addError(JSON.stringify([method, name, error]), stampSec);
  }

  #addError(key: string, stampSec: number): void {
    const known = this.errors.get(key) ?? { occurrences: 0, firstSeenSec: Infinity, lastSeenSec: -Infinity };
    this.errors.set(key, {
      occurrences: known.occurrences + 1,
      firstSeenSec: Math.min(known.firstSeenSec, stampSec),
      lastSeenSec: Math.max(known.lastSeenSec, stampSec),
    });
  }
}

class Simulation {
  readonly #aggregator = new Aggregator({ nowSec: () => wallOffsetMs / 1000 });
  readonly #threads: SimulatedThread[] = [];
  readonly #keys: string[] = [];
  readonly #held = new Set<number>();
  #threadsSoFar = 0;
  #truth = new Truth();
  #sum = new ReportsSum();
  #occurrences = 0;
  #endMs = 1_000_000;
  /** A report that is being put together. */
  #reporting: Steps<Report> | null = null;
  /** Definitions were under way when it began. */
  #isAnyLate = false;

  constructor() {
    for (let place = 0; place < threadCount; place++) this.#start(place);
  }

  run(step: Step): void {
    switch (step.kind) {
      case 'record':
        this.#endMs = Math.max(0, this.#endMs + step.stepMs);
        this.#threads[step.thread]?.recorder.record(step.method, step.name, step.elapsedMs, step.contentLength, step.error, this.#endMs);
        this.#truth.add(step, this.#endMs);
        break;
      case 'report':
        this.#takeReport();
        break;
      case 'startReport':
        this.#finishReport();
        this.#reporting = this.#aggregator.reportInSteps();
        this.#isAnyLate = this.#held.size > 0;
        break;
      case 'stepOfReport': {
        const next = this.#reporting?.next();
        if (next?.done === true) this.#check(next.value);
        break;
      }
      case 'reportPutBack':
        this.#finishReport();
        this.#aggregator.putBack(this.#aggregator.takeReport());
        break;
      case 'totals': {
        const { requests, failures } = this.#aggregator.totals();
        if (this.#held.size > 0 || this.#reporting !== null) break;
        expect({ requests, failures }).toEqual({ requests: this.#truth.total.numRequests, failures: this.#truth.total.numFailures });
        break;
      }
      case 'hold':
        this.#threads[step.thread]?.hold();
        this.#held.add(step.thread);
        break;
      case 'deliver':
        this.#deliver(step.thread);
        break;
      case 'begin':
        this.#threads[step.thread]?.beginRun();
        break;
      case 'die':
        // A port is drained before the end of its thread is told.
        this.#deliver(step.thread);
        this.#aggregator.removeThread(this.#keyOf(step.thread));
        this.#start(step.thread);
        break;
      case 'clear':
        this.#checkRun();
        this.#aggregator.clear();
        this.#truth = new Truth();
        this.#sum = new ReportsSum();
        this.#occurrences = 0;
        break;
    }
  }

  finish(): void {
    this.#checkRun();
  }

  #takeReport(): void {
    this.#finishReport();
    this.#isAnyLate = this.#held.size > 0;
    this.#check(this.#aggregator.takeReport());
  }

  #finishReport(): void {
    if (this.#reporting !== null) this.#check(doneAtOnce(this.#reporting));
  }

  #check(report: Report): void {
    this.#reporting = null;
    expectRowsConsistent(report);
    this.#sum.add(report);
    this.#occurrences += occurrencesOf(report);
    // An error whose definition is under way is reported after the failure, never before it.
    if (!this.#isAnyLate) expect(this.#occurrences).toBe(this.#sum.total.numFailures);
  }

  #checkRun(): void {
    for (let place = 0; place < threadCount; place++) this.#deliver(place);
    this.#takeReport();
    expect(this.#sum.rows).toEqual(this.#truth.rows);
    expect(this.#sum.total).toEqual(this.#truth.total);
    expect(this.#sum.errors).toEqual(this.#truth.errors);
    const timed = this.#truth.total.numRequests - this.#truth.total.numNoneRequests;
    const histogram = this.#aggregator.histogram();
    expect(histogram.count).toBe(timed);
    const slots = [...this.#truth.slots.keys()];
    if (slots.length > 0) expect(hdrIndexOf(histogram.percentileMs(100) ?? -1)).toBe(Math.max(...slots));
    for (const row of this.#truth.rows.values()) {
      expect(this.#aggregator.rowHistogram(row.method, row.name).count).toBe(row.numRequests - row.numNoneRequests);
    }
  }

  #deliver(place: number): void {
    this.#threads[place]?.deliver();
    this.#held.delete(place);
  }

  #keyOf(place: number): string {
    return this.#keys[place] ?? '';
  }

  #start(place: number): void {
    const key = `${place}.${this.#threadsSoFar++}`;
    this.#keys[place] = key;
    this.#threads[place] = new SimulatedThread((message) => this.#aggregator.define(key, message));
  }
}

test('reports add up to what was recorded, field by field', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { maxLength: 200, size: 'max' }), (steps) => {
      const simulation = new Simulation();
      for (const step of steps) simulation.run(step);
      simulation.finish();
    }),
    { numRuns: 60 },
  );
});
