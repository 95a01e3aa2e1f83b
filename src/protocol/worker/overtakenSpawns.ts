/**
 * Spawns that a stop has overtaken. A master that is stopped in the very moment in which it hands out users sends the stop first (its spawns
 * leave by greenlets of their own, runners.py:791-797): the spawn that comes after it is the last of the test that was stopped. Users
 * that begin for it go on for ever.
 *
 * It cannot be the first of the next test when it was stamped less than a second after a moment at which the test was on: a master that
 * knows of users looks once a second whether they are gone, and begins nothing before that (runners.py:905). Such a moment is when a heartbeat
 * was sent that it has answered since, with no stop in between.
 */
import { isTime } from './masterClock.ts';

/** Milliseconds of the machine's clock, unless they say otherwise. */
export type OvertakenSpawns = {
  /** Heartbeats that have no answer yet, oldest first. */
  readonly beatsSentMs: readonly number[];
  /** Since when the master has been told that users run here; null: it was not, or that there are none any more. */
  readonly toldAtMs: number | null;
  /** When the last heartbeat was sent that a master which knew of users has answered; null: none. */
  readonly wasOnMs: number | null;
  /** What the machine's clock shows at a stamp of the master's, less the stamp; never less than it is. Null: no stamp was a time. */
  readonly clockLeadMs: number | null;
  /** Stamps before that one, Unix seconds, are of the test that was stopped last; null: nobody knows. */
  readonly overBeforeSec: number | null;
};

/** Of a worker that has not been told anything yet. */
export const noOvertakenSpawns: OvertakenSpawns = { beatsSentMs: [], toldAtMs: null, wasOnMs: null, clockLeadMs: null, overBeforeSec: null };

/** A little less than the second that a master waits, as clocks go. Heartbeats are a second apart: the larger, the fewer stops come too late after one. */
const sureMs = 990;
/** A master that answers none is not followed further. */
const maxBeats = 100;

/** A heartbeat is sent. */
export function beatSent(known: OvertakenSpawns, nowMs: number): OvertakenSpawns {
  return { ...known, beatsSentMs: [...known.beatsSentMs, nowMs].slice(-maxBeats) };
}

/** The oldest of so many heartbeats is answered; null: nobody knows which one. */
export function beatAnswered(known: OvertakenSpawns, unanswered: number | null): OvertakenSpawns {
  const [sentMs, ...beatsSentMs] = known.beatsSentMs;
  if (sentMs === undefined || unanswered !== known.beatsSentMs.length) return { ...known, beatsSentMs: [], wasOnMs: null };
  const knewUsers = known.toldAtMs !== null && sentMs >= known.toldAtMs;
  return { ...known, beatsSentMs, wasOnMs: knewUsers ? sentMs : known.wasOnMs };
}

/** The master is told that users run. */
export function usersTold(known: OvertakenSpawns, nowMs: number): OvertakenSpawns {
  return { ...known, toldAtMs: known.toldAtMs ?? nowMs };
}

/** There are no users, or none yet: soon the master knows of none. */
export function usersGone(known: OvertakenSpawns): OvertakenSpawns {
  return { ...known, toldAtMs: null, wasOnMs: null };
}

/** A spawn with this stamp comes. */
export function spawnCame(known: OvertakenSpawns, stampSec: number, nowMs: number): OvertakenSpawns {
  if (!isTime(stampSec)) return known;
  return { ...known, clockLeadMs: Math.min(known.clockLeadMs ?? Number.POSITIVE_INFINITY, nowMs - stampSec * 1_000) };
}

/** The test is stopped. */
export function testStopped({ beatsSentMs, wasOnMs, clockLeadMs }: OvertakenSpawns): OvertakenSpawns {
  const overBeforeSec = wasOnMs === null || clockLeadMs === null ? null : (wasOnMs + sureMs - clockLeadMs) / 1_000;
  return { ...noOvertakenSpawns, beatsSentMs, overBeforeSec };
}

/** Whether a spawn that comes now is surely of the test that was stopped. */
export function isOvertaken({ overBeforeSec }: OvertakenSpawns, stampSec: number): boolean {
  return overBeforeSec !== null && isTime(stampSec) && stampSec < overBeforeSec;
}
