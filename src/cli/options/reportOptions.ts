/** What judges a run, and what is written about it. */

export const reportOptions = {
  threshold: { kind: 'texts', group: 'Judgement', only: 'run', value: 'RULE', variables: ['BOOMER_THRESHOLDS'], unset: 'none', describe: 'What must hold, e.g. "GET /users: p(95)<200"; without a row: for all. Repeat it for more' },
  thresholds: { kind: 'texts', group: 'Judgement', only: 'run', hasNoFlag: true, value: 'RULES', key: 'thresholds', unset: 'none', describe: "What must hold, by row, as a scenario's thresholds; beside those of --threshold and of the scenario" },
  'no-thresholds': { kind: 'switch', group: 'Judgement', only: 'run', variables: ['BOOMER_NO_THRESHOLDS'], key: 'noThresholds', describe: 'Judge no threshold' },
  'threshold-exit-code': { kind: 'number', group: 'Judgement', only: 'run', value: 'CODE', variables: ['BOOMER_THRESHOLD_EXIT_CODE'], key: 'thresholdExitCode', default: '99', describe: 'Exit code when a threshold was missed' },
  'exit-code-on-error': { kind: 'number', group: 'Judgement', only: 'run', isMasters: true, value: 'CODE', variables: ['LOCUST_EXIT_CODE_ON_ERROR'], key: 'exitCodeOnError', default: '1', describe: 'Exit code when requests failed or errors escaped tasks' },
  'fail-on-untrusted': { kind: 'switch', group: 'Judgement', only: 'run', variables: ['BOOMER_FAIL_ON_UNTRUSTED'], key: 'failOnUntrusted', describe: 'Fail when the generator itself was too late, or ran out of descriptors or ports, for its numbers to be trusted' },
  tag: { kind: 'pairs', group: 'Reports', only: 'run', value: 'NAME=VALUE', key: 'labels', unset: 'none', describe: 'A label of the run, which its reports carry; may be repeated' },
  csv: { kind: 'text', group: 'Reports', only: 'run', isMasters: true, value: 'PREFIX', variables: ['LOCUST_CSV'], key: 'csv', unset: 'none', describe: "Locust's four CSV files: PREFIX_stats.csv and its kin" },
  'csv-full-history': { kind: 'switch', group: 'Reports', only: 'run', isMasters: true, variables: ['LOCUST_CSV_FULL_HISTORY'], key: 'csvFullHistory', describe: 'Each row in the history, not only the total' },
  json: { kind: 'switch', group: 'Reports', only: 'run', isMasters: true, variables: ['BOOMER_JSON'], key: 'json', describe: "Locust's JSON on stdout at the end; with --show-config: that as JSON" },
  'json-file': { kind: 'text', group: 'Reports', only: 'run', isMasters: true, value: 'FILE', variables: ['BOOMER_JSON_FILE'], key: 'jsonFile', unset: 'none', describe: "Locust's JSON as a file (adds .json)" },
  'summary-export': { kind: 'text', group: 'Reports', value: 'FILE', variables: ['BOOMER_SUMMARY_EXPORT'], key: 'summaryExport', unset: 'none', describe: 'The whole summary with histograms as JSON, for boomer-node compare; of a worker: what was recorded, delivered and not delivered' },
  html: { kind: 'text', group: 'Reports', only: 'run', isMasters: true, value: 'FILE', variables: ['LOCUST_HTML'], key: 'html', unset: 'none', describe: 'The HTML report; {u} {r} {t} stand for users, spawn rate, run time' },
  junit: { kind: 'text', group: 'Reports', only: 'run', value: 'FILE', variables: ['BOOMER_JUNIT'], key: 'junit', unset: 'none', describe: 'A JUnit report, for CI' },
  'request-log': { kind: 'text', group: 'Reports', only: 'run', value: 'FILE', variables: ['BOOMER_REQUEST_LOG'], key: 'requestLog', unset: 'none', describe: 'One line of JSON for each request' },
  out: { kind: 'texts', group: 'Reports', only: 'run', aliases: ['o'], value: 'NAME[=ARG]', variables: ['BOOMER_OUT'], key: 'outputs', unset: 'none', describe: 'An output by name (csv, json, html …) or the path of a module; may be repeated' },
} as const;
