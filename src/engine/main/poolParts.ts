/**
 * Puts a pool together: its parts, and the threads that speak to them.
 */
import { SteadyClock } from '../../util/steadyClock.ts';
import type { FeedsToThread } from '../shared/feeders.ts';
import type { MainToThread } from '../shared/messages.ts';
import { CurrentRun } from './currentRun.ts';
import { ExceptionReporter } from './exceptionReporter.ts';
import { Feeders } from './feeders.ts';
import { type LoadThreadOptions, LoadThread } from './loadThread.ts';
import { OneOffTasks } from './oneOffTasks.ts';
import { noPace, PaceMemory } from './paceMemory.ts';
import type { Ledgers, PoolOptions } from './poolOptions.ts';
import { ReportExtras } from './reportExtras.ts';
import { RequestLogFile } from './requestLogFile.ts';
import { ScenarioLoading } from './scenarioLoading.ts';
import { DebuggerWatch } from './standstill.ts';
import { Closing, Stopping } from './stopping.ts';
import { handleThreadMessage, type ThreadListeners, threadLost } from './threadMessages.ts';
import { TrustWarning } from './trustWarning.ts';
import { Counting, UserTargets } from './userTargets.ts';

/** The time between two reports, less what the threads may take to say what they add. */
const extrasAskedAfterMs = 2_500;

export type PoolParts = Omit<ThreadListeners, 'threads' | 'classEdits'> & {
  readonly threads: readonly LoadThread[];
  readonly classEdits: Map<string, Readonly<Record<string, unknown>>>;
  readonly pace: PaceMemory;
  readonly trustWarning: TrustWarning;
  /** To all threads. */
  readonly sendToAll: (message: MainToThread | FeedsToThread) => void;
};

/** Throws a BoomerError when the request log cannot be written; the threads begin to load at once. */
export function startParts(options: PoolOptions): PoolParts {
  const { sink, log, nowMs, seed, isAlone = false, pace: paceOptions = noPace, warmsUp = false, requestLogPath = null, threadCount, workerIndex = 0 } = options;
  // The threads come last, as they are handed what they share; nothing below asks for them before that.
  let started: readonly LoadThread[] = [];
  const threads = (): readonly LoadThread[] => started;
  const sendToAll = (message: MainToThread | FeedsToThread): void => {
    for (const thread of threads()) thread.post(message);
  };
  const askForExtras = (): void => {
    for (const thread of threads()) if (thread.addsToReports) thread.post({ kind: 'gatherExtras' });
  };
  const reporter = new ExceptionReporter(options);
  const debugging = new DebuggerWatch(log);
  const loading = new ScenarioLoading(log);
  const pace = new PaceMemory(paceOptions, threadCount);
  const classEdits: PoolParts['classEdits'] = new Map();
  const feeds = new Feeders({ seed, isAlone, nowMs, send: (type, data) => sink({ kind: 'customFromUser', type, data }), tell: sendToAll, log });
  const listeners: ThreadListeners = {
    threads,
    sink,
    reporter,
    loading,
    feeds,
    classEdits,
    run: new CurrentRun({ ownTags: options, feeds, pace, workerIndex, sendToAll }),
    userTargets: new UserTargets({ threads, classes: () => loading.classes, sink }),
    stopping: new Stopping(threads, sink, debugging),
    closing: new Closing(threads),
    counting: new Counting(!warmsUp),
    oneOffTasks: new OneOffTasks(threads),
    extras: new ReportExtras(askForExtras, extrasAskedAfterMs),
    requestLog: requestLogPath === null ? null : new RequestLogFile(requestLogPath, (text) => reporter.trouble({ kind: 'requestLogCut' }, text)),
  };
  started = startThreads(options, {
    counting: listeners.counting,
    run: listeners.run,
    debugging,
    pace,
    requestLog: listeners.requestLog,
    exceptions: (exception, count) => reporter.exceptions(exception, count),
    receive: (thread, message) => handleThreadMessage(listeners, thread, message),
    lost: (thread, loss, reason) => threadLost(listeners, thread, loss, reason),
    retired: () => listeners.stopping.check(),
  });
  return { ...listeners, threads: started, classEdits, pace, trustWarning: new TrustWarning((text) => log('warning', text)), sendToAll };
}

/*
 * Starts the load threads of a pool.
 */

/** What the threads share, and what is done with what comes from them. */
export type ThreadsParts = Pick<LoadThreadOptions, 'exceptions' | 'receive' | 'lost' | 'retired' | 'debugging'> & {
  readonly counting: Counting;
  readonly run: Pick<CurrentRun, 'workerIndex'>;
  readonly pace: PaceMemory;
  readonly requestLog: RequestLogFile | null;
};

/** They load the scenario by themselves when `bundleUrls` is there. Nothing is received before this returns. */
export function startThreads(options: PoolOptions, { counting, run, pace, ...parts }: ThreadsParts): readonly LoadThread[] {
  const { threadCount, host, hangTimeoutMs, nowMs, log, ledgers, scheduleLedgers } = options;
  const { seed: randomSeed, failureSamples = 0, httpDebug = null, userClasses = null, allowHosts = null, clockAnchorMs = new SteadyClock().anchorMs } = options;
  const shared: Omit<LoadThreadOptions, 'index'> = {
    ...parts,
    seed: { threadCount, host, allowHosts, userClasses, failureSamples, randomSeed, pace: pace.pace, httpDebug, clockAnchorMs, isDetailed: scheduleLedgers !== undefined },
    warmsUp: () => !counting.isOn,
    workerIndex: () => run.workerIndex,
    bundleUrls: Promise.resolve(options.bundleUrls),
    hangTimeoutMs,
    nowMs,
    ledgers,
    scheduleLedgers: scheduleLedgers ?? noLedgers,
    log,
  };
  return Array.from({ length: threadCount }, (_, index) => new LoadThread({ ...shared, index }));
}

const noLedgers: Ledgers = { define: ignore, threadEnded: ignore };

function ignore(): void {
  // nobody asked for these samples
}
