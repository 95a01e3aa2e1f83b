/**
 * Stages: how many users there are to be, over time, as k6's `stages` and Locust's `LoadTestShape` say it.
 */
import { BoomerError } from '../util/boomerError.ts';
import { parseDurationMs } from '../util/duration.ts';
import type { RateStage } from '../engine/shared/arrivalCurve.ts';
import { printed } from '../util/printed.ts';
import { parseRate, ratePerSec } from '../util/rate.ts';
import { isMap } from '../util/typeGuards.ts';

/** Over `durationMs` the number of users goes in a straight line from what it was to `users`. */
export type Stage = {
  readonly durationMs: number;
  readonly users: number;
};

/** Stages of an open model: rates of arrivals in place of users. */
export function areRates(stages: readonly Stage[] | readonly RateStage[]): stages is readonly RateStage[] {
  return stages.some((stage) => 'perSec' in stage);
}

/** Reads `30s:10`: a duration (see util/duration; 0 jumps) and whole users. Throws a BoomerError that names `where` and shows the form. */
export function parseStage(text: string, where: string): Stage {
  const match = /^\s*([^:]+):\s*(\d+)\s*$/u.exec(text);
  const [, duration = '', users = ''] = match ?? [];
  if (match === null || !Number.isSafeInteger(Number(users))) {
    throw new BoomerError('bad-stage', `${where} expects a stage such as 30s:10 (in 30 s to 10 users), got ${printed(text)}${text.includes('/') ? ': a stage of arrivals is 30s:10/s' : ''}`);
  }
  return { durationMs: parseDurationMs(duration, where), users: Number(users) };
}

/** As `checkedStages`; each may also go to a rate: `30s:100/s`, `{ duration: '30s', rate: '100/s' }`. Throws a BoomerError also for users and rates in one list. */
export function checkedLoadStages(said: unknown, where: string): readonly Stage[] | readonly RateStage[] {
  const list: readonly unknown[] = Array.isArray(said) ? said : [];
  const rates = list.map((stage, index) => rateStage(stage, `${where}, stage ${index + 1}`));
  const stages = rates.filter((stage) => stage !== null);
  if (stages.length === 0) return checkedStages(said, where);
  if (stages.length < rates.length) throw new BoomerError('bad-stage', `${where} mix users and rates of arrivals (30s:10 and 30s:10/s): all stages of a run are of one kind, got ${printed(said)}`);
  assertLasting(stages, where);
  return stages;
}

/** Null: it is not about a rate. */
function rateStage(stage: unknown, where: string): RateStage | null {
  if (typeof stage === 'string') {
    const [, duration = '', rate] = /^\s*([^:]+):\s*(\S+\/.*)$/u.exec(stage) ?? [];
    return rate === undefined ? null : { durationMs: parseDurationMs(duration, where), perSec: perSecOf(rate, where) };
  }
  if (!isMap(stage) || !('rate' in stage)) return null;
  const { duration, rate, ...others } = stage;
  if (Object.keys(others).length > 0 || (typeof rate !== 'number' && typeof rate !== 'string')) throw wrongStage(where, stage);
  return { durationMs: durationMsOf(duration, where, stage), perSec: perSecOf(String(rate), where) };
}

/** Unlike that of a whole run it may be 0. */
function perSecOf(rate: string, where: string): number {
  return /^\s*0+(?:\.0+)?\s*(?:\/\s*s\s*)?$/u.test(rate) ? 0 : ratePerSec(parseRate(rate, where));
}

/**
 * Reads a list of stages of users: `{ duration: '30s', target: 10 }` (k6; `users` says the same, a
 * number is seconds) or `'30s:10'`. Throws a BoomerError that names `where` and the stage, also for none at all and for
 * stages that last no time together.
 */
export function checkedStages(exported: unknown, where: string): readonly Stage[] {
  if (!Array.isArray(exported) || exported.length === 0) throw wrongStages(where, exported);
  const stages = exported.map((stage: unknown, index) => checkedStage(stage, `${where}, stage ${index + 1}`));
  assertLasting(stages, where);
  return stages;
}

function assertLasting(stages: readonly { readonly durationMs: number }[], where: string): void {
  if (stages.every(({ durationMs }) => durationMs === 0)) throw new BoomerError('bad-stage', `${where} last no time: one stage at least needs a duration above 0`);
}

function checkedStage(stage: unknown, where: string): Stage {
  if (typeof stage === 'string') return parseStage(stage, where);
  if (!isMap(stage)) throw wrongStage(where, stage);
  const { duration, target, users, ...others } = stage;
  const count = target ?? users;
  // Locust's own examples have `spawn_rate` and count durations from the start: that must not pass for this.
  if (Object.keys(others).length > 0 || (target !== undefined && users !== undefined)) throw wrongStage(where, stage);
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 0) throw wrongStage(where, stage);
  return { durationMs: durationMsOf(duration, where, stage), users: count };
}

function durationMsOf(duration: unknown, where: string, stage: unknown): number {
  if (typeof duration === 'string') return parseDurationMs(duration, where);
  if (typeof duration !== 'number' || !Number.isFinite(duration) || duration < 0) throw wrongStage(where, stage);
  return duration * 1000;
}

function wrongStage(where: string, stage: unknown): BoomerError {
  return new BoomerError('bad-stage', `${where} expects { duration: '30s', target: 10 } or '30s:10', a duration for itself and whole users, got ${printed(stage)}`);
}

function wrongStages(where: string, exported: unknown): BoomerError {
  return new BoomerError('bad-stage', `${where} expect a list such as [{ duration: '30s', target: 10 }] or ['30s:10'], got ${printed(exported)}`);
}
