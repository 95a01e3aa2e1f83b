/** What `boomer-node worker` was asked for, as checked values. */
import { commonOptions, type CommandContext } from './commonOptions.ts';
import type { CommonSettings } from './commonSettings.ts';
import type { Answers } from './options/answers.ts';
import { masterHostOf } from './options/masterAddress.ts';
import { isOn, wholeOf } from './options/readers.ts';

export type WorkerOptions = CommonSettings & {
  readonly masterHost: string;
  readonly masterPort: number;
  readonly isStatusShown: boolean;
  /** Silence of the master after which the worker gives up. */
  readonly masterSilenceMs: number;
  /** Locust's extra wait between `client_stopped` and `client_ready`. */
  readonly readyDelayMs: number;
};

/** Throws a BoomerError that names the flag, the variable or the file, what it expects, and what came. */
export function workerOptions(answers: Answers, context: CommandContext): WorkerOptions {
  return {
    ...commonOptions(answers, context),
    masterHost: masterHostOf(answers),
    masterPort: wholeOf(answers, 'master-port', { least: 1, most: 65_535 }) ?? 0,
    isStatusShown: !isOn(answers, 'no-progress'),
    masterSilenceMs: wholeOf(answers, 'master-heartbeat-timeout', { least: 1, more: ' (milliseconds)' }) ?? 0,
    readyDelayMs: 1000 * (wholeOf(answers, 'ready-delay', { least: 0, more: ' (seconds)' }) ?? 0),
  };
}
