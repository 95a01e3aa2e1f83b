/**
 * Node's clocks and timers. A load thread keeps them before it loads the scenario, and a program when it asks for a load: fake timers, or another
 * `performance.now`, stop what the scenario or the test waits for itself, and neither users nor reports. Elsewhere, and until then, these are the
 * functions of the moment.
 *
 * `now` is the clock of the hot path. The global `performance` is a getter that Node calls at each look: two looks a request
 * cost half a percent of it.
 */

import { performance as nodesPerformance } from 'node:perf_hooks';
import * as nodesTimers from 'node:timers';

/** As they are when this module is loaded; timers are Node's own even if the global ones are others' by then, as those of a test may be. */
const own = {
  now: nodesPerformance.now.bind(nodesPerformance),
  wallNowMs: Date.now,
  setTimeout: nodesTimers.setTimeout,
  clearTimeout: nodesTimers.clearTimeout,
  setInterval: nodesTimers.setInterval,
  clearInterval: nodesTimers.clearInterval,
  setImmediate: nodesTimers.setImmediate,
};

/** Milliseconds since this thread began, as `performance.now()`. */
export let now = (): number => performance.now();
/** Unix milliseconds, as `Date.now()`. */
export let wallNowMs = (): number => Date.now();
/** Node's own, once kept. */
export let setTimeout = (work: () => void, delayMs: number): NodeJS.Timeout => globalThis.setTimeout(work, delayMs);
/** Node's own, once kept. */
export let clearTimeout = (timer: NodeJS.Timeout): void => globalThis.clearTimeout(timer);
/** Node's own, once kept. */
export let setInterval = (work: () => void, everyMs: number): NodeJS.Timeout => globalThis.setInterval(work, everyMs);
/** Node's own, once kept. */
export let clearInterval = (timer: NodeJS.Timeout): void => globalThis.clearInterval(timer);
/** Node's own, once kept. */
export let setImmediate = (work: () => void): unknown => globalThis.setImmediate(work);

/** From here on this thread's clocks and timers are Node's own, whatever became or becomes of the global ones. May be called again. */
export function keepNodesTime(): void {
  ({ now, wallNowMs, setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = own);
}
