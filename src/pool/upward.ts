/**
 * What goes wrong in threads, on its way up: exceptions are logged by trace, and passed on one by one as the master counts
 * them, up to a limit.
 */
import type { UsersInput } from '../agent/ports.ts';
import type { FailureSample } from '../thread/messages.ts';
import type { PoolOptions, PoolTrouble } from './poolOptions.ts';
import { ThreadLog } from './threadLog.ts';

/** So many of one group are passed on one by one; more would drown the master, and are counted in the log. */
const mostAtOnce = 50;

export type PassedException = Omit<Extract<UsersInput, { readonly kind: 'exception' }>, 'kind'>;

type UpwardOptions = Pick<PoolOptions, 'sink' | 'log' | 'onFailureSample' | 'onTrouble'>;

export class Upward {
  /** Lines of threads. */
  readonly log: ThreadLog;
  readonly #options: UpwardOptions;

  constructor(options: UpwardOptions) {
    this.#options = options;
    this.log = new ThreadLog(options.log);
  }

  /** `count` equal exceptions. */
  exceptions({ message, trace, isOutsideTask }: PassedException, count: number): void {
    this.log.exceptions({ message, trace, isOutsideTask }, count);
    for (let sent = 0; sent < Math.min(count, mostAtOnce); sent++) this.#options.sink({ kind: 'exception', message, trace, isOutsideTask });
  }

  /** To whoever asked for samples; else as an exception, which is what a master can show. */
  failureSample(sample: FailureSample): void {
    const { onFailureSample } = this.#options;
    if (onFailureSample !== undefined) onFailureSample(sample);
    else this.exceptions({ message: sample.text, trace: sample.trace, isOutsideTask: false }, 1);
  }

  /** Something is wrong with the pool itself: in the log and, as an exception under this trace, with the master. */
  trouble(kind: PoolTrouble, text: string, trace: string = text): void {
    this.#options.log('error', text);
    this.#options.onTrouble?.(kind);
    this.#options.sink({ kind: 'exception', message: text, trace, isOutsideTask: false });
  }
}
