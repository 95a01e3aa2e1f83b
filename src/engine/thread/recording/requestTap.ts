/**
 * The listeners of `request`, put before the recorder: in the way of requests only while somebody listens.
 */
import { events } from '../../../scenario/events.ts';
import type { User } from '../../../scenario/user.ts';
import type { SampleSink } from './sampleSink.ts';

/** Shared by all taps of a thread: another one may take this one's place in the midst of a listener. */
let isTelling = false;

export class RequestTap implements SampleSink {
  readonly #recorder: SampleSink;
  readonly #onError: (error: unknown) => void;

  constructor(recorder: SampleSink, onError: (error: unknown) => void) {
    this.#recorder = recorder;
    this.#onError = onError;
  }

  record(type: string, name: string, elapsedMs: number | null, bytes: number, error: string | null, endedAt: number, user: User | null): void {
    this.#recorder.record(type, name, elapsedMs, bytes, error, endedAt, user);
    // A listener that records would hear itself for ever.
    if (isTelling) return;
    isTelling = true;
    events.request.tell({ type, name, elapsedMs, bytes, error, endedAt, user }, this.#onError);
    isTelling = false;
  }
}
