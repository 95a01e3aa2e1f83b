/** What judges a run, and what is written about it. */
import { BoomerError } from '../util/boomerError.ts';
import type { OptionsOf } from './option.ts';
import { onOff, pairs, text, texts, whole, writtenFile, type ConfigDuration, type Reader } from './readers.ts';

/** `-o name=arg` */
export type NamedOutput = { readonly name: string; readonly argument: string | null };

/** As checked values; null: nobody said anything. Paths are as typed, `{u}`, `{r}` and `{t}` not yet filled in. */
export type ReportSettings = {
  /** As typed. */
  readonly thresholds: readonly string[];
  /** In the form of a scenario's `thresholds` export; unchecked. */
  readonly thresholdsFromFile: unknown;
  /** Judge no threshold, not even the scenario's. */
  readonly skipsThresholds: boolean;
  readonly thresholdExitCode: number;
  /** Exit code when requests failed. */
  readonly exitCodeOnError: number;
  readonly failsOnUntrusted: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly csvPrefix: string | null;
  readonly csvFullHistory: boolean;
  /** Locust's JSON on stdout at the end. */
  readonly isJson: boolean;
  readonly jsonFile: string | null;
  /** Our own, whole summary, with histograms: what `compare` reads; of a worker what was and what was not delivered. */
  readonly summaryFile: string | null;
  readonly htmlFile: string | null;
  readonly junitFile: string | null;
  readonly requestLog: string | null;
  /** In order. */
  readonly namedOutputs: readonly NamedOutput[];
};

/**
 * `p(95)<200`, or `p(95)<200 over 10s`: in each window of ten seconds (`over`, whole seconds from `1s` to `1h`). As an object it can also end the run as
 * soon as it is missed, but not before it has lasted for `delayAbortEval`.
 */
export type ConfigThreshold =
  | string
  | { readonly threshold: string; readonly over?: string; readonly abortOnFail?: boolean; readonly delayAbortEval?: ConfigDuration };

/** What must hold, by row of the table, for a scenario's `thresholds` too: `{ 'GET /users': ['p(95)<200'], Aggregated: 'fail_ratio<0.01' }`. */
export type Thresholds = Readonly<Record<string, ConfigThreshold | readonly ConfigThreshold[]>>;

/** As an author of a configuration file writes it. */
export type ReportConfig = {
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
  /** Labels of the run, which its reports carry. */
  readonly labels?: Readonly<Record<string, string | number | boolean>>;
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
};

/** Exit codes are a byte. */
const exitCode = whole({ min: 0, max: 255 });

const anything: Reader<unknown> = { kind: 'texts', read: ({ raw }) => raw };

const namedOutputs: Reader<readonly NamedOutput[]> = {
  kind: 'texts',
  read: (given, readText) =>
    texts.read(given, readText).map((typed) => {
      const at = typed.indexOf('=');
      const name = at < 0 ? typed : typed.slice(0, at);
      if (name === '') throw new BoomerError('usage', `${given.where} expects NAME or NAME=ARGUMENT, got "${typed}"`);
      return { name, argument: at < 0 ? null : typed.slice(at + 1) };
    }),
};

/** The options, by what they set. */
export const reportOptions: OptionsOf<ReportSettings, ReportConfig> = {
  thresholds: {
    name: 'threshold', value: 'RULE', variables: ['BOOMER_THRESHOLDS'],
    reads: texts, otherwise: [], unset: 'none',
    group: 'Judgement', only: 'run',
    describe: 'What must hold, e.g. "GET /users: p(95)<200", or in each ten seconds "p(95)<200 over 10s"; without a row: for all. Repeat it for more',
  },
  thresholdsFromFile: {
    name: 'thresholds', hasNoFlag: true, value: 'RULES', key: 'thresholds',
    reads: anything, otherwise: null, unset: 'none',
    group: 'Judgement', only: 'run',
    describe: "What must hold, by row, as a scenario's thresholds; beside those of --threshold and of the scenario",
  },
  skipsThresholds: {
    name: 'no-thresholds', variables: ['BOOMER_NO_THRESHOLDS'], key: 'noThresholds',
    ...onOff,
    group: 'Judgement', only: 'run',
    describe: 'Judge no threshold',
  },
  thresholdExitCode: {
    name: 'threshold-exit-code', value: 'CODE', variables: ['BOOMER_THRESHOLD_EXIT_CODE'], key: 'thresholdExitCode',
    reads: exitCode, default: '99',
    group: 'Judgement', only: 'run',
    describe: 'Exit code when a threshold was missed',
  },
  exitCodeOnError: {
    name: 'exit-code-on-error', value: 'CODE', variables: ['LOCUST_EXIT_CODE_ON_ERROR'], key: 'exitCodeOnError',
    reads: exitCode, default: '1',
    group: 'Judgement', only: 'run', isMasters: true,
    describe: 'Exit code when requests failed or errors escaped tasks',
  },
  failsOnUntrusted: {
    name: 'fail-on-untrusted', variables: ['BOOMER_FAIL_ON_UNTRUSTED'], key: 'failOnUntrusted',
    ...onOff,
    group: 'Judgement', only: 'run',
    describe: 'Fail when the generator itself was too late, or ran out of descriptors or ports, for its numbers to be trusted',
  },
  labels: {
    name: 'tag', value: 'NAME=VALUE', key: 'labels',
    reads: pairs, otherwise: {}, unset: 'none',
    group: 'Reports', only: 'run',
    describe: 'A label of the run, which its reports carry; may be repeated',
  },
  csvPrefix: {
    name: 'csv', value: 'PREFIX', variables: ['LOCUST_CSV'], key: 'csv',
    reads: text, otherwise: null, unset: 'none',
    group: 'Reports', only: 'run', isMasters: true,
    describe: "Locust's four CSV files: PREFIX_stats.csv and its kin",
  },
  csvFullHistory: {
    name: 'csv-full-history', variables: ['LOCUST_CSV_FULL_HISTORY'], key: 'csvFullHistory',
    ...onOff,
    group: 'Reports', only: 'run', isMasters: true,
    describe: 'Each row in the history, not only the total',
  },
  isJson: {
    name: 'json', variables: ['BOOMER_JSON'], key: 'json',
    ...onOff,
    group: 'Reports', only: 'run', isMasters: true,
    describe: "Locust's JSON on stdout at the end; with --show-config: that as JSON",
  },
  jsonFile: {
    name: 'json-file', value: 'FILE', variables: ['BOOMER_JSON_FILE'], key: 'jsonFile',
    reads: text, otherwise: null, unset: 'none',
    group: 'Reports', only: 'run', isMasters: true,
    describe: "Locust's JSON as a file (adds .json)",
  },
  summaryFile: {
    name: 'summary-export', value: 'FILE', variables: ['BOOMER_SUMMARY_EXPORT'], key: 'summaryExport',
    reads: writtenFile, otherwise: null, unset: 'none',
    group: 'Reports',
    describe: 'The whole summary with histograms as JSON, for boomer-node compare; of a worker: what was recorded, delivered and not delivered',
  },
  htmlFile: {
    name: 'html', value: 'FILE', variables: ['LOCUST_HTML'], key: 'html',
    reads: writtenFile, otherwise: null, unset: 'none',
    group: 'Reports', only: 'run', isMasters: true,
    describe: 'The HTML report; {u} {r} {t} stand for users, spawn rate, run time',
  },
  junitFile: {
    name: 'junit', value: 'FILE', variables: ['BOOMER_JUNIT'], key: 'junit',
    reads: writtenFile, otherwise: null, unset: 'none',
    group: 'Reports', only: 'run',
    describe: 'A JUnit report, for CI',
  },
  requestLog: {
    name: 'request-log', value: 'FILE', variables: ['BOOMER_REQUEST_LOG'], key: 'requestLog',
    reads: writtenFile, otherwise: null, unset: 'none',
    group: 'Reports',
    describe: 'One line of JSON for each request of this process',
  },
  namedOutputs: {
    name: 'out', aliases: ['o'], value: 'NAME[=ARG]', variables: ['BOOMER_OUT'], key: 'outputs',
    reads: namedOutputs, otherwise: [], unset: 'none',
    group: 'Reports', only: 'run',
    describe: 'An output by name (csv, json, html …) or the path of a module; may be repeated',
  },
};
