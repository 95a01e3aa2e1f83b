/**
 * A feeder that a program made, outside of any load: each load that is given it (`load({ classes, feeders })`) draws from the first row on.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { PerLoad } from '../../util/perLoad.ts';
import type { CheckedOptions } from './feedOptions.ts';
import type { Feeder, FeedUser, ThreadFeeder } from './feeder.ts';
import { currentFeeds, type RowSource } from './threadFeeds.ts';

export class ProgramFeeder<Row> implements Feeder<Row> {
  readonly name: string;
  readonly #options: CheckedOptions;
  readonly #source: RowSource<Row>;
  readonly #ofLoad = new PerLoad<ThreadFeeder<Row> | null>(null);

  constructor(name: string, options: CheckedOptions, source: RowSource<Row>) {
    this.name = options.name ?? name;
    this.#options = options;
    this.#source = source;
  }

  /** Within a load, before its users: its feeders have this one. Throws a BoomerError for a file that is not what it should be, and for a second feeder of one name. */
  joinLoad(): void {
    const feeds = currentFeeds();
    if (feeds !== null) this.#ofLoad.set(feeds.add('rows' in this.#source ? feeds.nextName() : this.name, this.#options, this.#source));
  }

  readonly next = async (user?: FeedUser): Promise<Row> => this.#mine().next(user);

  readonly nextNow = (user?: FeedUser): Row => this.#mine().nextNow(user);

  #mine(): ThreadFeeder<Row> {
    const feeder = this.#ofLoad.get();
    if (feeder !== null) return feeder;
    throw new BoomerError('feed-without-run', `feeder ${this.name} has no rows before a test runs: draw them in onStart or in tasks, of users of a load that was given the feeder (load({ classes, feeders: [ … ] }))`);
  }
}
