/** What `boomer-node run` was asked for, as checked values. */
import { checkedStages, type Stage } from '../run/stages.ts';
import { BoomerError } from '../util/boomerError.ts';
import { commonOptions, type CommandContext } from './commonOptions.ts';
import { displayOptions } from './displayOptions.ts';
import type { Answers } from './options/answers.ts';
import { configUsersOf } from './options/configUsers.ts';
import { withoutContradictions } from './options/contradictions.ts';
import type { Environment } from './options/environmentLayer.ts';
import { ownOptionsOf } from './options/ownOptions.ts';
import { asUsage, durationMsOf, expected, givenOf, isOn, listed, namesOf, pairsOf, positiveOf, rateOf, textOf, textsOf, wholeOf } from './options/readers.ts';
import type { OutputSettings, RunSettings } from './runSettings.ts';

export type RunContext = CommandContext & {
  readonly env: Environment;
  /** The text of a file, null when there is none. */
  readonly readText: (path: string) => string | null;
};

/** Exit codes are a byte. */
const codes = { least: 0, most: 255 } as const;

/** Throws a BoomerError that names the places of wrong values and of contradictions. */
export function runOptions(said: Answers, context: RunContext): RunSettings {
  const answers = withoutContradictions(said);
  return {
    ...commonOptions(answers, context),
    users: wholeOf(answers, 'users', { least: 1 }),
    spawnPerSec: positiveOf(answers, 'spawn-rate'),
    runTimeMs: positiveDurationMs(answers),
    iterations: wholeOf(answers, 'iterations', { least: 1, most: 2 ** 31 - 1 }),
    stages: stagesOf(answers),
    arrivals: rateOf(answers, 'rate'),
    warmUpMs: durationMsOf(answers, 'warmup') ?? 0,
    resetStats: isOn(answers, 'reset-stats'),
    configUsers: configUsersOf(answers, context.readText),
    equalWeights: isOn(answers, 'equal-weights'),
    ownOptions: ownOptionsOf(answers),
    httpDebug: httpDebugOf(answers),
    runTasks: namesOf(answers, 'run-tasks'),
    isList: isOn(answers, 'list'),
    labels: pairsOf(answers, 'tag'),
    thresholds: textsOf(answers, 'threshold') ?? [],
    thresholdsFromFile: answers.get('thresholds')?.raw ?? null,
    hasThresholds: !isOn(answers, 'no-thresholds'),
    thresholdExitCode: wholeOf(answers, 'threshold-exit-code', codes) ?? 0,
    exitCodeOnError: wholeOf(answers, 'exit-code-on-error', codes) ?? 0,
    failsOnUntrusted: isOn(answers, 'fail-on-untrusted'),
    display: displayOptions(answers, context.env),
    outputs: outputsOf(answers),
  };
}

function positiveDurationMs(answers: Answers): number | null {
  const runTimeMs = durationMsOf(answers, 'run-time');
  const given = givenOf(answers, 'run-time');
  if (runTimeMs === 0 && given !== null) throw expected(given, 'a duration above 0');
  return runTimeMs;
}

/** `30s:10` texts, or the list of objects of a configuration file. */
function stagesOf(answers: Answers): readonly Stage[] | null {
  const given = givenOf(answers, 'stage');
  return given === null ? null : asUsage(() => checkedStages(listed(given.raw), given.where));
}

function httpDebugOf(answers: Answers): RunSettings['httpDebug'] {
  const given = givenOf(answers, 'http-debug');
  switch (given?.raw) {
    case undefined:
    case false:
      return null;
    case true:
    case 'heads':
    case 'headers':
      return 'heads';
    case 'full':
      return 'full';
    default:
      throw expected(given ?? { raw: null, where: '--http-debug' }, 'heads or full');
  }
}

function outputsOf(answers: Answers): OutputSettings {
  return {
    csvPrefix: textOf(answers, 'csv'),
    csvFullHistory: isOn(answers, 'csv-full-history'),
    jsonFile: textOf(answers, 'json-file'),
    summaryFile: textOf(answers, 'summary-export'),
    htmlFile: textOf(answers, 'html'),
    junitFile: textOf(answers, 'junit'),
    requestLog: textOf(answers, 'request-log'),
    named: (textsOf(answers, 'out') ?? []).map((text) => namedOutput(text, givenOf(answers, 'out')?.where ?? '--out')),
  };
}

function namedOutput(text: string, where: string): OutputSettings['named'][number] {
  const at = text.indexOf('=');
  const name = at < 0 ? text : text.slice(0, at);
  if (name === '') throw new BoomerError('usage', `${where} expects NAME or NAME=ARGUMENT, got "${text}"`);
  return { name, argument: at < 0 ? null : text.slice(at + 1) };
}
