/** Names that a scenario's options cannot have in a locustfile; pure. */

/** Locust's own, from 2.30 to 2.47: as flags and as they are in `parsed_options` (argument_parser.py, `setup_parser_arguments`). */
const locustsOwn: ReadonlySet<string> = new Set(
  `autoquit autostart build_path class_picker config config_users csv csv_full_history csv_prefix enable_rebalancing equal_weights exclude_tags
  exit_code_on_error expect_slaves expect_workers expect_workers_max_wait hatch_rate headful headless help host html html_file json json_file
  legacy_ui list list_commands locustfile logfile loglevel master master_bind_host master_bind_port master_host master_port num_users
  only_summary otel print_stats processes profile reset_stats run_time show_task_ratio show_task_ratio_json skip_log_setup slave spawn_rate
  stats_history_enabled stop_timeout tags tls_cert tls_key user_classes user_count users version web_auth web_base_path web_host
  web_host_display_name web_login web_port worker`.split(/\s+/u),
);

/** Whether it is neither Locust's nor what our own Python tells workers with. */
export function isFreeName(name: string): boolean {
  return !locustsOwn.has(name) && !name.startsWith('boomer_');
}
