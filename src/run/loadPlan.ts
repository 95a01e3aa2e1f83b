/**
 * How many users there are to be at each moment; pure. Times are milliseconds since the first user was asked for.
 *
 * A steady load is never ahead of its rate by more than the one user it begins with: Locust starts ⌊rate⌋ users at once
 * and then waits (Locust dispatch.py, `new_dispatch`), here they come one by one.
 */
import { countsAt, lineEndMs, nextMoveMs, noShapeYet, type ShapeLine, sumOfCounts } from './shapeLine.ts';
import type { Stage } from './stages.ts';

/** What a run without a master is asked for. */
export type LocalPlan = {
  readonly load:
    /** Up to `users` at so many a second, then as many until the end. */
    | { readonly kind: 'steady'; readonly users: number; readonly spawnPerSec: number }
    | { readonly kind: 'stages'; readonly stages: readonly Stage[] }
    /** As the scenario's function says, which is asked once a second. */
    | { readonly kind: 'shape' };
  /** Counted from the first user, warm-up included; null: until stopped. */
  readonly runTimeMs: number | null;
  readonly iterations: number | null;
  readonly warmUpMs: number;
  /** Counting begins when all users of the plan have been spawned. */
  readonly countsFromSpawned: boolean;
  /** Tasks begin on schedule, from the first user on. */
  readonly isOpen: boolean;
  /** Arrivals come for so long, counted from the first, and the run ends with them; null: as long as it goes on. */
  readonly arrivalsMs: number | null;
  readonly stopTimeoutMs: number;
  /** Handed to the scenario. */
  readonly host: string | null;
  readonly parsedOptions: Readonly<Record<string, unknown>>;
  readonly equalWeights: boolean;
};

/** Users over time. */
export type LoadPlan =
  /** From wherever users were to `goal`, as a steady load does, at its rate in both directions. */
  | {
      readonly kind: 'ramp';
      readonly startMs: number;
      /** Between two numbers of users where one had only begun to come, or to go. */
      readonly startPlace: number;
      readonly goal: number;
      /** Users a second, above 0. */
      readonly perSec: number;
    }
  | {
      readonly kind: 'stages';
      readonly lines: readonly Line[];
      /** Added to all stages by keys; below 0: taken away. */
      readonly extraUsers: number;
    }
  /** Towards the newest decision of a function. */
  | { readonly kind: 'shape'; readonly line: ShapeLine };

type Ramp = Extract<LoadPlan, { kind: 'ramp' }>;

type Line = { readonly startMs: number; readonly endMs: number; readonly from: number; readonly to: number };

/** What a sum of milliseconds or a product with a rate may be off, in users. */
const slack = 1e-9;

/** The plan of a run's beginning. */
export function loadPlan(load: LocalPlan['load']): LoadPlan {
  if (load.kind === 'steady') return { kind: 'ramp', startMs: 0, startPlace: 0, goal: load.users, perSec: load.spawnPerSec };
  if (load.kind === 'shape') return { kind: 'shape', line: noShapeYet };
  return { kind: 'stages', lines: linesOf(load.stages), extraUsers: 0 };
}

/**
 * Whole users at a moment. On a ramp the first one comes (or goes) at once and the others follow at the rate; on the line of a stage
 * a user comes or goes when the line has got there (k6 ramping_vus.go, `getRawExecutionSteps`). At the end of a stage it is the stage's number.
 */
export function usersAt(plan: LoadPlan, elapsedMs: number): number {
  if (plan.kind === 'shape') return sumOfCounts(countsAt(plan.line, elapsedMs));
  if (plan.kind === 'stages') return Math.max(0, usersOfStages(plan.lines, elapsedMs) + plan.extraUsers);
  const place = placeAt(plan, elapsedMs);
  if (place < plan.goal) return Math.min(plan.goal, Math.floor(place + slack) + 1);
  return Math.max(plan.goal, Math.ceil(place - slack) - 1);
}

/** When the number of users changes for the first time after a moment; null: never. */
export function nextChangeMs(plan: LoadPlan, elapsedMs: number): number | null {
  if (plan.kind === 'shape') return nextMoveMs(plan.line, elapsedMs);
  if (plan.kind === 'stages') return nextOfStages(plan.lines, elapsedMs);
  const users = usersAt(plan, elapsedMs);
  if (users === plan.goal) return null;
  return plan.startMs + (Math.abs(users - plan.startPlace) * 1000) / plan.perSec;
}

/** When it is over; null: never by itself. */
export function endMs(plan: LoadPlan): number | null {
  return plan.kind === 'stages' ? (plan.lines.at(-1)?.endMs ?? 0) : null;
}

/** The most users from a moment on; of a function nobody knows. */
export function mostFrom(plan: LoadPlan, elapsedMs: number): number {
  if (plan.kind === 'shape') return Infinity;
  const now = usersAt(plan, elapsedMs);
  if (plan.kind === 'ramp') return Math.max(now, plan.goal);
  const ahead = plan.lines.filter((line) => line.endMs > elapsedMs).map(({ to }) => to + plan.extraUsers);
  return Math.max(now, ...ahead);
}

/** From this moment on, all users that there are to be at once have been asked for. */
export function fullMs(plan: LoadPlan): number {
  if (plan.kind === 'shape') return lineEndMs(plan.line);
  if (plan.kind === 'ramp') return plan.startMs + (Math.max(0, Math.abs(plan.goal - plan.startPlace) - 1) * 1000) / plan.perSec;
  const most = Math.max(...plan.lines.map(({ to }) => to));
  return plan.lines.find(({ to }) => to === most)?.endMs ?? 0;
}

/** So many users more, or fewer, but never fewer than none: a ramp gets a new goal, stages are raised as a whole, a function has its way. */
export function withMoreUsers(plan: LoadPlan, by: number, elapsedMs: number): LoadPlan {
  if (plan.kind === 'shape') return plan;
  if (plan.kind === 'ramp') return withGoal(plan, Math.max(0, plan.goal + by), elapsedMs);
  return { ...plan, extraUsers: Math.max(plan.extraUsers + by, -usersOfStages(plan.lines, elapsedMs)) };
}

/**
 * A ramp that goes on in its direction keeps its place, so that many keys bring nobody sooner. One that turns round begins anew with the
 * users there are: from its place it would take back at once the user that had just come, and one more with it.
 */
function withGoal(plan: Ramp, goal: number, elapsedMs: number): Ramp {
  const users = usersAt(plan, elapsedMs);
  const goesOn = plan.startPlace < plan.goal ? goal >= users : goal <= users;
  return { ...plan, startMs: elapsedMs, startPlace: goesOn ? placeAt(plan, elapsedMs) : users, goal };
}

function placeAt({ startMs, startPlace, goal, perSec }: Ramp, elapsedMs: number): number {
  const moved = ((elapsedMs - startMs) * perSec) / 1000;
  return startPlace < goal ? Math.min(goal, startPlace + moved) : Math.max(goal, startPlace - moved);
}

function linesOf(stages: readonly Stage[]): readonly Line[] {
  const lines: Line[] = [];
  let startMs = 0;
  let from = 0;
  for (const { durationMs, users } of stages) {
    lines.push({ startMs, endMs: startMs + durationMs, from, to: users });
    startMs += durationMs;
    from = users;
  }
  return lines;
}

function usersOfStages(lines: readonly Line[], elapsedMs: number): number {
  const line = lines.find(({ endMs }) => elapsedMs < endMs);
  if (line === undefined) return lines.at(-1)?.to ?? 0;
  const { startMs, endMs, from, to } = line;
  const place = from + ((to - from) * (elapsedMs - startMs)) / (endMs - startMs);
  return from < to ? Math.floor(place + slack) : Math.ceil(place - slack);
}

function nextOfStages(lines: readonly Line[], elapsedMs: number): number | null {
  const users = usersOfStages(lines, elapsedMs);
  for (const { startMs, endMs, from, to } of lines.filter((line) => elapsedMs < line.endMs)) {
    if (users === to) continue;
    const next = users + Math.sign(to - users);
    if (from === to || startMs === endMs) return startMs;
    return startMs + ((next - from) / (to - from)) * (endMs - startMs);
  }
  return null;
}
