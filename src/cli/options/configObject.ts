/** Our own configuration, an object: `boomer.config.ts`, a JSON file, `boomer` in package.json. */
import { BoomerError } from '../../util/boomerError.ts';
import { nearest } from '../../util/nearest.ts';
import type { Given, Layer } from './answers.ts';
import { optionNames, optionTable, type OptionName } from './optionTable.ts';
import { isMap } from './readers.ts';

const optionOfKey: ReadonlyMap<string, OptionName> = new Map(
  optionNames.flatMap((name) => {
    const { key } = optionTable[name];
    return key === undefined ? [] : [[key, name] as const];
  }),
);

/** Throws a BoomerError for what is no object, and for a key that does not exist, with the nearest one that does. */
export function configLayer(config: unknown, file: string): Layer {
  if (!isMap(config)) throw new BoomerError('usage', `${file} expects an object of options, e.g. export default defineConfig({ users: 10 }), got ${JSON.stringify(config) ?? typeof config}`);
  const layer = new Map<OptionName, Given>();
  for (const [key, raw] of Object.entries(config)) {
    const name = optionOfKey.get(key);
    if (name === undefined) throw unknownKey(key, file);
    // `undefined` and null are what an author writes who computes a value and has none.
    if (raw !== undefined && raw !== null) layer.set(name, { raw: typeof raw === 'number' ? String(raw) : raw, where: `${key} in ${file}` });
  }
  return layer;
}

function unknownKey(key: string, file: string): BoomerError {
  const meant = nearest(key, [...optionOfKey.keys()]);
  return new BoomerError('usage', `${file} has no option ${key}${meant === null ? '' : `: did you mean ${meant}?`}`);
}
