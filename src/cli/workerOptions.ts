/** What `boomer-node worker` was asked for, as checked values. */
import type { OnMasterLoss } from '../protocol/worker/timings.ts';
import { commonOptions, type CommandContext } from './commonOptions.ts';
import type { CommonSettings } from './commonSettings.ts';
import type { Answers } from './options/answers.ts';
import { masterHostOf } from './options/masterAddress.ts';
import { durationMsOf, expected, givenOf, isOn, textOf, wholeOf } from './options/readers.ts';

export type WorkerOptions = CommonSettings & {
  readonly masterHost: string;
  readonly masterPort: number;
  readonly isStatusShown: boolean;
  readonly onMasterLoss: OnMasterLoss;
  /** How long users go on without a master. */
  readonly masterLossGraceMs: number;
  /** Where to write what was and what was not delivered; null: nowhere. */
  readonly summaryFile: string | null;
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
    onMasterLoss: onMasterLossOf(answers),
    masterLossGraceMs: durationMsOf(answers, 'master-loss-grace') ?? 0,
    summaryFile: textOf(answers, 'summary-export'),
    masterSilenceMs: wholeOf(answers, 'master-heartbeat-timeout', { least: 1, more: ' (milliseconds)' }) ?? 0,
    readyDelayMs: 1000 * (wholeOf(answers, 'ready-delay', { least: 0, more: ' (seconds)' }) ?? 0),
  };
}

function onMasterLossOf(answers: Answers): OnMasterLoss {
  const given = givenOf(answers, 'on-master-loss');
  const word = given?.raw ?? 'quit';
  if (word === 'wait' || word === 'quit' || word === 'stop') return word;
  throw expected(given ?? { raw: word, where: 'default' }, 'wait, quit or stop');
}
