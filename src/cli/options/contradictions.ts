/**
 * Options that say different things about the same: in one place that is a mistake, in two the higher layer has replaced
 * the lower one.
 */
import { BoomerError } from '../../util/boomerError.ts';
import type { Answer, Answers } from './answers.ts';
import { optionTable, type OptionName } from './optionTable.ts';
import { durationMsOf, isOn, rateOf } from './readers.ts';

const pairs: readonly (readonly [a: OptionName, b: OptionName, why: string])[] = [
  ['stage', 'users', 'stages say how many users there are'],
  ['stage', 'spawn-rate', 'stages say how fast users start'],
  ['stage', 'rate', 'a rate needs users that are there from the beginning to the end'],
  ['rate', 'max-rps', 'both set the pace of tasks'],
  ['rate', 'request-increase-rate', 'both set the pace of tasks'],
  ['run-tasks', 'list', 'each is a command of its own'],
];

/** The answers without those that a higher layer has overruled; throws a BoomerError that names both places. */
export function withoutContradictions(answers: Answers): Answers {
  const left = new Map(answers);
  for (const [first, second, why] of pairs) {
    const [a, b] = [left.get(first), left.get(second)];
    if (a === undefined || b === undefined || isOff(left, first) || isOff(left, second)) continue;
    if (a.rank === b.rank) throw new BoomerError('usage', `${a.where} and ${b.where} contradict each other: ${why}`);
    left.delete(a.rank > b.rank ? first : second);
  }
  requireOther(left, 'csv-full-history', 'csv');
  requireOther(left, 'cpu-profile-duration', 'cpu-profile');
  requireOther(left, 'mem-profile-duration', 'mem-profile');
  refuseWarmUpWithoutRun(left);
  return left;
}

/** A rate of 0 or −1, a switch that says no. */
function isOff(answers: Answers, name: OptionName): boolean {
  const { kind } = optionTable[name];
  if (kind === 'rate') return rateOf(answers, name) === null;
  return kind === 'switch' && !isOn(answers, name);
}

/** Typed alone it does nothing, which nobody wants; from a file it waits for its other half. */
function requireOther(answers: Answers, name: OptionName, needed: OptionName): void {
  const given = answers.get(name);
  if (given?.rank === 0 && !answers.has(needed)) throw new BoomerError('usage', `${given.where} expects --${needed} beside it`);
}

function refuseWarmUpWithoutRun(answers: Answers): void {
  const [warmUp, runTime] = [answers.get('warmup'), answers.get('run-time')];
  if (warmUp === undefined || runTime === undefined) return;
  const isShorter = (durationMsOf(answers, 'warmup') ?? 0) < (durationMsOf(answers, 'run-time') ?? Infinity);
  if (!isShorter) throw new BoomerError('usage', `${warmUp.where} expects less than the run time (${text(runTime)} from ${runTime.where}), got ${text(warmUp)}: nothing would be counted`);
}

function text({ raw }: Answer): string {
  return String(raw);
}
