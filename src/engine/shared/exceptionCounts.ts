/**
 * How often each exception was thrown, counted by a load thread in memory that it shares with the main thread: ten thousand
 * users that fail in the same line cost one message and an addition each, and what a killed thread counted is still read.
 *
 *   one unsigned 32-bit count for each kind of exception, which only grows; the reader remembers what it has seen of it
 *
 * Kinds are defined by message when they first occur, in order, so whoever has heard that a thread ended knows them all.
 */
import { shownText } from '../../util/redaction.ts';

/** Traces that one thread keeps apart in one test; further exceptions are counted under one heading. */
export const maxTraces = 500;

/** Under this the exceptions beyond `maxTraces` are counted, as message and trace. */
export const foldedException: string = `(more than ${maxTraces} different exceptions: the others are counted here. Leave ids and times out of error texts.)`;

/** One kind: exceptions of equal traces. `isOutsideTask`: of a listener, a callback, or a promise that nobody awaited. */
export type ExceptionKind = { readonly message: string; readonly trace: string; readonly isOutsideTask: boolean };

/** What a thread says of the exceptions that it counts in shared memory. */
export type ExceptionMessage =
  /** A new table of counts; nothing more is counted in the one before. */
  | { readonly kind: 'exceptionMemory'; readonly memory: SharedArrayBuffer }
  /** Count `index` of the table is of this kind. */
  | ({ readonly kind: 'exceptionKind'; readonly index: number } & ExceptionKind)
  /** Something was counted: a moment to read. */
  | { readonly kind: 'exceptionsCounted' };

/** The last two are for what is folded: of tasks, and outside them. */
const countWords = maxTraces + 2;

/** The thread's side. */
export class ExceptionCounter {
  readonly #post: (message: ExceptionMessage) => void;
  readonly #indexes = new Map<string, number>();
  /** Null until something is thrown: most threads never need it. */
  #counts: Int32Array | null = null;
  #kinds = 0;

  constructor(post: (message: ExceptionMessage) => void) {
    this.#post = post;
  }

  count(exception: ExceptionKind): void {
    const counts = (this.#counts ??= this.#newTable());
    Atomics.add(counts, this.#indexOf(exception), 1);
  }

  /** A new test: its first `maxTraces` kinds are kept apart again. */
  begin(): void {
    this.#counts = null;
    this.#indexes.clear();
    this.#kinds = 0;
  }

  #newTable(): Int32Array {
    const memory = new SharedArrayBuffer(countWords * 4);
    this.#post({ kind: 'exceptionMemory', memory });
    return new Int32Array(memory);
  }

  #indexOf(exception: ExceptionKind): number {
    const { trace, isOutsideTask } = exception;
    const key = isOutsideTask ? `outside ${trace}` : `of a task ${trace}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    if (this.#kinds < maxTraces) return this.#define(key, this.#kinds++, exception);
    const folded = { message: foldedException, trace: foldedException, isOutsideTask };
    const foldedKey = isOutsideTask ? 'outside' : 'of a task';
    return this.#indexes.get(foldedKey) ?? this.#define(foldedKey, maxTraces + Number(isOutsideTask), folded);
  }

  #define(key: string, index: number, { message, trace, isOutsideTask }: ExceptionKind): number {
    this.#indexes.set(key, index);
    this.#post({ kind: 'exceptionKind', index, message, trace, isOutsideTask });
    return index;
  }
}

/** The main thread's side, of one thread. */
export class ExceptionReader {
  readonly #tell: (exception: ExceptionKind, count: number) => void;
  #counts: Int32Array = new Int32Array(0);
  #kinds: { readonly index: number; readonly exception: ExceptionKind; seen: number }[] = [];

  /**
   * `tell` hears of `count` (1 or more) further exceptions of a kind, as it may be shown: secrets in it stay here, and what would
   * order a terminal about. That is done once a kind, when it is defined: hundreds of them at each reading would hold the loop.
   */
  constructor(tell: (exception: ExceptionKind, count: number) => void) {
    this.#tell = tell;
  }

  /** Takes what the thread says, in its order. */
  take(message: ExceptionMessage): void {
    switch (message.kind) {
      case 'exceptionMemory':
        this.read();
        this.#counts = new Int32Array(message.memory);
        this.#kinds = [];
        return;
      case 'exceptionKind': {
        const { index, message: text, trace, isOutsideTask } = message;
        this.#kinds.push({ index, exception: { message: shownText(text), trace: shownText(trace), isOutsideTask }, seen: 0 });
        return;
      }
      case 'exceptionsCounted':
        return this.read();
    }
  }

  /** Tells of everything counted since the last time; also of a thread that has ended. */
  read(): void {
    for (const kind of this.#kinds) {
      const now = Atomics.load(this.#counts, kind.index);
      const count = (now - kind.seen) >>> 0;
      kind.seen = now;
      if (count > 0) this.#tell(kind.exception, count);
    }
  }
}
