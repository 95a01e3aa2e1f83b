/**
 * The listeners of `request`, put before the recorder: in the way of requests only while somebody listens.
 */
import { events } from '../user/events.ts';
import type { User } from '../user/user.ts';
import type { SampleSink } from './sampleSink.ts';

/** Where requests go at the moment; looked up at each request. */
export type SinkPlace = { sink: SampleSink };

export class RequestTap implements SampleSink {
  readonly #recorder: SampleSink;
  readonly #onError: (error: unknown) => void;
  #isTelling = false;

  constructor(recorder: SampleSink, onError: (error: unknown) => void) {
    this.#recorder = recorder;
    this.#onError = onError;
  }

  /** Sits in `place` while the event has a listener, and gives it back to the recorder when it has none. */
  sitIn(place: SinkPlace): void {
    events.request.watch((isHeard) => (place.sink = isHeard ? this : this.#recorder));
  }

  record(type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endedAt: number, user: User | null): void {
    this.#recorder.record(type, name, elapsedMs, bytes, error, endedAt, user);
    // A listener that records would hear itself for ever.
    if (this.#isTelling) return;
    this.#isTelling = true;
    events.request.tell({ type, name, elapsedMs, bytes, error, endedAt, user }, this.#onError);
    this.#isTelling = false;
  }
}
