/** Turns what a `spawn` carries into the options of a run. */
import type { RunOptions } from '../../engine/shared/messages.ts';
import type { SpawnData } from '../wire/messages.ts';

/**
 * Locust's own command-line options: a worker must not take them over from its master, which sends all it has
 * (argument_parser.py `default_args_dict` of Locust 2.47, read in runners.py `handle_message` of `spawn`).
 */
const locustsOwn: ReadonlySet<string> = new Set(
  `locustfile config host num_users spawn_rate run_time list_commands config_users web_host web_host_display_name
  web_port headless autostart autoquit headful web_auth web_login tls_cert tls_key class_picker build_path legacy_ui
  master master_bind_host master_bind_port expect_workers_max_wait enable_rebalancing expect_slaves worker processes
  slave master_host master_port web_base_path csv_prefix stats_history_enabled print_stats only_summary reset_stats
  html_file json json_file skip_log_setup loglevel logfile show_task_ratio show_task_ratio_json exit_code_on_error
  stop_timeout equal_weights profile otel user_classes`.split(/\s+/u),
);

/** The options of the run that this spawn belongs to: the team's own ones, and the few of Locust's that workers need. */
export function runOptionsOf(spawn: SpawnData, workerIndex: number): RunOptions {
  const entries = Object.entries(spawn.parsed_options).filter(([name]) => !locustsOwn.has(name));
  return {
    host: spawn.host === null || spawn.host === '' ? null : spawn.host,
    parsedOptions: Object.fromEntries(entries),
    tags: textList(spawn.parsed_options['tags']),
    excludeTags: textList(spawn.parsed_options['exclude_tags']),
    workerIndex,
  };
}

/** The stop timeout of a spawn, in milliseconds; the worker's own when an old master sends none. */
export function stopTimeoutMsOf(spawn: SpawnData, ownMs: number): number {
  return Math.max(0, spawn.stop_timeout === null ? ownMs : spawn.stop_timeout * 1_000);
}

/** `tags` are a list of texts or nil; one text alone is taken as a list of one, anything else as nil. */
function textList(value: unknown): readonly string[] | null {
  if (typeof value === 'string' && value !== '') return [value];
  if (!Array.isArray(value)) return null;
  const texts = value.filter((item): item is string => typeof item === 'string');
  return texts.length === 0 ? null : texts;
}
