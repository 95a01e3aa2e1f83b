/**
 * Resident memory a user: 100 000 that sleep a second between tasks, and 10 000 with a keep-alive connection each, all
 * in one load thread. The sleepers also tell how late their timers fire.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Line, OpenLine, Sample, Scale } from '../line.ts';
import type { SeenReport } from '../support/master.ts';
import { median } from '../support/medians.ts';
import { ownProgram } from '../support/paths.ts';
import { residentBytes, start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget, type Target } from '../support/target.ts';
import { startWorker, type RunningWorker } from '../support/worker.ts';

const goalKb = 5;
const connectedGoalKb = 15;
const lateGoalMs = 20;
/** Users come in steps, as from a master, so that they do not all wake in the same millisecond. */
const steps = 10;
const betweenStepsMs = 100;
/** Files that a process needs besides its connections. */
const otherFiles = 500;

export const memory: Line = { name: 'memory', open };

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const sleepers = scale.isQuick ? 10_000 : 100_000;
  const connections = Math.min(scale.isQuick ? 1_000 : 10_000, (await maxOpenFiles()) - otherFiles);
  return {
    contestants: {
      bareTimers: () => bareProgram('bareTimers', [String(sleepers), '1000'], sleepers, scale),
      sleepers: () => sleepingUsers(sleepers, scale),
      bareUndici: () => bareProgram('bareUndici', [target.origin, String(connections), '5000'], connections, scale),
      fastHttpUsers: () => connectedUsers('connectedFast', target, connections, scale),
      httpUsers: () => connectedUsers('connected', target, connections, scale),
    },
    rows(medians) {
      const sleeper = medians.of('sleepers', 'kb');
      const timer = medians.of('bareTimers', 'kb');
      const client = medians.of('bareUndici', 'kb');
      const lateMs = medians.of('sleepers', 'lateP99Ms');
      return [
        {
          what: `${quantity(sleepers, '')} users that sleep 1 s, one thread: resident memory a user`,
          figure: quantity(sleeper, 'KB'),
          peer: `bare async loops with setTimeout: ${quantity(timer, 'KB')}`,
          ratio: ratioText(sleeper, timer),
          goal: `≤ ${goalKb} KB`,
          isMet: sleeper === null ? null : sleeper <= goalKb,
        },
        {
          what: '  how late their timers fire (rounded to 1 ms)',
          figure: `p50 ${quantity(medians.of('sleepers', 'lateP50Ms'), 'ms')}, p99 ${quantity(medians.of('sleepers', 'lateP99Ms'), 'ms')}`,
          peer: '',
          ratio: '',
          goal: `p99 ≤ ${lateGoalMs} ms`,
          isMet: lateMs === null ? null : lateMs <= lateGoalMs,
        },
        ...['FastHttpUser', 'HttpUser'].map((name) => {
          const connected = medians.of(name === 'HttpUser' ? 'httpUsers' : 'fastHttpUsers', 'kb');
          return {
            what: `${quantity(connections, '')} ${name}s with a keep-alive connection (${target.name}): resident memory a user`,
            figure: quantity(connected, 'KB'),
            peer: `bare undici clients: ${quantity(client, 'KB')}`,
            ratio: ratioText(connected, client),
            goal: `≤ ${connectedGoalKb} KB`,
            isMet: connected === null ? null : connected <= connectedGoalKb,
          };
        }),
      ];
    },
    notes: target.notes,
    close: target.stop,
  };
}

async function sleepingUsers(users: number, scale: Scale): Promise<Sample> {
  const worker = await startWorker('sleeper');
  try {
    const kb = await grow(worker, 'BenchSleeper', users, null, scale);
    return { kb, lateP50Ms: percentileMs(worker.master.reports, 50), lateP99Ms: percentileMs(worker.master.reports, 99) };
  } finally {
    await worker.stop();
  }
}

async function connectedUsers(scenario: string, target: Target, users: number, scale: Scale): Promise<Sample> {
  const worker = await startWorker(scenario);
  try {
    const kb = await grow(worker, 'BenchConnectedUser', users, target.origin, scale);
    const failures = worker.master.reports.reduce((sum, report) => sum + report.failures, 0);
    if (failures > 0) throw new Error(`${failures} requests failed: the figures would not be those of live connections`);
    return { kb };
  } finally {
    await worker.stop();
  }
}

/** Brings a worker to so many users; returns resident KB a user. */
async function grow({ master, pid }: RunningWorker, className: string, users: number, host: string | null, scale: Scale): Promise<number> {
  await pause(300);
  const before = await residentBytes(pid);
  for (let step = 1; step <= steps; step++) {
    await master.spawn(className, Math.round((users * step) / steps), host);
    await pause(betweenStepsMs);
  }
  const perUser = (await settled(pid, before, users, scale)) / users;
  // Only reports of the full crowd tell how late it is.
  master.reports.length = 0;
  await master.reported(scale.isQuick ? 2 : 3);
  master.reports.shift();
  return perUser / 1000;
}

async function bareProgram(program: string, args: readonly string[], users: number, scale: Scale): Promise<Sample> {
  const peer = start(ownProgram(program, ...args));
  try {
    const [, before] = await peer.says(/begins with (\d+) bytes/u);
    await pause(steps * betweenStepsMs);
    return { kb: (await settled(peer.pid, Number(before), users, scale)) / users / 1000 };
  } finally {
    await peer.stop();
  }
}

/** Bytes more than `before`, once garbage collections have come round: the median of some seconds. */
async function settled(pid: number, before: number, users: number, scale: Scale): Promise<number> {
  await pause(scale.isQuick ? 2_000 : 8_000);
  const seen: number[] = [];
  for (let look = 0; look < 10; look++) {
    seen.push(await residentBytes(pid));
    await pause(200);
  }
  if (users === 0) throw new Error('no users to measure');
  return median(seen) - before;
}

function percentileMs(reports: readonly SeenReport[], percent: number): number {
  const counts = new Map<number, number>();
  for (const { responseTimes } of reports) for (const [ms, count] of responseTimes) counts.set(ms, (counts.get(ms) ?? 0) + count);
  const all = [...counts].sort(([one], [other]) => one - other);
  let left = (all.reduce((sum, [, count]) => sum + count, 0) * percent) / 100;
  for (const [ms, count] of all) {
    left -= count;
    if (left <= 0) return ms;
  }
  return Number.NaN;
}

async function maxOpenFiles(): Promise<number> {
  const limit = /^Max open files\s+(\d+)/mu.exec(await readFile('/proc/self/limits', 'utf8'))?.[1];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
}
