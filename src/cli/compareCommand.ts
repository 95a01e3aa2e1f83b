/**
 * `boomer-node compare`: reads files, compares, writes. Exit code 0, 1 for a regression, 2 where most of it cannot be judged for want
 * of requests; what cannot be read or compared at all is a BoomerError, for which the program ends with 2 too.
 */
import { appendFile } from 'node:fs/promises';
import { compareJson, compareMarkdown, compareSuites, compareTable } from '../compare/compareOutputs.ts';
import { compareRuns, type CompareRules } from '../compare/compareRuns.ts';
import { comparedFile } from '../compare/comparedFile.ts';
import { type ComparedRun, isInconclusive, regressions } from '../compare/comparison.ts';
import { junitXml } from '../outputs/junit.ts';
import { ReportFile } from '../outputs/reportFile.ts';
import { type HistogramCodec, histogramCodec } from '../stats/histogram.ts';
import { BoomerError } from '../util/boomerError.ts';
import { errorLine } from '../util/errorText.ts';
import { readText } from '../util/textFile.ts';
import { refuseTaken, writtenFile } from '../options/readers.ts';
import type { Flag } from './commandLine.ts';
import { exitCode } from '../session/verdict.ts';

/** What `boomer-node compare` was asked for, as checked values. */
export type CompareOptions = CompareRules & {
  /** At least one. */
  readonly base: readonly string[];
  readonly head: string;
  readonly markdownFile: string | null;
  readonly junitFile: string | null;
  /** The comparison as JSON on stdout, in place of the table. */
  readonly isJson: boolean;
};

/** Its flags. */
export const compareFlags: Readonly<Record<string, Flag>> = {
  base: { type: 'string', array: true, requiresArg: true, describe: 'One more run of the base, so that the noise between runs is measured; repeatable' },
  'min-change': { type: 'string', requiresArg: true, describe: 'The least change that matters, of the base: 2%, 0.02 [default: 2%]' },
  'run-noise': { type: 'string', requiresArg: true, describe: 'How much runs of the same build are taken to differ (standard deviation) while there is one base run only [default: 1%]' },
  seed: { type: 'string', requiresArg: true, describe: 'Of the bootstrap; the same one gives the same result [default: boomer-node]' },
  markdown: { type: 'string', requiresArg: true, describe: 'Write the comparison as Markdown to this file; GITHUB_STEP_SUMMARY gets it by itself' },
  junit: { type: 'string', requiresArg: true, describe: 'Write it as JUnit test cases to this file' },
  json: { type: 'boolean', describe: 'Print it as JSON instead of a table' },
};

/** `files`: the base and the head. Throws a BoomerError that says what was expected. */
export function compareOptions(typed: Readonly<Record<string, unknown>>, files: readonly string[]): CompareOptions {
  const [base, head, ...others] = files;
  if (base === undefined || head === undefined) throw usage(`compare expects two files, a base and a head, got ${files.length === 0 ? 'none' : `"${base ?? ''}" alone`}: boomer-node compare base.json head.json`);
  if (others.length > 0) throw usage(`compare expects two files, a base and a head, got ${files.length}: more runs of the base are given with --base FILE each`);
  const more = typed['base'];
  const bases = [base, ...(more === undefined ? [] : [more].flat().map(String))];
  const markdownFile = writtenPath(typed, 'markdown', [...bases, head]);
  return {
    base: bases,
    head,
    minChange: shareOf(typed, 'min-change', 0.02),
    assumedNoise: shareOf(typed, 'run-noise', 0.01),
    seed: textOf(typed, 'seed') ?? 'boomer-node',
    markdownFile,
    junitFile: writtenPath(typed, 'junit', [...bases, head, ...(markdownFile === null ? [] : [markdownFile])]),
    isJson: typed['json'] === true,
  };
}

/** What a process has around it. */
export type Surroundings = {
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Resolves with the exit code: 0, 1 for a regression, 2 where the comparison is inconclusive. Rejects with a BoomerError for what cannot be read, compared or written. */
export async function runCompare(options: CompareOptions, { stdout, stderr, env }: Surroundings = process): Promise<number> {
  const { base, head, markdownFile, junitFile, isJson } = options;
  const [markdown, junit] = [markdownFile, junitFile].map((path) => (path === null ? null : new ReportFile(path)));
  for (const file of [markdown, junit]) await file?.open();
  const codec = await histogramCodec();
  const bases: ComparedRun[] = [];
  // One after the other: each may be of many megabytes.
  for (const path of base) bases.push(readRun(path, codec));
  const comparison = compareRuns(bases, readRun(head, codec), options);
  stdout.write(isJson ? compareJson(comparison) : compareTable(comparison));
  await markdown?.write(compareMarkdown(comparison));
  await junit?.write(junitXml(compareSuites(comparison)));
  const stepSummary = env['GITHUB_STEP_SUMMARY'];
  if (stepSummary !== undefined && stepSummary !== '') await append(stepSummary, compareMarkdown(comparison), (text) => stderr.write(text));
  if (regressions(comparison).length > 0) return exitCode.error;
  return isInconclusive(comparison) ? exitCode.usage : exitCode.ok;
}

function readRun(path: string, codec: HistogramCodec): ComparedRun {
  const text = readText(path);
  if (text === null) throw new BoomerError('unreadable-run', `${path}: expected the summary of a run, but there is no such file`);
  return comparedFile(text, path, codec);
}

/** The verdict does not depend on what a CI shows of it. */
async function append(path: string, text: string, say: (text: string) => unknown): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (error) {
    say(`boomer-node: GITHUB_STEP_SUMMARY cannot be written: ${errorLine(error)}\n`);
  }
}

function writtenPath(typed: Readonly<Record<string, unknown>>, name: string, others: readonly string[]): string | null {
  const text = textOf(typed, name);
  if (text === null) return null;
  const where = `--${name}`;
  const path = writtenFile.read({ raw: text, where }, () => null);
  refuseTaken(path, where, others);
  return path;
}

function textOf(typed: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = typed[name];
  if (value === undefined) return null;
  if (Array.isArray(value)) throw usage(`--${name} was given ${value.length} times, expected it once`);
  if (value === '') throw usage(`--${name} expects a value`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shareOf(typed: Readonly<Record<string, unknown>>, name: string, orElse: number): number {
  const text = textOf(typed, name);
  if (text === null) return orElse;
  const [, amount, percent] = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$/u.exec(text) ?? [];
  const share = Number(amount) / (percent === '%' ? 100 : 1);
  // 2 means 2 %, in all likelihood, and would mean 200 %.
  if (amount === undefined || share >= 1) throw usage(`--${name} expects a share below 1 such as 2% or 0.02, got "${text}"`);
  return share;
}

function usage(message: string): BoomerError {
  return new BoomerError('usage', message);
}
