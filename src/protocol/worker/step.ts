/** One step of the agent's state machine: what it is told, what it wants done, and the way to chain several. */
import type { ClassInfo, RunOptions } from '../../engine/shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import type { MasterMessage, WorkerState } from '../wire/messages.ts';
import type { ClassPlan } from './classPlan.ts';
import type { UsersInput } from './ports.ts';
import type { AgentState, Phase, PlainMessage } from './states.ts';

/** One thing that happened: plain data, which the shell makes from frames, timers and signals. */
export type AgentEvent =
  /** Time has passed: whatever is due is done. */
  | { readonly kind: 'tick' }
  /** The master spoke. `classes` are the scenario's own, as they are now. */
  | { readonly kind: 'message'; readonly connection: number; readonly message: MasterMessage; readonly classes: readonly ClassInfo[] }
  /** A connection is there; what is said on it arrives in order until it is down. */
  | { readonly kind: 'up'; readonly connection: number }
  /** It is over: what was said on it last may have arrived or not. */
  | { readonly kind: 'down'; readonly connection: number }
  /** For so many milliseconds events have waited, those that come next among them. */
  | { readonly kind: 'held'; readonly ms: number }
  /** SIGINT, SIGTERM or SIGHUP, or whatever else asks this worker to end. */
  | { readonly kind: 'signal' }
  | UsersInput;

/** One thing to be done. The shell carries them out in order; none of them fails the machine. */
export type Effect =
  | { readonly kind: 'send'; readonly message: PlainMessage }
  | { readonly kind: 'sendHeartbeat'; readonly state: WorkerState }
  /** Takes the report and sends it, with the live counts under the names of `plan`. Its fate is open until one of the next three. */
  | { readonly kind: 'sendStats'; readonly plan: ClassPlan }
  /** So many of the earliest reports of an open fate were taken by the master. */
  | { readonly kind: 'reportsTaken'; readonly count: number }
  /** Nobody will ever know whether the reports of an open fate were taken: their connection is gone. */
  | { readonly kind: 'reportsInDoubt' }
  /** What was counted since the last report will not be delivered: its master is gone. */
  | { readonly kind: 'abandonReports' }
  /** Sends the recent log lines, if there is something new to send. */
  | { readonly kind: 'sendLogs' }
  /** A new connection; 0 is the worker's first identity, a new number a new one. `up` or nothing follows. */
  | { readonly kind: 'open'; readonly connection: number; readonly identity: number }
  /** Ends a connection without waiting. */
  | { readonly kind: 'drop'; readonly connection: number }
  /** Asks the master on a connection whether it knows its identity: `spawning`, which one that does not answers with `quit`. */
  | { readonly kind: 'ask'; readonly connection: number; readonly identity: number }
  /** On a side connection: a heartbeat in the name of the identity that counts, for the master to answer on its connection. */
  | { readonly kind: 'poke'; readonly connection: number; readonly state: WorkerState }
  /** `client_ready`, said to a master that is not known to know us. */
  | { readonly kind: 'register' }
  /** Signs an identity off that this worker had before. */
  | { readonly kind: 'signOff'; readonly identity: number }
  /** Has the master give indexes to so many names that nobody has, so that ours cannot be the same by chance (`masterBack.ts`). */
  | { readonly kind: 'useUpIndexes'; readonly count: number }
  | { readonly kind: 'clearStats' }
  /** Drop what was counted since the last report. */
  | { readonly kind: 'discardStats' }
  | { readonly kind: 'startRun'; readonly options: RunOptions }
  | { readonly kind: 'updateOptions'; readonly options: RunOptions }
  | {
      readonly kind: 'setUsers';
      readonly generation: number;
      readonly targets: Readonly<Record<string, number>>;
      readonly stopTimeoutMs: number;
    }
  | { readonly kind: 'stopUsers'; readonly generation: number; readonly stopTimeoutMs: number }
  | { readonly kind: 'spawningComplete'; readonly userCount: number }
  | { readonly kind: 'updateUserClass'; readonly className: string; readonly attributes: Readonly<Record<string, unknown>> }
  /** A custom message for the scenario. */
  | { readonly kind: 'deliver'; readonly type: string; readonly data: unknown }
  | { readonly kind: 'log'; readonly level: LogLevel; readonly text: string }
  /** Close the connection, then end with this exit code. Always the last effect there is. */
  | { readonly kind: 'exit'; readonly code: number };

/** The state after an event, and what is to be done, in this order. */
export type Step = { readonly state: AgentState; readonly effects: readonly Effect[] };

/** Nothing but effects. */
export function stay(state: AgentState, ...effects: readonly Effect[]): Step {
  return { state, effects };
}

/** Another phase. */
export function enter(state: AgentState, phase: Phase, ...effects: readonly Effect[]): Step {
  return { state: { ...state, phase }, effects };
}

/** What follows from the state that a step has reached, its effects after the step's own. */
export function andThen(first: Step, next: (state: AgentState) => Step): Step {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

/** A line for the log. */
export function log(level: LogLevel, text: string): Effect {
  return { kind: 'log', level, text };
}

/** A message for the master. */
export function send(message: PlainMessage): Effect {
  return { kind: 'send', message };
}
