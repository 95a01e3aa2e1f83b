/**
 * The data of the `stats` message as Locust's master merges it (Locust stats.py, `on_worker_report`).
 *
 * Times are milliseconds, stamps Unix seconds (floats), sizes bytes. The maps are real `Map`s with integer keys:
 * string keys are stored by the master without complaint and break its web UI later.
 */

/** User class name → number of users, whole and ≥ 0. */
export type UserClassesCount = Readonly<Record<string, number>>;

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
