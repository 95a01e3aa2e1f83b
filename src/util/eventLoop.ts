/** Where the event loop is in its round (timers, then sockets, then immediates), as far as anybody can know. */
import { setImmediate } from './nodeTime.ts';

/** True in what `afterSockets` calls and in its microtasks, and nowhere else: the loop has just looked at all sockets, and an end that one had come to is known. */
export let areSocketsSeen = false;

/** Calls `work` in this round of the event loop, or the next one, once it has looked at all sockets. */
export function afterSockets(work: () => void): void {
  setImmediate(() => {
    areSocketsSeen = true;
    work();
  });
  // Node runs the microtasks of one immediate before the next.
  setImmediate(() => {
    areSocketsSeen = false;
  });
}
