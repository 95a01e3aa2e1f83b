/**
 * Whose names count: the master plans users by the names of its own Python classes, the scenario has names of its own.
 *
 * - **By name**: the usual case. A name that the scenario lacks is reported and left out.
 * - **By total**: when the scenario is a task list (`run(task, …)`, which boomer users drive with any `dummy.py`), or
 *   when it knows none of the master's names. Then only the master's total counts; it is split over the scenario's
 *   classes by weight, and what lives is reported under the master's names, so that its sums come out.
 *
 * What was decided at the first spawn of a run holds for that run.
 */
import type { ClassInfo } from '../../engine/shared/messages.ts';
import type { UserClassesCount } from '../wire/messages.ts';

export type ClassPlan =
  /** No spawn of this run has named a class yet. */
  | { readonly mode: 'undecided' }
  | { readonly mode: 'byName'; readonly unknownNames: readonly string[] }
  /** `masterTargets`: every name of this run with its newest target. */
  | { readonly mode: 'byTotal'; readonly masterTargets: UserClassesCount };

/** The plan before the first spawn of a run: the scenario's own names. */
export const ownNamesPlan: ClassPlan = { mode: 'undecided' };

/** What a spawn means for the scenario's own classes. */
export type PlannedSpawn = {
  readonly plan: ClassPlan;
  /** Absolute targets of own classes; a class that is absent keeps its users. */
  readonly targets: UserClassesCount;
  /** Names that the scenario lacks and that were asked for now, for the first time in this run. */
  readonly newUnknownNames: readonly string[];
};

/** What a spawn's counts mean for the own classes. */
export function planSpawn(classes: readonly ClassInfo[], plan: ClassPlan, masterCounts: UserClassesCount): PlannedSpawn {
  const names = Object.keys(masterCounts);
  if (plan.mode === 'undecided' && names.length === 0) return { plan, targets: {}, newUnknownNames: [] };
  if (plan.mode === 'byTotal' || (plan.mode === 'undecided' && needsTotal(classes, names))) {
    const known = plan.mode === 'byTotal' ? plan.masterTargets : {};
    const masterTargets = { ...known, ...masterCounts };
    return {
      plan: { mode: 'byTotal', masterTargets },
      targets: splitTotal(classes, sum(Object.values(masterTargets))),
      newUnknownNames: [],
    };
  }
  return planByName(classes, plan, masterCounts);
}

/** The live users under the names that the master knows. */
export function countsForMaster(plan: ClassPlan, ownCounts: UserClassesCount): UserClassesCount {
  if (plan.mode !== 'byTotal') return ownCounts;
  const names = Object.keys(plan.masterTargets);
  const targets = names.map((name) => plan.masterTargets[name] ?? 0);
  const liveTotal = sum(Object.values(ownCounts));
  const targetTotal = sum(targets);
  // Up to the targets each name gets its share; leavers beyond them are spread the same way.
  const shares =
    liveTotal <= targetTotal
      ? shareOut(liveTotal, targets)
      : apportion(liveTotal - targetTotal, targets).map((extra, index) => extra + (targets[index] ?? 0));
  return Object.fromEntries(names.map((name, index) => [name, shares[index] ?? 0]));
}

function needsTotal(classes: readonly ClassInfo[], names: readonly string[]): boolean {
  if (classes.length === 0) return false;
  if (classes.every((info) => info.isTaskList)) return true;
  return !names.some((name) => classes.some((info) => info.name === name));
}

function planByName(classes: readonly ClassInfo[], plan: ClassPlan, masterCounts: UserClassesCount): PlannedSpawn {
  const isOwn = (name: string): boolean => classes.some((info) => info.name === name);
  const reported = plan.mode === 'byName' ? plan.unknownNames : [];
  const entries = Object.entries(masterCounts);
  const newUnknownNames = entries
    .filter(([name, count]) => count > 0 && !isOwn(name) && !reported.includes(name))
    .map(([name]) => name);
  return {
    plan: { mode: 'byName', unknownNames: [...reported, ...newUnknownNames] },
    targets: Object.fromEntries(entries.filter(([name]) => isOwn(name))),
    newUnknownNames,
  };
}

/** Fixed counts first, in the scenario's order, the rest by weight: Locust's own order (dispatch.py `_user_gen`). */
function splitTotal(classes: readonly ClassInfo[], total: number): UserClassesCount {
  let left = total;
  const fixed = classes.map((info) => {
    const count = Math.min(left, Math.max(0, info.fixedCount));
    left -= count;
    return count;
  });
  const hasWeighted = classes.some((info) => info.fixedCount <= 0);
  const weights = classes.map((info) => (hasWeighted && info.fixedCount > 0 ? 0 : info.weight));
  const shares = apportion(left, weights);
  return Object.fromEntries(classes.map((info, index) => [info.name, (fixed[index] ?? 0) + (shares[index] ?? 0)]));
}

/** Fair shares of `total` that stay within the targets (`total` ≤ their sum). */
function shareOut(total: number, targets: readonly number[]): number[] {
  const shares = apportion(total, targets).map((share, index) => Math.min(share, targets[index] ?? 0));
  let left = total - sum(shares);
  return shares.map((share, index) => {
    const extra = Math.min(left, (targets[index] ?? 0) - share);
    left -= extra;
    return share + extra;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/**
 * Splits whole users over weights, fairly and without surprises: Webster's method (Sainte-Laguë).
 *
 * Seat by seat, the next user goes to the weight with the largest `weight / (2 · given + 1)`, the first of equals.
 * Unlike largest remainders it never takes a user from one when the total grows by one.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const usable = weights.map((weight) => (Number.isFinite(weight) && weight > 0 ? weight : 0));
  const weightSum = usable.reduce((sum, weight) => sum + weight, 0);
  if (weightSum === 0) {
    return weights.length === 0 ? [] : apportion(total, weights.map(() => 1));
  }
  // Jump close to the answer, then step: the result is the same as seat by seat (Pukelsheim, Proportional
  // Representation, ch. 4), and 100 000 users cost no more than ten.
  const given = usable.map((weight) => Math.round((total * weight) / weightSum));
  let missing = total - given.reduce((sum, count) => sum + count, 0);
  for (; missing > 0; missing -= 1) {
    const index = indexOfNext(usable, given);
    given[index] = (given[index] ?? 0) + 1;
  }
  for (; missing < 0; missing += 1) {
    const index = indexOfLast(usable, given);
    given[index] = (given[index] ?? 0) - 1;
  }
  return given;
}

/** Who is given the next seat: the largest claim, the first of equals. */
function indexOfNext(weights: readonly number[], given: readonly number[]): number {
  let best = 0;
  let bestClaim = -1;
  weights.forEach((weight, index) => {
    const claim = weight / (2 * (given[index] ?? 0) + 1);
    if (claim > bestClaim) {
      best = index;
      bestClaim = claim;
    }
  });
  return best;
}

/** Who was given the last seat: the smallest claim, the last of equals. */
function indexOfLast(weights: readonly number[], given: readonly number[]): number {
  let last = 0;
  let lastClaim = Number.POSITIVE_INFINITY;
  weights.forEach((weight, index) => {
    const count = given[index] ?? 0;
    if (count === 0) return;
    const claim = weight / (2 * count - 1);
    if (claim <= lastClaim) {
      last = index;
      lastClaim = claim;
    }
  });
  return last;
}
