/**
 * Node's clocks and timers. A load thread keeps them as they are before it loads the scenario: one that installs fake timers,
 * or replaces `performance.now`, stops what it waits for itself, and neither users nor reports. Elsewhere, and until then,
 * these are the functions of the moment.
 *
 * `now` is the clock of the hot path. The global `performance` is a getter that Node calls at each look: two looks a request
 * cost half a percent of it.
 */

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

/** From here on this thread's clocks and timers are those of this moment, whatever becomes of the global ones. */
export function keepNodesTime(): void {
  now = performance.now.bind(performance);
  ({ now: wallNowMs } = Date);
  ({ setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis);
}
