/** `-e NAME=VALUE` and `--env-file`: environment variables for the scenario. */
import { parseEnv } from 'node:util';
import type { Answers } from './options/answers.ts';
import { expected, givenOf, pairsOf, textOf } from './options/readers.ts';

/**
 * Sets them in `env`, for whatever is loaded from now on: `-e` wins over the real environment, which wins over the file, as
 * dotenv has it. They are the scenario's: options are not read from them. May be called again with more answers.
 */
export function setVariables(answers: Answers, env: Record<string, string | undefined>, readText: (path: string) => string | null): void {
  const path = textOf(answers, 'env-file');
  if (path !== null) {
    const text = readText(path);
    if (text === null) throw expected(givenOf(answers, 'env-file') ?? { raw: path, where: '--env-file' }, 'a file that can be read');
    for (const [name, value] of Object.entries(parseEnv(text))) env[name] ??= value;
  }
  Object.assign(env, pairsOf(answers, 'env'));
}
