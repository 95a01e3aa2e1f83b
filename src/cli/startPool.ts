/**
 * Starts the load threads while the scenario is compiled; both commands begin with it.
 */
import { Pool, type PoolOptions } from '../engine/main/pool.ts';
import { BoomerError } from '../util/boomerError.ts';
import { bundleScenario } from './bundle.ts';
import type { CommonSettings } from './commonSettings.ts';
import { placeOf } from './placeOf.ts';

/** What a command decides by itself; the rest comes from its settings. */
export type PoolParts = Omit<PoolOptions, 'threadCount' | 'bundleUrls' | 'host' | 'allowHosts' | 'userClasses' | 'tags' | 'excludeTags' | 'seed' | 'failureSamples' | 'hangTimeoutMs' | 'nowMs'>;

/** Resolves when every thread has loaded `files`; rejects with a BoomerError that names the file and the line. */
export async function startPool(settings: CommonSettings, files: readonly string[], parts: PoolParts): Promise<Pool> {
  // The threads start while the scenario is compiled; one that does not compile ends them.
  const bundling = bundleScenario(files);
  const starting = Pool.start({
    threadCount: settings.threadCount,
    bundleUrls: bundling.then(({ urls }) => urls),
    host: settings.host,
    allowHosts: settings.allowHosts,
    userClasses: settings.userClasses,
    tags: settings.tags,
    excludeTags: settings.excludeTags,
    seed: settings.seed,
    failureSamples: settings.failureSamples,
    hangTimeoutMs: settings.hangTimeoutMs,
    nowMs: () => performance.now(),
    ...parts,
  });
  // Threads that are started later, in place of lost ones, load it again: it is removed at the end of the process.
  const removing = bundling.then(({ removeNow }) => process.once('exit', removeNow));
  const [bundle, pool] = await Promise.allSettled([removing, starting]);
  if (bundle.status === 'rejected') throw bundle.reason;
  if (pool.status === 'fulfilled') return pool.value;
  const error: unknown = pool.reason;
  if (!(error instanceof BoomerError)) throw error;
  throw new BoomerError(error.code, `${files.join(', ')}: ${error.message}${placeOf(error)}`, { cause: error });
}
