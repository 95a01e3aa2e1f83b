/**
 * The only owner of `hdr-histogram-js`: percentiles from slots that were counted in shared memory (see hdrIndex.ts).
 */
import { createRequire } from 'node:module';
import type * as Library from 'hdr-histogram-js';
import type { Histogram } from 'hdr-histogram-js';
import { longestHdrUs, slotLowestUs } from './hdrIndex.ts';

/** Loaded with the first histogram: a worker that starts need not wait the 45 ms that it takes. */
const load = createRequire(import.meta.url);

/** Response times of one row, or of all rows: 1 µs … 1 hour, 3 significant digits. */
export class ResponseTimeHistogram {
  // 64-bit counts: a row that never waits passes 2^32 samples within the hour.
  readonly #histogram: Histogram = (load('hdr-histogram-js') as typeof Library).build({
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: longestHdrUs,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  /** Adds `count` samples of the slot `index` (0 … `hdrLength` − 1). */
  add(index: number, count: number): void {
    this.#histogram.recordValueWithCount(slotLowestUs(index), count);
  }

  /** Samples counted. */
  get count(): number {
    return this.#histogram.totalCount;
  }

  /**
   * The response time in milliseconds that `percent` (0 … 100) of the samples do not exceed, to 3 significant digits;
   * null when there are no samples.
   */
  percentileMs(percent: number): number | null {
    if (this.count === 0) return null;
    return Math.min(this.#histogram.getValueAtPercentile(percent), longestHdrUs) / 1000;
  }
}
