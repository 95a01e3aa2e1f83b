/** What is run, and what it is told. */

export const scenarioOptions = {
  file: { kind: 'texts', group: 'Scenario', aliases: ['f', 'locustfile'], value: 'FILE', variables: ['LOCUST_LOCUSTFILE'], key: 'files', unset: 'none', describe: 'Scenario files or folders (.ts .js …), comma lists too' },
  host: { kind: 'text', group: 'Scenario', aliases: ['H'], value: 'URL', variables: ['LOCUST_HOST'], key: 'host', unset: "each class's own", describe: "Host to load, e.g. http://localhost:8080; the master's wins" },
  'allow-host': { kind: 'names', group: 'Scenario', value: 'HOST…', variables: ['BOOMER_ALLOW_HOST'], key: 'allowHost', unset: 'whatever the scenario says', describe: "Send load to these hosts alone, whatever the master's host field or a redirect says: names (*.shop.example), addresses, networks (10.0.0.0/8), each with :PORT for that port only" },
  'user-classes': { kind: 'names', group: 'Scenario', hasNoFlag: true, value: 'CLASS…', variables: ['LOCUST_USER_CLASSES'], key: 'userClasses', unset: 'all classes', describe: 'Only these user classes; on the command line they stand behind the files: scenario.ts Shopper Admin' },
  tags: { kind: 'names', group: 'Scenario', aliases: ['T'], value: 'TAG…', variables: ['LOCUST_TAGS'], key: 'tags', unset: 'all tasks', describe: "Only tasks with one of these tags; the master's win" },
  'exclude-tags': { kind: 'names', group: 'Scenario', aliases: ['E'], value: 'TAG…', variables: ['LOCUST_EXCLUDE_TAGS'], key: 'excludeTags', unset: 'none', describe: "No tasks with one of these tags; the master's win" },
  'config-users': { kind: 'texts', group: 'Scenario', only: 'run', isMasters: true, value: 'JSON', variables: ['LOCUST_CONFIG_USERS'], key: 'configUsers', unset: 'none', describe: 'Attributes of user classes: JSON, or a .json file, of one or a list of {"user_class_name": …}' },
  'equal-weights': { kind: 'switch', group: 'Scenario', only: 'run', isMasters: true, variables: ['BOOMER_EQUAL_WEIGHTS'], key: 'equalWeights', describe: 'Give all user classes the same weight' },
  seed: { kind: 'text', group: 'Scenario', value: 'TEXT', variables: ['BOOMER_SEED'], key: 'seed', unset: 'by chance, logged', describe: 'Repeat a run: the same tasks, waits and rows, user by user' },
  option: { kind: 'pairs', group: 'Scenario', only: 'run', value: 'NAME=VALUE', key: 'options', unset: 'none', isSecret: true, describe: "An option of your team's own for environment.parsedOptions, JSON or a text; may be repeated. With a master, its locustfile adds them" },
  env: { kind: 'pairs', group: 'Scenario', aliases: ['e'], value: 'NAME=VALUE', key: 'env', unset: 'none', isSecret: true, describe: 'Set an environment variable for the scenario; wins over the real one' },
  'env-file': { kind: 'text', group: 'Scenario', value: 'FILE', variables: ['BOOMER_ENV_FILE'], key: 'envFile', unset: 'none', describe: 'Read environment variables for the scenario; the real ones win' },
  'http-debug': { kind: 'text', group: 'Scenario', only: 'run', bare: 'heads', value: 'full', variables: ['BOOMER_HTTP_DEBUG'], key: 'httpDebug', unset: 'off', describe: 'Show the heads of requests and answers; with =full their bodies too' },
  'failure-samples': { kind: 'number', group: 'Scenario', value: 'N', variables: ['BOOMER_FAILURE_SAMPLES'], key: 'failureSamples', default: '3', describe: 'Show the first N failed requests of each kind in full, secrets taken out; 0: none' },
  'run-tasks': { kind: 'names', group: 'Scenario', only: 'run', value: 'TASK…', unset: 'none', describe: 'Run these tasks (name or Class.name) once each and end; implies run' },
  list: { kind: 'switch', group: 'Scenario', only: 'run', aliases: ['l'], describe: 'Name the user classes and tasks and end; implies run' },
} as const;
