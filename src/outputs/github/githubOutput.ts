/** What a run leaves in GitHub Actions: a step summary and annotations. Nothing anywhere else. */
import { appendFile } from 'node:fs/promises';
import type { RunResult } from '../../report/runView.ts';
import type { Output } from '../outputs.ts';
import { assertWritable, unwritable } from '../reportFile.ts';
import { stepSummary } from './stepSummary.ts';

/** The variables that GitHub's runner sets. */
export type GithubEnvironment = { readonly [name: string]: string | undefined };

/**
 * An output that adds to `$GITHUB_STEP_SUMMARY` when that is set, and writes annotations with `write` (stdout by default)
 * when `$GITHUB_ACTIONS` is `true`. The runner reads both of a step's streams: give stderr's where stdout is for data.
 */
export function githubOutput(env: GithubEnvironment, write: (text: string) => unknown = (text) => process.stdout.write(text)): Output {
  const { GITHUB_STEP_SUMMARY: summaryPath, GITHUB_ACTIONS: isActions } = env;
  return {
    onStart: async () => {
      if (summaryPath !== undefined && summaryPath !== '') await assertWritable(summaryPath);
    },
    onStop: async (result) => {
      if (isActions === 'true') for (const line of annotations(result)) write(`${line}\n`);
      if (summaryPath !== undefined && summaryPath !== '') await append(summaryPath, stepSummary(result));
    },
  };
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/* A run as annotations of a GitHub workflow, which stand beside the change that is looked at; pure. */

/** GitHub shows ten of each kind a step. */
const maxThresholds = 9;
const maxErrors = 5;

/** Workflow commands, a line each; empty for a run of which nothing needs to be said. */
export function annotations({ verdict, thresholds, stats, trust, arrivals }: RunResult): readonly string[] {
  const lines: string[] = [];
  if (!verdict.passed) lines.push(command('error', 'Load test failed', verdict.reasons.join('\n')));
  const missed = thresholds.filter(({ passed }) => !passed).slice(0, maxThresholds);
  for (const { row, expression, text } of missed) lines.push(command('error', `Threshold not met: ${row}`, `${expression}: ${text}`));
  if (!trust.isTrusted) lines.push(command('warning', 'Numbers in doubt', trust.line));
  if (arrivals !== null && arrivals.dropped > 0) lines.push(command('warning', 'Arrivals dropped', `${arrivals.dropped} of ${arrivals.dropped + arrivals.started}: no user was free`));
  const commonest = [...stats.errors].sort((one, other) => other.occurrences - one.occurrences).slice(0, maxErrors);
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
