/**
 * Work that may be long, written as a generator that pauses every few hundred microseconds: whoever runs it does all of it at once, or gives
 * the event loop a turn now and then. What only has to be whole, whoever does it, is written once.
 */
import { now, setImmediate } from './nodeTime.ts';

/** Work in steps, and what comes of it. */
export type Steps<Result> = Generator<void, Result, void>;

/** Heartbeats, timers and sockets wait no longer for work in steps, but for a step that is longer itself. */
const sliceMs = 4;

/** Names, rows, errors of a report: a step of so many takes some hundred microseconds. */
const itemsPerStep = 32;

/** Whether a step of work on items, one after the other, is over before the one at `place` (from 0). */
export function isStepOver(place: number): boolean {
  return place % itemsPerStep === itemsPerStep - 1;
}

/** All of it, at once. */
export function doneAtOnce<Result>(steps: Steps<Result>): Result {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}

/** One slice of it, at once; where that is not all, a promise of the rest, with a turn of the event loop before each further slice. Work that throws rejects, or throws in the first slice. */
export function doneInTurns<Result>(steps: Steps<Result>): Result | Promise<Result> {
  const step = slice(steps);
  return step.done === true ? step.value : rest(steps);
}

async function rest<Result>(steps: Steps<Result>): Promise<Result> {
  for (;;) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    const step = slice(steps);
    if (step.done === true) return step.value;
  }
}

function slice<Result>(steps: Steps<Result>): IteratorResult<void, Result> {
  const endsMs = now() + sliceMs;
  let step = steps.next();
  while (step.done !== true && now() < endsMs) step = steps.next();
  return step;
}
