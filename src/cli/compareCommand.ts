/**
 * `boomer-node compare`: reads files, compares, writes. Exit code 0, 1 for a regression; what cannot be read or compared is a
 * BoomerError, for which the program ends with 2.
 */
import { appendFile } from 'node:fs/promises';
import { comparedFile } from '../compare/comparedFile.ts';
import type { ComparedRun } from '../compare/comparedRun.ts';
import { compareJson } from '../compare/compareJson.ts';
import { compareSuites } from '../compare/compareJunit.ts';
import { compareMarkdown } from '../compare/compareMarkdown.ts';
import { compareRuns } from '../compare/compareRuns.ts';
import { compareTable } from '../compare/compareTable.ts';
import { regressions } from '../compare/comparison.ts';
import { junitXml } from '../outputs/junit/junitXml.ts';
import { ReportFile } from '../outputs/reportFile.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import type { CompareOptions } from './compareOptions.ts';
import { exitCode } from './exitCodes.ts';
import { readText } from './readText.ts';

/** What a process has around it. */
export type Surroundings = {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
};

export async function runCompare(options: CompareOptions, { stdout, stderr, env }: Surroundings = process): Promise<number> {
  const { base, head, markdownFile, junitFile, isJson } = options;
  const [markdown, junit] = [markdownFile, junitFile].map((path) => (path === null ? null : new ReportFile(path)));
  for (const file of [markdown, junit]) await file?.open();
  const bases: ComparedRun[] = [];
  // One after the other: each may be of many megabytes.
  for (const path of base) bases.push(readRun(path));
  const comparison = compareRuns(bases, readRun(head), options);
  stdout.write(isJson ? compareJson(comparison) : compareTable(comparison));
  await markdown?.write(compareMarkdown(comparison));
  await junit?.write(junitXml(compareSuites(comparison)));
  const stepSummary = env['GITHUB_STEP_SUMMARY'];
  if (stepSummary !== undefined && stepSummary !== '') await append(stepSummary, compareMarkdown(comparison), (text) => stderr.write(text));
  return regressions(comparison).length > 0 ? exitCode.error : exitCode.ok;
}

function readRun(path: string): ComparedRun {
  const text = readText(path);
  if (text === null) throw new BoomerError('unreadable-run', `${path}: expected the summary of a run, but there is no such file`);
  return comparedFile(text, path);
}

/** The verdict does not depend on what a CI shows of it. */
async function append(path: string, text: string, say: (text: string) => unknown): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    say(`boomer-node: GITHUB_STEP_SUMMARY cannot be written: ${errorLine(error)}\n`);
  }
}
