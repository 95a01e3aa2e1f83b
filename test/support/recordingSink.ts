/**
 * A sink that keeps every report of an HTTP client as an object.
 */
import type { RequestSink } from '../../src/http/response/requestResult.ts';

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
  /** Phases of requests that could not be sent as they were. */
  readonly droppedPhases: number[];
  /** What `phase()` answers from now on. */
  currentPhase: number;
};

export function recordingSink(): RecordingSink {
  const rows: Row[] = [];
  const droppedPhases: number[] = [];
  const sink: RecordingSink = {
    rows,
    droppedPhases,
    currentPhase: 1,
    phase: () => sink.currentPhase,
    arrived: () => undefined,
    dropped: (phase) => void droppedPhases.push(phase),
    report: (phase, method, name, elapsedMs, bytes, error, endMs) => {
      rows.push({ phase, method, name, elapsedMs, bytes, error, endMs });
    },
  };
  return sink;
}
