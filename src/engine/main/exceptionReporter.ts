/**
 * What goes wrong in threads, on its way up: exceptions are logged by trace, and passed on with their number.
 */
import { shownText } from '../../util/redaction.ts';
import type { ExceptionKind } from '../shared/exceptionCounts.ts';
import type { FailureSample } from '../shared/messages.ts';
import type { LogLevel } from '../../util/logger.ts';
import type { PoolOptions, PoolTrouble } from './poolOptions.ts';

type ReporterOptions = Pick<PoolOptions, 'sink' | 'log' | 'onFailureSample' | 'onTrouble'>;

export class ExceptionReporter {
  /** Lines of threads. */
  readonly log: ThreadLog;
  readonly #options: ReporterOptions;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.log = new ThreadLog(options.log);
  }

  /** `count` equal exceptions, as they may be shown. */
  exceptions(exception: ExceptionKind, count: number): void {
    this.log.exceptions(exception, count);
    this.#options.sink({ kind: 'exception', ...exception, count });
  }

  /** To whoever asked for samples; else as an exception, which is what a master can show, in its Exceptions tab where line breaks collapse. */
  failureSample(sample: FailureSample): void {
    const { sink, onFailureSample } = this.#options;
    if (onFailureSample !== undefined) return onFailureSample(sample);
    const title = oneLine(shownText(sample.trace));
    // Once for each kind, which all its samples have in common.
    this.log.line('warning', `failed requests, shown in full in the master's Exceptions tab: ${title.replace(/^Failure sample \d+ of /u, '')}`);
    const text = sample.text.split('\n').filter((line) => line !== sample.error).join('\n');
    sink({ kind: 'exception', message: `${title}${separator}${oneLine(shownText(text))}`, trace: title, count: 1, isOutsideTask: false });
  }

  /** Something is wrong with the pool itself: in the log and, as an exception under this trace, with the master. */
  trouble(trouble: PoolTrouble, text: string, trace: string = text): void {
    this.#options.log('error', text);
    this.#options.onTrouble?.(trouble);
    this.#options.sink({ kind: 'exception', message: shownText(text), trace: shownText(trace), count: 1, isOutsideTask: false });
  }
}

const separator = ' | ';

function oneLine(text: string): string {
  return text.split(/\s*\n\s*/u).filter((line) => line !== '').join(separator);
}

/** So many different texts are remembered; then the memory starts afresh and a text may be said again. */
const maxRemembered = 1_000;

/** What load threads have to say, as one log: several threads say the same, and a task that fails fails often. */
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
      if (this.#said.size >= maxRemembered) this.#said.clear();
      this.#said.add(text);
    }
    this.#log(level, text);
  }

  /** Exceptions with the same trace: the first is logged whole, then the 10th, the 100th … as a count. */
  exceptions({ message, trace, isOutsideTask }: ExceptionKind, count: number): void {
    if (this.#exceptions.size >= maxRemembered) this.#exceptions.clear();
    const before = this.#exceptions.get(trace) ?? 0;
    const after = before + count;
    this.#exceptions.set(trace, after);
    if (before === 0) this.#log('error', `${isOutsideTask ? 'an error outside tasks' : 'an error escaped a task'}:\n${trace}`);
    else if (Math.floor(Math.log10(before)) < Math.floor(Math.log10(after))) this.#log('error', `${after} times by now: ${message}`);
  }
}
