/**
 * How often and how long: Locust's own figures (runners.py:53-63) and the few that are ours. All milliseconds.
 *
 * They are data, not constants in the code, so that a test may run a five-minute policy in half a second.
 */
export type AgentTimings = {
  /** Between two unanswered `client_ready` (`CONNECT_TIMEOUT`). */
  readonly connectRetryMs: number;
  /** `client_ready` sent before giving up (`CONNECT_RETRY_COUNT` + 1), a count. */
  readonly connectTries: number;
  /** `HEARTBEAT_INTERVAL`. */
  readonly heartbeatMs: number;
  /** `WORKER_REPORT_INTERVAL`. */
  readonly statsMs: number;
  /** `WORKER_LOG_REPORT_INTERVAL`. */
  readonly logsMs: number;
  /**
   * When reports are due after a `quit`, ascending; later the usual ones are enough. A master that quits listens for half a second
   * only (runners.py:916): the nearer its end, the less a sample may wait.
   */
  readonly flushAfterMs: readonly number[];
  /** What the users may take beyond the stop timeout before the agent goes on without their answer: a last resort, the pool below has deadlines of its own. */
  readonly usersGraceMs: number;
  /** An answer that is missing for so long is worth a question on another connection (`HEARTBEAT_LIVENESS`). */
  readonly silenceMs: number;
  /** How long a new connection may stay without an answer before the same question is asked. */
  readonly muteMs: number;
  /** From an answer on the side connection to the end of the patience with the one that counts. */
  readonly sideGraceMs: number;
  /** After so long a break the master may have taken this worker off the test, or have stopped it. */
  readonly missingMs: number;
  /** How long a master that has us back takes to send a spawn, if its test is still going on. */
  readonly spawnWaitMs: number;
  /** Until a master forgets a worker that it does not hear (`HEARTBEAT_DEAD_INTERNAL` and what leads to it). */
  readonly forgottenMs: number;
  /** From our leaving an identity until the master has noticed that it is missing. */
  readonly ghostMs: number;
  /** What users may take who are stopped because their master is gone and another one waits. */
  readonly newMasterWaitMs: number;
  /**
   * How long a worker that ends waits for a master that answers nothing: to send it the last report, or to have that confirmed. One that takes in thousands of names is busy for
   * seconds; one that is gone ends the connection, and so does a dead network. `docker stop` kills after ten seconds.
   */
  readonly partingMs: number;
  /** How long in all, while it answers earlier heartbeats. */
  readonly maxPartingMs: number;
  /** After so long the log says what is waited for. */
  readonly partingNoteMs: number;
  /** A worker that ends says its last reports only if no answer is missing for so long: they would go where nobody may read. */
  readonly suspectMs: number;
  /** An answer that is missing for so long is then worth the question, which otherwise has time (`silenceMs`); and where the master's silence is what ends the worker, it waits no longer for its last report. */
  readonly endSilenceMs: number;
  /** How long our plug-in in the master has to say whether a test is on. */
  readonly testAnswerMs: number;
  /** How long the master has to stop the test after a scenario asked for it. */
  readonly stopTestWaitMs: number;
};

/** Locust's figures, and ours beside them. */
export const locustTimings: AgentTimings = {
  connectRetryMs: 5_000,
  connectTries: 61,
  heartbeatMs: 1_000,
  statsMs: 3_000,
  logsMs: 10_000,
  flushAfterMs: [100, 200, 300, 400, 450, 475, 490, 600, 700, 800, 900, 1_000],
  usersGraceMs: 120_000,
  silenceMs: 3_000,
  muteMs: 1_500,
  sideGraceMs: 500,
  missingMs: 4_000,
  spawnWaitMs: 5_000,
  forgottenMs: 60_000,
  ghostMs: 8_000,
  newMasterWaitMs: 2_000,
  partingMs: 8_000,
  maxPartingMs: 20_000,
  partingNoteMs: 1_000,
  suspectMs: 250,
  endSilenceMs: 1_000,
  testAnswerMs: 2_000,
  stopTestWaitMs: 5_000,
};

/** What a worker does when its master is gone: wait for it, quit, or stop its users and wait. */
export type OnMasterLoss = 'wait' | 'quit' | 'stop';

/** What one worker was started with. */
export type AgentConfig = {
  /** For log lines: `host:port`. */
  readonly masterAddress: string;
  /** Default `quit`, as Locust's worker does. */
  readonly onMasterLoss: OnMasterLoss;
  /** With `quit`: silence of a master that once answered, after which the worker ends (`LOCUST_MASTER_HEARTBEAT_TIMEOUT`, 60 000). */
  readonly masterSilenceMs: number;
  /** With `wait`: how long users go on without a master (60 000). */
  readonly masterLossGraceMs: number;
  /** Pause between `client_stopped` and `client_ready` (`LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP`, 0). */
  readonly additionalReadyWaitMs: number;
  /** For a master that sends no stop timeout with its spawn (`--stop-timeout`, 0); Locust's always do. */
  readonly stopTimeoutMs: number;
  readonly timings: AgentTimings;
};

/** A worker without flags. */
export const defaultConfig: AgentConfig = {
  masterAddress: '127.0.0.1:5557',
  onMasterLoss: 'quit',
  masterSilenceMs: 60_000,
  masterLossGraceMs: 60_000,
  additionalReadyWaitMs: 0,
  stopTimeoutMs: 0,
  timings: locustTimings,
};

/**
 * The next due time of a beat that was due at `dueMs` and is handled at `nowMs` (≥ `dueMs`).
 *
 * Beats stay on their grid, so that being a few milliseconds late never adds up; after a stall the missed ones are
 * skipped, and the next comes no sooner than half an interval from now, so that a stall ends in one beat, not a burst.
 */
export function nextBeatMs(dueMs: number, intervalMs: number, nowMs: number): number {
  const nextMs = dueMs + intervalMs;
  const earliestMs = nowMs + intervalMs / 2;
  if (nextMs >= earliestMs) return nextMs;
  return dueMs + Math.ceil((earliestMs - dueMs) / intervalMs) * intervalMs;
}
