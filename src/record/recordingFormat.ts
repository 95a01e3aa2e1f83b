/** How a recording is written: what a file begins and ends with, and what stands there for an exchange. */
import type { ReadableExchange } from './readableExchange.ts';

/** Entries are separated by `separator`, within which none is; so a file can be gone over entry by entry. */
export type RecordingFormat = {
  readonly head: string;
  readonly separator: string;
  readonly tail: string;
  /** `number`: from 1. Null: there is no way to write it. */
  readonly entry: (exchange: ReadableExchange, number: number) => Buffer | null;
  /** An entry as bytes and back, for a change of it by `change`, which knows texts only. */
  readonly changed: (entry: Buffer, change: (text: string) => string) => Buffer;
};
