/**
 * `load()`: the run of `boomer-node run` as a function. It says nothing, reads no configuration, listens to no signal and installs nothing for the
 * whole process; what it began is closed when it is done. The composition root of such a run.
 */
import { randomInt } from 'node:crypto';
import type { RunMoment } from '../report/runView.ts';
import { ownVersion } from '../session/ownVersion.ts';
import type { Settings } from '../options/settings.ts';
import { profileOutputs } from '../session/profileOutputs.ts';
import { RunNumbers } from '../session/runNumbers.ts';
import { outputsOf, requestLogPath } from '../session/runOutputs.ts';
import { configuredClasses, localPlan, runStart, threadsFor } from '../session/runPlan.ts';
import { openSession } from '../session/session.ts';
import { wholeRun, withScenario } from '../session/wholeRun.ts';
import { programModule } from '../engine/here/programScenario.ts';
import { inThisThread } from '../engine/here/thisThread.ts';
import type { StartHere } from '../engine/shared/threadSeed.ts';
import type { Output } from '../outputs/outputs.ts';
import { histogramCodec } from '../stats/histogram.ts';
import { keepNodesTime } from '../util/nodeTime.ts';
import { asOwnLoad } from '../util/perLoad.ts';
import { onAbort } from './abortListeners.ts';
import { assertEnds, classesByName, settingsOfLoad, type LoadOptions, type LoadProgress } from './loadOptions.ts';
import { LoadResult } from './loadResult.ts';

/**
 * Runs users and resolves with what was measured, whether or not it passed:
 *
 * ```ts
 * const result = await load({ classes: [Shopper], users: 20, duration: '10s', thresholds: { 'GET /cart': 'p(95)<200' } });
 * assert(result.passed, result.toText());
 * ```
 *
 * Rejects with a BoomerError for wrong options and for what is wrong before the first user begins, with the signal's reason when that was
 * aborted by then, and with what `onLog` threw.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const asked = settingsOfLoad(options, () => String(randomInt(1_000_000_000)));
  options.signal?.throwIfAborted();
  const settings: Settings = { ...asked, threadCount: threadsFor(asked) };
  if (settings.threadCount > 0) return run(options, settings, null);
  const { classes } = options;
  const startHere = inThisThread(classes === undefined ? null : [programModule(classesByName(classes), options)]);
  // A test may have fake timers for what it tests.
  keepNodesTime();
  return asOwnLoad(() => run(options, settings, startHere));
}

async function run({ classes, signal, onProgress, onLog }: LoadOptions, settings: Settings, startHere: StartHere | null): Promise<LoadResult> {
  const requestLog = requestLogPath(settings);
  const logReader = new LogReader(onLog);
  const session = await openSession({ settings, level: settings.logLevel, show: (line) => logReader.read(line), heedsSignals: false, ...(classes === undefined ? {} : { files: [] }) });
  const { clock, log } = session;
  const numbers = new RunNumbers(() => clock.nowSec(), (text) => log('warning', text));
  const [version, codec] = await Promise.all([ownVersion(), histogramCodec()]);
  try {
    const pool = await session.startPool({
      startHere,
      ...numbers.ledgers,
      soFar: () => numbers.soFar(),
      warmsUp: settings.warmUpMs > 0 || settings.resetStats,
      requestLogPath: requestLog,
      isAlone: true,
      onFailureSample: (sample) => numbers.failureSample(sample),
      onTrouble: (trouble) => numbers.trouble(trouble),
    });
    try {
      signal?.throwIfAborted();
      logReader.throwIfFailed();
      const whole = withScenario(settings, new Map(), pool);
      const plan = localPlan(whole, pool.settings());
      assertEnds(plan, signal);
      const start = runStart(whole, plan, configuredClasses(pool.classes(), whole), version, clock.nowSec());
      const profiles = profileOutputs(whole, start, (what, path, durationMs) => pool.profile(what, path, durationMs));
      const { ended } = await wholeRun({
        settings: whole,
        plan,
        start,
        session,
        pool,
        numbers,
        outputs: [...(await outputsOf(whole, start, false)), ...profiles, ...(onProgress === undefined ? [] : [progressOutput(onProgress)])],
        control({ stop }) {
          const end = (): void => stop({ kind: 'aborted' });
          logReader.onFailure(end);
          return signal === undefined ? () => undefined : onAbort(signal, end);
        },
      });
      logReader.throwIfFailed();
      return new LoadResult(ended, codec);
    } finally {
      await pool.close();
    }
  } finally {
    session.close();
    session.removeFiles();
  }
}

/** Hands lines of the log to a program, until that fails: an expectation within `onLog` is one of the test. */
class LogReader {
  readonly #onLine: ((line: string) => unknown) | undefined;
  #failure: { readonly error: unknown } | null = null;
  #end: () => void = () => undefined;

  constructor(onLine: ((line: string) => unknown) | undefined) {
    this.#onLine = onLine;
  }

  /** Never throws. */
  read(line: string): void {
    if (this.#onLine === undefined || this.#failure !== null) return;
    const failed = (error: unknown): void => {
      this.#failure ??= { error };
      this.#end();
    };
    try {
      void Promise.resolve(this.#onLine(line)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  /** Calls `end` when a line fails; at once where one has. */
  onFailure(end: () => void): void {
    this.#end = end;
    if (this.#failure !== null) end();
  }

  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}

function progressOutput(tell: (progress: LoadProgress) => void): Output {
  return { onEvent: (moment) => tell(progressOf(moment)) };
}

function progressOf({ phase, elapsedMs, progress, userCount, userCounts, stats, history }: RunMoment): LoadProgress {
  const last = history.at(-1);
  return {
    phase,
    elapsedMs,
    progress,
    users: userCount,
    usersByClass: userCounts,
    requests: stats.total.numRequests,
    failures: stats.total.numFailures,
    requestsPerSec: last?.requestsPerSec ?? 0,
    failuresPerSec: last?.failuresPerSec ?? 0,
    p50Ms: last?.p50Ms ?? null,
    p95Ms: last?.p95Ms ?? null,
  };
}
