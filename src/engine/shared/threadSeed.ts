/**
 * What a load thread begins with: plain data and memory that it shares with the main thread (see messages.ts).
 */
import type { MainToThread, ThreadToMain } from './messages.ts';

/**
 * The only message over a thread's `parentPort`, before anything else is loaded. A scenario, and any package that looks for a
 * parent, can reach that port and `workerData`: what is ours comes by a port of our own, and memory that users must not touch
 * with it.
 */
export type ThreadStart<Port> = {
  readonly seed: ThreadSeed;
  readonly port: Port;
};

export type ThreadSeed = {
  /** 0 … threadCount − 1. */
  readonly threadIndex: number;
  readonly threadCount: number;
  /** The worker's index, if it is known by now: 0 without a master; null: `init` is fired when an `init` message says it. */
  readonly workerIndex: number | null;
  /** First value of the user counter, so that a replaced thread never reuses a `userIndex`. */
  readonly firstUserNumber: number;
  /** `--host`; null leaves the classes their own. */
  readonly host: string | null;
  /** Names of user classes, without which all others are as if they were not there; null: all. */
  readonly userClasses: readonly string[] | null;
  /** Arrivals a second that each user stands for, of classes that say nothing of it; null: none. */
  readonly userPerSec: number | null;
  /** The scenario seems to have HTTP users: what they need may be loaded before it is known. */
  readonly mentionsHttp: boolean;
  /** Hosts that load may be sent to (see util/hostPattern); null: all. */
  readonly allowHosts: readonly string[] | null;
  /** Failures of each kind that are shown in full; 0: none. */
  readonly failureSamples: number;
  /** What the users' random streams come from. */
  readonly randomSeed: string;
  /** One thread reads the files of feeders for all. */
  readonly readsFeedFiles: boolean;
  /** Where the thread shows that its event loop turns, and its requests under way (see engine/shared/pulse). */
  readonly pulse: SharedArrayBuffer;
  readonly pace: Pace;
  /** Where the thread keeps account of how late it is itself (see engine/shared/trustMeter). */
  readonly trust: SharedArrayBuffer;
  /** Of the clock that stamps samples, the same in all threads (see util/steadyClock). */
  readonly clockAnchorMs: number;
  /** Rows have histograms of their own, which a worker's master does not ask for. */
  readonly hasRowHistograms: boolean;
  /** Samples are kept from their intended start too. */
  readonly keepsSchedule: boolean;
  /** Samples count for the warm-up until a `count` says otherwise. */
  readonly warmsUp: boolean;
  /** Prints requests and answers; null: not. */
  readonly httpDebug: 'heads' | 'full' | null;
  /** Where one record for each request goes; null: nowhere. */
  readonly requestLog: RequestLogSeed | null;
};

/** Where a thread's lines of the request log go. */
export type RequestLogSeed = {
  /** To be appended to. */
  readonly path: string;
  /** Of the lines that are not in the file yet (see engine/shared/lineBatch). */
  readonly batch: SharedArrayBuffer;
};

/** What stands between a user and its next task, beside its own wait. The memory is shared by all threads. */
export type Pace = {
  /** Task runs that may still begin: one Int32 that counts down (see engine/shared/pace); null: no end. */
  readonly iterations: SharedArrayBuffer | null;
  /** Of `--max-rps` and `--request-increase-rate` (see engine/shared/pace); null: no limit. */
  readonly permits: SharedArrayBuffer | null;
  /** Counts arrivals of classes whose users each stand for a rate (see engine/shared/pace). */
  readonly classArrivals: SharedArrayBuffer;
  /** How far replays of recorded traffic have come (see engine/shared/replays). */
  readonly replays: SharedArrayBuffer;
};

/** The first message over our port, before all others. Not part of the seed: threads start while the scenario is compiled. */
export type LoadScenario = {
  readonly kind: 'load';
  /** `file:` URLs of the bundles to load. */
  readonly bundleUrls: readonly string[];
};

/** A load thread's end of the port to the main side, as `node:worker_threads` has it. */
export type ThreadPort = {
  readonly postMessage: (message: ThreadToMain) => void;
  readonly once: (event: 'message', listener: (message: LoadScenario) => void) => unknown;
  readonly on: (event: 'message', listener: (message: MainToThread) => void) => unknown;
  readonly close: () => void;
};

/** Begins a load thread in the thread that runs already; `ended` is called once it is over. */
export type StartHere = (start: ThreadStart<ThreadPort>, ended: () => void) => Vessel;

/** What a load thread runs in. */
export type Vessel = {
  /** Ends it, whatever it does; resolves when it has ended. May be called twice. */
  readonly terminate: () => Promise<unknown>;
};
