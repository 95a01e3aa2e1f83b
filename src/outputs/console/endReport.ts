/** What a person reads when a run is over, the most important first; pure. */
import type { ArrivalCounts, RunResult, TrustReport } from '../../report/runView.ts';
import { coloursOf, type Colours } from './colours.ts';
import { errorReport, errorSummary, exceptionReport } from './errorReport.ts';
import { harmless } from '../../util/harmless.ts';
import { percentileTable } from './percentileTable.ts';
import { countOf, perSecText, responseTimeText, shareText } from './printedNumbers.ts';
import { statsTable } from './statsTable.ts';
import { thresholdLines } from './thresholdLines.ts';
import { verdictLine } from './verdictLine.ts';

export type EndReportOptions = {
  /** Of the window. Tables are no wider, lines of prose wrap as the terminal wraps them. */
  readonly columns: number;
  readonly colours: boolean;
  /** Paths that were written. */
  readonly files: readonly string[];
  /** `--quiet`: the verdict, and what is wrong. */
  readonly isQuiet?: boolean;
};

/** Rows of the tables, the busiest ones (Locust's web UI has as many); each costs a millisecond for its percentiles. */
const mostRows = 500;

/**
 * The verdict, thresholds with what was measured, Locust's tables of requests and of percentiles, its error report,
 * arrivals that no user was free for, how well the generator kept up, and the files. Ends with a line break.
 */
export function endReport(result: RunResult, { columns, colours, files, isQuiet = false }: EndReportOptions): string {
  const paint = coloursOf(colours);
  const width = Math.max(1, columns);
  const { stats } = result;
  if (isQuiet) return `${quietLines(result, paint).join('\n')}\n`;
  const hasRows = stats.rows.length > 0;
  const blocks = [
    [verdictLine(result, paint)],
    thresholdLines(result.thresholds, paint),
    hasRows ? statsTable(stats, { width, colours: paint, span: 'run', room: mostRows }) : [],
    hasRows ? percentileTable(result, { width, room: mostRows }) : [],
    errorReport(stats, width, paint),
    exceptionReport(stats, width, paint),
    [...arrivalLines(result.arrivals, paint), trustLine(result.trust, paint)],
    files.length === 0 ? [] : ['Files', ...files.map((file) => `  ${harmless(file)}`)],
  ];
  return `\n${blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function quietLines(result: RunResult, paint: Colours): readonly string[] {
  const missed = result.thresholds.filter(({ passed }) => !passed);
  return [verdictLine(result, paint), ...errorSummary(result.stats, paint), ...(missed.length === 0 ? [] : thresholdLines(missed, paint)), ...(result.trust.isTrusted ? [] : [trustLine(result.trust, paint)])];
}

function arrivalLines(arrivals: ArrivalCounts | null, { bad }: Colours): string[] {
  if (arrivals === null) return [];
  const { perSec, started, dropped, latestMs } = arrivals;
  const onTime = `${countOf(started, 'arrival')} on schedule (${perSecText(perSec)} a second), the latest ${responseTimeText(latestMs)} ms after its moment`;
  if (dropped === 0) return [onTime];
  const share = shareText(dropped, started + dropped);
  return [onTime, bad(`${countOf(dropped, 'arrival')} dropped (${share}): no user was free; give more users (--users)`)];
}

function trustLine({ line, isTrusted }: TrustReport, { doubtful }: Colours): string {
  return isTrusted ? harmless(line) : doubtful(harmless(line));
}
