/** How much load, for how long, and from how many threads. */

export const loadOptions = {
  users: { kind: 'number', group: 'Load', only: 'run', isMasters: true, aliases: ['u'], value: 'N', variables: ['LOCUST_USERS'], key: 'users', unset: '1', describe: 'Users at once; with --rate the most of them' },
  'spawn-rate': { kind: 'number', group: 'Load', only: 'run', isMasters: true, aliases: ['r'], value: 'N', variables: ['LOCUST_SPAWN_RATE'], key: 'spawnRate', unset: '1', describe: 'Users to start a second' },
  'run-time': { kind: 'duration', group: 'Load', only: 'run', isMasters: true, aliases: ['t', 'd', 'duration'], value: 'TIME', variables: ['LOCUST_RUN_TIME'], key: 'runTime', unset: 'until stopped', describe: 'End after this time, e.g. 90s, 1h20m; a bare number is seconds' },
  iterations: { kind: 'number', group: 'Load', only: 'run', aliases: ['i'], value: 'N', variables: ['BOOMER_ITERATIONS'], key: 'iterations', unset: 'no end', describe: 'End after so many task runs, over all users' },
  stage: { kind: 'texts', group: 'Load', only: 'run', value: 'TIME:USERS', variables: ['BOOMER_STAGES'], key: 'stages', unset: "the scenario's stages", describe: 'Go to so many users over this time, e.g. 30s:10; repeat it for the next stage' },
  rate: { kind: 'rate', group: 'Load', only: 'run', value: 'RATE', variables: ['BOOMER_RATE'], key: 'rate', unset: 'users go on by themselves', describe: 'Begin tasks on schedule, whoever is free (open model): 100/s, 30/1m' },
  'max-rps': { kind: 'rate', group: 'Load', value: 'RATE', variables: ['BOOMER_MAX_RPS'], key: 'maxRps', default: '0', describe: 'Tasks that this process begins, at most; 0: no limit' },
  'request-increase-rate': { kind: 'rate', group: 'Load', value: 'RATE', variables: ['BOOMER_REQUEST_INCREASE_RATE'], key: 'requestIncreaseRate', default: '-1', describe: 'Let that limit grow from 0 by N or N/TIME; -1: it does not grow' },
  warmup: { kind: 'duration', group: 'Load', only: 'run', value: 'TIME', variables: ['BOOMER_WARMUP'], key: 'warmup', default: '0', describe: 'Do not count what happens in this time' },
  'stop-timeout': { kind: 'duration', group: 'Load', isMasters: true, aliases: ['s'], value: 'TIME', variables: ['LOCUST_STOP_TIMEOUT'], key: 'stopTimeout', default: '0', describe: "Time for tasks to finish at the end; the master's wins" },
  'reset-stats': { kind: 'switch', group: 'Load', only: 'run', isMasters: true, variables: ['LOCUST_RESET_STATS'], key: 'resetStats', describe: 'Forget what was counted while users were started' },
  threads: { kind: 'number', group: 'Load', aliases: ['processes', 'workers', 'w'], value: 'N', variables: ['BOOMER_THREADS', 'LOCUST_PROCESSES'], key: 'threads', default: 'auto', describe: 'Load threads; -1 or auto: all cores but one, within the CPU quota of a container' },
  'hang-timeout': { kind: 'duration', group: 'Load', value: 'TIME', variables: ['BOOMER_HANG_TIMEOUT'], key: 'hangTimeout', default: '30s', describe: 'Replace a load thread that is blocked for so long; 0: never' },
} as const;
