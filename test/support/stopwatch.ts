/**
 * How long something took without what a busy machine took: a bound on a program's time must neither fail because others had the CPUs, nor
 * be so wide that it holds nowhere. Linux counts of each thread how long it stood in line for a CPU (/proc/PID/task/TID/schedstat);
 * elsewhere all of the time counts.
 */
import { readdirSync, readFileSync } from 'node:fs';

type ThreadTimes = { readonly runMs: number; readonly waitedMs: number };

const none: ThreadTimes = { runMs: 0, waitedMs: 0 };
/** Often enough for programs that end before anybody asks. */
const readEveryMs = 100;

export class Stopwatch {
  /** `performance.now()` of the start. */
  readonly startMs: number = performance.now();
  readonly #pids: readonly number[];
  readonly #first = new Map<string, ThreadTimes>();
  readonly #last = new Map<string, ThreadTimes>();

  /** Starts now. `pids`: who works on it beside this process; what they started works on it too. */
  constructor(...pids: readonly (number | undefined)[]) {
    this.#pids = pids.filter((pid) => pid !== undefined);
    this.#read();
    for (const [thread, times] of this.#last) this.#first.set(thread, times);
    if (this.#pids.length === 0) return;
    const reading = setInterval(() => {
      if (!this.#read()) clearInterval(reading);
    }, readEveryMs);
    reading.unref();
  }

  /** Milliseconds since the start, without those in which these processes waited for a CPU and this one's main thread did something else. */
  ownMs(atMs: number = performance.now()): number {
    return Math.max(0, atMs - this.startMs - this.lostMs());
  }

  /** What is left out of `ownMs`. Threads that wait at the same time count each: as if each had waited for the one before. */
  lostMs(): number {
    this.#read();
    let lostMs = 0;
    for (const [thread, { runMs, waitedMs }] of this.#last) {
      const first = this.#first.get(thread) ?? none;
      lostMs += waitedMs - first.waitedMs;
      if (thread === mainThread) lostMs += runMs - first.runMs;
    }
    return lostMs;
  }

  /** Threads that have ended keep what was last known of them. False when all programs beside this one have ended. */
  #read(): boolean {
    const families = this.#pids.flatMap(familyOf);
    for (const pid of [process.pid, ...families]) for (const tid of threadsOf(pid)) this.#note(pid, tid);
    return families.length > 0;
  }

  #note(pid: number, tid: string): void {
    const times = timesOf(pid, tid);
    if (times !== null) this.#last.set(`${pid}/${tid}`, times);
  }
}

/** How long the threads of a process have waited for a CPU since they began; 0 where nobody counts it. */
export function cpuWaitMs(pid: number): number {
  return threadsOf(pid).reduce((sum, tid) => sum + (timesOf(pid, tid)?.waitedMs ?? 0), 0);
}

const mainThread = `${process.pid}/${process.pid}`;

/** A process and what its main thread started; empty when it is gone. */
function familyOf(pid: number): readonly number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`);
  return children === null ? [] : [pid, ...children.split(' ').filter((text) => text !== '').flatMap((text) => familyOf(Number(text)))];
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended, or this is not Linux
  }
}

function timesOf(pid: number, tid: string): ThreadTimes | null {
  const [runNs, waitedNs] = read(`/proc/${pid}/task/${tid}/schedstat`)?.split(' ').map(Number) ?? [];
  return runNs === undefined || waitedNs === undefined ? null : { runMs: runNs / 1e6, waitedMs: waitedNs / 1e6 };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
