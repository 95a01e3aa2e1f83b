/**
 * `feed.csv`, `feed.json`, `feed.array`: test data for users. Made at the top level of a scenario, once for all threads; or by a program, for loads
 * of its own.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { PerLoad } from '../../util/perLoad.ts';
import { type CsvEncoding, type CsvFormat, readCsv } from './csvFile.ts';
import { dataFile, readDataFile, readJson } from './dataFile.ts';
import type { Feeder, FeedUser, ThreadFeeder } from './feeder.ts';
import { checkedOptions, type CheckedOptions, type FeedOptions, isOneOf, wrong } from './feedOptions.ts';
import { currentFeeds, type RowSource } from './threadFeeds.ts';

/** How a CSV file is written. */
export type CsvOptions<Column extends string> = FeedOptions & {
  /**
   * The columns that the scenario uses. They must be there, they alone are kept, and the row's type has exactly them.
   * Without a header line: the names of all columns, in order. Default: all that the header names.
   */
  readonly columns?: readonly Column[] | undefined;
  /** The first line names the columns; default true. */
  readonly header?: boolean | undefined;
  /** Between two cells; default `,`. */
  readonly delimiter?: string | undefined;
  /** Around cells that hold a delimiter, a line break or a (doubled) quote; default `"`. Null: quotes mean nothing. */
  readonly quote?: string | null | undefined;
  /** Default `utf8`; a byte order mark wins. */
  readonly encoding?: CsvEncoding | undefined;
};

/** Options of `feed.json`. */
export type JsonOptions<Row> = FeedOptions & {
  /** Looks at each row once, when the file is read; the worker does not start if one is not what is expected. */
  readonly isRow?: ((row: unknown) => row is Row) | undefined;
};

/** Rows of an array, as they are: objects that the scenario built are handed out themselves, not copies. */
function array<const Row>(rows: readonly Row[], options: FeedOptions = {}): Feeder<Row> {
  const checked = checkedOptions('feed.array', options, []);
  if (!isList(rows)) throw wrong('feed.array(rows, …)', 'a list of rows', rows);
  if (rows.length === 0) throw new BoomerError('feed-empty', 'feed.array has no rows: expected a list with at least one');
  return added(currentFeeds()?.nextName() ?? 'array', checked, { rows: [...rows] });
}

function csv<const Column extends string = string>(file: string | URL, options: CsvOptions<Column> = {}): Feeder<Record<Column, string>> {
  const checked = checkedOptions('feed.csv', options, ['columns', 'header', 'delimiter', 'quote', 'encoding']);
  const format = checkedFormat(options);
  const data = dataFile('feed.csv', file);
  return added(data.name, checked, { read: () => readCsv(data.name, readDataFile('feed.csv', data), format) });
}

function json<Row = unknown>(file: string | URL, options: JsonOptions<Row> = {}): Feeder<Row> {
  const checked = checkedOptions('feed.json', options, ['isRow']);
  const { isRow = null } = options;
  if (isRow !== null && typeof isRow !== 'function') throw wrong('feed.json: isRow', 'a function', isRow);
  const data = dataFile('feed.json', file);
  return added(data.name, checked, { read: () => readJson(data.name, readDataFile('feed.json', data), isRow) });
}

/**
 * Feeders of test data:
 *
 * ```ts
 * const logins = feed.csv('logins.csv', { columns: ['user', 'password'], order: 'unique' });
 * // in a task or in onStart:
 * const { user, password } = await logins.next(this);
 * ```
 *
 * Each throws a BoomerError for options that it does not know, a file that is missing or not what it should be, and
 * data without a row; the worker then ends with exit code 2.
 */
export const feed: {
  /** Rows of a CSV file with a header line, as texts by column. A relative path starts at the working directory. */
  readonly csv: <const Column extends string = string>(file: string | URL, options?: CsvOptions<Column>) => Feeder<Record<Column, string>>;
  /** Rows of a JSON file: the elements of its one list. A relative path starts at the working directory. */
  readonly json: <Row = unknown>(file: string | URL, options?: JsonOptions<Row>) => Feeder<Row>;
  /** Rows of a list in the scenario, the same in all threads. */
  readonly array: <const Row>(rows: readonly Row[], options?: FeedOptions) => Feeder<Row>;
} = { csv, json, array };

/** Outside a load thread it is a program's: of one that calls `run()` and is loaded there too, or of one that hands it to `load()`. */
function added<Row>(name: string, options: CheckedOptions, source: RowSource<Row>): Feeder<Row> {
  const feeds = currentFeeds();
  return feeds === null ? new ProgramFeeder(name, options, source) : feeds.add(name, options, source);
}

/** A feeder that a program made, outside of any load: each load that is given it (`load({ classes, feeders })`) draws from the first row on. */
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

/** Says nothing about the elements, as `Array.isArray` would. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

const encodings: readonly CsvEncoding[] = ['utf8', 'utf16le', 'latin1'];

function checkedFormat({ columns, header = true, delimiter = ',', quote = '"', encoding = 'utf8' }: CsvOptions<string>): CsvFormat {
  if (columns !== undefined && (!Array.isArray(columns) || columns.length === 0 || columns.some((name) => typeof name !== 'string'))) {
    throw wrong('feed.csv: columns', 'a list of column names', columns);
  }
  if (columns !== undefined && new Set(columns).size !== columns.length) throw wrong('feed.csv: columns', 'names that differ', columns);
  if (typeof header !== 'boolean') throw wrong('feed.csv: header', 'true or false', header);
  if (!header && columns === undefined) throw wrong('feed.csv: columns', 'the names of all columns where there is no header line', columns);
  if (typeof delimiter !== 'string' || delimiter === '') throw wrong('feed.csv: delimiter', 'a text of one or more letters', delimiter);
  if (quote !== null && (typeof quote !== 'string' || quote.length !== 1)) throw wrong('feed.csv: quote', 'one letter, or null', quote);
  if (!isOneOf(encodings, encoding)) throw wrong('feed.csv: encoding', encodings.join(', '), encoding);
  return { columns: columns ?? null, header, delimiter, quote, encoding };
}
