/** Requests of many people: of each row a few are kept whole, the others are counted. */
import type { Exchange } from './recording.ts';
import { rowName } from './rowNames.ts';

/** Enough to see what varies. */
const maxSamples = 50;
/** Of paths that have their beginning in common: more than so many ends are values, whatever they are called. */
const maxEnds = 100;
/** More rows than any scenario could have. */
const maxRows = 5000;

type Sample = { readonly exchange: Exchange; times: number };
/** `next`: of the samples, the one that the next request is counted at. */
type Row = { readonly samples: Sample[]; next: number };

/** Memory for traffic of any length. */
export class SampledExchanges {
  readonly #rows = new Map<string, Row>();
  /** Of each beginning of paths, the rows that have it. */
  readonly #ends = new Map<string, Row[]>();
  #passed = 0;

  /** In the order in which each was first seen. */
  get all(): readonly Exchange[] {
    return [...this.#rows.values()].flatMap(({ samples }) => samples.map(({ exchange, times }) => ({ ...exchange, times })));
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#passed === 0 ? [] : [`${this.#passed} of other rows than the first ${maxRows}`];
  }

  add(exchange: Exchange): void {
    const row = this.#rowOf(exchange);
    if (row === null) {
      this.#passed += 1;
    } else if (row.samples.length < maxSamples) {
      row.samples.push({ exchange, times: 1 });
    } else {
      const counted = row.samples[row.next];
      if (counted !== undefined) counted.times += 1;
      row.next = (row.next + 1) % row.samples.length;
    }
  }

  /** Null: there are too many rows already. */
  #rowOf({ request: { method, url } }: Exchange): Row | null {
    const { pathname, searchParams, origin } = new URL(url);
    const name = `${method} ${origin}${rowName(pathname.split('/').slice(1), searchParams, null)}`;
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const beginning = name.slice(0, name.lastIndexOf('/'));
    const ends = this.#ends.get(beginning) ?? [];
    const [other] = ends;
    // One of the others stands for it.
    if (ends.length >= maxEnds && other !== undefined) return ends[this.#rows.size % ends.length] ?? other;
    if (this.#rows.size >= maxRows) return null;
    const row = { samples: [], next: 0 };
    this.#rows.set(name, row);
    ends.push(row);
    this.#ends.set(beginning, ends);
    return row;
  }
}
