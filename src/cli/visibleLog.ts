/** Where log lines go that a person is to see: the terminal, or the file of `--logfile`. */
import { appendFileSync } from 'node:fs';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import type { LogSink } from '../util/logger.ts';

/** Throws a BoomerError when the file cannot be written. When it takes no more later, that is said, and the log goes on in the terminal. */
export function visibleLog(logFile: string | null, terminal: LogSink): LogSink {
  if (logFile === null) return terminal;
  try {
    appendFileSync(logFile, '');
  } catch (error) {
    throw new BoomerError('usage', `--logfile ${logFile} cannot be written: ${errorLine(error)}`, { cause: error });
  }
  let isFull = false;
  return (line) => {
    if (isFull) return terminal(line);
    try {
      appendFileSync(logFile, `${line}\n`);
    } catch (error) {
      isFull = true;
      terminal(`boomer-node: --logfile ${logFile} ends here, the log goes on in the terminal: ${errorLine(error)}`);
      terminal(line);
    }
  };
}
