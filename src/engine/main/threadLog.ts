/**
 * What load threads have to say, as one log: several threads say the same, and a task that fails fails often.
 */
import type { LogLevel } from '../shared/messages.ts';
import type { ExceptionKind } from '../shared/exceptionCounts.ts';

/** So many different texts are remembered; then the memory starts afresh and a text may be said again. */
const mostRemembered = 1_000;

export class ThreadLog {
  readonly #log: (level: LogLevel, text: string) => void;
  readonly #said = new Set<string>();
  readonly #exceptions = new Map<string, number>();

  constructor(log: (level: LogLevel, text: string) => void) {
    this.#log = log;
  }

  /** A line of a thread: a warning is said once, whichever thread it comes from; other levels always. */
  line(level: LogLevel, text: string): void {
    if (level === 'warning') {
      if (this.#said.has(text)) return;
      if (this.#said.size >= mostRemembered) this.#said.clear();
      this.#said.add(text);
    }
    this.#log(level, text);
  }

  /** Exceptions with the same trace: the first is logged whole, then the 10th, the 100th … as a count. */
  exceptions({ message, trace, isOutsideTask }: ExceptionKind, count: number): void {
    if (this.#exceptions.size >= mostRemembered) this.#exceptions.clear();
    const before = this.#exceptions.get(trace) ?? 0;
    const after = before + count;
    this.#exceptions.set(trace, after);
    if (before === 0) this.#log('error', `${isOutsideTask ? 'an error outside tasks' : 'an error escaped a task'}:\n${trace}`);
    else if (Math.floor(Math.log10(before)) < Math.floor(Math.log10(after))) this.#log('error', `${after} times by now: ${message}`);
  }
}
