/** Environment variables: what they say about options (Locust's `LOCUST_*` for what is shared, `BOOMER_*` for our own), and those that options set. */
import { parseEnv } from 'node:util';
import { locustOnly, locustOnlyVariables } from '../cluster/locustOptions.ts';
import { nearest } from '../util/nearest.ts';
import { givenOf, valueOf, type Answers, type Layer } from './settings.ts';
import { asList, idleText } from './locustConf.ts';
import { optionKeys, optionTable, type OptionKey } from './optionTable.ts';
import { expected, type Given, type ReadText } from './readers.ts';

/** Variables by their names, as `process.env` has them. */
export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

const ownVariables: ReadonlySet<string> = new Set(optionKeys.flatMap((key) => optionTable[key].variables ?? []));
const locustsOnly: ReadonlyMap<string, string> = new Map([
  ...Object.entries(locustOnly).flatMap(([name, { variable }]) => (variable === undefined ? [] : [[variable, name] as const])),
  ...locustOnlyVariables.map((variable) => [variable, variable] as const),
]);

/** An empty variable counts as unset, and so does what Kubernetes sets beside a service. */
export function environmentLayer(env: ProcessEnvironment): Layer {
  const layer = new Map<OptionKey, Given>();
  for (const key of optionKeys) {
    const where = optionTable[key].variables?.find((variable) => (env[variable] ?? '') !== '' && !isServiceLink(variable, env[variable]));
    if (where !== undefined) layer.set(key, { raw: saidBy(key, env[where] ?? ''), where });
  }
  return layer;
}

/** What is worth a line about variables. */
export type EnvironmentNews = {
  /** Sentences about variables that are nearly options. */
  readonly misspelled: readonly string[];
  /** Sentences about variables that look like options, and are somebody else's. */
  readonly foreign: readonly string[];
  /** Variables of Locust's that mean nothing here. */
  readonly idle: readonly string[];
};

/** What `environmentLayer` leaves out: nobody who sets a `LOCUST_*` or a `BOOMER_*` has to guess whether it is heeded. */
export function environmentNews(env: ProcessEnvironment): EnvironmentNews {
  const set = Object.entries(env).flatMap(([name, value]) => (/^(?:LOCUST|BOOMER)_/u.test(name) && value !== undefined && value !== '' ? [[name, value] as const] : []));
  const links = set.filter(([name, value]) => isServiceLink(name, value));
  const unknown = set.map(([name]) => name).filter((name) => !ownVariables.has(name) && !locustsOnly.has(name) && !isServiceLink(name, env[name]));
  const meant = unknown.map((name) => [name, nearestVariable(name)] as const);
  const others = meant.filter(([, near]) => near === null).map(([name]) => name);
  return {
    misspelled: meant.flatMap(([name, near]) => (near === null ? [] : [`${name} is no option: did you mean ${near}?`])),
    foreign: [
      ...links.filter(([name]) => ownVariables.has(name)).map(([name, value]) => `${name}=${value} is what Kubernetes sets beside a service, and no option: it is passed over. ${insteadOf(name)}`),
      ...(others.length === 0 ? [] : [`no option of Locust or boomer-node, left to the scenario: ${others.join(', ')}`]),
    ],
    idle: set.flatMap(([name, value]) => {
      const option = locustsOnly.get(name);
      return option === undefined || isServiceLink(name, value) ? [] : (idleText(option, name, value) ?? []);
    }),
  };
}

/** Variables of `names` that would be options if they stood in the environment of the program itself. */
export function optionsAmong(names: readonly string[]): readonly string[] {
  return names.filter((name) => ownVariables.has(name) || locustsOnly.has(name));
}

/**
 * Kubernetes gives each container the addresses of all services: of one named `locust-master` LOCUST_MASTER_PORT=tcp://10.0.0.7:5557,
 * LOCUST_MASTER_SERVICE_HOST, LOCUST_MASTER_PORT_5557_TCP_ADDR and more (kubernetes.io, "Accessing the Service").
 */
function isServiceLink(name: string, value = ''): boolean {
  return /_SERVICE_(?:HOST|PORT(?:_\w+)?)$|_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/u.test(name) || (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//u.test(value));
}

function insteadOf(variable: string): string {
  const option = optionKeys.find((key) => optionTable[key].variables?.includes(variable));
  const { name: flag = '', variables = [] } = option === undefined ? {} : optionTable[option];
  const other = variables.find((name) => name !== variable);
  return `Say --${flag}${other === undefined ? '' : ` or ${other}`}`;
}

/** Within its own prefix: what is Locust's is no misspelling of ours. */
function nearestVariable(name: string): string | null {
  const prefix = name.slice(0, name.indexOf('_') + 1);
  const candidates = [...ownVariables, ...locustsOnly.keys()].filter((known) => known.startsWith(prefix)).map((known) => known.slice(prefix.length));
  const near = nearest(name.slice(prefix.length), candidates);
  return near === null ? null : prefix + near;
}

/** A list in brackets is one for options that may be repeated, as for ConfigArgParse; else the text is one value. */
function saidBy(key: OptionKey, text: string): unknown {
  const { kind } = optionTable[key].reads;
  return kind === 'texts' || kind === 'names' || kind === 'pairs' ? asList(text) : text;
}

/**
 * Sets what `-e NAME=VALUE` and `--env-file` say in `env`, for whatever is loaded from now on: `-e` wins over the real environment, which wins over the file, as
 * dotenv has it. They are the scenario's: options are not read from them. May be called again with more answers.
 */
export function setVariables(answers: Answers, env: Record<string, string | undefined>, readText: ReadText): void {
  const path = valueOf(answers, 'variablesFile');
  if (path !== null) {
    const text = readText(path);
    if (text === null) throw expected(givenOf(answers, 'variablesFile') ?? { raw: path, where: '--env-file' }, 'a file that can be read');
    for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
  }
  Object.assign(env, valueOf(answers, 'variables'));
}
