/** The demo's course: install, start the three processes, watch the run, compare the numbers. */
import { setTimeout as sleep } from 'node:timers/promises';

import { BoomerError } from '../util/boomerError.ts';
import { type CastContext, startTarget, startWorker, type Target } from './cast.ts';
import { type Child, describeExit } from './child.ts';
import { type Master, startMaster } from './master.ts';
import { fetchMasterStats, type MasterStats } from './masterStats.ts';
import type { DemoOptions } from './options.ts';
import { preferPort } from './ports.ts';
import { formatProgress } from './progress.ts';
import type { Processes } from './processes.ts';
import type { Screen } from './screen.ts';
import { ensureVenv } from './venv.ts';
import { openWaitingPage } from './waitingPage.ts';
import { within } from './within.ts';

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

function failed(reason: string): BoomerError {
  return new BoomerError('demo-failed', reason);
}
