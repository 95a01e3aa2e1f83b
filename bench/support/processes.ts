/** Child processes: started on a core, measured through /proc, ended for sure. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { pinned } from './cores.ts';

/** From the end of a process until its pipes are closed. */
const lastWordsMs = 1_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
// Node ends at a signal without that event, and those whose turn it was not would stand still for good.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(128 + constants.signals[signal]));

export type Program = {
  readonly pid: number;
  /** What it wrote so far, both streams. */
  readonly output: () => string;
  /** The first match in what it writes; rejects when it ends before, or after `withinMs`. */
  readonly says: (pattern: RegExp, withinMs?: number) => Promise<RegExpExecArray>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** SIGTERM, then SIGKILL after 3 s; resolves when it is gone. May be called twice. */
  readonly stop: () => Promise<void>;
};

export function start(command: readonly string[], { core = null, cwd }: { readonly core?: number | null; readonly cwd?: string } = {}): Program {
  const [file = '', ...args] = pinned(core, command);
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let text = '';
  const ended = endOf(child).then((code) => {
    running.delete(child);
    return code;
  });
  child.on('error', (error) => (text += String(error)));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return {
    pid: child.pid ?? 0,
    output: () => text,
    ended,
    says: (pattern, withinMs = 15_000) => wordOf(pattern, withinMs, () => text, ended),
    async stop() {
      if (!running.has(child)) return;
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 3_000);
      await ended;
      clearTimeout(killer);
    },
  };
}

/** Its exit code once it has ended and its last words are read; those are waited for a second only: what it has started itself may hold its pipes for ever. Null also where it could not be started. */
async function endOf(child: ChildProcess): Promise<number | null> {
  const closed = once(child, 'close').catch(() => undefined);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    await Promise.race([closed, pause(lastWordsMs, undefined, { ref: false })]);
    return code;
  } catch {
    return null; // 'error', whose text is in the output
  } finally {
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

/** Time on a core of all threads that a process has now, in milliseconds, to the nanosecond: for stretches in which none of them ends. */
export async function threadsCpuMs(pid: number): Promise<number> {
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(threads.map(async (thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').catch(() => '0')));
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e6, 0);
}

/** User and system time of all threads of a process in milliseconds; the clock ticks every 10 ms. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in brackets, may hold spaces; utime and stime are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Resident bytes of a process. */
export async function residentBytes(pid: number): Promise<number> {
  const kib = /^VmRSS:\s*(\d+) kB$/mu.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** The most resident bytes that a process has had. */
export async function peakBytes(pid: number): Promise<number> {
  const kib = /^VmHWM:\s*(\d+) kB$/mu.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** Bytes of a process that no other shares: what one more of it takes. */
export async function ownBytes(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return Array.from(rollup.matchAll(/^Private_(?:Clean|Dirty):\s*(\d+) kB$/gmu)).reduce((sum, [, kib]) => sum + Number(kib) * 1024, 0);
}

async function wordOf(pattern: RegExp, withinMs: number, text: () => string, ended: Promise<unknown>): Promise<RegExpExecArray> {
  let isOver = false;
  void ended.then(() => (isOver = true));
  const deadlineMs = performance.now() + withinMs;
  for (;;) {
    const match = pattern.exec(text());
    if (match !== null) return match;
    if (isOver || performance.now() > deadlineMs) throw new Error(`expected ${String(pattern)} from a program that ${isOver ? 'ended' : 'runs'}, got:\n${text()}`);
    await pause(10);
  }
}
