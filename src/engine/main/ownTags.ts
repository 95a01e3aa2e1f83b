import type { RunOptions } from '../shared/messages.ts';

/** Of the worker itself; absent or null: no filter. */
export type OwnTags = { readonly tags?: readonly string[] | null; readonly excludeTags?: readonly string[] | null };

/** Options of a run with the worker's own tags where the master names none. */
export function withOwnTags(options: RunOptions, { tags = null, excludeTags = null }: OwnTags): RunOptions {
  const orOwn = (wish: readonly string[] | null, own: readonly string[] | null): readonly string[] | null => (wish === null || wish.length === 0 ? own : wish);
  return { ...options, tags: orOwn(options.tags, tags), excludeTags: orOwn(options.excludeTags, excludeTags) };
}
