/** What environment variables say about options: Locust's `LOCUST_*` for what is shared, `BOOMER_*` for our own. */
import { nearest } from '../../util/nearest.ts';
import type { Given, Layer } from './answers.ts';
import { asList } from './locustConf.ts';
import { idleText, locustOnly, locustOnlyVariables } from './locustOnly.ts';
import type { Option } from './option.ts';
import { optionNames, optionTable, type OptionName } from './optionTable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const ownVariables: ReadonlySet<string> = new Set(optionNames.flatMap((name) => optionTable[name].variables ?? []));
const locustsOnly: ReadonlyMap<string, string> = new Map([
  ...Object.entries(locustOnly).flatMap(([name, { variable }]) => (variable === undefined ? [] : [[variable, name] as const])),
  ...locustOnlyVariables.map((variable) => [variable, variable] as const),
]);

/** An empty variable counts as unset, and so does what Kubernetes sets beside a service. */
export function environmentLayer(env: Environment): Layer {
  const layer = new Map<OptionName, Given>();
  for (const name of optionNames) {
    const option = optionTable[name];
    const where = option.variables?.find((variable) => (env[variable] ?? '') !== '' && !isServiceLink(variable, env[variable]));
    if (where !== undefined) layer.set(name, { raw: valueOf(option, env[where] ?? ''), where });
  }
  return layer;
}

export type EnvironmentNews = {
  /** Sentences about variables that are nearly options. */
  readonly misspelled: readonly string[];
  /** Sentences about variables that look like options, and are somebody else's. */
  readonly foreign: readonly string[];
  /** Variables of Locust's that mean nothing here. */
  readonly idle: readonly string[];
};

/** What `environmentLayer` leaves out: nobody who sets a `LOCUST_*` or a `BOOMER_*` has to guess whether it is heeded. */
export function environmentNews(env: Environment): EnvironmentNews {
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
  const option = optionNames.find((name) => optionTable[name].variables?.includes(variable));
  const other = option === undefined ? undefined : optionTable[option].variables?.find((name) => name !== variable);
  return `Say --${option ?? ''}${other === undefined ? '' : ` or ${other}`}`;
}

/** Within its own prefix: what is Locust's is no misspelling of ours. */
function nearestVariable(name: string): string | null {
  const prefix = name.slice(0, name.indexOf('_') + 1);
  const candidates = [...ownVariables, ...locustsOnly.keys()].filter((known) => known.startsWith(prefix)).map((known) => known.slice(prefix.length));
  const near = nearest(name.slice(prefix.length), candidates);
  return near === null ? null : prefix + near;
}

/** A list in brackets is one for options that may be repeated, as for ConfigArgParse; else the text is one value. */
function valueOf({ kind }: Option, text: string): unknown {
  return kind === 'texts' || kind === 'names' || kind === 'pairs' ? asList(text) : text;
}
