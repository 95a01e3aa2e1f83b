/** `--config-users`: attributes of user classes, as Locust takes them (argument_parser.py `json_user_config`). */
import { BoomerError } from '../../util/boomerError.ts';
import type { Answers, Given } from './answers.ts';
import { expected, givenOf, isMap, listed } from './readers.ts';

export type UserAttributes = Readonly<Record<string, unknown>>;

/**
 * Each text is JSON, or the path of a `.json` file; each JSON is one object or a list of them. Throws a BoomerError for
 * what cannot be read, and for an object without `user_class_name`. `readText` gives null for a file that is not there.
 */
export function configUsersOf(answers: Answers, readText: (path: string) => string | null): readonly UserAttributes[] {
  const given = givenOf(answers, 'config-users');
  if (given === null) return [];
  return listed(given.raw)
    .flatMap((item) => (typeof item === 'string' ? listed(fromText(item, given, readText)) : listed(item)))
    .map((item) => {
      if (isMap(item) && typeof item['user_class_name'] === 'string') return item;
      throw expected({ ...given, raw: item }, 'objects that have a "user_class_name"');
    });
}

function fromText(text: string, given: Given, readText: (path: string) => string | null): unknown {
  const isFile = text.endsWith('.json');
  const json = isFile ? readText(text) : text;
  if (json === null) throw expected({ ...given, raw: text }, 'a file that can be read');
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new BoomerError('usage', `${given.where} expects JSON${isFile ? ` in ${text}` : ' or a .json file'}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
