/**
 * What goes wrong in threads, on its way up: exceptions are logged by trace, and passed on with their number.
 */
import type { FailureSample } from '../shared/messages.ts';
import type { ExceptionKind } from '../shared/exceptionCounts.ts';
import type { PoolOptions, PoolTrouble } from './poolOptions.ts';
import { shownText } from '../../util/redaction.ts';
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
