/** stdout and stderr of the process, whose end (`| head`, a full disk) is not the end of a run. */
import { surviveBrokenPipe } from '../outputs/console/brokenPipe.ts';
import { unwritable } from '../outputs/filePaths.ts';
import { exitCode } from './exitCodes.ts';

/**
 * From now on a write that fails shows no trace and ends nothing. stderr is for people, and nobody can be told there; stdout
 * is data: what is lost of it is said, and the exit code is 1 where it would be 0.
 */
export function guardStandardStreams({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): void {
  surviveBrokenPipe(stderr, () => undefined);
  surviveBrokenPipe(stdout, (error) => {
    stderr.write(`boomer-node: ${unwritable('to stdout', error).message}\n`);
    process.once('exit', (code) => {
      if (code === exitCode.ok) process.exitCode = exitCode.error;
    });
  });
}

/**
 * For who prints data: returns stdout, and from now on `process.stdout` is stderr. Load threads that start later, a scenario's
 * `console.log` and outputs of a team have no other way to it, so nothing gets between the data.
 */
export function takeStdout(): NodeJS.WriteStream {
  const { stdout, stderr } = process;
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr });
  return stdout;
}
