/**
 * The numbers of one worker process: the aggregator's reports on their way up, and how much has passed in all, so that
 * the last log line can be held against what the target and the master counted.
 */
import type { Ledgers } from '../pool/ledgers.ts';
import type { Aggregator } from '../stats/aggregator.ts';
import type { LedgerMessage } from '../stats/ledgerMessages.ts';
import { generatorFailureText, GeneratorFailures } from '../stats/generatorFailures.ts';
import type { Report } from '../stats/report.ts';

export class RecordedNumbers implements Ledgers {
  readonly #aggregator: Aggregator;
  readonly #warn: (text: string) => void;
  readonly #ownFailures = new GeneratorFailures();
  #requests = 0;
  #failures = 0;

  /** `warn` is told, once a run, of failures that are the generator's own trouble. */
  constructor(aggregator: Aggregator, warn: (text: string) => void) {
    this.#aggregator = aggregator;
    this.#warn = warn;
  }

  readonly define = (threadKey: string, message: LedgerMessage): void => {
    this.#aggregator.define(threadKey, message);
  };

  readonly threadEnded = (threadKey: string): void => {
    this.#aggregator.removeThread(threadKey);
  };

  /** What was recorded since the last call. */
  takeReport(): Report {
    const report = this.#aggregator.takeReport();
    for (const failure of this.#ownFailures.add(report.errors)) this.#warn(generatorFailureText(failure));
    this.#requests += report.total.numRequests;
    this.#failures += report.total.numFailures;
    return report;
  }

  /** A new run begins. What no report has carried (there should be nothing) still counts as recorded. */
  clear(): void {
    this.takeReport();
    this.#aggregator.clear();
    this.#ownFailures.clear();
  }

  /** The current run, for the status line. */
  run(): { readonly requests: number; readonly failures: number; readonly p95Ms: number | null } {
    return this.#aggregator.totals();
  }

  /** Everything that reports have carried since the process began. */
  process(): { readonly requests: number; readonly failures: number } {
    return { requests: this.#requests, failures: this.#failures };
  }
}
