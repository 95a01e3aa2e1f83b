/** Flags of `boomer-node swarm`: its own, those of Locust's master, and the rest, which it has in common with `worker`. */
import { locustOnly } from '../../cluster/locustOptions.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { dashed, optionKeys, optionTable } from '../../options/optionTable.ts';
import { switchOf } from '../../options/readers.ts';
import type { Answers, Settings } from '../../options/settings.ts';

/** What the command has for itself. */
export type SwarmFlags = {
  /** A command that runs Locust; null: one is looked for. */
  readonly locust: string | null;
  /** Locust's own flags that were typed, each with its value, and what stands behind `--`. */
  readonly masterArgs: readonly string[];
  /** Somebody says no to `--class-picker`, which is on by default where there is a choice. */
  readonly refusesPicker: boolean;
};

/** The flags of the command, for its help. */
export const swarmRows: readonly { readonly left: string; readonly right: string }[] = [
  { left: '--autostart', right: 'With the web UI, and the test begins at once' },
  { left: '--expect-workers N', right: 'Begin a headless test when so many workers are there, this one counted' },
  { left: '-P, --web-port PORT', right: 'Port of the web UI [default: 8089, or another one where that is taken]' },
  { left: '--class-picker', right: 'The form of the web UI chooses among classes and tasks [default: with several classes and no stages or shape]' },
  { left: '--locust COMMAND', right: 'Runs Locust, e.g. "python3 -m locust" [default: locust on the PATH, else a private one]' },
];

/** Splits flags for the master from those that the worker here has too. Throws a BoomerError for what a swarm decides by itself. */
export function splitSwarmFlags(typed: readonly string[], env: NodeJS.ProcessEnv): { readonly own: SwarmFlags; readonly others: readonly string[] } {
  // The letter and its value may stand together, as everywhere.
  const args = typed.flatMap((word) => (/^-P\d+$/u.test(word) ? ['-P', word.slice(2)] : [word]));
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const switches = new Map<string, boolean>();
  const values: string[] = [];
  const others: string[] = [];
  let locust: string | null = null;
  for (let place = 0; place < end; place++) {
    const word = args[place] ?? '';
    const [, dashes = '', name = '', joined] = /^(--?)([a-zA-Z][\w-]*)(?:=(.*))?$/su.exec(word) ?? [];
    const known = dashes === '' ? undefined : name === 'locust' ? { takesValue: true } : masterFlag(name);
    if (known === undefined) {
      others.push(word);
      continue;
    }
    const flag = dashed(name);
    if (!known.takesValue) {
      switches.set(name, joined === undefined || switchOf({ raw: joined, where: flag }));
      continue;
    }
    const value = joined ?? args[++place];
    if (value === undefined || value === '') throw new BoomerError('usage', `${flag} expects a value`);
    if (name === 'locust') locust = value;
    else values.push(flag, value);
  }
  const behind = args.slice(end + 1);
  for (const word of behind) if (word === '--headless') others.push(word);
  const refused = [...namesOn(switches), ...values, ...behind].find((word) => /^(?:--(?:master|worker|processes|locustfile|master-host|master-port|master-bind-host|master-bind-port)(?:=|$)|-f$)/u.test(word));
  if (refused !== undefined) throw new BoomerError('usage', `swarm decides ${refused.split('=', 1)[0]} by itself: for a master of your own, boomer-node locustfile writes its file, and boomer-node worker joins it`);
  const said = [...values, ...behind.filter((word) => word !== '--headless')];
  // Locust's variables of what a worker has no use for count unless the flag is typed.
  const ofVariables: string[] = [];
  for (const [name, { takesValue, variable = '', refused, aliases = [] }] of Object.entries(locustOnly)) {
    const value = refused === undefined ? (env[variable] ?? '') : '';
    const flags = [name, ...aliases].map(dashed);
    if (value === '' || switches.has(name) || said.some((word) => flags.includes(word.split('=', 1)[0] ?? ''))) continue;
    if (takesValue) ofVariables.push(`--${name}`, value);
    else switches.set(name, switchOf({ raw: value, where: variable }));
  }
  return { own: { locust, masterArgs: [...namesOn(switches), ...ofVariables, ...said], refusesPicker: switches.get('class-picker') === false }, others };
}

function namesOn(switches: ReadonlyMap<string, boolean>): readonly string[] {
  return [...switches].flatMap(([name, isOn]) => (isOn ? [`--${name}`] : []));
}

/** One of Locust's flags that a worker has no use for. */
function masterFlag(name: string): { readonly takesValue: boolean } | undefined {
  const found = Object.entries(locustOnly).find(([own, { aliases = [] }]) => own === name || aliases.includes(name))?.[1];
  return found === undefined || (found.refused !== undefined && name !== 'master') ? undefined : found;
}

/** What was said of options that a master decides, in Locust's flags. */
export function flagsOfMaster(answers: Answers, settings: Settings): readonly string[] {
  const flags: string[] = [];
  for (const key of optionKeys) {
    const { name, reads, isMasters } = optionTable[key];
    const said = answers.get(key);
    if (said === undefined || key === 'isHeadless' || (isMasters !== true && key !== 'host' && key !== 'tags' && key !== 'excludeTags')) continue;
    if (reads.kind === 'switch') {
      if (settings[key] === true) flags.push(`--${name}`);
    } else if (key === 'tags' || key === 'excludeTags') {
      // As read: to Locust a comma is part of a tag's name.
      const tags = settings[key] ?? [];
      if (tags.length > 0) flags.push(`--${name}`, ...tags);
    } else if (key === 'configUsers') {
      flags.push(`--${name}`, JSON.stringify(settings.configUsers));
    } else if (key === 'runTimeMs' || key === 'stopTimeoutMs') {
      if (key === 'runTimeMs' && Number(settings.runTimeMs) % 1000 !== 0) throw new BoomerError('usage', `${said.where} expects whole seconds, since that is what a Locust master counts in, got ${String(said.raw)}`);
      flags.push(`--${name}`, `${Math.ceil((Number(settings[key]) || 0) / 1000)}${key === 'runTimeMs' ? 's' : ''}`);
    } else {
      flags.push(`--${name}`, String(said.raw));
    }
  }
  return flags;
}
