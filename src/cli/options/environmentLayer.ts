/** What environment variables say about options: Locust's `LOCUST_*` for what is shared, `BOOMER_*` for our own. */
import { nearest } from '../../util/nearest.ts';
import type { Given, Layer } from './answers.ts';
import { asList } from './locustConf.ts';
import type { Option } from './option.ts';
import { optionNames, optionTable, type OptionName } from './optionTable.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset. */
export function environmentLayer(env: Environment): Layer {
  const layer = new Map<OptionName, Given>();
  for (const name of optionNames) {
    const option = optionTable[name];
    const where = option.variables?.find((variable) => (env[variable] ?? '') !== '');
    if (where !== undefined) layer.set(name, { raw: valueOf(option, env[where] ?? ''), where });
  }
  return layer;
}

/** A sentence for each `BOOMER_*` variable that is no option but nearly one; others may well be somebody else's. */
export function misspelledVariables(env: Environment): readonly string[] {
  const known = optionNames.flatMap((name) => optionTable[name].variables ?? []);
  return Object.keys(env).flatMap((variable) => {
    const meant = variable.startsWith('BOOMER_') && !known.includes(variable) ? nearest(variable.slice(ownPrefix), known.filter((name) => name.startsWith('BOOMER_')).map((name) => name.slice(ownPrefix))) : null;
    return meant === null ? [] : [`${variable} is no option: did you mean BOOMER_${meant}?`];
  });
}

const ownPrefix = 'BOOMER_'.length;

/** A list in brackets is one for options that may be repeated, as for ConfigArgParse; else the text is one value. */
function valueOf({ kind }: Option, text: string): unknown {
  return kind === 'texts' || kind === 'names' || kind === 'pairs' ? asList(text) : text;
}
