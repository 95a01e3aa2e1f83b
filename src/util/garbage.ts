/**
 * A collection when one is wanted. Memory that threads share goes back to the system once it is garbage on both sides and both have collected;
 * who makes as little garbage as the main thread of a worker does that in minutes, or never.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate } from './nodeTime.ts';

let isDue = false;

/** Collects in the next turn of the event loop, once for all who ask until then: some ten milliseconds, as long as there is little else in memory. */
export function collectSoon(): void {
  if (isDue) return;
  isDue = true;
  setImmediate(() => {
    isDue = false;
    collectNow();
  });
}

/** Collects all that nobody holds. V8 has no other way to it: a function in contexts that are made while the flag is set. */
export function collectNow(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('globalThis.gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
}
