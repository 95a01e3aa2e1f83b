/** What the agent's state machine wants done. The shell carries them out in order; none of them fails the machine. */
import type { LogLevel, RunOptions } from '../thread/messages.ts';
import type { WorkerMessage, WorkerState } from '../wire/messages.ts';
import type { ClassPlan } from './classPlan.ts';

/** Messages that the machine knows completely; the others carry numbers that only the shell can read. */
export type PlainMessage = Extract<
  WorkerMessage,
  { type: 'client_ready' | 'spawning' | 'spawning_complete' | 'client_stopped' | 'quit' | 'exception' | 'custom' }
>;

export type Effect =
  | { readonly kind: 'send'; readonly message: PlainMessage }
  | { readonly kind: 'sendHeartbeat'; readonly state: WorkerState }
  /** Takes the report and sends it, with the live counts under the names of `plan`. */
  | { readonly kind: 'sendStats'; readonly plan: ClassPlan }
  /** Sends the recent log lines, if there is something new to send. */
  | { readonly kind: 'sendLogs' }
  /** A new connection under the same identity, tried out with a heartbeat. */
  | { readonly kind: 'reconnect'; readonly state: WorkerState }
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

export function log(level: LogLevel, text: string): Effect {
  return { kind: 'log', level, text };
}

export function send(message: PlainMessage): Effect {
  return { kind: 'send', message };
}
