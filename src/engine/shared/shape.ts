/**
 * A scenario's `shape(moment)`: what the function is told and what it decides, and the messages between the load thread that runs it and
 * whoever asks: the master's half (`locust/boomer_shape.py`), or without a master the main thread.
 */
import type { RowSoFar } from '../../stats/soFar.ts';

/** What is known of the requests of one row, or of all, since the test began. */
export type MomentRow = RowSoFar;

/** The statistics so far, of all requests. */
export type MomentStats = MomentRow & {
  /** Of the last ten seconds, as Locust's charts have it. */
  readonly recentMedianMs: number | null;
  readonly recentP95Ms: number | null;
  /** By type and name: `GET /users`. */
  readonly rows: Readonly<Record<string, MomentRow>>;
};

/** The test at one moment, as `shape(moment)` is told of it. */
export type Moment = {
  /** Since the test began. */
  readonly elapsedSec: number;
  /** Users that are there. */
  readonly users: number;
  /** The same for each class. */
  readonly userCounts: Readonly<Record<string, number>>;
  readonly stats: MomentStats;
};

/** What `shape(moment)` returns: how many users there are to be, of all classes or of each; a class that is left out has none. Null ends the test. */
export type ShapeDecision = {
  readonly users: number | Readonly<Record<string, number>>;
  /** Users a second that come or go on the way there; all at once when left out. */
  readonly spawnRate?: number;
} | null;

/** A decision, checked: whole users, and a rate or null for "at once". */
export type CheckedDecision = { readonly users: number | Readonly<Record<string, number>>; readonly spawnRate: number | null };

/** What the messages are called. */
export const shapeMessage = 'boomer_shape';

/** Which load thread of a process answers. */
export const shapeThread = 0;

/** What one side asks the other: the same number comes back with the answer. `run` names the test. */
export type ShapeQuestion = { readonly kind: 'ask'; readonly run: string; readonly number: number; readonly moment: Moment };

/** What the load thread says to that. */
export type ShapeAnswer = { readonly run: string; readonly number: number } & (
  | { readonly kind: 'decided'; readonly decision: CheckedDecision | null }
  | { readonly kind: 'failed'; readonly reason: string }
);

/** Whether it is an answer; what comes as a message may be anybody's. */
export function isShapeAnswer(value: unknown): value is ShapeAnswer {
  return typeof value === 'object' && value !== null && 'kind' in value && (value.kind === 'decided' || value.kind === 'failed') && 'run' in value && 'number' in value;
}
