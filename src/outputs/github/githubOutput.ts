/** What a run leaves in GitHub Actions: a step summary and annotations. Nothing anywhere else. */
import { appendFile } from 'node:fs/promises';
import { assertWritable, unwritable } from '../filePaths.ts';
import type { Output } from '../output.ts';
import { annotations } from './annotations.ts';
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
