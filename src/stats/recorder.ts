/**
 * The recorder of one load thread: counts requests into the ledger that the main thread reads (see ledgerLayout.ts).
 *
 * Takes whatever a scenario hands over: names and errors that are no strings are shown as text, numbers that make no
 * sense are left out of the sums and told of once, and nothing throws. Counts stay exact whatever is folded.
 */
import { PairMap } from '../util/pairMap.ts';
import { redactUrl } from '../util/redaction.ts';
import { histogramPageBytes, manyRows, maxRows, rowPageBytes, rowsPerPage } from './ledgerLayout.ts';
import type { LedgerMessage } from './ledgerMessages.ts';
import { ErrorBook, LedgerWriter } from './ledgerWriter.ts';
import { RecorderRow, type RowContext, type RowMemory } from './recorderRow.ts';
import { briefly, textOf, WallClock } from './givenValues.ts';

/** The name of the row that the names beyond `maxRows` are folded into; its method is empty. */
export const foldedRowName: string = `(more than ${maxRows} names)`;

/** What a recorder is made of. */
export type RecorderOptions = {
  /** Takes the ledger's definitions, in order. */
  readonly sink: (message: LedgerMessage) => void;
  /** Takes sentences about bad values and too many names, for a person. */
  readonly problem: (text: string) => void;
  /** Unix milliseconds at which this thread's `performance.now()` is 0; it never changes, as a step of the wall clock must not part the samples of a run. */
  readonly wallOffsetMs: number;
  /** Whether somebody will ask for the percentiles of single rows; default true. */
  readonly hasRowHistograms?: boolean;
};

export class Recorder {
  readonly #sink: (message: LedgerMessage) => void;
  readonly #context: RowContext;
  readonly #rows = new PairMap<RecorderRow>();
  readonly #hasRowHistograms: boolean;
  #page: Omit<RowMemory, 'index'> | null = null;
  #rowCount = 0;
  #foldedRow: RecorderRow | null = null;
  #hasToldSecret = false;
  /** Most requests go to the row of the one before. */
  #lastRow: RecorderRow | null = null;

  constructor(options: RecorderOptions) {
    this.#sink = options.sink;
    this.#hasRowHistograms = options.hasRowHistograms ?? true;
    const writer = new LedgerWriter(options.sink);
    this.#context = {
      writer,
      clock: new WallClock(options.wallOffsetMs),
      errors: new ErrorBook(writer, options.sink, options.problem),
      problem: options.problem,
    };
  }

  /**
   * Counts one request.
   *
   * @param elapsedMs response time in milliseconds; null for a request that has none
   * @param contentLength size of the answer in bytes
   * @param error null for a request that went well
   * @param endMs `performance.now()` when it ended
   */
  record(method: string, name: string, elapsedMs: number | null, contentLength: number, error: string | null, endMs: number): void {
    const last = this.#lastRow;
    const row = last !== null && last.name === name && last.method === method ? last : (this.#lastRow = this.row(method, name));
    if (error === null || error === undefined) row.success(elapsedMs, contentLength, endMs);
    else row.failure(elapsedMs, contentLength, error, endMs);
  }

  /** The row of this pair, to be kept by callers that record it often. */
  row(method: string, name: string): RecorderRow {
    return this.#rows.get(method, name) ?? this.#rowOfAnything(method, name);
  }

  /** Whether its rows take so much memory that it is worth a collection to give it back. */
  get isLarge(): boolean {
    return this.#rowCount > manyRows;
  }

  /** Nothing was ever recorded here. */
  get isEmpty(): boolean {
    return this.#rowCount === 0;
  }

  /** Requests counted so far, modulo 2³¹. */
  get samples(): number {
    return this.#context.writer.samples;
  }

  #rowOfAnything(method: unknown, name: unknown): RecorderRow {
    const row = this.#rowOfText(textOf(method), textOf(name));
    if (typeof method !== 'string') row.tellOnce('method', `the request type ${briefly(method)} is not a string.`);
    if (typeof name !== 'string') row.tellOnce('name', `the request name ${briefly(name)} is not a string.`);
    return row;
  }

  #rowOfText(method: string, name: string): RecorderRow {
    const known = this.#rows.get(method, name);
    if (known !== undefined) return known;
    if (this.#rowCount >= maxRows) return (this.#foldedRow ??= this.#foldRow());
    const row = this.#define(method, name);
    this.#rows.set(method, name, row);
    this.#lookForSecret(name);
    if (this.#rowCount === manyRows) {
      this.#context.problem(
        `${manyRows} different request names, the last one ${briefly(name)}: name requests by what they do, without ids.`,
      );
    }
    return row;
  }

  #lookForSecret(name: string): void {
    if (this.#hasToldSecret || redactUrl(name) === name) return;
    this.#hasToldSecret = true;
    this.#context.problem(`the request name ${briefly(redactUrl(name))} holds the value of a secret, which all reports show: give such requests a \`name\` (said once).`);
  }

  #foldRow(): RecorderRow {
    this.#context.problem(`More than ${maxRows} different request names: further ones count as '${foldedRowName}'.`);
    return this.#define('', foldedRowName);
  }

  #define(method: string, name: string): RecorderRow {
    const index = this.#rowCount;
    this.#rowCount += 1;
    if (this.#page === null || index % rowsPerPage === 0) this.#page = this.#newPage(index / rowsPerPage);
    this.#sink({ kind: 'ledgerRow', index, method, name });
    return new RecorderRow(this.#context, { ...this.#page, index }, method, name);
  }

  #newPage(page: number): Omit<RowMemory, 'index'> {
    const memory = new SharedArrayBuffer(rowPageBytes);
    this.#sink({ kind: 'ledgerPage', holds: 'rows', page, memory });
    const histograms = this.#hasRowHistograms ? new SharedArrayBuffer(histogramPageBytes) : null;
    if (histograms !== null) this.#sink({ kind: 'ledgerPage', holds: 'histograms', page, memory: histograms });
    return { words: new Uint32Array(memory), floats: new Float64Array(memory), histograms: histograms === null ? null : new Uint32Array(histograms) };
  }
}
