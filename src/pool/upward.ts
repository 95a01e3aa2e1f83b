/**
 * What goes wrong in threads, on its way up: exceptions are logged by trace, and passed on with their number.
 */
import type { FailureSample } from '../thread/messages.ts';
import type { ExceptionKind } from '../util/exceptionCounts.ts';
import type { PoolOptions, PoolTrouble } from './poolOptions.ts';
import { harmlessLog } from '../util/harmless.ts';
import { redactText } from '../util/redaction.ts';
import { ThreadLog } from './threadLog.ts';

type UpwardOptions = Pick<PoolOptions, 'sink' | 'log' | 'onFailureSample' | 'onTrouble'>;

export class Upward {
  /** Lines of threads. */
  readonly log: ThreadLog;
  readonly #options: UpwardOptions;

  constructor(options: UpwardOptions) {
    this.#options = options;
    this.log = new ThreadLog(options.log);
  }

  /** `count` equal exceptions; secrets in them stay here, and what would order a terminal about. */
  exceptions(thrown: ExceptionKind, count: number): void {
    const exception: ExceptionKind = { ...thrown, message: shownText(thrown.message), trace: shownText(thrown.trace) };
    this.log.exceptions(exception, count);
    this.#options.sink({ kind: 'exception', ...exception, count });
  }

  /** To whoever asked for samples; else as an exception, which is what a master can show. */
  failureSample(sample: FailureSample): void {
    const { onFailureSample } = this.#options;
    if (onFailureSample !== undefined) onFailureSample(sample);
    else this.exceptions({ message: sample.text, trace: sample.trace, isOutsideTask: false }, 1);
  }

  /** Something is wrong with the pool itself: in the log and, as an exception under this trace, with the master. */
  trouble(trouble: PoolTrouble, text: string, trace: string = text): void {
    this.#options.log('error', text);
    this.#options.onTrouble?.(trouble);
    this.#options.sink({ kind: 'exception', message: shownText(text), trace: shownText(trace), count: 1, isOutsideTask: false });
  }
}

function shownText(text: string): string {
  return harmlessLog(redactText(text));
}
