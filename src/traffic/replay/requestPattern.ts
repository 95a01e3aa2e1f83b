/** Which requests are meant: `GET /api/*`, `POST,PUT /cart`, `/item/*`, `DELETE`. */
import { BoomerError } from '../../util/boomerError.ts';

/** In small letters too. */
const usualMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** True for a request that is meant; `path` is with its query. */
export type RequestPattern = (method: string, path: string) => boolean;

/**
 * Methods, a path, or both. `*` stands for any text, slashes too; the query is looked at only where the pattern has one. Throws a BoomerError for
 * anything else.
 */
export function requestPattern(text: string, where: string): RequestPattern {
  const [, methods = '', path = ''] = /^\s*([A-Za-z]+(?:,[A-Za-z]+)*)?(?:(?:^|\s+|(?<=\*))([/*]\S*))?\s*$/u.exec(text) ?? [];
  const isMethod = (word: string): boolean => /^[A-Z]+$/u.test(word) || usualMethods.has(word.toUpperCase());
  if ((methods === '' && path === '') || !(methods === '' || methods.split(',').every(isMethod))) throw new BoomerError('usage', `${where} expects a method, a path or both, such as 'GET /api/*', got "${text}"`);
  const verbs = methods === '' ? null : new Set(methods.toUpperCase().split(','));
  const paths = path === '' ? null : new RegExp(`^${path.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/gu, '\\$&')).join('.*')}$`, 'su');
  const hasQuery = path.includes('?');
  return (method, target) => verbs?.has(method) !== false && (paths === null || paths.test(hasQuery ? target : withoutQuery(target)));
}

function withoutQuery(target: string): string {
  const at = target.indexOf('?');
  return at < 0 ? target : target.slice(0, at);
}
