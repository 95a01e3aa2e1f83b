/**
 * What a scenario finds in `environment.parsedOptions` of a run without a master: the options of the run under the names
 * and in the units of Locust's `environment.parsed_options` (argument_parser.py, `setup_parser_arguments`); pure.
 */
import type { LocalPlan } from '../run/localRun.ts';
import type { RunSettings } from './runSettings.ts';

/**
 * Times are in seconds, as Locust has them; null is "not given". Users and spawn rate are those of the plan, unless stages
 * decide. The team's own options win over all.
 */
export function runParsedOptions(settings: RunSettings, load: LocalPlan['load']): Readonly<Record<string, unknown>> {
  const { runTimeMs, display, outputs } = settings;
  const [users, spawnPerSec] = load.kind === 'steady' ? [load.users, load.spawnPerSec] : [null, null];
  return {
    locustfile: settings.files.join(','),
    host: settings.host,
    num_users: users,
    spawn_rate: spawnPerSec,
    run_time: runTimeMs === null ? null : runTimeMs / 1_000,
    stop_timeout: settings.stopTimeoutMs / 1_000,
    tags: settings.tags,
    exclude_tags: settings.excludeTags,
    headless: true,
    reset_stats: settings.resetStats,
    equal_weights: settings.equalWeights,
    config_users: settings.configUsers.length === 0 ? null : settings.configUsers.map((attributes) => JSON.stringify(attributes)),
    exit_code_on_error: settings.exitCodeOnError,
    loglevel: settings.logLevel.toUpperCase(),
    logfile: settings.logFile,
    only_summary: display.isOnlySummary,
    csv_prefix: outputs.csvPrefix,
    stats_history_enabled: outputs.csvFullHistory,
    html_file: outputs.htmlFile,
    json: display.isJson,
    json_file: outputs.jsonFile,
    ...settings.ownOptions,
  };
}
