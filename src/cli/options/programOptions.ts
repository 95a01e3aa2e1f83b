/** How the program itself behaves: what it shows, whom it listens to, where its options come from. */

export const programOptions = {
  quiet: { kind: 'switch', group: 'Terminal and log', only: 'run', aliases: ['q'], variables: ['BOOMER_QUIET'], key: 'quiet', describe: 'Nothing but the verdict and errors' },
  'only-summary': { kind: 'switch', group: 'Terminal and log', only: 'run', isMasters: true, variables: ['LOCUST_ONLY_SUMMARY'], key: 'onlySummary', describe: 'No numbers while it runs: the header, then the end' },
  'no-progress': { kind: 'switch', group: 'Terminal and log', aliases: ['n'], variables: ['BOOMER_NO_PROGRESS'], key: 'noProgress', describe: 'Redraw nothing in place; so it is where CI is set' },
  'no-color': { kind: 'switch', group: 'Terminal and log', only: 'run', key: 'noColor', describe: 'No colours; as NO_COLOR does, and FORCE_COLOR the contrary' },
  loglevel: { kind: 'text', group: 'Terminal and log', aliases: ['L'], value: 'LEVEL', variables: ['LOCUST_LOGLEVEL'], key: 'loglevel', default: 'info', describe: 'debug, info, warning, error, critical' },
  logfile: { kind: 'text', group: 'Terminal and log', value: 'FILE', variables: ['LOCUST_LOGFILE'], key: 'logfile', unset: 'the terminal', describe: 'Log to this file instead of the terminal' },
  'skip-log-setup': { kind: 'switch', group: 'Terminal and log', variables: ['LOCUST_SKIP_LOG_SETUP'], describe: 'Log warnings and errors only, unless --loglevel says otherwise' },
  'cpu-profile': { kind: 'text', group: 'Profiles', value: 'FILE', variables: ['BOOMER_CPU_PROFILE'], key: 'cpuProfile', unset: 'none', describe: 'Write a CPU profile of each load thread beside this path; a worker, of the first test' },
  'cpu-profile-duration': { kind: 'duration', group: 'Profiles', value: 'TIME', variables: ['BOOMER_CPU_PROFILE_DURATION'], key: 'cpuProfileDuration', default: '30s', describe: 'How long to profile the CPU' },
  'mem-profile': { kind: 'text', group: 'Profiles', value: 'FILE', variables: ['BOOMER_MEM_PROFILE'], key: 'memProfile', unset: 'none', describe: 'Write a heap profile of each load thread beside this path; a worker, of the first test' },
  'mem-profile-duration': { kind: 'duration', group: 'Profiles', value: 'TIME', variables: ['BOOMER_MEM_PROFILE_DURATION'], key: 'memProfileDuration', default: '30s', describe: 'How long to profile the heap' },
  'master-host': { kind: 'text', group: 'Master', only: 'worker', value: 'HOST', variables: ['LOCUST_MASTER_NODE_HOST', 'LOCUST_MASTER_HOST'], key: 'masterHost', default: '127.0.0.1', describe: 'Host of the Locust master' },
  'master-port': { kind: 'number', group: 'Master', only: 'worker', value: 'PORT', variables: ['LOCUST_MASTER_NODE_PORT', 'LOCUST_MASTER_PORT'], key: 'masterPort', default: '5557', describe: 'Port of the Locust master' },
  worker: { kind: 'switch', group: 'Master', only: 'worker', variables: ['LOCUST_MODE_WORKER'], describe: 'Be a worker; the same as the command' },
  'master-heartbeat-timeout': { kind: 'number', group: 'Master', only: 'worker', hasNoFlag: true, value: 'MS', variables: ['LOCUST_MASTER_HEARTBEAT_TIMEOUT'], default: '60000', describe: 'Milliseconds of silence after which the master is given up' },
  'ready-delay': { kind: 'number', group: 'Master', only: 'worker', hasNoFlag: true, value: 'SECONDS', variables: ['LOCUST_WORKER_ADDITIONAL_WAIT_BEFORE_READY_AFTER_STOP'], default: '0', describe: 'Seconds to wait after a run before the worker is ready for the next' },
  headless: { kind: 'switch', group: 'Configuration', only: 'run', isMasters: true, variables: ['LOCUST_HEADLESS'], key: 'headless', describe: 'Run without a master; the same as the command run' },
  config: { kind: 'text', group: 'Configuration', value: 'FILE', variables: ['BOOMER_CONFIG'], unset: 'none', describe: 'More options: a .ts, .js or .json file as boomer.config.ts, anything else as locust.conf' },
  'show-config': { kind: 'switch', group: 'Configuration', describe: 'Show each option and where it comes from, and end' },
} as const;
