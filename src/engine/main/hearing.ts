/**
 * What comes from threads, to whom it concerns: their messages, their coming and their going.
 */
import type { UsersInput } from '../../protocol/worker/ports.ts';
import { counted } from '../../util/counted.ts';
import { redactText } from '../../util/redaction.ts';
import type { Closing } from './closing.ts';
import type { Counting } from './counting.ts';
import type { CurrentRun } from './currentRun.ts';
import type { Feeds } from './feeds.ts';
import type { ReportExtras } from './reportExtras.ts';
import type { RequestLogFile } from './requestLogFile.ts';
import type { ScenarioLoading } from './scenarioLoading.ts';
import type { SlotMessage } from './startedThread.ts';
import type { Stopping } from './stopping.ts';
import type { ThreadErrands } from './threadErrands.ts';
import type { ThreadLoss, ThreadSlot } from './threadSlot.ts';
import type { Upward } from './upward.ts';
import type { Wishes } from './wishes.ts';

export type Listeners = {
  readonly slots: () => readonly ThreadSlot[];
  readonly sink: (input: UsersInput) => void;
  readonly upward: Upward;
  readonly loading: ScenarioLoading;
  readonly counting: Counting;
  readonly run: CurrentRun;
  readonly wishes: Wishes;
  readonly stopping: Stopping;
  readonly closing: Closing;
  readonly errands: ThreadErrands;
  readonly feeds: Feeds;
  readonly extras: ReportExtras;
  readonly requestLog: RequestLogFile | null;
  /** What the master has changed of the user classes, by their names. */
  readonly classEdits: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
};

/** A thread has said something. */
export function hear(listeners: Listeners, slot: ThreadSlot, message: SlotMessage): void {
  const { sink, upward, loading, wishes, stopping, closing, errands, feeds, extras, requestLog } = listeners;
  switch (message.kind) {
    case 'feeders':
      if (!feeds.declare(message.feeders, message.rows, message.isWhole)) loading.differs(slot, 'feeders');
      return;
    case 'feedWanted':
      return feeds.want(message.name, message.waiting, message.limit);
    case 'ready':
      loading.found(slot, message.classes, message.settings);
      return hearLoaded(listeners, slot);
    case 'initialised':
      errands.take(slot.index, message);
      // Else it has yet to say that the scenario is loaded.
      if (slot.isReady) bringUpToDate(listeners, slot);
      return;
    case 'loadFailed':
      return loading.failed(slot, message.reason, message.trace);
    case 'users':
      slot.counts = message.counts;
      if (message.reached) slot.reachedGeneration = message.generation;
      return wishes.countsChanged();
    case 'stopped':
      slot.stoppedGeneration = message.generation;
      return stopping.check();
    case 'failureSample':
      return upward.failureSample(message);
    case 'log':
      return upward.log.line(message.level, message.text);
    case 'custom':
      return sink({ kind: 'customFromUser', type: message.type, data: message.data });
    case 'listening':
      slot.listening = message.types;
      return;
    case 'addsToReports':
      slot.addsToReports = message.isSo;
      return;
    case 'reportExtras':
      return extras.add(message.data);
    case 'stopTest':
      return sink({ kind: 'stopTest', reason: redactText(message.reason) });
    case 'requestLogFailed':
      return requestLog?.failed(message.reason);
    case 'tasksRun':
    case 'profiled':
      return errands.take(slot.index, message);
    case 'closed':
      return closing.closed(slot, message.exitCode);
    default:
      message satisfies never;
  }
}

/** A thread has loaded the scenario. */
function hearLoaded(listeners: Listeners, slot: ThreadSlot): void {
  const { slots, loading, run } = listeners;
  if (slot.isReady) bringUpToDate(listeners, slot);
  // The index has become known while it loaded.
  else if (run.workerIndex !== null) slot.init(run.workerIndex);
  if (slots().every(({ isLoaded }) => isLoaded)) loading.allLoaded();
}

/** A thread is ready, perhaps in place of another: what all others were told so far. */
function bringUpToDate({ counting, run, wishes, classEdits }: Listeners, slot: ThreadSlot): void {
  counting.tell(slot);
  for (const [className, attributes] of classEdits) slot.post({ kind: 'updateUserClass', className, attributes });
  run.tell(slot);
  wishes.tell(slot);
}

/** A thread was lost with what was in it; another takes its place. */
export function threadLost({ upward, loading, wishes, stopping, errands }: Listeners, slot: ThreadSlot, { users, requests }: ThreadLoss, reason: string): void {
  errands.lost(slot.index, reason);
  if (loading.lost(reason)) return;
  stopping.lost(slot);
  const what = `${counted(users, 'user')} and ${requests === 0 ? 'no request' : counted(requests, 'request')} under way`;
  upward.trouble({ kind: 'threadLost', requests }, `load thread ${slot.index} was lost with its ${what}, and is replaced: ${reason}`, `load thread ${slot.index}: ${reason}`);
  wishes.countsChanged();
}
