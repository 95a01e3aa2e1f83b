/** The one line that matters most: did the run pass, and if not, why; pure. */
import type { EndReason, RunResult } from '../../report/runView.ts';
import type { Colours } from './colours.ts';
import { harmless } from '../../util/harmless.ts';
import { clockText, countOf } from './printedNumbers.ts';

/** `PASS · 4 210 requests in 1m00.0s, none failed · the time was up · exit code 0` */
export function verdictLine({ verdict, stats, countedMs, ended, exitCode }: RunResult, { good, bad, strong }: Colours): string {
  const { numRequests, numFailures } = stats.total;
  const counted = `${countOf(numRequests, 'request')} in ${clockText(countedMs)}`;
  const parts = [
    verdict.passed ? good(strong('PASS')) : bad(strong('FAIL')),
    ...verdict.reasons.map(harmless),
    numRequests > 0 && numFailures === 0 ? `${counted}, none failed` : counted,
    endText(ended),
    `exit code ${exitCode}`,
  ];
  // A signal is a reason and an end.
  return [...new Set(parts)].join(' · ');
}

function endText(ended: EndReason): string {
  switch (ended.kind) {
    case 'runTime':
      return 'the time was up';
    case 'stages':
      return 'all stages were over';
    case 'iterations':
      return 'all iterations were done';
    case 'usersGone':
      return 'all users had ended';
    case 'key':
      return 'ended by a key';
    case 'signal':
      return `ended by ${ended.signal}`;
    case 'stopTest':
      return harmless(`ended by the scenario: ${ended.reason}`);
    case 'threshold':
      return harmless(`ended by the threshold ${ended.expression}`);
    case 'error':
      return 'ended by an error';
  }
}
