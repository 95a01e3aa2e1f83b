/**
 * Turns whatever was thrown into text, or into an Error. A scenario may throw anything: undefined, a number, an object whose `toString`
 * throws; none of that may throw again here.
 */
import { inspect, types } from 'node:util';
import { harmless } from './harmless.ts';
import { redactText } from './redaction.ts';

/** One line or more that names the error, e.g. `TypeError: fetch failed`; a non-Error is shown as it prints. */
export function errorLine(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return withCause(thrown);
  } catch {
    return unprintable;
  }
}

/**
 * The stack trace, which groups equal errors: no addresses, no timings. A thrown value without a stack gets a text
 * that says what was thrown.
 */
export function errorTrace(thrown: unknown): string {
  try {
    if (thrown instanceof Error && typeof thrown.stack === 'string' && thrown.stack !== '') return withoutOurFrames(thrown.stack);
    return `${withCause(thrown)}\n    (thrown value of type ${thrown === null ? 'null' : typeof thrown}: it has no stack; throw an Error to see the line)`;
  } catch {
    return unprintable;
  }
}

/**
 * The text of a failed request's error as statistics, reports and files have it: on one line, as Python's `repr` would write it, without
 * secrets, and without what would order about the terminal or the CI of whoever prints it, the master included.
 */
export function reportedError(text: string): string {
  return harmless(redactText(text));
}

/** What was thrown, as an Error: itself, where it is one. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error || types.isNativeError(thrown)) return thrown;
  } catch {
    // a proxy that lets nobody look
  }
  return new Error(errorLine(thrown));
}

/** True for a system call's error of this name. */
export function hasCode(error: unknown, code: string): boolean {
  return types.isNativeError(error) && 'code' in error && error.code === code;
}

const unprintable = 'a thrown value that cannot be printed';

/** `fetch failed` alone says nothing: the cause's text is added (undici and node wrap the socket's error). */
function withCause(thrown: unknown): string {
  const own = printed(thrown);
  if (!(thrown instanceof Error) || !(thrown.cause instanceof Error)) return own;
  return `${own} (${String(thrown.cause)})`;
}

/** `throw { code: 7 }` shows what is in it: `[object Object]` would lump all such errors together. */
function printed(thrown: unknown): string {
  if (!isWithoutText(thrown)) return String(thrown);
  return inspect(thrown, { depth: 1, breakLength: Infinity, maxArrayLength: 20, maxStringLength: 500, customInspect: false });
}

/** An object that brings no `toString` of its own. */
function isWithoutText(thrown: unknown): boolean {
  // A promise prints with numbers of Node's own, and equal errors would not group.
  if (typeof thrown !== 'object' || thrown === null || types.isPromise(thrown)) return false;
  const { toString }: { readonly toString?: unknown } = thrown;
  return toString === undefined || toString === Object.prototype.toString;
}

/** Frames of ours are called by their compiled files. */
const ownFolder = new URL('..', import.meta.url).href;

/** A frame that tells where in the scenario, or in a package of it, something happened. */
function isTheirs(line: string): boolean {
  return /^\s+at .*:\d+:\d+\)?$/u.test(line) && !line.includes('node:') && !line.includes(ownFolder) && !compiledFrame.test(line);
}

/** What esbuild puts into a compiled scenario and no source map knows: the workings of decorators and private members. */
const compiledFrame = /\/boomer-node-[^/]+\/(?:scenario\d+|chunk-\w+)\.mjs/u;

/**
 * What called a task, of ours and of Node, is the same below every task and would only push the user's line out of sight, as would any frame
 * of ours. Node's own frames below an await differ from time to time (which timer woke it): equal errors would not group.
 */
function withoutOurFrames(stack: string): string {
  const lines = stack.split('\n');
  const lastOfTheirs = lines.findLastIndex(isTheirs);
  const above = lastOfTheirs < 0 ? lines : lines.slice(0, lastOfTheirs + 1);
  const theirs = above.filter((line) => !/^\s+at .*\(?node:internal\//u.test(line) && !line.includes(ownFolder) && !compiledFrame.test(line));
  return (theirs.some((line) => /^\s+at /u.test(line)) ? theirs : above).join('\n');
}
