/** Requests of many people: of each row a few are kept whole, the others are counted. */
import type { Exchange, RecordedAnswer } from './recording.ts';
import { rowName } from './rowNames.ts';

/** Enough to see what varies. */
const maxSamples = 50;

type Sample = { exchange: Exchange; times: number };

/** Memory for a file of any length. */
export class SampledExchanges {
  readonly #rows = new Map<string, Sample[]>();
  readonly #byId = new Map<string, Sample>();

  /** In the order in which each was first seen. */
  get all(): readonly Exchange[] {
    return [...this.#rows.values()].flatMap((samples) => samples.map(({ exchange, times }) => ({ ...exchange, times })));
  }

  /** `id`: of the request, for its answer; empty: there will be none. */
  add(exchange: Exchange, id = ''): void {
    const { method, url } = exchange.request;
    const { pathname, searchParams, origin } = new URL(url);
    const row = `${method} ${origin}${rowName(pathname.split('/').slice(1), searchParams, null)}`;
    const samples = this.#rows.get(row) ?? [];
    if (samples.length === 0) this.#rows.set(row, samples);
    if (samples.length < maxSamples) {
      const sample = { exchange, times: 1 };
      samples.push(sample);
      if (id !== '') this.#byId.set(id, sample);
      return;
    }
    const counted = samples[samples.reduce((sum, { times }) => sum + times, 0) % maxSamples];
    if (counted !== undefined) counted.times += 1;
  }

  /** Of a request that was counted only, nothing is kept. */
  answer(id: string, answer: RecordedAnswer, elapsedMs: number | null): void {
    const sample = this.#byId.get(id);
    if (sample !== undefined) sample.exchange = { ...sample.exchange, answer, elapsedMs };
  }
}
