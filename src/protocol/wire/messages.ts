
/**
 * Every message between a Locust worker and its master (Locust runners.py, `handle_message` of both sides).
 *
 * On the wire each is the msgpack array `[type, data, node_id]`; field names are Locust's own, hence snake_case.
 * Messages whose data is nil have no `data` here.
 */

/** The only states a worker may claim: any other word takes it out of the master's worker count (runners.py `worker_count`). */
export type WorkerState = 'ready' | 'spawning' | 'running';

/** What a worker says. */
export type WorkerMessage =
  /** A version (at least one character), or −1 to skip the master's version check. */
  | { readonly type: 'client_ready'; readonly data: string | -1 }
  | { readonly type: 'heartbeat'; readonly data: HeartbeatData }
  | { readonly type: 'spawning' }
  | { readonly type: 'spawning_complete'; readonly data: SpawningCompleteData }
  | { readonly type: 'stats'; readonly data: StatsData }
  | { readonly type: 'client_stopped' }
  | { readonly type: 'quit' }
  | { readonly type: 'exception'; readonly data: ExceptionData }
  | { readonly type: 'logs'; readonly data: LogsData }
  /** Asks for the master's locustfile. */
  | { readonly type: 'locustfile'; readonly data: { readonly version: string } }
  /** A message of a plug-in or scenario: `name` is the type on the wire, `data` anything that msgpack can hold. */
  | { readonly type: 'custom'; readonly name: string; readonly data: unknown };

/** What a worker says of itself each second. */
export type HeartbeatData = {
  readonly state: WorkerState;
  /** Percent of one core, finite; above 100 when several cores are busy. */
  readonly current_cpu_usage: number;
  /** Resident bytes. */
  readonly current_memory_usage: number;
};

/** The users that live when a spawn's targets are reached. */
export type SpawningCompleteData = {
  readonly user_classes_count: UserClassesCount;
  /** The sum of `user_classes_count`. */
  readonly user_count: number;
};

/** One row of the master's Exceptions tab, counted once a message. */
export type ExceptionData = {
  readonly msg: string;
  /** The master groups by this text alone: equal errors need equal traces, without addresses or times. */
  readonly traceback: string;
};

/** For the master's Logs tab. */
export type LogsData = {
  readonly worker_id: string;
  /** All recent lines, at most 500: the master replaces what it had (env.py `update_worker_logs`). */
  readonly logs: readonly string[];
};

/** What a master says. */
export type MasterMessage =
  | { readonly type: 'ack'; readonly data: AckData }
  | { readonly type: 'spawn'; readonly data: SpawnData }
  | { readonly type: 'stop' }
  | { readonly type: 'quit' }
  /** The answer to each heartbeat. */
  | { readonly type: 'heartbeat' }
  | { readonly type: 'reconnect' }
  /** All workers together have their users. Not a spawn. */
  | { readonly type: 'spawning_complete'; readonly data: { readonly user_count: number } }
  | { readonly type: 'update_user_class'; readonly data: UpdateUserClassData }
  | { readonly type: 'locustfile'; readonly data: LocustfileData }
  /**
   * Any other type. Data is plain: nil is `null`, a Python datetime a `Date`, bytes a `Uint8Array`, an integer beyond
   * ±(2^53 − 1) a `bigint`, a map an object (integer keys become its property names).
   */
  | { readonly type: 'custom'; readonly name: string; readonly data: unknown };

/** The answer to `client_ready`. */
export type AckData = {
  /** The worker's index, ≥ 0; null from masters before Locust 2.11. */
  readonly index: number | null;
};

/** Targets for the users of this worker (runners.py, `MasterRunner.start`). */
export type SpawnData = {
  /** The master's clock in Unix seconds, the double as it came: successive ones may differ by microseconds only. */
  readonly timestamp: number;
  /** Absolute targets; a class that is absent keeps its users. */
  readonly user_classes_count: UserClassesCount;
  /** Null (or empty) leaves the classes their own host. */
  readonly host: string | null;
  /** Seconds, ≥ 0; null from old masters. */
  readonly stop_timeout: number | null;
  /** Every option of the master, values of any kind; empty when Locust runs as a library. */
  readonly parsed_options: Readonly<Record<string, unknown>>;
};

/** An edit of a user class in the master's web UI (env.py, `update_user_class`). */
export type UpdateUserClassData = {
  readonly user_class_name: string;
  /** Names of the tasks to keep; null leaves the tasks alone. */
  readonly tasks: readonly string[] | null;
  /** The other keys: attributes to set on the class, `host`, `weight`, `fixed_count` and the team's own. */
  readonly attributes: Readonly<Record<string, unknown>>;
};

/** The answer to `locustfile`. */
export type LocustfileData =
  /** Addresses, or Python sources. */
  | { readonly locustfiles: readonly (string | { readonly filename: string; readonly contents: string })[] }
  | { readonly error: string };

/** User class name → number of users, whole and ≥ 0. */
export type UserClassesCount = Readonly<Record<string, number>>;

/**
 * The data of the `stats` message as Locust's master merges it (Locust stats.py, `on_worker_report`).
 *
 * Times are milliseconds, stamps Unix seconds (floats), sizes bytes. The maps are real `Map`s with integer keys:
 * string keys are stored by the master without complaint and break its web UI later.
 */
export type StatsData = {
  readonly stats: readonly StatsEntryData[];
  /** The sum of `stats`: the master never adds them up itself. */
  readonly stats_total: StatsEntryData;
  /** Keyed by `errorKeyOf`; a map even when empty. */
  readonly errors: ReadonlyMap<string, StatsErrorData>;
  readonly user_classes_count: UserClassesCount;
  readonly user_count: number;
  /** Keys of plug-ins: the master hands them to listeners of `worker_report`. */
  readonly [extra: string]: unknown;
};

/** One row of a report, or its total; 14 keys in Locust's order (stats.py `StatsEntryDict`). */
export type StatsEntryData = {
  readonly name: string;
  readonly method: string;
  readonly last_request_timestamp: number | null;
  readonly start_time: number;
  readonly num_requests: number;
  readonly num_none_requests: number;
  readonly num_failures: number;
  readonly total_response_time: number;
  readonly max_response_time: number;
  /** Null when nothing was timed: a 0 would pull the shown minimum to 0 for the whole run. */
  readonly min_response_time: number | null;
  readonly total_content_length: number;
  readonly response_times: ReadonlyMap<number, number>;
  readonly num_reqs_per_sec: ReadonlyMap<number, number>;
  readonly num_fail_per_sec: ReadonlyMap<number, number>;
};

/** One distinct failure (stats.py `StatsErrorDict`). */
export type StatsErrorData = {
  readonly name: string;
  readonly method: string;
  readonly error: string;
  readonly occurrences: number;
  readonly first_seen: number;
  readonly last_seen: number;
};
