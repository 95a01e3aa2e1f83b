/**
 * Handles what threads say: each message goes to the part of the pool that it concerns, and so do a thread's start and its loss.
 */
import type { UsersInput } from '../../protocol/worker/ports.ts';
import { counted } from '../../util/counted.ts';
import { redactText } from '../../util/redaction.ts';
import type { CurrentRun } from './currentRun.ts';
import type { ExceptionReporter } from './exceptionReporter.ts';
import type { Feeders } from './feeders.ts';
import type { ThreadMessage, ThreadLoss, LoadThread } from './loadThread.ts';
import type { OneOffTasks } from './oneOffTasks.ts';
import type { ReportExtras } from './reportExtras.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import type { ScenarioLoading } from './scenarioLoading.ts';
import type { Closing, Stopping } from './stopping.ts';
import type { Counting, UserTargets } from './userTargets.ts';

/** The parts of a pool that hear of threads. */
export type ThreadListeners = {
  readonly threads: () => readonly LoadThread[];
  readonly sink: (input: UsersInput) => void;
  readonly reporter: ExceptionReporter;
  readonly loading: ScenarioLoading;
  readonly counting: Counting;
  readonly run: CurrentRun;
  readonly userTargets: UserTargets;
  readonly stopping: Stopping;
  readonly closing: Closing;
  readonly oneOffTasks: OneOffTasks;
  readonly feeds: Feeders;
  readonly extras: ReportExtras;
  readonly requestLog: RequestLogFile | null;
  /** What the master has changed of the user classes, by their names. */
  readonly classEdits: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
};

/** A thread has said something. */
export function handleThreadMessage(listeners: ThreadListeners, thread: LoadThread, message: ThreadMessage): void {
  const { sink, reporter, loading, userTargets, stopping, closing, oneOffTasks, feeds, extras, requestLog } = listeners;
  switch (message.kind) {
    case 'feeders':
      if (!feeds.declare(message.feeders, message.rows, message.isWhole)) loading.differs(thread, 'feeders');
      return;
    case 'feedWanted':
      return feeds.want(message.name, message.waiting, message.limit);
    case 'ready':
      loading.found(thread, message.classes, message.settings);
      return handleLoaded(listeners, thread);
    case 'initialised':
      oneOffTasks.take(thread.index, message);
      // Else it has yet to say that the scenario is loaded.
      if (thread.isReady) bringUpToDate(listeners, thread);
      return;
    case 'loadFailed':
      return loading.failed(thread, message.reason, message.trace);
    case 'users':
      thread.counts = message.counts;
      if (message.reached) thread.reachedGeneration = message.generation;
      return userTargets.countsChanged();
    case 'stopped':
      thread.stoppedGeneration = message.generation;
      return stopping.check();
    case 'failureSample':
      return reporter.failureSample(message);
    case 'log':
      return reporter.log.line(message.level, message.text);
    case 'custom':
      return sink({ kind: 'customFromUser', type: message.type, data: message.data });
    case 'listening':
      thread.listening = message.types;
      return;
    case 'addsToReports':
      thread.addsToReports = message.isSo;
      return;
    case 'reportExtras':
      return extras.add(message.data);
    case 'stopTest':
      return sink({ kind: 'stopTest', reason: redactText(message.reason) });
    case 'requestLogFailed':
      return requestLog?.failed(message.reason);
    case 'tasksRun':
    case 'profiled':
      return oneOffTasks.take(thread.index, message);
    case 'closed':
      return closing.closed(thread, message.exitCode);
    default:
      message satisfies never;
  }
}

/** A thread has loaded the scenario. */
function handleLoaded(listeners: ThreadListeners, thread: LoadThread): void {
  const { threads, loading, run } = listeners;
  if (thread.isReady) bringUpToDate(listeners, thread);
  // The index has become known while it loaded.
  else if (run.workerIndex !== null) thread.init(run.workerIndex);
  if (threads().every(({ isLoaded }) => isLoaded)) loading.allLoaded();
}

/** A thread is ready, perhaps in place of another: what all others were told so far. */
function bringUpToDate({ counting, run, userTargets, classEdits }: ThreadListeners, thread: LoadThread): void {
  counting.sendTo(thread);
  for (const [className, attributes] of classEdits) thread.post({ kind: 'updateUserClass', className, attributes });
  run.sendTo(thread);
  userTargets.sendTo(thread);
}

/** A thread was lost with what was in it; another takes its place. */
export function threadLost({ reporter, loading, userTargets, stopping, oneOffTasks }: ThreadListeners, thread: LoadThread, { users, requests }: ThreadLoss, reason: string): void {
  oneOffTasks.lost(thread.index, reason);
  if (loading.lost(reason)) return;
  stopping.lost(thread);
  const what = `${counted(users, 'user')} and ${requests === 0 ? 'no request' : counted(requests, 'request')} under way`;
  reporter.trouble({ kind: 'threadLost', requests }, `load thread ${thread.index} was lost with its ${what}, and is replaced: ${reason}`, `load thread ${thread.index}: ${reason}`);
  userTargets.countsChanged();
}
