/** What was said about options, in layers: who says something in a higher one is obeyed. */
import type { OptionName } from './optionTable.ts';

/** What somebody said about one option. */
export type Given = {
  /** A text as it was typed, a list of them, a boolean; from our own configuration files anything. */
  readonly raw: unknown;
  /** For messages: `--users`, `LOCUST_USERS`, `users in boomer.config.ts`. */
  readonly where: string;
};

/** What one place says. */
export type Layer = ReadonlyMap<OptionName, Given>;

/** 0 is the highest layer, the flags. */
export type Answer = Given & { readonly rank: number };

/** What holds for each option that somebody said something about. */
export type Answers = ReadonlyMap<OptionName, Answer>;

/** The highest layer wins, option by option; lists are not joined over layers. `layers` begin with the highest. */
export function mergeLayers(layers: readonly Layer[]): Answers {
  const answers = new Map<OptionName, Answer>();
  for (const [rank, layer] of layers.entries()) {
    for (const [name, given] of layer) if (!answers.has(name)) answers.set(name, { ...given, rank });
  }
  return answers;
}
