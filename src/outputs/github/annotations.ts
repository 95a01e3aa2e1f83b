/** A run as annotations of a GitHub workflow, which stand beside the change that is looked at; pure. */
import type { RunResult } from '../../report/runView.ts';

/** GitHub shows ten of each kind a step. */
const mostThresholds = 9;
const mostErrors = 5;

/** Workflow commands, a line each; empty for a run of which nothing needs to be said. */
export function annotations({ verdict, thresholds, stats, trust, arrivals }: RunResult): readonly string[] {
  const lines: string[] = [];
  if (!verdict.passed) lines.push(command('error', 'Load test failed', verdict.reasons.join('\n')));
  const missed = thresholds.filter(({ passed }) => !passed).slice(0, mostThresholds);
  for (const { row, expression, text } of missed) lines.push(command('error', `Threshold not met: ${row}`, `${expression}: ${text}`));
  if (!trust.isTrusted) lines.push(command('warning', 'Numbers in doubt', trust.line));
  if (arrivals !== null && arrivals.dropped > 0) lines.push(command('warning', 'Arrivals dropped', `${arrivals.dropped} of ${arrivals.dropped + arrivals.started}: no user was free`));
  const commonest = [...stats.errors].sort((one, other) => other.occurrences - one.occurrences).slice(0, mostErrors);
  for (const { method, name, error, occurrences } of commonest) lines.push(command('warning', `${method} ${name}`.trim(), `${occurrences} × ${error}`));
  return lines;
}

/** `::error title=…::…` with the escapes of the runner (actions/toolkit, core/src/command.ts). */
function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${escapedProperty(title)}::${escapedData(message)}`;
}

function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
