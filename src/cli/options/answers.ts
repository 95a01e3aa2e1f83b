/** What was said about options, in layers (who says something in a higher one is obeyed), and what it comes to. */
import type { Option } from './option.ts';
import { optionTable, type OptionKey, type OptionValues } from './optionTable.ts';
import type { Given, ReadText } from './readers.ts';

/** What one place says. */
export type Layer = ReadonlyMap<OptionKey, Given>;

/** 0 is the highest layer, the flags. */
export type Answer = Given & { readonly rank: number };

/** What holds for each option that somebody said something about. */
export type Answers = ReadonlyMap<OptionKey, Answer>;

/** The highest layer wins, option by option; lists are not joined over layers. `layers` begin with the highest. */
export function mergeLayers(layers: readonly Layer[]): Answers {
  const answers = new Map<OptionKey, Answer>();
  for (const [rank, layer] of layers.entries()) {
    for (const [key, given] of layer) if (!answers.has(key)) answers.set(key, { ...given, rank });
  }
  return answers;
}

/** What was said, or the option's default; null: neither. */
export function givenOf(answers: Answers, key: OptionKey): Given | null {
  const said = answers.get(key);
  if (said !== undefined) return said;
  const { default: text } = optionTable[key];
  return text === undefined ? null : { raw: text, where: 'default' };
}

/** The checked value of one option; throws a BoomerError that names the place of a wrong one. */
export function valueOf<Key extends OptionKey>(answers: Answers, key: Key, readText: ReadText = () => null): OptionValues[Key] {
  const option: Option<OptionValues[Key]> = optionTable[key];
  const said = answers.get(key);
  if (said !== undefined) return option.reads.read(said, readText);
  return option.default === undefined ? option.otherwise : option.reads.read({ raw: option.default, where: 'default' }, readText);
}
