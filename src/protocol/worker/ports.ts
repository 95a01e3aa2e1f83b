/**
 * What the agent needs, handed in by the composition root; each is small enough to fake in a test.
 *
 * Commands go down through these functions; what comes up arrives as `up`, `down` and frames, or as a `UsersInput`, never as a call back
 * into the agent's insides.
 */
import type { Report } from '../../stats/report.ts';
import type { ClassInfo, RunOptions } from '../../engine/shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import type { Steps } from '../../util/steps.ts';

/**
 * The wire below the agent (see protocol/socket): connections to the one master, by numbers that the agent gives. What happens to them
 * comes back as `up`, `down` and frames.
 */
export type Transport = {
  /** Connects under an identity, trying again until somebody answers. */
  readonly open: (connection: number, identity: string) => void;
  /** Sends one frame, in order, never blocking. False when the connection is not up: it is not sent. */
  readonly send: (connection: number, frame: Uint8Array) => boolean;
  /** Ends a connection at once; nothing comes from it any more. */
  readonly drop: (connection: number) => void;
  /** Ends all. Resolves when what was sent has left or the linger (about 1 s) is over. May be called twice. */
  readonly close: () => Promise<void>;
};

/** The users below the agent: all load threads taken together (see engine/main). */
export type Users = {
  readonly classes: () => readonly ClassInfo[];
  /** Live users of each own class, zeros included. */
  readonly counts: () => Readonly<Record<string, number>>;
  /** Fires the scenario's `init` as this worker of the master, −1: it gives no index; `whenDone` is called once its listeners are done. Once, before all that follow. */
  readonly init: (workerIndex: number, whenDone: () => void) => void;
  /** `masterSec`: what the master's clock says, Unix seconds; absent: as this machine's. */
  readonly startRun: (options: RunOptions, masterSec?: number) => void;
  readonly updateOptions: (options: RunOptions) => void;
  /** Absolute targets by own class name; answered by the input `users` with `reached`. A newer one supersedes. */
  readonly setUsers: (generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs: number) => void;
  /** Answered by the input `usersStopped`: soon after `stopTimeoutMs` where no user has an `onStop`; users may say goodbye in one as long as they get on with it, for a minute. */
  readonly stopUsers: (generation: number, stopTimeoutMs: number) => void;
  readonly spawningComplete: (userCount: number) => void;
  /** What was counted so far has been dropped. */
  readonly statsReset: () => void;
  /** False when there is no such class. */
  readonly updateUserClass: (className: string, attributes: Readonly<Record<string, unknown>>) => boolean;
  /** Hands a custom message to the scenario; false when nobody listens to the type. */
  readonly deliver: (type: string, data: unknown) => boolean;
};

/** What reaches the agent from below, through the sink given to the pool. */
export type UsersInput =
  | {
      readonly kind: 'users';
      readonly generation: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly reached: boolean;
    }
  | { readonly kind: 'usersStopped'; readonly generation: number }
  /** `count` exceptions of equal trace; `isOutsideTask`: of a listener, a callback, or a promise that nobody awaited. */
  | { readonly kind: 'exception'; readonly message: string; readonly trace: string; readonly count: number; readonly isOutsideTask: boolean }
  | { readonly kind: 'customFromUser'; readonly type: string; readonly data: unknown }
  | { readonly kind: 'stopTest'; readonly reason: string }
  /** What was to be replayed is at its end, and so is this worker's test. */
  | { readonly kind: 'replayed'; readonly reason: string };

/** Everything else the agent's shell is given. */
export type AgentEnvironment = {
  /** `hostname_` + 32 hex digits; the socket's identity and the third element of every message. */
  readonly nodeId: string;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** The clock that stamps reports, which nobody sets (see util/steadyClock), Unix seconds. */
  readonly steadySec: () => number;
  /** What to add to it to have this machine's wall clock, seconds. */
  readonly clockShiftSec: () => number;
  /** Numbers since the last call (a delta), in steps; the caller must take all of them, send what it took, and say later what became of it. */
  readonly takeReport: () => Steps<Report>;
  /** The report that was taken last was not sent: its numbers come with the next one. */
  readonly putReportBack: () => void;
  /** The earliest `count` reports of an open fate were taken by the master. */
  readonly reportsTaken: (count: number) => void;
  /** Whether the reports of an open fate were taken will never be known. */
  readonly reportsInDoubt: () => void;
  /** What was counted since the last report is for nobody: its master is gone, or wants it dropped (`--reset-stats`). In steps, as `takeReport`. */
  readonly abandonReports: (why: 'masterGone' | 'reset') => Steps<unknown>;
  /** Forgets everything counted so far: a new run begins. Only called while no user lives. */
  readonly clearStats: () => void;
  /** Process CPU in percent of one core over the last 10 s (0 at first) and resident memory in bytes. */
  readonly health: () => { readonly cpuPercent: number; readonly memoryBytes: number };
  /** The last 500 formatted log lines, and how many lines there have ever been. */
  readonly logLines: () => { readonly lines: readonly string[]; readonly total: number };
  readonly log: (level: LogLevel, text: string) => void;
  /** Response times below 10 ms go to the master in tenths (`--precision`). */
  readonly timesInTenths: boolean;
  /** Extra keys for each `stats` message; Locust's own keys are protected. */
  readonly reportExtras: () => Readonly<Record<string, unknown>>;
  /** More keys, of what the report that was taken last could not say in rows. */
  readonly metricNews: () => Readonly<Record<string, unknown>>;
};
