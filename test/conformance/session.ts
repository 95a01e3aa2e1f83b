/** The real command against the fake master: one worker process, started, watched, and gone at the end of the test. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { FakeMaster, fieldsOf, type MasterFrame, type MasterOptions, type SpawnOptions } from '../support/fakeMaster.ts';
import { integerEntries, isFields, mapSum, type Fields } from '../support/frameChecks.ts';
import { TestProcesses } from '../support/processes.ts';
import { Stopwatch } from '../support/stopwatch.ts';
import { WorkerProcess } from '../support/worker.ts';

export type SessionOptions = {
  readonly master?: MasterOptions;
  readonly scenario?: string;
  readonly threads?: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly flags?: readonly string[];
  /** Violations that the test itself provokes. */
  readonly tolerated?: RegExp;
  /** Whether to wait until the worker is registered; default true. */
  readonly isAwaited?: boolean;
};

export const conformanceScenario = 'test/fixtures/conformance.ts';

export class Session {
  readonly master: FakeMaster;
  readonly worker: WorkerProcess;
  readonly #processes: TestProcesses;
  readonly #options: SessionOptions;

  constructor(master: FakeMaster, worker: WorkerProcess, processes: TestProcesses, options: SessionOptions) {
    this.master = master;
    this.worker = worker;
    this.#processes = processes;
    this.#options = options;
  }

  get pid(): number {
    const { pid } = this.worker.child;
    if (pid === undefined) throw new Error('the worker did not start');
    return pid;
  }

  /** Starts now; leaves out what the machine takes from the worker and from this process. */
  stopwatch(): Stopwatch {
    return new Stopwatch(this.pid);
  }

  /** A second worker of the same master. */
  another(): WorkerProcess {
    return startWorker(this.#processes, this.master.port, this.#options);
  }

  /** Sends a spawn and waits for its `spawning_complete`. */
  async spawn(counts: Readonly<Record<string, number>>, options: SpawnOptions = {}): Promise<MasterFrame> {
    const since = this.master.frames.length;
    this.master.spawn(counts, options);
    return this.master.next('spawning_complete', { since });
  }

  /** Sends a stop and waits until the worker is back. */
  async stop(): Promise<void> {
    const since = this.master.frames.length;
    this.master.send('stop');
    await this.master.next('client_ready', { since });
  }

  /** Waits for a custom message `hook` of this name. */
  async hook(name: string, since = 0): Promise<Fields> {
    return fieldsOf(await this.master.next('hook', { since, isRight: (data) => data['hook'] === name }));
  }

  hooks(since = 0): readonly unknown[] {
    return this.master.of('hook', since).map((frame) => fieldsOf(frame)['hook']);
  }

  /** Waits for the next regular report after now. */
  report(since: number = this.master.frames.length): Promise<MasterFrame> {
    return this.master.next('stats', { since });
  }

  output(): string {
    return this.worker.lines.join('\n');
  }

  /** What the worker says at its end that it recorded; waits for the end. */
  recorded(): Promise<{ readonly requests: number; readonly failures: number }> {
    return this.worker.recorded();
  }
}

/** The fake master and all tests of a file share one event loop: one that stood still for so long tells wrong times of frames. */
const maxStandstillMs = 150;

/**
 * Runs `use` with a worker under a fake master; a violation of the protocol fails it, and nothing is left behind. What fails while the
 * test's own event loop stood still is tried once more.
 */
export async function session(options: SessionOptions, use: (session: Session) => Promise<void>): Promise<void> {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  try {
    await runSession(options, use);
  } catch (error) {
    if (delay.max / 1e6 < maxStandstillMs) throw error;
    await runSession(options, use);
  } finally {
    delay.disable();
  }
}

async function runSession(options: SessionOptions, use: (session: Session) => Promise<void>): Promise<void> {
  const processes = new TestProcesses();
  const master = await FakeMaster.start(options.master);
  let worker: WorkerProcess | null = null;
  try {
    worker = startWorker(processes, master.port, options);
    if (worker.child.pid !== undefined) master.stopwatch = new Stopwatch(worker.child.pid);
    if (options.isAwaited ?? true) await master.registered();
    await use(new Session(master, worker, processes, options));
  } catch (error) {
    throw withOutput(error, worker);
  } finally {
    worker?.child.kill();
    await processes[Symbol.asyncDispose]();
    master.close();
  }
  failOnViolations(master, options.tolerated);
}

/** A worker of the conformance scenario for a master on this port. */
export function startWorker(processes: TestProcesses, masterPort: number, options: SessionOptions = {}): WorkerProcess {
  return WorkerProcess.start(processes, {
    scenario: options.scenario ?? conformanceScenario,
    masterPort,
    threads: options.threads ?? 1,
    env: options.env ?? {},
    flags: options.flags ?? [],
  });
}

export function failOnViolations(master: FakeMaster, tolerated?: RegExp): void {
  const violations = master.violations.filter((violation) => tolerated?.test(violation) !== true);
  if (violations.length > 0) throw new Error(`what a worker must never send:\n${violations.slice(0, 20).join('\n')}`);
}

function withOutput(error: unknown, worker: WorkerProcess | null): unknown {
  if (error instanceof Error && worker !== null) error.message += `\nThe worker's output:\n${worker.lines.slice(-30).join('\n')}`;
  return error;
}

/** The counts in a report or a `spawning_complete`. */
export function countsOf(frame: MasterFrame): Fields {
  const counts = fieldsOf(frame)['user_classes_count'];
  return isFields(counts) ? counts : {};
}

/** The rows of a report. */
export function rowsOf(frame: MasterFrame): readonly Fields[] {
  const rows = fieldsOf(frame)['stats'];
  return Array.isArray(rows) ? rows.filter(isFields) : [];
}

/** The one row of this name in all reports, added up; 0 where there is none. */
export function sumOf(frames: readonly MasterFrame[], key: string, name?: string): number {
  return frames
    .flatMap(rowsOf)
    .filter((row) => name === undefined || row['name'] === name)
    .reduce((sum, row) => sum + Number(row[key]), 0);
}

/** A map of a row, added up over reports. */
export function mergedMap(frames: readonly MasterFrame[], key: string, name: string): ReadonlyMap<number, number> {
  const merged = new Map<number, number>();
  for (const row of frames.flatMap(rowsOf).filter((candidate) => candidate['name'] === name)) {
    for (const [bucket, count] of integerEntries(row[key])) merged.set(bucket, (merged.get(bucket) ?? 0) + count);
  }
  return merged;
}

export function totalOf(frame: MasterFrame): Fields {
  const total = fieldsOf(frame)['stats_total'];
  return isFields(total) ? total : {};
}

/** Errors of all reports. */
export function errorsOf(frames: readonly MasterFrame[]): readonly (readonly [string, Fields])[] {
  return frames.flatMap((frame) => {
    const errors = fieldsOf(frame)['errors'];
    return isFields(errors) ? Object.entries(errors).filter((entry): entry is [string, Fields] => isFields(entry[1])) : [];
  });
}

export function gapsMs(frames: readonly MasterFrame[]): readonly number[] {
  return frames.slice(1).map((frame, index) => frame.atMs - (frames[index]?.atMs ?? frame.atMs));
}

/** The same without what the machine took meanwhile: what the worker let pass. */
export function ownGapsMs(frames: readonly MasterFrame[]): readonly number[] {
  return frames.slice(1).map((frame, index) => ownMs(frames[index] ?? frame, frame));
}

/** Milliseconds between two frames, without what the machine took meanwhile. */
export function ownMs(earlier: MasterFrame, later: MasterFrame): number {
  return Math.max(0, later.atMs - earlier.atMs - (later.lostMs - earlier.lostMs) - later.stallMs);
}

/** Heartbeats that come of themselves: not those that follow a report, to have it confirmed. */
export function regularBeats(frames: readonly MasterFrame[]): readonly MasterFrame[] {
  return frames.filter(({ type }, index) => type === 'heartbeat' && frames[index - 1]?.type !== 'stats');
}

/**
 * The gaps between frames that should come every `everyMs`, and do not. What the machine took before either of the two is not held against
 * them, nor are stalls of this process.
 */
export function offBeat(frames: readonly MasterFrame[], everyMs: number, toleranceMs: number): readonly number[] {
  return gapsMs(frames).filter((gap, index) => {
    const stallMs = (frames[index]?.stallMs ?? 0) + (frames[index + 1]?.stallMs ?? 0);
    const lostMs = (frames[index + 1]?.lostMs ?? 0) - (frames[Math.max(0, index - 1)]?.lostMs ?? 0);
    return Math.abs(gap - everyMs) > toleranceMs + stallMs + lostMs;
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs something once and hands its outcome to every test that asks. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}

export { mapSum };
