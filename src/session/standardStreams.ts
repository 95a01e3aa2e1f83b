/**
 * stdout and stderr of the process, which nobody has to read: neither their end (`| head`, a full disk) nor a reader that stops (Ctrl-S,
 * a pipe whose reader does something else) is the end of a run or a reason to stand still: it holds up neither heartbeats and reports nor
 * the clock of a run.
 *
 * What is written waits in memory up to a limit; beyond it the oldest lines are left out and counted, and the count is written
 * where they are missing. `keep` is for text that must not be left out, such as data that was asked for.
 */
import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { WriteStream } from 'node:tty';
import { surviveBrokenPipe } from '../outputs/console/brokenPipe.ts';
import { unwritable } from '../outputs/reportFile.ts';
import { harmlessLog } from '../util/harmless.ts';
import { pause } from '../util/timers.ts';
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

/** For what draws on the terminal: on stderr, past `printAbove`. */
export function writeToScreen(text: string): void {
  if (bounded === null) process.stderr.write(text);
  else bounded.stderr.writePast(text);
}

/**
 * For who redraws the bottom of a terminal: from now on whatever else is written there (`console.table` of a scenario, warnings of Node, outputs of a
 * team) goes to `show`, line by line, without a line end. A stream that is no terminal is left as it is.
 */
export function printAbove(show: (lines: string) => void): void {
  if (bounded === null) return;
  const { stdout, stderr } = bounded;
  for (const each of [stdout, stderr]) if ((each.stream as { readonly isTTY?: boolean }).isTTY === true) each.divert(show);
}

/** Whether stderr is a terminal, where a person reads. */
export function isOnTerminal(): boolean {
  // Of a pipe it is undefined, whatever its type says.
  return Boolean(process.stderr.isTTY);
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
  for (const stream of [bounded.stdout, bounded.stderr]) stream.endDiversion();
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

/** Characters that wait for a reader, without those that are kept; some ten thousand lines of a log. */
const maxWaiting = 1_048_576;
/** Characters that are given to the stream before it has written what it had. */
const maxHandedOver = 65_536;
/** How long the end of the process waits for somebody to read on, unless what was kept deserves more. */
const defaultPatienceMs = 2_000;
const lookEveryMs = 50;

type Stream = NodeJS.WriteStream & { readonly fd: 1 | 2 };
/** libuv's side of a stream, which Node's types do not have; a file has none. */
type Handle = { readonly setBlocking?: (isBlocking: boolean) => unknown; readonly writeQueueSize?: number };
type WriteDone = (error?: Error | null) => void;
/** `stream.write`, whose encoding may be left out. */
type Write = (chunk: string | Uint8Array, encoding?: BufferEncoding | WriteDone, done?: WriteDone) => boolean;
type Waiting = { readonly chunk: string | Uint8Array; readonly encoding: BufferEncoding | undefined; readonly done: WriteDone | undefined; readonly isKept: boolean };

/** stdout or stderr, written to without ever waiting for its reader. */
export class BoundedStream {
  /** What is written to: the stream that was given, or the same terminal or pipe opened anew. */
  readonly stream: Socket | NodeJS.WriteStream;
  readonly #writeNow: Write;
  readonly #isShared: boolean;
  #waiting: Waiting[] = [];
  #waitingCharacters = 0;
  #keptCharacters = 0;
  #leftOut = 0;
  #patienceMs = defaultPatienceMs;
  /** Null: what is written goes to the stream itself. */
  #diversion: Diversion | null = null;

  /** From now on `stream.write`, and with it `console.log` and whoever else writes there, never waits. */
  constructor(stream: Stream) {
    const ours = openedAnew(stream);
    this.stream = ours ?? stream;
    this.#isShared = ours === null;
    this.#writeNow = this.stream.write.bind(this.stream) as Write;
    stream.write = ((chunk: string | Uint8Array, encoding?: BufferEncoding | WriteDone, done?: WriteDone) => {
      const written: Waiting = typeof encoding === 'function' ? { chunk, encoding: undefined, done: encoding, isKept: false } : { chunk, encoding, done, isKept: false };
      if (this.#diversion === null) this.#add(written);
      else this.#diversion.take(written);
      // Also when something waits: nobody needs to hold back for us, and there is no event to wait for.
      return true;
    }) satisfies Write;
    this.#setNonBlocking();
  }

  /** True while earlier text waits for a reader: what only shows the moment need not be written. */
  get isBehind(): boolean {
    return this.#waiting.length > 0 || this.stream.writableLength > 0;
  }

  /** Writes text however much of it waits; the end of the process waits `patienceMs` for a reader of it. */
  keep(text: string, patienceMs: number): void {
    this.#patienceMs = Math.max(this.#patienceMs, patienceMs);
    this.#add({ chunk: text, encoding: undefined, done: undefined, isKept: true });
  }

  /** Writes as `stream.write` does where nothing is diverted. */
  writePast(text: string): void {
    this.#add({ chunk: text, encoding: undefined, done: undefined, isKept: false });
  }

  /** From now on what is written goes to `show`, in whole lines; what is kept does not. */
  divert(show: (lines: string) => void): void {
    this.#diversion = new Diversion(show);
  }

  /** A line without an end is written now. May be called twice. */
  endDiversion(): void {
    this.#diversion?.end();
    this.#diversion = null;
  }

  /** Resolves with true when all was read; with false when nobody has read anything for as long as what waits deserves. */
  async settled(): Promise<boolean> {
    let unread = this.#unread();
    let readMs = performance.now();
    while (unread > 0) {
      // A terminal that was closed, a pipe whose reader is gone: nobody will ever read on.
      if (this.stream.destroyed || performance.now() - readMs > this.#patienceMs) return false;
      await pause(lookEveryMs);
      const left = this.#unread();
      if (left < unread) readMs = performance.now();
      unread = left;
    }
    return true;
  }

  #add(waiting: Waiting): void {
    if (!this.isBehind) return this.#hand(waiting);
    this.#waiting.push(waiting);
    this.#account(waiting, 1);
    if (this.#waitingCharacters > maxWaiting) this.#leaveOut();
  }

  /** A quarter at once, so that a flood does not move the rest at every line. */
  #leaveOut(): void {
    const kept: Waiting[] = [];
    let at = 0;
    for (; at < this.#waiting.length && this.#waitingCharacters > 0.75 * maxWaiting; at++) {
      const waiting = this.#waiting[at];
      if (waiting === undefined) break;
      if (waiting.isKept) kept.push(waiting);
      else {
        this.#account(waiting, -1);
        this.#leftOut += linesOf(waiting.chunk);
        if (waiting.done !== undefined) process.nextTick(waiting.done);
      }
    }
    this.#waiting = [...kept, ...this.#waiting.slice(at)];
  }

  readonly #goOn = (): void => {
    if (this.stream.writableLength > 0) return;
    if (this.#leftOut > 0) {
      const lines = this.#leftOut === 1 ? '1 line was' : `${this.#leftOut} lines were`;
      this.#leftOut = 0;
      this.#hand({ chunk: `boomer-node: nobody read on, ${lines} left out here\n`, encoding: undefined, done: undefined, isKept: true });
    }
    let handed = 0;
    let at = 0;
    for (; at < this.#waiting.length && handed < maxHandedOver; at++) {
      const waiting = this.#waiting[at];
      if (waiting === undefined) break;
      this.#account(waiting, -1);
      handed += waiting.chunk.length;
      this.#hand(waiting);
    }
    this.#waiting.splice(0, at);
  };

  #hand({ chunk, encoding, done }: Waiting): void {
    // Each child process that inherits the stream makes it blocking (libuv, uv_spawn); esbuild's is one.
    if (this.#isShared) this.#setNonBlocking();
    this.#writeNow(chunk, encoding, (error) => {
      done?.(error);
      if (this.#waiting.length > 0) this.#goOn();
    });
  }

  #account({ chunk, isKept }: Waiting, sign: 1 | -1): void {
    if (isKept) this.#keptCharacters += sign * chunk.length;
    else this.#waitingCharacters += sign * chunk.length;
  }

  #setNonBlocking(): void {
    // Windows has its own ways, and Node knows them.
    if (process.platform !== 'win32') this.#handle?.setBlocking?.(false);
  }

  #unread(): number {
    return this.#waitingCharacters + this.#keptCharacters + this.stream.writableLength + (this.#handle?.writeQueueSize ?? 0);
  }

  get #handle(): Handle | undefined {
    return (this.stream as { readonly _handle?: Handle })._handle;
  }
}

/** A line without an end is not gathered for ever. */
const maxLineCharacters = 65_536;

/** Text on its way to whoever shows it, in whole lines, without what would move the cursor. */
class Diversion {
  readonly #show: (lines: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #rest = '';

  constructor(show: (lines: string) => void) {
    this.#show = show;
  }

  take({ chunk, encoding, done }: Waiting): void {
    this.#rest += this.#decoder.write(typeof chunk === 'string' ? Buffer.from(chunk, encoding) : Buffer.from(chunk));
    const end = this.#rest.length > maxLineCharacters ? this.#rest.length : this.#rest.lastIndexOf('\n');
    if (end >= 0) {
      this.#show(harmlessLog(this.#rest.slice(0, end)));
      this.#rest = this.#rest.slice(end + 1);
    }
    if (done !== undefined) process.nextTick(done);
  }

  end(): void {
    if (this.#rest !== '') this.#show(harmlessLog(this.#rest));
    this.#rest = '';
  }
}

/**
 * Whether writes wait belongs to what was opened, which other processes share: parents, children, neighbours in a pipeline. Linux
 * opens a terminal or a pipe anew by its name; null for sockets, for files, for who may not, and on other systems.
 */
function openedAnew(stream: Stream): Socket | null {
  if (process.platform !== 'linux' || !(stream instanceof Socket)) return null;
  try {
    const fd = openSync(`/proc/self/fd/${stream.fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    return stream.isTTY ? new WriteStream(fd) : new Socket({ fd, readable: false, writable: true });
  } catch {
    return null;
  }
}

/** At least one: a text without a line end is part of a line. */
function linesOf(chunk: string | Uint8Array): number {
  const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('latin1');
  return Math.max(1, text.split('\n').length - 1);
}
