/**
 * The way to the users that a scenario's `shape(moment)` asked for last; pure. Users of several classes come and go together: one move
 * after the other, at the spawn rate, along a straight line. The master's half counts the same way (`locust/boomer_shape.py`, `ShapeLine`).
 */

/** Users of each class; one entry without a name where the shape says only how many there are to be of all. */
export type ShapeCounts = Readonly<Record<string, number>>;

/** Move k of `moves` (from 1) is made at `startMs` + (k − 1) / `perSec`. */
export type ShapeLine = {
  readonly from: ShapeCounts;
  readonly to: ShapeCounts;
  /** Comings or goings, whichever are more: users of one class may come while those of another go. */
  readonly moves: number;
  readonly startMs: number;
  /** `Infinity`: all at once. */
  readonly perSec: number;
  /** When the last move before this line was made; −Infinity: never. */
  readonly beforeMs: number;
};

/** The name of the one entry where the shape names no class. */
export const allClasses = '';

/** What a sum of milliseconds or a product with a rate may be off, in moves. */
const slack = 1e-9;

/** Before the first decision: nobody is there. */
export const noShapeYet: ShapeLine = { from: {}, to: {}, moves: 0, startMs: 0, perSec: Infinity, beforeMs: -Infinity };

/** The line of a new decision, from the users there are to be now. The rate holds across decisions: many of them bring nobody sooner. */
export function redirected(line: ShapeLine, to: ShapeCounts, perSec: number, elapsedMs: number): ShapeLine {
  if (perSec === line.perSec && hasSameCounts(to, line.to)) return line;
  const before = countsAt(line, elapsedMs);
  // A thread that was started again may not know that it named classes, or none: it gets its way at once.
  const from = isByClass(before) === isByClass(to) || sumOfCounts(before) === 0 || sumOfCounts(to) === 0 ? before : to;
  const steps = [...new Set([...Object.keys(from), ...Object.keys(to)])].map((name) => (to[name] ?? 0) - (from[name] ?? 0));
  const sum = (sign: 1 | -1): number => steps.reduce((all, step) => all + Math.max(0, sign * step), 0);
  const beforeMs = lastMoveMs(line, elapsedMs);
  return { from, to, moves: Math.max(sum(1), sum(-1)), startMs: Math.max(elapsedMs, beforeMs + 1000 / perSec), perSec, beforeMs };
}

/** Whole users at a moment, zeros left out. */
export function countsAt({ from, to, moves, ...line }: ShapeLine, elapsedMs: number): ShapeCounts {
  const moved = movedAt({ moves, ...line }, elapsedMs);
  if (moved === moves) return withoutZeros(to);
  const share = moved / moves;
  return withoutZeros(Object.fromEntries([...new Set([...Object.keys(from), ...Object.keys(to)])].map((name) => {
    const [before, after] = [from[name] ?? 0, to[name] ?? 0];
    const place = before + (after - before) * share;
    return [name, before < after ? Math.floor(place + slack) : Math.ceil(place - slack)];
  })));
}

/** The same where the shape names classes; null: it says how many there are to be of all. */
export function classesAt(line: ShapeLine, elapsedMs: number): ShapeCounts | null {
  return isByClass(line.to) ? countsAt(line, elapsedMs) : null;
}

/** When the next user comes or goes after a moment; null: all are there. */
export function nextMoveMs(line: ShapeLine, elapsedMs: number): number | null {
  const moved = movedAt(line, elapsedMs);
  return moved >= line.moves ? null : line.startMs + (moved * 1000) / line.perSec;
}

/** When the last user of the line comes or goes. */
export function lineEndMs({ moves, startMs, perSec }: ShapeLine): number {
  return startMs + (Math.max(0, moves - 1) * 1000) / perSec;
}

/** Whether both have the same users of each class. */
export function hasSameCounts(one: ShapeCounts, other: ShapeCounts): boolean {
  return [...Object.keys(one), ...Object.keys(other)].every((name) => (one[name] ?? 0) === (other[name] ?? 0));
}

/** Users of all classes. */
export function sumOfCounts(counts: ShapeCounts): number {
  return Object.values(counts).reduce((sum, users) => sum + users, 0);
}

function isByClass(counts: ShapeCounts): boolean {
  return Object.keys(counts).some((name) => name !== allClasses);
}

type Moves = Pick<ShapeLine, 'moves' | 'startMs' | 'perSec'>;

function movedAt({ moves, startMs, perSec }: Moves, elapsedMs: number): number {
  if (moves === 0 || elapsedMs < startMs) return 0;
  return perSec === Infinity ? moves : Math.min(moves, Math.floor(((elapsedMs - startMs) * perSec) / 1000 + slack) + 1);
}

function lastMoveMs(line: ShapeLine, elapsedMs: number): number {
  const moved = movedAt(line, elapsedMs);
  return moved === 0 ? line.beforeMs : line.startMs + ((moved - 1) * 1000) / line.perSec;
}

function withoutZeros(counts: ShapeCounts): ShapeCounts {
  return Object.fromEntries(Object.entries(counts).filter(([, users]) => users > 0));
}
