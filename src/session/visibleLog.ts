/** Where log lines go that a person is to see: the terminal, or the file of `--logfile`. */
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { BoomerError } from '../util/boomerError.ts';
import { counted } from '../util/counted.ts';
import { errorLine, hasCode } from '../util/errorText.ts';
import type { LogSink } from '../util/logger.ts';
import { makeFolderOf } from '../util/writtenFiles.ts';

/** A named pipe that nobody reads holds up nothing. Windows knows no such flag. */
const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/**
 * Throws a BoomerError when the file cannot be written. When it takes no more later, that is said, and the log goes on in the
 * terminal; lines that a full pipe does not take are counted in it.
 */
export function visibleLog(logFile: string | null, terminal: LogSink): LogSink {
  if (logFile === null) return terminal;
  try {
    makeFolderOf(logFile);
    append(logFile, '');
  } catch (error) {
    const reason = hasCode(error, 'ENXIO') ? 'it is a pipe that nobody reads: start its reader first' : errorLine(error);
    throw new BoomerError('usage', `--logfile ${logFile} cannot be written: ${reason}`, { cause: error });
  }
  let isFull = false;
  let leftOut = 0;
  return (line, short) => {
    if (isFull) return terminal(line, short);
    try {
      if (leftOut > 0) append(logFile, `boomer-node: nobody read on, ${counted(leftOut, 'line')} left out here\n`);
      leftOut = 0;
      append(logFile, `${line}\n`);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') {
        leftOut++;
        return;
      }
      isFull = true;
      const notice = `boomer-node: --logfile ${logFile} ends here, the log goes on in the terminal: ${errorLine(error)}`;
      terminal(notice, notice);
      terminal(line, short);
    }
  };
}

/** Opens it each time, so that a log that was rotated away begins anew. */
function append(path: string, text: string): void {
  const file = openSync(path, flags, 0o666);
  try {
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
