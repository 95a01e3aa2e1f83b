/**
 * stdout and stderr of the process: neither their end (`| head`, a full disk) nor a reader that stops (Ctrl-S) is the end of
 * a run or a reason to stand still.
 */
import { surviveBrokenPipe } from '../outputs/console/brokenPipe.ts';
import { unwritable } from '../outputs/reportFile.ts';
import { BoundedStream } from './boundedStream.ts';
import { exitCode } from './verdict.ts';

/** How long the end of a run waits for somebody to read its report; as long as for any other output. */
const reportPatienceMs = 60_000;

type Streams = { readonly stdout: BoundedStream; readonly stderr: BoundedStream };

/** Null in a process that is not ours, such as a test. */
let bounded: Streams | null = null;

/**
 * From now on a write never waits, and one that fails shows no trace and ends nothing. stderr is for people, and nobody can be
 * told there; stdout is data: what is lost of it is said, and the exit code is 1 where it would be 0.
 */
export function guardStandardStreams({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): void {
  bounded = { stdout: new BoundedStream(stdout), stderr: new BoundedStream(stderr) };
  surviveBrokenPipe(bounded.stderr.stream, () => undefined);
  surviveBrokenPipe(bounded.stdout.stream, (error) => {
    stderr.write(`boomer-node: ${unwritable('to stdout', error).message}\n`);
    process.once('exit', (code) => {
      if (code === exitCode.ok) process.exitCode = exitCode.error;
    });
  });
  printWarnings();
}

/** Data that was asked for: none of it is left out, and the process waits until it is read. */
export const dataOut: { readonly write: (text: string) => void } = {
  write: (text) => (bounded === null ? void process.stdout.write(text) : bounded.stdout.keep(text, Number.POSITIVE_INFINITY)),
};

/** What a person waited for: none of it is left out, and the end of the process waits a minute for somebody to read on. */
export function writeReport(text: string): void {
  if (bounded === null) process.stderr.write(text);
  else bounded.stderr.keep(text, reportPatienceMs);
}

/** True while nobody reads stderr: what only shows the moment need not be written. */
export function isStderrBehind(): boolean {
  return bounded?.stderr.isBehind === true;
}

/**
 * For who prints data with `dataOut`: from now on `process.stdout` is stderr. A scenario's `console.log` and outputs of a team
 * have no other way to it, so nothing gets between the data.
 */
export function takeStdout(): void {
  const { stderr } = process;
  Object.defineProperty(process, 'stdout', { configurable: true, enumerable: true, get: () => stderr });
}

/** The last thing of the process, which ends here with this code when what was written is not read within its time. */
export async function settleStandardStreams(code: number): Promise<void> {
  if (bounded === null) return;
  const [isOutRead, isErrRead] = await Promise.all([bounded.stdout.settled(), bounded.stderr.settled()]);
  // What waits would keep the process alive.
  if (!isOutRead || !isErrRead) process.exit(code);
}

/** Node itself prints warnings past `process.stderr`, and waits. */
function printWarnings(): void {
  if (process.listenerCount('warning') === 0) return;
  process.removeAllListeners('warning');
  process.on('warning', ({ name, message }) => {
    if (name !== 'DeprecationWarning' || process.noDeprecation !== true) process.stderr.write(`(node:${process.pid}) ${name}: ${message}\n`);
  });
}
