/** A run book over a recorder in the same process, and a clock that a test moves. */
import { RunBook } from '../../../src/report/runBook.ts';
import type { Added } from '../../../src/report/thresholdWindows.ts';
import { Aggregator } from '../../../src/stats/aggregator.ts';
import { MetricAggregator } from '../../../src/stats/metrics.ts';
import type { Recorder } from '../../../src/stats/recorder.ts';
import type { Report } from '../../../src/stats/report.ts';
import { SimulatedThread, wallOffsetMs } from '../stats/simulatedThread.ts';

/** Unix seconds at which a scene begins. */
export const sceneStartSec: number = wallOffsetMs / 1000;

export type BookScene = {
  readonly book: RunBook;
  readonly recorder: Recorder;
  /** Of checks and metrics of a scenario's own. */
  readonly metricRecorder: Recorder;
  /** Ends a second: takes a report and ticks. */
  readonly tickAt: (elapsedMs: number, userCount?: number) => Report;
  /** The same, for thresholds. */
  readonly lookAt: (elapsedMs: number, lateness?: Added['lateness']) => Added;
};

export function bookScene(): BookScene {
  const clock = { nowSec: sceneStartSec };
  const aggregator = new Aggregator({ nowSec: () => clock.nowSec });
  const { recorder } = new SimulatedThread((message) => aggregator.define('0', message));
  const book = new RunBook({ aggregator });
  const metrics = new MetricAggregator();
  const { recorder: metricRecorder } = new SimulatedThread((message) => metrics.define('0', message));
  const tickAt = (elapsedMs: number, userCount = 1): Report => {
    clock.nowSec = sceneStartSec + elapsedMs / 1000;
    const report = aggregator.takeReport();
    book.add(report);
    book.tick({ atSec: clock.nowSec, elapsedMs, userCount });
    return report;
  };
  const lookAt = (elapsedMs: number, lateness: Added['lateness'] = null): Added => {
    const counted = tickAt(elapsedMs);
    const rows = metrics.takeReport();
    book.setMetrics(metrics.checks(), metrics.metrics());
    return { counted, scheduled: { ...counted, rows: [] }, metrics: { rows, histogram: (method, name) => metrics.histogram(method, name) }, lateness };
  };
  return { book, recorder, metricRecorder, tickAt, lookAt };
}
