/** What users record into: the thread's recorder, as narrow as a user needs it. */
export type SampleSink = {
  readonly record: (
    method: string,
    name: string,
    elapsedMs: number | null,
    bytes: number,
    error: string | null,
    endMs: number,
  ) => void;
};
