/**
 * Puts a pool together: its parts, and the threads that speak to them.
 */
import type { FeedsToThread } from '../shared/feedMessages.ts';
import type { MainToThread } from '../shared/messages.ts';
import { Closing } from './closing.ts';
import { Counting } from './counting.ts';
import { CurrentRun } from './currentRun.ts';
import { DebuggerWatch } from './debuggerWatch.ts';
import { Feeds } from './feeds.ts';
import { hear, threadLost, type Listeners } from './hearing.ts';
import { noPace, PaceMemory } from './paceMemory.ts';
import type { PoolOptions } from './poolOptions.ts';
import { ReportExtras } from './reportExtras.ts';
import { RequestLogFile } from './requestLogFile.ts';
import { ScenarioLoading } from './scenarioLoading.ts';
import { Stopping } from './stopping.ts';
import { ThreadErrands } from './threadErrands.ts';
import { startThreads } from './threads.ts';
import type { ThreadSlot } from './threadSlot.ts';
import { TrustWarning } from './trustWarning.ts';
import { Upward } from './upward.ts';
import { Wishes } from './wishes.ts';

/** The time between two reports, less what the threads may take to say what they add. */
const extrasAskedAfterMs = 2_500;

export type PoolParts = Omit<Listeners, 'slots' | 'classEdits'> & {
  readonly slots: readonly ThreadSlot[];
  readonly classEdits: Map<string, Readonly<Record<string, unknown>>>;
  readonly pace: PaceMemory;
  readonly trustWarning: TrustWarning;
  /** To all threads. */
  readonly tellAll: (message: MainToThread | FeedsToThread) => void;
};

/** Throws a BoomerError when the request log cannot be written; the threads begin to load at once. */
export function startParts(options: PoolOptions): PoolParts {
  const { sink, log, nowMs, seed, isAlone = false, pace: paceOptions = noPace, warmsUp = false, requestLogPath = null, threadCount, workerIndex = 0 } = options;
  // The threads come last, as they are handed what they share; nothing below asks for them before that.
  let started: readonly ThreadSlot[] = [];
  const slots = (): readonly ThreadSlot[] => started;
  const tellAll = (message: MainToThread | FeedsToThread): void => {
    for (const slot of slots()) slot.post(message);
  };
  const askForExtras = (): void => {
    for (const slot of slots()) if (slot.addsToReports) slot.post({ kind: 'gatherExtras' });
  };
  const upward = new Upward(options);
  const debugging = new DebuggerWatch(log);
  const loading = new ScenarioLoading(log);
  const pace = new PaceMemory(paceOptions, threadCount);
  const classEdits: PoolParts['classEdits'] = new Map();
  const feeds = new Feeds({ seed, isAlone, nowMs, send: (type, data) => sink({ kind: 'customFromUser', type, data }), tell: tellAll, log });
  const listeners: Listeners = {
    slots,
    sink,
    upward,
    loading,
    feeds,
    classEdits,
    run: new CurrentRun({ ownTags: options, feeds, pace, workerIndex, tellAll }),
    wishes: new Wishes({ slots, classes: () => loading.classes, sink }),
    stopping: new Stopping(slots, sink, debugging),
    closing: new Closing(slots),
    counting: new Counting(!warmsUp),
    errands: new ThreadErrands(slots),
    extras: new ReportExtras(askForExtras, extrasAskedAfterMs),
    requestLog: requestLogPath === null ? null : new RequestLogFile(requestLogPath, (text) => upward.trouble({ kind: 'requestLogCut' }, text)),
  };
  started = startThreads(options, {
    counting: listeners.counting,
    run: listeners.run,
    debugging,
    pace,
    requestLog: listeners.requestLog,
    exceptions: (exception, count) => upward.exceptions(exception, count),
    receive: (slot, message) => hear(listeners, slot, message),
    lost: (slot, loss, reason) => threadLost(listeners, slot, loss, reason),
    retired: () => listeners.stopping.check(),
  });
  return { ...listeners, slots: started, classEdits, pace, trustWarning: new TrustWarning((text) => log('warning', text)), tellAll };
}
