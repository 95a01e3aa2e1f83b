/** An event loop as the one who watches it sees it. */
import { performance, PerformanceObserver } from 'node:perf_hooks';
import { now, setImmediate, setInterval } from '../../util/nodeTime.ts';

export type WatchedLoop = {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Milliseconds in which the loop worked and waited, since it began. */
  readonly utilisation: () => { readonly active: number; readonly idle: number };
  /** Calls `look` as `setInterval` does; keeps nothing alive. */
  readonly every: (periodMs: number, look: () => void) => void;
  /** Calls `work` when what waits to be read has been read. */
  readonly afterThisTurn: (work: () => void) => void;
  readonly onGcPause: (listener: (pauseMs: number) => void) => void;
};

/** The loop of the thread that this file is loaded in. */
export const ownLoop: WatchedLoop = {
  nowMs: () => now(),
  utilisation: () => performance.eventLoopUtilization(),
  every: (periodMs, look) => void setInterval(look, periodMs).unref(),
  afterThisTurn: (work) => void setImmediate(work),
  onGcPause: (listener) =>
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) listener(duration);
    }).observe({ entryTypes: ['gc'] }),
};
