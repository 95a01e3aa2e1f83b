/** Runs as outputs are handed them, with whatever a test wants to be otherwise. */
import type { RunMoment, RunResult, RunStart, RunStats, TrustReport } from '../../../src/report/runView.ts';
import type { Report } from '../../../src/stats/report.ts';
import { bookScene, sceneStartSec } from './bookScene.ts';

export function aStart(changes: Partial<RunStart> = {}): RunStart {
  return {
    files: ['shop.ts'],
    version: '0.1.0',
    startSec: sceneStartSec,
    host: 'http://shop.test',
    classes: [{ name: 'Shopper', weight: 1, fixedCount: 0 }],
    plan: '10 users, 5 a second, for 1m',
    users: 10,
    spawnPerSec: 5,
    runTimeMs: 60_000,
    iterations: null,
    warmUpMs: 0,
    threadCount: 2,
    seed: '42',
    changed: null,
    labels: { build: 'abc' },
    ...changes,
  };
}

export const trusted: TrustReport = { threads: [], lateShare: 0, ownFailures: [], isTrusted: true, line: 'generator: on time' };

const emptyReport: Report = (() => {
  const { tickAt } = bookScene();
  return tickAt(0);
})();

export const emptyStats: RunStats = bookScene().book.stats;

export function aMoment(changes: Partial<RunMoment> = {}): RunMoment {
  return {
    atSec: sceneStartSec + 1,
    elapsedMs: 1_000,
    phase: 'running',
    isCounting: true,
    userCounts: { Shopper: 10 },
    userCount: 10,
    targetUserCount: 10,
    progress: 0.1,
    delta: emptyReport,
    stats: emptyStats,
    history: [],
    arrivals: null,
    trust: trusted,
    ...changes,
  };
}

export function aResult(changes: Partial<RunResult> = {}): RunResult {
  return {
    start: aStart(),
    countedFromSec: sceneStartSec,
    endSec: sceneStartSec + 60,
    countedMs: 60_000,
    ended: { kind: 'runTime' },
    stats: emptyStats,
    fromSchedule: null,
    history: [],
    thresholds: [],
    trust: trusted,
    arrivals: null,
    verdict: { passed: true, reasons: [] },
    exitCode: 0,
    ...changes,
  };
}
