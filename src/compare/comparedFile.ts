/**
 * The text of a file as a run to compare: our own summary, or Locust's `--json-file`; pure.
 */
import { BoomerError } from '../util/boomerError.ts';
import type { ComparedRun } from './comparedRun.ts';
import { isLocustFile, locustRun } from './locustRun.ts';
import { isSummaryFile, summaryRun } from './summaryRun.ts';

/** `source` names the file in errors, which are BoomerErrors, and in the result. */
export function comparedFile(text: string, source: string): ComparedRun {
  const json = parsed(text, source);
  const run = isSummaryFile(json) ? summaryRun(json, source) : isLocustFile(json) ? locustRun(json, source) : null;
  if (run === null) throw new BoomerError('unreadable-run', `${source}: expected a summary of boomer-node run (--summary-export) or Locust's --json-file`);
  if (run.total.requests === 0) throw new BoomerError('unreadable-run', `${source}: there is no request in this run: nothing can be compared`);
  return run;
}

function parsed(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BoomerError('unreadable-run', `${source}: expected JSON, but ${cause instanceof Error ? cause.message : 'it is not'}`, { cause });
  }
}
