/** `boomer-node import`: reads recorded traffic, writes a scenario. Exit code 0; what cannot be read is a BoomerError, for which the program ends with 2. */
import { ReportFile } from '../outputs/reportFile.ts';
import { importTraffic, type Imported, type ImportOptions } from '../traffic/importTraffic.ts';
import { trafficFile } from '../traffic/readers/content.ts';
import { readAllTraffic } from '../traffic/readTraffic.ts';
import { BoomerError } from '../util/boomerError.ts';
import { refuseTaken } from '../options/readers.ts';
import { harmless } from '../util/harmless.ts';
import type { Flag } from './commandLine.ts';
import { exitCode } from '../session/verdict.ts';

/** Its flags. */
export const importFlags: Readonly<Record<string, Flag>> = {
  output: { type: 'string', alias: 'o', requiresArg: true, describe: 'Write the scenario there [default: stdout]' },
  host: { type: 'string', requiresArg: true, describe: 'The site whose requests are meant, https://shop.example [default: that of the first page]' },
  static: { type: 'boolean', describe: 'Keep what pages are made with: images, styles, scripts, fonts' },
  'third-party': { type: 'boolean', describe: 'Keep requests to other sites' },
  'check-schema': { type: 'string', requiresArg: true, describe: 'OpenAPI: answers that do not fit their schema are failures; 1/100 looks at one in a hundred, 1 at each' },
  'keep-header': { type: 'string', array: true, requiresArg: true, describe: 'Send this header too, though browsers send it by themselves (Referer, Accept-Language); repeatable' },
};

/** What was asked for, as checked values. */
export type ImportRequest = ImportOptions & { readonly files: readonly string[]; readonly outputFile: string | null };

/** Throws a BoomerError that says what was expected. */
export function importRequest(typed: Readonly<Record<string, unknown>>, files: readonly string[]): ImportRequest {
  if (files.length === 0) throw new BoomerError('usage', 'import expects a file with recorded traffic: boomer-node import shop.har -o shop.ts');
  const host = textOf(typed, 'host');
  if (host !== null && (!/^https?:\/\//u.test(host) || !URL.canParse(host))) throw new BoomerError('usage', `--host expects a URL such as https://shop.example, got "${host}"`);
  const outputFile = textOf(typed, 'output');
  if (outputFile !== null) refuseTaken(outputFile, '--output', files);
  return {
    files,
    outputFile,
    host: host?.replace(/\/+$/u, '') ?? null,
    checkEvery: everyOf(textOf(typed, 'check-schema')),
    keepsStatic: typed['static'] === true,
    keepsThirdParties: typed['third-party'] === true,
    keptHeaders: new Set([typed['keep-header']].flat().flatMap((name) => (typeof name === 'string' ? [name.toLowerCase()] : []))),
  };
}

/** `1/100`: one in a hundred. */
function everyOf(text: string | null): number | null {
  if (text === null) return null;
  const [, every] = /^1(?:\/([1-9]\d{0,8}))?$/u.exec(text) ?? [];
  if (every === undefined && text !== '1') throw new BoomerError('usage', `--check-schema expects the share of answers that are looked at, 1/100 or 1, got "${text}"`);
  return Number(every ?? 1);
}

/** Resolves with the exit code; nothing is written unless all of it can be. */
export async function runImport(request: ImportRequest, { stdout, stderr }: { readonly stdout: { write(text: string): unknown }; readonly stderr: { write(text: string): unknown } }): Promise<number> {
  const output = request.outputFile === null ? null : new ReportFile(request.outputFile);
  await output?.open();
  const imported = importTraffic(await readAllTraffic(request.files.map(trafficFile)), request);
  if (output === null) stdout.write(imported.text);
  else await output.write(imported.text);
  stderr.write(told(imported, request.outputFile));
  return exitCode.ok;
}

function told({ summary: [first = '', ...rest], secrets }: Imported, path: string | null): string {
  const variables = secrets.length === 0 ? [] : ['To be set before it runs (-e NAME=VALUE, --env-file FILE):', ...secrets.map(({ variable, what }) => `  ${variable}  ${what}`)];
  // Names come out of the file.
  return `${[`${path === null ? '' : `${path}: `}${first}`, ...rest, ...variables].map(harmless).join('\n')}\n`;
}

function textOf(typed: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = typed[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '') throw new BoomerError('usage', Array.isArray(value) ? `--${name} was given ${value.length} times, expected it once` : `--${name} expects a value`);
  return value;
}
