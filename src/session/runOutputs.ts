/**
 * The outputs that were asked for: files by their flags, others by name.
 */
import { csvOutput } from '../outputs/csv/csvOutput.ts';
import { githubOutput } from '../outputs/github.ts';
import { htmlOutput } from '../outputs/html/htmlReport.ts';
import { junitOutput } from '../outputs/junit.ts';
import { jsonFileOutput, locustJson } from '../outputs/locustJson.ts';
import { namedOutput } from '../outputs/namedOutput.ts';
import type { Output } from '../outputs/outputs.ts';
import { filledPath } from '../outputs/reportFile.ts';
import { summaryOutput } from '../outputs/summary.ts';
import type { RunResult, RunStart } from '../report/runView.ts';
import { importCompiled } from '../compile/bundle.ts';
import { dataOut, writeReport } from './standardStreams.ts';
import type { Settings } from '../options/settings.ts';

/** With `--json` stdout is for that alone. `tellsGithub`: also in a workflow of GitHub's, without being asked. Rejects with a BoomerError for a name that no output has. */
export async function outputsOf(settings: Settings, start: RunStart, tellsGithub = true): Promise<readonly Output[]> {
  const { csvPrefix, csvFullHistory, jsonFile, summaryFile, htmlFile, junitFile, namedOutputs: named, isJson } = settings;
  const toFile = (path: string | null, make: (path: string) => Output): readonly Output[] => (path === null ? [] : [make(filledPath(path, start))]);
  // One after the other: the compiler's service is one for all, and ends with each.
  const others: Output[] = [];
  for (const { name, argument } of named) others.push(await namedOutput(name, argument === null ? null : filledPath(argument, start), importCompiled));
  return [
    ...toFile(csvPrefix, (prefix) => csvOutput({ prefix, fullHistory: csvFullHistory })),
    ...toFile(jsonFile, jsonFileOutput),
    ...toFile(summaryFile, summaryOutput),
    ...toFile(htmlFile, htmlOutput),
    ...toFile(junitFile, junitOutput),
    ...(!tellsGithub || named.some(({ name }) => name === 'github') ? [] : [githubOutput(process.env, isJson ? writeReport : dataOut.write)]),
    ...others,
  ];
}

/** `--request-log`, which the load threads write; it is begun before they know the scenario's stages. */
export function requestLogPath({ requestLog: path, users, spawnPerSec, runTimeMs }: Settings): string | null {
  return path === null ? null : filledPath(path, { users: users ?? 1, spawnPerSec: spawnPerSec ?? 1, runTimeMs });
}

/** `--json`: Locust's JSON, alone on stdout. */
export function printJson({ stats }: RunResult, out: { readonly write: (text: string) => unknown }): void {
  out.write(`${locustJson(stats)}\n`);
}
