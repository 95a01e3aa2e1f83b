/**
 * A sink that keeps every report of an HTTP client as an object.
 */
import type { RequestContext } from '../../src/http/request/requestContext.ts';
import type { RecordedResponse, RequestSink } from '../../src/http/response/endedRequest.ts';

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
  /** What listeners of `request` would find beside each row. */
  readonly told: { readonly response: RecordedResponse; readonly context: RequestContext | null }[];
  /** Phases of requests that could not be sent as they were. */
  readonly droppedPhases: number[];
  /** What `phase()` answers from now on. */
  currentPhase: number;
};

export function recordingSink(): RecordingSink {
  const rows: Row[] = [];
  const told: RecordingSink['told'] = [];
  const droppedPhases: number[] = [];
  const sink: RecordingSink = {
    rows,
    told,
    droppedPhases,
    currentPhase: 1,
    phase: () => sink.currentPhase,
    arrived: () => undefined,
    dropped: (phase) => void droppedPhases.push(phase),
    report: (phase, method, name, elapsedMs, bytes, error, endMs, response, context) => {
      if (elapsedMs === null || response === null) throw new Error('a request of an HTTP client has a response time and a response');
      told.push({ response, context });
      rows.push({ phase, method, name, elapsedMs, bytes, error, endMs });
    },
  };
  return sink;
}
