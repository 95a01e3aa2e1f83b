import type { User } from '../../../scenario/user.ts';

/** What users record into: the thread's recorder, as narrow as a user needs it. */
export type SampleSink = {
  /** `user` is null when none was at work; a recorder has no use for it, listeners of `request` have. */
  readonly record: (
    method: string,
    name: string,
    elapsedMs: number | null,
    bytes: number,
    error: string | null,
    endMs: number,
    user: User | null,
  ) => void;
};
