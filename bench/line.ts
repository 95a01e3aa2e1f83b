/**
 * What a line of the benchmark is: some contestants that are measured in turn, and what their figures say.
 *
 * To add one: a file in `lines/`, and its name in the list of `lines.ts`.
 */

/** How long to measure; `--quick` makes it one short round. */
export type Scale = {
  readonly rounds: number;
  /** From the start of a contestant until it is warm, milliseconds. */
  readonly warmUpMs: number;
  /** Length of the measured window, milliseconds. */
  readonly windowMs: number;
  readonly isQuick: boolean;
};

/** What one measurement gave, by name; names carry their unit. */
export type Sample = Readonly<Record<string, number>>;

/** Measures once; null where this machine cannot (the line's notes say why). */
export type Contestant = () => Promise<Sample | null>;

/** The medians of all rounds. */
export type Medians = {
  /** Null when the contestant could not run. */
  readonly of: (contestant: string, figure: string) => number | null;
  /** Of the ratios of two contestants in each round; null when one of them could not run. */
  readonly ratioOf: (contestant: string, peer: string, figure: string) => number | null;
};

/** One row of the table. */
export type Row = {
  readonly what: string;
  readonly figure: string;
  /** What the figure is held against, from the same run. */
  readonly peer: string;
  readonly ratio: string;
  readonly goal: string;
  /** Null: there is no goal, or it could not be measured. */
  readonly isMet: boolean | null;
};

/** A line with everything it needs up and running. */
export type OpenLine = {
  /** In the order in which each round measures them. */
  readonly contestants: Readonly<Record<string, Contestant>>;
  /** More rounds than the scale's, for what is short and scatters. */
  readonly rounds?: number;
  readonly rows: (medians: Medians) => readonly Row[];
  /** Sentences below the table: what was missing, how to get it. */
  readonly notes: readonly string[];
  readonly close: () => Promise<void>;
};

export type Line = {
  /** As it is named on the command line. */
  readonly name: string;
  readonly open: (scale: Scale) => Promise<OpenLine>;
};
