/**
 * Names of rows for requests that bring none: many URLs, one row.
 */
import { BoomerError } from '../../util/boomerError.ts';

/**
 * Templates of paths, in which `[id]`, `{id}` or `:id` stands for one segment, the first that fits the path (without
 * its query) being the name; or a function of method and path (with its query), null and undefined keeping the name that it would have without.
 */
export type RequestNaming = string | readonly string[] | ((method: string, path: string) => string | null | undefined);

/** The name of a request; null when nothing fits. */
export type NameOf = (method: string, path: string) => string | null;

const placeholder = /\[[^\]/]+\]|\{[^}/]+\}|(?<=\/):\w+/gu;

/** Throws a BoomerError for what is neither templates nor a function. */
export function nameOf(naming: RequestNaming): NameOf {
  if (typeof naming === 'function') return (method, path) => naming(method, path) ?? null;
  const written = typeof naming === 'string' ? [naming] : naming;
  if (!Array.isArray(written) || !written.every((template) => typeof template === 'string' && template.startsWith('/'))) {
    throw new BoomerError('bad-request-name', `requestName must be a function (method, path) => name, or templates like '/item/[id]'`);
  }
  const templates = (written as readonly string[]).map((template) => ({ template, pattern: patternOf(template) }));
  return (_, path) => {
    const queryStart = path.indexOf('?');
    const bare = queryStart < 0 ? path : path.slice(0, queryStart);
    return templates.find(({ pattern }) => pattern.test(bare))?.template ?? null;
  };
}

function patternOf(template: string): RegExp {
  const fixed = template.split(placeholder).map((text) => text.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'));
  return new RegExp(`^${fixed.join('[^/]+')}$`, 'u');
}
