/**
 * A sink that keeps every report of an HTTP client as an object.
 */
import type { RequestSink } from '../../src/client/requestSink.ts';

export type Row = {
  readonly phase: number;
  readonly method: string;
  readonly name: string;
  readonly elapsedMs: number;
  readonly bytes: number;
  readonly error: string | null;
  readonly endMs: number;
};

export type RecordingSink = RequestSink & {
  readonly rows: Row[];
  /** What `phase()` answers from now on. */
  currentPhase: number;
};

export function recordingSink(): RecordingSink {
  const rows: Row[] = [];
  const sink: RecordingSink = {
    rows,
    currentPhase: 1,
    phase: () => sink.currentPhase,
    arrived: () => undefined,
    report: (phase, method, name, elapsedMs, bytes, error, endMs) => {
      rows.push({ phase, method, name, elapsedMs, bytes, error, endMs });
    },
  };
  return sink;
}
