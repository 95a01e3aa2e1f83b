/** What a program gives in place of a scenario's files: classes, what else a file would export, and the feeders of its users. */
import type { Environment, SetupData } from '../../scenario/environment.ts';
import type { Feeder } from '../../scenario/feeders/feeder.ts';
import { ProgramFeeder } from '../../scenario/feeders/feed.ts';
import { BoomerError } from '../../util/boomerError.ts';
import { printed } from '../../util/printed.ts';
import { isUserClass } from '../thread/hosting/scenarioLoader.ts';
import type { Moment, ShapeDecision } from '../shared/shape.ts';

/** What goes with the classes: what a file would make, and export for a test as a whole. */
export type ProgramParts = {
  /** Of this program (`feed.csv`, `feed.json`, `feed.array`), for its classes to draw from: each load from the first row on. */
  readonly feeders?: readonly Feeder<unknown>[];
  /** Once, before the first user begins; users find what it returns in `environment.setupData`. */
  readonly setup?: (environment: Environment) => unknown;
  /** Once, after the last user is gone, with what `setup` returned. */
  readonly teardown?: (data: SetupData, environment: Environment) => unknown;
  /** Asked once a second how many users there are to be; null ends the load. In place of `users`, `stages`, `rate` and `iterations`. */
  readonly shape?: (moment: Moment, environment: Environment) => ShapeDecision | Promise<ShapeDecision>;
};

/**
 * As a file would export it, once a load has begun: `classes` by name, and what goes with them. Throws a BoomerError for what is no user class, and for a
 * feeder that is none of the program's.
 */
export function programModule(classes: Readonly<Record<string, unknown>>, { feeders = [], setup, teardown, shape }: ProgramParts): () => Promise<Readonly<Record<string, unknown>>> {
  for (const [name, value] of Object.entries(classes)) {
    if (!isUserClass(value)) throw new BoomerError('usage', `load() expects user classes, and ${name} is none: class ${name} extends HttpUser { … }, of the same installation of boomer-node`);
  }
  const exported = { ...Object.fromEntries(Object.entries({ setup, teardown, shape }).filter(([, given]) => given !== undefined)), ...classes };
  const own = feeders.map((feeder) => {
    if (feeder instanceof ProgramFeeder) return feeder;
    throw new BoomerError('usage', `load() expects feeders that feed.csv, feed.json or feed.array made in this program, got ${printed(feeder)}`);
  });
  return () => {
    for (const feeder of own) feeder.joinLoad();
    return Promise.resolve(exported);
  };
}
