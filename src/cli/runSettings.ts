/**
 * What `boomer-node run` was asked for, whoever said it: a flag, a variable, a configuration file. Checked values only;
 * null is "not given" wherever nothing else is said.
 */
import type { Stage } from '../run/stages.ts';
import type { Rate } from '../util/rate.ts';
import type { CommonSettings } from './commonSettings.ts';

export type RunSettings = CommonSettings & {
  /** Users at once; with `arrivals` the most of them. */
  readonly users: number | null;
  readonly spawnPerSec: number | null;
  readonly runTimeMs: number | null;
  /** Task runs in all. */
  readonly iterations: number | null;
  /** `--stage`; null: the scenario's `stages`, if it has some. */
  readonly stages: readonly Stage[] | null;
  /** `--rate`: arrivals over all users. */
  readonly arrivals: Rate | null;
  readonly warmUpMs: number;
  /** Forget what was counted while users were spawned. */
  readonly resetStats: boolean;
  /** `--config-users`: attributes of user classes, each with `user_class_name`. */
  readonly configUsers: readonly Readonly<Record<string, unknown>>[];
  readonly equalWeights: boolean;
  /** `--option`: the team's own, for `environment.parsedOptions`. */
  readonly ownOptions: Readonly<Record<string, unknown>>;
  readonly httpDebug: 'heads' | 'full' | null;
  /** `--run-tasks`: run these once and end. */
  readonly runTasks: readonly string[] | null;
  /** `--list`: name user classes and tasks, and end. */
  readonly isList: boolean;
  /** `--tag k=v`. */
  readonly labels: Readonly<Record<string, string>>;
  /** `--threshold`, as typed; those of configuration files are in `thresholdsFromFile`. */
  readonly thresholds: readonly string[];
  /** In the form of a scenario's `thresholds` export; unchecked. */
  readonly thresholdsFromFile: unknown;
  readonly hasThresholds: boolean;
  readonly thresholdExitCode: number;
  /** Exit code when requests failed. */
  readonly exitCodeOnError: number;
  readonly failsOnUntrusted: boolean;
  readonly display: DisplaySettings;
  readonly outputs: OutputSettings;
};

export type DisplaySettings = {
  readonly isQuiet: boolean;
  /** No live table: header, then the end. */
  readonly isOnlySummary: boolean;
  /** False after `--no-progress`, or where CI is set. */
  readonly hasProgress: boolean;
  /** From `--no-color`, NO_COLOR and FORCE_COLOR; null: as the terminal is. */
  readonly hasColours: boolean | null;
  /** Locust's JSON on stdout at the end. */
  readonly isJson: boolean;
};

/** Files to be written; paths as typed, `{u}`, `{r}` and `{t}` not yet filled in. */
export type OutputSettings = {
  /** Locust's `--csv PREFIX`. */
  readonly csvPrefix: string | null;
  readonly csvFullHistory: boolean;
  readonly jsonFile: string | null;
  /** Our own, whole summary, with histograms: what `compare` reads. */
  readonly summaryFile: string | null;
  readonly htmlFile: string | null;
  readonly junitFile: string | null;
  readonly requestLog: string | null;
  /** `-o name=arg`, in order. */
  readonly named: readonly { readonly name: string; readonly argument: string | null }[];
};
