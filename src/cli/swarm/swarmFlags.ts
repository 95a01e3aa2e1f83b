/** Flags of `boomer-node swarm`: its own, those of Locust's master, and the rest, which it has in common with `worker`. */
import { locustOnly } from '../../cluster/locustOptions.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { isOffText } from '../../options/locustConf.ts';
import { optionKeys, optionTable } from '../../options/optionTable.ts';
import type { Answers, Settings } from '../../options/settings.ts';

/** What the command has for itself. */
export type SwarmFlags = {
  /** A command that runs Locust; null: one is looked for. */
  readonly locust: string | null;
  /** Locust's own flags that were typed, each with its value, and what stands behind `--`. */
  readonly masterArgs: readonly string[];
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
  const masterArgs: string[] = [];
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
    const value = joined ?? (known.takesValue ? args[++place] : undefined);
    if (known.takesValue && (value === undefined || value === '')) throw new BoomerError('usage', `${word} expects a value`);
    if (name === 'locust') locust = value ?? null;
    else masterArgs.push(`${dashes}${name}`, ...(value === undefined ? [] : [value]));
  }
  const behind = args.slice(end + 1);
  for (const word of behind) if (word === '--headless') others.push(word);
  const refused = [...masterArgs, ...behind].find((word) => /^(?:--(?:master|worker|processes|locustfile|master-host|master-port|master-bind-host|master-bind-port)(?:=|$)|-f$)/u.test(word));
  if (refused !== undefined) throw new BoomerError('usage', `swarm decides ${refused.split('=', 1)[0]} by itself: for a master of your own, boomer-node locustfile writes its file, and boomer-node worker joins it`);
  const said = [...masterArgs, ...behind.filter((word) => word !== '--headless')];
  return { own: { locust, masterArgs: [...variableFlags(said, env), ...said] }, others };
}

/** Locust's variables of what a worker has no use for, as flags, unless the flag is typed. */
function variableFlags(typed: readonly string[], env: NodeJS.ProcessEnv): readonly string[] {
  return Object.entries(locustOnly).flatMap(([name, { takesValue, variable, refused, aliases = [] }]) => {
    const value = variable === undefined || refused !== undefined ? '' : (env[variable] ?? '');
    const flags = [`--${name}`, ...aliases.map((alias) => `-${alias}`)];
    if (value === '' || typed.some((word) => flags.includes(word.split('=', 1)[0] ?? ''))) return [];
    if (takesValue) return [`--${name}`, value];
    return isOffText(value) ? [] : [`--${name}`];
  });
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
    } else if (key === 'runTimeMs' || key === 'stopTimeoutMs') {
      if (key === 'runTimeMs' && Number(settings.runTimeMs) % 1000 !== 0) throw new BoomerError('usage', `${said.where} expects whole seconds, since that is what a Locust master counts in, got ${String(said.raw)}`);
      flags.push(`--${name}`, `${Math.ceil((Number(settings[key]) || 0) / 1000)}${key === 'runTimeMs' ? 's' : ''}`);
    } else {
      flags.push(`--${name}`, ...[said.raw].flat().map(String));
    }
  }
  return flags;
}
