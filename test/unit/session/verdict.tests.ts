/** What a run is found to be, and the exit code that says so. */
import type { PoolTrouble } from '../../../src/engine/main/poolOptions.ts';
import type { EndReason, RunStats, ThresholdResult, TrustReport } from '../../../src/report/runView.ts';
import { verdictOf, type Outcome, type Strictness } from '../../../src/session/verdict.ts';

const strictness: Strictness = { exitCodeOnError: 1, thresholdExitCode: 99, failsOnUntrusted: false };

type Given = { readonly requests?: number; readonly failures?: number; readonly exceptions?: number; readonly outside?: number; readonly ended?: EndReason; readonly missed?: number; readonly isTrusted?: boolean; readonly troubles?: Outcome['troubles']; readonly ownFailures?: TrustReport['ownFailures']; readonly arrivals?: Outcome['arrivals']; readonly droppedRows?: boolean; readonly checks?: RunStats['checks'] };

function outcome({ requests = 10, failures = 0, exceptions = 0, outside = 0, ended = { kind: 'runTime' }, missed = 0, isTrusted = true, troubles = [], ownFailures = [], arrivals = null, droppedRows = false, checks = [] }: Given): Outcome {
  const result = (passed: boolean): ThresholdResult => ({ row: 'Aggregated', expression: 'p(95)<200', measured: 1, text: '', passed });
  const exceptionRow = { message: 'm', trace: 't', occurrences: exceptions + outside + troubles.length, firstSeenSec: 1, lastSeenSec: 2 };
  return {
    stats: { checks, metrics: [], rows: [...(requests > 0 ? [{ method: 'GET', name: '/a' }] : []), ...(droppedRows ? [{ method: 'arrivals', name: 'A [dropped]' }] : [])], total: { numRequests: requests, numFailures: failures }, exceptions: exceptionRow.occurrences > 0 ? [exceptionRow] : [] } as unknown as RunStats,
    ended,
    thresholds: [result(true), ...Array.from({ length: missed }, () => result(false))],
    arrivals,
    trust: { isTrusted, ownFailures } as unknown as TrustReport,
    errorsOutsideTasks: outside,
    troubles,
  };
}

const interrupted: EndReason = { kind: 'signal', signal: 'SIGINT' };

const lost = (requests: number): PoolTrouble => ({ kind: 'threadLost', requests });

it.each<[what: string, given: Given, code: number, reasons: readonly string[]]>([
  ['all went well', {}, 0, []],
  ['requests failed', { failures: 3 }, 1, ['3 of 10 requests failed']],
  ['errors escaped tasks', { exceptions: 1 }, 1, ['1 error escaped tasks']],
  ['nothing was recorded', { requests: 0 }, 1, ['no request was recorded']],
  ['errors escaped tasks before the first request', { requests: 0, exceptions: 1 }, 1, ['1 error escaped tasks', 'no request was recorded']],
  ['nothing but checks', { requests: 0, checks: [{ kind: 'check', name: 'a', passes: 1, fails: 0 }] }, 0, []],
  ['all arrivals were dropped', { requests: 0, droppedRows: true, arrivals: { perSec: 100, started: 0, dropped: 9 } }, 1, ['no request was recorded', '9 of 9 arrivals dropped (100.0 %): less load than was asked for']],
  ['arrivals were dropped', { arrivals: { perSec: 100, started: 400, dropped: 600 } }, 0, ['600 of 1000 arrivals dropped (60.0 %): less load than was asked for']],
  ['no arrival was dropped', { arrivals: { perSec: 100, started: 400, dropped: 0 } }, 0, []],
  ['recorded requests were not sent', { arrivals: { perSec: null, started: 3, dropped: 1 } }, 0, ['1 of 4 recorded requests not sent (25.0 %), though due']],
  ['a threshold was missed', { missed: 2 }, 99, ['2 thresholds not met']],
  ['a threshold was missed and requests failed', { missed: 1, failures: 10 }, 99, ['1 threshold not met', '10 of 10 requests failed']],
  ['Ctrl-C', { ended: interrupted }, 130, ['ended by SIGINT']],
  ['SIGTERM', { ended: { kind: 'signal', signal: 'SIGTERM' } }, 143, ['ended by SIGTERM']],
  ['SIGHUP', { ended: { kind: 'signal', signal: 'SIGHUP' } }, 129, ['ended by SIGHUP']],
  ['an error outside tasks, and more', { outside: 1, ended: interrupted, missed: 1, failures: 1 }, 107, ['1 error outside tasks', 'ended by SIGINT', '1 threshold not met', '1 of 10 requests failed']],
  ['the disk was full', { troubles: [{ kind: 'requestLogCut' }] }, 1, ['the request log is not whole']],
  ['load threads were lost, and a task threw', { troubles: [lost(0), lost(0)], exceptions: 1 }, 1, ['2 load threads lost', '1 error escaped tasks']],
  ['load threads were lost while they waited for answers', { troubles: [lost(11), lost(1)] }, 1, ['2 load threads lost, with 12 requests under way that are not counted']],
  ['a load thread was lost while it waited for an answer', { troubles: [lost(1)] }, 1, ['1 load thread lost, with 1 request under way that is not counted']],
  ['the program broke', { ended: { kind: 'error', reason: 'no more memory' } }, 1, ['no more memory']],
  [
    'the generator ran out of descriptors', { failures: 5, isTrusted: false, ownFailures: [{ code: 'EMFILE', count: 3 }, { code: 'EADDRNOTAVAIL', count: 1 }] },
    1, ["5 of 10 requests failed, 4 of them for want of the generator's own (EMFILE, EADDRNOTAVAIL)"],
  ],
  ['numbers in doubt, which nobody minds', { isTrusted: false }, 0, []],
])('%s', (_, given, code, reasons) => {
  expect(verdictOf(outcome(given), strictness)).toEqual({ exitCode: code, verdict: { passed: code === 0, reasons } });
});

it('is as strict as it was asked to be', () => {
  expect(verdictOf(outcome({ isTrusted: false }), { ...strictness, failsOnUntrusted: true }).exitCode).toBe(1);
  expect(verdictOf(outcome({ missed: 1 }), { ...strictness, thresholdExitCode: 3 }).exitCode).toBe(3);
  // Failures that nobody wants to fail for are said all the same.
  expect(verdictOf(outcome({ failures: 2 }), { ...strictness, exitCodeOnError: 0 })).toEqual({ exitCode: 0, verdict: { passed: true, reasons: ['2 of 10 requests failed'] } });
  // What the generator lost is no failure of the target.
  expect(verdictOf(outcome({ failures: 2, troubles: [lost(0)] }), { ...strictness, exitCodeOnError: 0 }).exitCode).toBe(1);
  // Not even a run that forgives errors passes without a request.
  expect(verdictOf(outcome({ requests: 0, exceptions: 1 }), { ...strictness, exitCodeOnError: 0 })).toMatchObject({ exitCode: 1, verdict: { passed: false } });
});
