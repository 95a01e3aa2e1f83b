/** The first failed request of each kind, in full. */
import { PairMap } from '../../util/pairMap.ts';
import type { ErrorRow } from '../../stats/report.ts';

/** Kinds that have one; a run with more has its own trouble. */
const mostSamples = 500;

export type Sample = { readonly method: string; readonly name: string; readonly error: string; readonly text: string };

export class BookSamples {
  readonly #texts = new PairMap<Map<string, string>>();
  #count = 0;

  add({ method, name, error, text }: Sample): void {
    const ofRow = this.#texts.ensure(method, name, () => new Map<string, string>());
    if (ofRow.has(error) || this.#count >= mostSamples) return;
    ofRow.set(error, text);
    this.#count++;
  }

  of({ method, name, error }: ErrorRow): string | null {
    return this.#texts.get(method, name)?.get(error) ?? null;
  }
}
