/**
 * What the HTTP client reports to, so that it knows neither users nor the recorder.
 */
export type RequestSink = {
  /** Identifies the stretch of the user's life in which a request began; a request whose stretch is over when it ends is not recorded. */
  readonly phase: () => number;
  /** The event loop has brought the end of a request, at this `performance.now()`; called before its report, if it gets one. */
  readonly arrived: (nowMs: number) => void;
  /** What began in the stretch `phase` has ended and is not going to be reported: it could not be sent as it was. */
  readonly dropped: (phase: number) => void;
  /**
   * One call per request that ended, and none for one that was aborted. `elapsedMs` runs from the call to the last byte
   * of the body, `bytes` is the length of the body, `error` is null for a success, and `endMs` is `performance.now()`
   * at completion. Must not throw.
   */
  readonly report: (
    phase: number,
    method: string,
    name: string,
    elapsedMs: number,
    bytes: number,
    error: string | null,
    endMs: number,
  ) => void;
};
