/**
 * What `boomer.config.ts` may say, as its author sees it. Each key is an option of the command line in camelCase; lists
 * and maps have plural names. The values are checked when they are read, whoever wrote them.
 */

/** Seconds, or a text such as `90s`, `1h20m`, `1.5m`, `300ms`. */
export type ConfigDuration = number | string;

/** Per second, or a text such as `100/s`, `30/1m`, `5/500ms`. */
export type ConfigRate = number | string;

/** Over `duration` the number of users goes in a straight line from what it was to `target`. */
export type ConfigStage = { readonly duration: ConfigDuration; readonly target: number } | { readonly duration: ConfigDuration; readonly users: number };

/** `p(95)<200`; as an object it can also end the run as soon as it is missed. */
export type ConfigThreshold =
  | string
  | { readonly threshold: string; readonly abortOnFail?: boolean; readonly delayAbortEval?: ConfigDuration };

/** Attributes of a user class, as Locust's `--config-users` takes them. */
export type ConfigUser = { readonly user_class_name: string; readonly [attribute: string]: unknown };

/** What must hold, by row of the table, for a scenario's `thresholds` too: `{ 'GET /users': ['p(95)<200'], Aggregated: 'fail_ratio<0.01' }`. */
export type Thresholds = Readonly<Record<string, ConfigThreshold | readonly ConfigThreshold[]>>;

export type BoomerConfig = {
  /** Scenario files or folders. */
  readonly files?: string | readonly string[];
  /** Host to load, e.g. `http://localhost:8080`. */
  readonly host?: string;
  /** Only these user classes of the scenario. */
  readonly userClasses?: string | readonly string[];
  /** Only tasks with one of these tags. */
  readonly tags?: string | readonly string[];
  /** No tasks with one of these tags. */
  readonly excludeTags?: string | readonly string[];
  /** Attributes of user classes. */
  readonly configUsers?: ConfigUser | string | readonly (ConfigUser | string)[];
  /** All user classes weigh the same. */
  readonly equalWeights?: boolean;
  /** Repeats a run: the same tasks, waits and rows, user by user. */
  readonly seed?: number | string;
  /** Options of the team's own, for `environment.parsedOptions` in a run without a master. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Environment variables for the scenario. */
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  /** A file of environment variables for the scenario, in the form of dotenv. */
  readonly envFile?: string;
  /** Shows requests and answers: their heads (`true`), or with bodies. */
  readonly httpDebug?: boolean | 'heads' | 'full';
  /** Hosts that load may be sent to: names, addresses, networks, each with `:PORT` for that port only. */
  readonly allowHost?: string | readonly string[];
  /** Failed requests of each kind that are shown in full; 0: none. */
  readonly failureSamples?: number;

  /** A run without a master when no command is named. */
  readonly headless?: boolean;
  /** Users at once; with `rate` the most of them. */
  readonly users?: number;
  /** Users to start a second. */
  readonly spawnRate?: number;
  /** The run ends after this time, counted from the first user. */
  readonly runTime?: ConfigDuration;
  /** Task runs in all. */
  readonly iterations?: number;
  /** How many users there are to be, over time. */
  readonly stages?: readonly (ConfigStage | string)[];
  /** Arrivals on schedule, over all users (an open model). */
  readonly rate?: ConfigRate;
  /** Tasks that this process begins, at most; 0: no limit. */
  readonly maxRps?: ConfigRate;
  /** The limit begins at 0 and grows by so much at a time, up to `maxRps`; -1: it does not grow. */
  readonly requestIncreaseRate?: ConfigRate;
  /** What happens in this time is not counted. */
  readonly warmup?: ConfigDuration;
  /** Time for tasks to finish at the end. */
  readonly stopTimeout?: ConfigDuration;
  /** Forgets what was counted while users were started. */
  readonly resetStats?: boolean;
  /** Load threads; -1 or `auto`: all cores but one. */
  readonly threads?: number | 'auto';
  /** A load thread that is blocked for so long is replaced; 0: never. */
  readonly hangTimeout?: ConfigDuration;

  /** Locust's four CSV files, whose names begin so. */
  readonly csv?: string;
  /** A line for each row in the history, not only the total. */
  readonly csvFullHistory?: boolean;
  /** Locust's JSON on stdout at the end. */
  readonly json?: boolean;
  /** Locust's JSON as a file. */
  readonly jsonFile?: string;
  /** The whole summary as JSON, with histograms: what `boomer-node compare` reads. Of a worker: what was recorded, delivered and not delivered. */
  readonly summaryExport?: string;
  /** The HTML report. */
  readonly html?: string;
  /** The JUnit report. */
  readonly junit?: string;
  /** One record for each request. */
  readonly requestLog?: string;
  /** Outputs by name or path: `name` or `name=argument`. */
  readonly outputs?: string | readonly string[];
  /** Labels of the run, which its reports carry. */
  readonly labels?: Readonly<Record<string, string | number | boolean>>;

  /** What must hold, by row: `{ 'GET /users': ['p(95)<200'], '*': ['fail_ratio<0.01'] }`. */
  readonly thresholds?: Thresholds | readonly string[];
  /** Judges no threshold, not even the scenario's. */
  readonly noThresholds?: boolean;
  /** Exit code when a threshold was missed. */
  readonly thresholdExitCode?: number;
  /** Exit code when requests failed or errors escaped tasks. */
  readonly exitCodeOnError?: number;
  /** The run fails when the generator itself was too late for its numbers to be trusted. */
  readonly failOnUntrusted?: boolean;

  /** Nothing but the verdict and errors. */
  readonly quiet?: boolean;
  /** No live table: the header, then the end. */
  readonly onlySummary?: boolean;
  /** Nothing is redrawn in place. */
  readonly noProgress?: boolean;
  readonly noColor?: boolean;
  readonly loglevel?: 'debug' | 'info' | 'warning' | 'error' | 'critical';
  /** Log lines go to this file instead of the terminal. */
  readonly logfile?: string;

  /** A CPU profile of each load thread, beside this path. */
  readonly cpuProfile?: string;
  readonly cpuProfileDuration?: ConfigDuration;
  /** A heap profile of each load thread, beside this path. */
  readonly memProfile?: string;
  readonly memProfileDuration?: ConfigDuration;

  /** Host of the Locust master. */
  readonly masterHost?: string;
  /** Port of the Locust master. */
  readonly masterPort?: number;
  /** When the master is gone: `quit` after 60 s (the default), `wait` for one as long as it takes, or `stop` the users at once and wait. */
  readonly onMasterLoss?: 'quit' | 'wait' | 'stop';
  /** How long users go on without a master, with `wait`; seconds, or a text such as `5m`. */
  readonly masterLossGrace?: number | string;
};

/** Returns what it is given; for `boomer.config.ts`, so that an editor knows the keys. */
export function defineConfig(config: BoomerConfig): BoomerConfig {
  return config;
}
