/** What is run, and what it is told. */
import { BoomerError } from '../util/boomerError.ts';
import { parseHostPattern } from '../util/hostPattern.ts';
import { isMap } from '../util/typeGuards.ts';
import type { OptionsOf } from './option.ts';
import { expected, listed, names, onOff, pairs, text, texts, typedPairs, whole, type Given, type Reader, type ReadText } from './readers.ts';

/** Attributes of a user class, with `user_class_name`. */
export type UserAttributes = Readonly<Record<string, unknown>>;

/** As checked values; null: nobody said anything. */
export type ScenarioSettings = {
  /** Files, folders, and lists of them with commas; as typed. */
  readonly files: readonly string[];
  readonly host: string | null;
  /** Hosts that load may be sent to (see util/hostPattern); null: all. */
  readonly allowHosts: readonly string[] | null;
  /** Only these user classes; null: all. */
  readonly userClasses: readonly string[] | null;
  /** Only tasks with one of these tags; null: all. */
  readonly tags: readonly string[] | null;
  /** No tasks with one of these; null: none. */
  readonly excludeTags: readonly string[] | null;
  readonly configUsers: readonly UserAttributes[];
  readonly equalWeights: boolean;
  /** What random choices come from; the same one repeats a run. */
  readonly seed: string | null;
  /** The team's own, for `environment.parsedOptions`. */
  readonly ownOptions: Readonly<Record<string, unknown>>;
  /** Environment variables for the scenario, which win over the real ones. */
  readonly variables: Readonly<Record<string, string>>;
  /** A file of more, which the real ones win over. */
  readonly variablesFile: string | null;
  readonly httpDebug: 'heads' | 'full' | null;
  /** Failures of each kind that are shown in full, on each thread; 0: none. */
  readonly failureSamples: number;
  /** Run these once and end. */
  readonly runTasks: readonly string[] | null;
  /** Name user classes and tasks, and end. */
  readonly isList: boolean;
  /** Print how often users and tasks come, as a table or as JSON, and end. */
  readonly showsTaskRatio: boolean;
  readonly showsTaskRatioJson: boolean;
};

/** Attributes of a user class, as Locust's `--config-users` takes them. */
export type ConfigUser = { readonly user_class_name: string; readonly [attribute: string]: unknown };

/** As an author of a configuration file writes it. */
export type ScenarioConfig = {
  /** Scenario files or folders. */
  readonly files?: string | readonly string[];
  /** Host to load, e.g. `http://localhost:8080`. */
  readonly host?: string;
  /** Hosts that load may be sent to: names, addresses, networks, each with `:PORT` for that port only. */
  readonly allowHost?: string | readonly string[];
  /** Only these user classes of the scenario. */
  readonly userClasses?: string | readonly string[];
  /** Only tasks with one of these tags. */
  readonly tags?: string | readonly string[];
  /** No tasks with one of these tags. */
  readonly excludeTags?: string | readonly string[];
  /** Attributes of user classes. */
  readonly configUsers?: ConfigUser | string | readonly (ConfigUser | string)[];
  /** All user classes weigh the same. */
  readonly equalWeights?: boolean;
  /** Repeats a run: the same tasks, waits and rows, user by user. */
  readonly seed?: number | string;
  /** Options of the team's own, for `environment.parsedOptions` in a run without a master. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Environment variables for the scenario. */
  readonly env?: Readonly<Record<string, string | number | boolean>>;
  /** A file of environment variables for the scenario, in the form of dotenv. */
  readonly envFile?: string;
  /** Shows requests and answers: their heads (`true`), or with bodies. */
  readonly httpDebug?: boolean | 'heads' | 'full';
  /** Failed requests of each kind that are shown in full; 0: none. */
  readonly failureSamples?: number;
};

const hostPatterns: Reader<readonly string[] | null> = {
  kind: 'names',
  read(given, readText) {
    const hosts = names.read(given, readText);
    const wrong = hosts?.find((host) => parseHostPattern(host) === null);
    if (wrong === undefined) return hosts;
    throw expected({ ...given, raw: wrong }, 'names (shop.example, *.shop.example), addresses or networks (10.0.0.0/8, fd00::/8), each with :PORT if only that is meant');
  },
};

/**
 * As Locust takes them (argument_parser.py `json_user_config`): each text is JSON, or the path of a `.json` file; each JSON is one
 * object or a list of them, which must have a `user_class_name`.
 */
const userAttributes: Reader<readonly UserAttributes[]> = {
  kind: 'texts',
  read: (given, readText) =>
    listed(given.raw)
      .flatMap((item) => (typeof item === 'string' ? listed(parsedJson(item, given, readText)) : listed(item)))
      .map((item) => {
        if (isMap(item) && typeof item['user_class_name'] === 'string') return item;
        throw expected({ ...given, raw: item }, 'objects that have a "user_class_name"');
      }),
};

/** What a team's own `parser.add_argument` would add with a master. Typed values are JSON where they are JSON, else texts; a configuration file's must be what JSON can hold. */
const ownOptions: Reader<Readonly<Record<string, unknown>>> = {
  kind: 'pairs',
  read(given) {
    if (!isMap(given.raw)) return Object.fromEntries(typedPairs(given).map(([name, typed]) => [name, jsonOrText(typed)]));
    // `undefined` is what an author writes who computes a value and has none.
    const entries = Object.entries(given.raw).filter(([, value]) => value !== undefined);
    const wrong = entries.find(([, value]) => !isJson(value));
    if (wrong !== undefined) throw expected({ raw: String(wrong[1]), where: `${wrong[0]} of ${given.where}` }, 'a value that JSON can hold');
    return Object.fromEntries(entries);
  },
};

const httpDebug: Reader<'heads' | 'full' | null> = {
  kind: 'text',
  read(given) {
    switch (given.raw) {
      case false:
        return null;
      case true:
      case 'heads':
      case 'headers':
        return 'heads';
      case 'full':
        return 'full';
      default:
        throw expected(given, 'heads or full');
    }
  },
};

/** The options, by what they set. */
export const scenarioOptions: OptionsOf<ScenarioSettings, ScenarioConfig> = {
  files: {
    name: 'file', aliases: ['f', 'locustfile'], value: 'FILE', variables: ['LOCUST_LOCUSTFILE'], key: 'files',
    reads: texts, otherwise: [], unset: 'none',
    group: 'Scenario',
    describe: 'Scenario files or folders (.ts .js …), comma lists too',
  },
  host: {
    name: 'host', aliases: ['H'], value: 'URL', variables: ['LOCUST_HOST'], key: 'host',
    reads: text, otherwise: null, unset: "each class's own",
    group: 'Scenario',
    describe: "Host to load, e.g. http://localhost:8080; the master's wins",
  },
  allowHosts: {
    name: 'allow-host', value: 'HOST…', variables: ['BOOMER_ALLOW_HOST'], key: 'allowHost',
    reads: hostPatterns, otherwise: null, unset: 'whatever the scenario says',
    group: 'Scenario',
    describe: "Send load to these hosts alone, whatever the master's host field or a redirect says: names (*.shop.example), addresses, networks (10.0.0.0/8), each with :PORT for that port only",
  },
  userClasses: {
    name: 'user-classes', hasNoFlag: true, value: 'CLASS…', variables: ['LOCUST_USER_CLASSES'], key: 'userClasses',
    reads: names, otherwise: null, unset: 'all classes',
    group: 'Scenario',
    describe: 'Only these user classes; on the command line they stand behind the files: scenario.ts Shopper Admin',
  },
  tags: {
    name: 'tags', aliases: ['T'], value: 'TAG…', variables: ['LOCUST_TAGS'], key: 'tags',
    reads: names, otherwise: null, unset: 'all tasks',
    group: 'Scenario',
    describe: "Only tasks with one of these tags; the master's win",
  },
  excludeTags: {
    name: 'exclude-tags', aliases: ['E'], value: 'TAG…', variables: ['LOCUST_EXCLUDE_TAGS'], key: 'excludeTags',
    reads: names, otherwise: null, unset: 'none',
    group: 'Scenario',
    describe: "No tasks with one of these tags; the master's win",
  },
  configUsers: {
    name: 'config-users', value: 'JSON', variables: ['LOCUST_CONFIG_USERS'], key: 'configUsers',
    reads: userAttributes, otherwise: [], unset: 'none',
    group: 'Scenario', only: 'run', isMasters: true,
    describe: 'Attributes of user classes: JSON, or a .json file, of one or a list of {"user_class_name": …}',
  },
  equalWeights: {
    name: 'equal-weights', variables: ['BOOMER_EQUAL_WEIGHTS'], key: 'equalWeights',
    ...onOff,
    group: 'Scenario', only: 'run', isMasters: true,
    describe: 'Give all user classes the same weight',
  },
  seed: {
    name: 'seed', value: 'TEXT', variables: ['BOOMER_SEED'], key: 'seed',
    reads: text, otherwise: null, unset: 'by chance, logged',
    group: 'Scenario',
    describe: 'Repeat a run: the same tasks, waits and rows, user by user',
  },
  ownOptions: {
    name: 'option', value: 'NAME=VALUE', key: 'options',
    reads: ownOptions, otherwise: {}, unset: 'none',
    group: 'Scenario', only: 'run', isSecret: true,
    describe: "An option of your team's own for environment.parsedOptions, JSON or a text; may be repeated. With a master, its locustfile adds them",
  },
  variables: {
    name: 'env', aliases: ['e'], value: 'NAME=VALUE', key: 'env',
    reads: pairs, otherwise: {}, unset: 'none',
    group: 'Scenario', isSecret: true,
    describe: 'Set an environment variable for the scenario; wins over the real one',
  },
  variablesFile: {
    name: 'env-file', value: 'FILE', variables: ['BOOMER_ENV_FILE'], key: 'envFile',
    reads: text, otherwise: null, unset: 'none',
    group: 'Scenario',
    describe: 'Read environment variables for the scenario; the real ones win',
  },
  httpDebug: {
    name: 'http-debug', value: 'full', bare: 'heads', variables: ['BOOMER_HTTP_DEBUG'], key: 'httpDebug',
    reads: httpDebug, otherwise: null, unset: 'off',
    group: 'Scenario', only: 'run',
    describe: 'Show the heads of requests and answers; with =full their bodies too',
  },
  failureSamples: {
    name: 'failure-samples', value: 'N', variables: ['BOOMER_FAILURE_SAMPLES'], key: 'failureSamples',
    reads: whole({ min: 0 }), default: '3',
    group: 'Scenario',
    describe: 'Show the first N failed requests of each kind in full, secrets taken out; 0: none',
  },
  runTasks: {
    name: 'run-tasks', value: 'TASK…',
    reads: names, otherwise: null, unset: 'none',
    group: 'Scenario', only: 'run',
    describe: 'Run these tasks (name or Class.name) once each and end; implies run',
  },
  isList: {
    name: 'list', aliases: ['l'],
    ...onOff,
    group: 'Scenario', only: 'run',
    describe: 'Name the user classes and tasks and end; implies run',
  },
  showsTaskRatio: {
    name: 'show-task-ratio',
    ...onOff,
    group: 'Scenario', only: 'run',
    describe: 'Print the share of each user class and task and end, as Locust does; implies run',
  },
  showsTaskRatioJson: {
    name: 'show-task-ratio-json',
    ...onOff,
    group: 'Scenario', only: 'run',
    describe: 'The same as JSON',
  },
};

function parsedJson(item: string, given: Given, readText: ReadText): unknown {
  const isFile = item.endsWith('.json');
  const json = isFile ? readText(item) : item;
  if (json === null) throw expected({ ...given, raw: item }, 'a file that can be read');
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new BoomerError('usage', `${given.where} expects JSON${isFile ? ` in ${item}` : ' or a .json file'}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** `3` and `true` are no texts, as little as with `type=int`; `007` is one, and so is a number that would not be written back as it was. */
function jsonOrText(typed: string): unknown {
  try {
    const value: unknown = JSON.parse(typed);
    return typeof value === 'number' && String(value) !== typed.trim() ? typed : value;
  } catch {
    return typed;
  }
}

function isJson(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isJson);
  if (isMap(value)) return Object.values(value).every(isJson);
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
