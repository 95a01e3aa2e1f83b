/** The demo's course: install, start the three processes, watch the run by what Locust's web UI shows, compare the numbers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, describeExit, type Processes, within } from './child.ts';
import { DemoError } from './errors.ts';
import { type CastContext, type Master, startMaster, startTarget, startWorker, type Target } from './master.ts';
import type { DemoOptions } from './options.ts';
import { openWaitingPage, preferPort } from './ports.ts';
import type { Screen } from './screen.ts';
import { ensureVenv } from './venv.ts';

/** Locust's own ports. */
const usualUiPort = 8089;
const usualMasterPort = 5557;

const pollMs = 1_000;

/** How long the master may take beyond the run time: workers to connect, users to stop, its good-bye. */
const overtimeMs = 90_000;

/** How long one process may take to end after another one did. */
const partingMs = 15_000;

export type DemoWorld = {
  readonly processes: Processes;
  readonly screen: Screen;
  readonly stop: AbortSignal;
};

/** Resolves when the run is over and its numbers agree. Rejects with the reason otherwise. */
export async function runDemo(options: DemoOptions, { processes, screen, stop }: DemoWorld): Promise<void> {
  const say = (text: string): void => screen.line(text);
  const context: CastContext = { processes, stop, say };
  const page = await openWaitingPage(usualUiPort);
  try {
    if (page.port !== usualUiPort) say(`Port ${usualUiPort} is taken: the web UI gets port ${page.port}.`);
    say(`Locust's web UI: http://127.0.0.1:${page.port}`);
    const python = await ensureVenv({ processes, stop, say, progress: (text) => screen.status(text) });
    screen.endStatus();
    const target = await startTarget(context);
    const port = await preferPort(usualMasterPort);
    if (port !== usualMasterPort) say(`Port ${usualMasterPort} is taken: the master listens on port ${port}.`);
    await page.close();
    const master = await startMaster(context, { python, uiPort: page.port, port, targetUrl: target.url, options });
    say(`The master is up, the target is ${target.url}. ${options.users} users, ${options.spawnPerSec} a second, for ${options.runTimeSec} s.`);
    const worker = startWorker(context, master.port);
    const last = await watchRun(options, { master, target, worker }, { screen, stop });
    await compare(last, target, say);
  } finally {
    await page.close();
  }
}

type Cast = { readonly master: Master; readonly target: Target; readonly worker: Child };

/** Shows progress until master and worker have ended well. Resolves to the numbers of the stopped run. */
async function watchRun(options: DemoOptions, cast: Cast, { screen, stop }: { readonly screen: Screen; readonly stop: AbortSignal }): Promise<MasterStats> {
  const { master, target, worker } = cast;
  const deadlineMs = performance.now() + options.runTimeSec * 1000 + overtimeMs;
  let startedMs: number | null = null;
  let last: MasterStats | null = null;
  while (!master.child.isGone && !worker.isGone && !target.child.isGone && performance.now() < deadlineMs) {
    const stats = await fetchMasterStats(master.uiUrl, stop);
    if (stats !== null) {
      last = stats;
      if (stats.state === 'spawning' || stats.state === 'running') startedMs ??= performance.now();
      const elapsedSec = startedMs === null ? null : (performance.now() - startedMs) / 1000;
      screen.status(formatProgress({ stats, elapsedSec, runTimeSec: options.runTimeSec, users: options.users }));
    }
    await Promise.race([sleep(pollMs, undefined, { signal: stop }), master.child.exit, worker.exit, target.child.exit]);
  }
  screen.endStatus();
  if (target.child.isGone) throw failed(describeExit(target.child.name, await target.child.exit));
  // The one that has gone already comes first: should it have failed, the other one will not follow.
  const [first, second] = worker.isGone ? [worker, master.child] : [master.child, worker];
  await endsWell(first, stop);
  await endsWell(second, stop);
  if (last?.state !== 'stopped') throw failed(`the master ended before its run was over (its last state was ${last?.state ?? 'unknown'})`);
  return last;
}

/** The master tells the worker to end and then ends itself: when one has gone, the other follows soon. */
async function endsWell(child: Child, stop: AbortSignal): Promise<void> {
  const exit = await within(child.exit, { ms: partingMs, stop, late: () => failed(`${child.name} does not end`) });
  if (exit.code !== 0) throw failed(describeExit(child.name, exit));
}

/** The target's own count is the truth that the master's must equal. */
async function compare(last: MasterStats, target: Target, say: (text: string) => void): Promise<void> {
  const answered = await fetchAnswered(target.url);
  say(`Locust counted ${last.requests} requests, ${last.failures} of them failed; the target answered ${answered}.`);
  if (answered !== last.requests) throw failed('the two numbers differ');
  if (last.requests === 0) throw failed('no request was made');
}

async function fetchAnswered(targetUrl: string): Promise<number> {
  const response = await fetch(`${targetUrl}/__counts`, { signal: AbortSignal.timeout(5_000) });
  const counts: unknown = await response.json();
  if (typeof counts === 'object' && counts !== null && 'answered' in counts && typeof counts.answered === 'number') return counts.answered;
  throw failed(`the target answered ${JSON.stringify(counts)} instead of its counts`);
}

function failed(reason: string): DemoError {
  return new DemoError(reason);
}

export type MasterStats = {
  /** `ready`, `spawning`, `running`, `stopping` or `stopped`. */
  readonly state: string;
  readonly users: number;
  /** Over all rows since the run began; failures are requests too. */
  readonly requests: number;
  readonly failures: number;
  /** Mean of the last 10 s that are complete (Locust stats.py, `current_rps`). */
  readonly requestsPerSec: number;
  /** Workers that the master hears, in whatever state. */
  readonly workers: number;
};

const timeoutMs = 5_000;

/** Null while no master answers there; Locust itself makes these numbers at most every 2 s. */
export async function fetchMasterStats(uiUrl: string, stop: AbortSignal): Promise<MasterStats | null> {
  try {
    const response = await fetch(`${uiUrl}/stats/requests`, { signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]) });
    return response.ok ? readMasterStats(await response.json()) : null;
  } catch {
    // Not up yet, already gone, or busy: the caller asks again or sees the process end.
    stop.throwIfAborted();
    return null;
  }
}

/** Null when it is not what a Locust master answers. */
export function readMasterStats(body: unknown): MasterStats | null {
  if (!isRecord(body)) return null;
  const { state, user_count: users, current_rps: requestsPerSec, workers, stats } = body;
  if (typeof state !== 'string' || typeof users !== 'number' || !Array.isArray(workers) || !Array.isArray(stats)) return null;
  const total: unknown = stats.at(-1);
  if (!isRecord(total) || total['name'] !== 'Aggregated') return null;
  const { num_requests: requests, num_failures: failures } = total;
  if (typeof requests !== 'number' || typeof failures !== 'number') return null;
  return {
    state,
    users,
    requests,
    failures,
    requestsPerSec: typeof requestsPerSec === 'number' ? requestsPerSec : 0,
    workers: workers.length,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export type ProgressInput = {
  readonly stats: MasterStats;
  /** Since the run began; null before. */
  readonly elapsedSec: number | null;
  readonly runTimeSec: number;
  /** The peak. */
  readonly users: number;
};

/** `0:35 of 1:10 · running · 35/50 users · 104.2 requests/s · 2431 requests, 0 failed`. */
export function formatProgress({ stats, elapsedSec, runTimeSec, users }: ProgressInput): string {
  if (elapsedSec === null) return stats.workers === 0 ? 'waiting for the worker' : 'the worker is there: about to start';
  const parts = [
    `${formatClock(Math.min(elapsedSec, runTimeSec))} of ${formatClock(runTimeSec)}`,
    stats.state,
    `${stats.users}/${users} users`,
    `${stats.requestsPerSec.toFixed(1)} requests/s`,
    `${stats.requests} requests, ${stats.failures} failed`,
  ];
  return parts.join(' · ');
}

/** `m:ss`, or `h:mm:ss` from an hour on, for a progress line. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const twoDigits = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = twoDigits(whole % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}
