/** Locust's own options, from 2.30 to 2.47 (argument_parser.py, `setup_parser_arguments`): what a master knows; pure. */

/**
 * Locust's own options that mean nothing here, from its argument_parser.py (2.47): a team shares scripts, variables and a
 * locust.conf between its master and its workers, so they are taken. Those that would change what happens are refused instead.
 */
export type LocustOnly = {
  readonly takesValue: boolean;
  readonly aliases?: readonly string[];
  readonly variable?: string;
  /** Absent: it is harmless, and has no effect. */
  readonly refused?: string;
};

const harmless = (variable?: string): LocustOnly => ({ takesValue: false, ...(variable === undefined ? {} : { variable }) });
const harmlessValue = (variable?: string): LocustOnly => ({ takesValue: true, ...(variable === undefined ? {} : { variable }) });

/** By the name of the flag. */
export const locustOnly: Readonly<Record<string, LocustOnly>> = {
  autostart: harmless('LOCUST_AUTOSTART'),
  autoquit: harmlessValue('LOCUST_AUTOQUIT'),
  'print-stats': harmless('LOCUST_PRINT_STATS'),
  headful: harmless('LOCUST_HEADFUL'),
  'web-host': harmlessValue('LOCUST_WEB_HOST'),
  'web-host-display-name': harmlessValue('LOCUST_WEB_HOST_DISPLAY_NAME'),
  'web-port': { takesValue: true, aliases: ['P'], variable: 'LOCUST_WEB_PORT' },
  'web-base-path': harmlessValue('LOCUST_WEB_BASE_PATH'),
  'web-auth': harmlessValue('LOCUST_WEB_AUTH'),
  'web-login': harmless('LOCUST_WEB_LOGIN'),
  'legacy-ui': harmless('LOCUST_LEGACY_UI'),
  'tls-cert': harmlessValue('LOCUST_TLS_CERT'),
  'tls-key': harmlessValue('LOCUST_TLS_KEY'),
  'class-picker': harmless('LOCUST_USERCLASS_PICKER'),
  'build-path': harmlessValue('LOCUST_BUILD_PATH'),
  'master-bind-host': harmlessValue('LOCUST_MASTER_BIND_HOST'),
  'master-bind-port': harmlessValue('LOCUST_MASTER_BIND_PORT'),
  'expect-workers': harmlessValue('LOCUST_EXPECT_WORKERS'),
  'expect-workers-max-wait': harmlessValue('LOCUST_EXPECT_WORKERS_MAX_WAIT'),
  'enable-rebalancing': harmless(),
  profile: harmlessValue(),
  otel: harmless('LOCUST_ENABLE_OPENTELEMETRY'),
  master: { takesValue: false, variable: 'LOCUST_MODE_MASTER', refused: 'boomer-node is a worker: start the master with locust --master' },
};

/** Variables that Locust reads beside its options: of its Python, and of its master (runners.py). */
export const locustOnlyVariables: readonly string[] = ['LOCUST_SKIP_MONKEY_PATCH', 'LOCUST_SKIP_URLLIB3_PATCH', 'LOCUST_PLAYWRIGHT', 'LOCUST_WAIT_FOR_WORKERS_REPORT_AFTER_RAMP_UP'];

/** Its others, as flags and as they are in `parsed_options`: those that mean something here too, and older names. */
const others = `config config_users csv csv_full_history csv_prefix equal_weights exclude_tags exit_code_on_error expect_slaves hatch_rate headless help host html
  html_file json json_file list list_commands locustfile logfile loglevel master_host master_port num_users only_summary processes reset_stats run_time
  show_task_ratio show_task_ratio_json skip_log_setup slave spawn_rate stats_history_enabled stop_timeout tags user_classes user_count users version worker`.split(/\s+/u);

const names: ReadonlySet<string> = new Set([...Object.keys(locustOnly).map((name) => name.replaceAll('-', '_')), ...others]);

/** Whether an option of a scenario may be called so: it is neither Locust's nor what our own Python tells workers with. */
export function isFreeName(name: string): boolean {
  return !names.has(name) && !name.startsWith('boomer_');
}
