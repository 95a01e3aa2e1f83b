/** Where log lines go that a person is to see: the terminal, or the file of `--logfile`. */
import { appendFileSync } from 'node:fs';
import { BoomerError } from '../util/boomerError.ts';
import type { LogSink } from '../util/logger.ts';

/** Throws a BoomerError when the file cannot be written. */
export function visibleLog(logFile: string | null, terminal: LogSink): LogSink {
  if (logFile === null) return terminal;
  try {
    appendFileSync(logFile, '');
  } catch (error) {
    throw new BoomerError('usage', `--logfile ${logFile} cannot be written: ${String(error)}`, { cause: error });
  }
  return (line) => appendFileSync(logFile, `${line}\n`);
}
