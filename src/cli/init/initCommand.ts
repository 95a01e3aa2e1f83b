/**
 * `boomer-node init [folder]`: a load test for the project in the working directory, that runs and type-checks as it is. It asks nothing, and
 * overwrites nothing.
 */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { BoomerError } from '../../util/boomerError.ts';
import { errorLine, hasCode } from '../../util/errorText.ts';
import { newFiles, nextSteps, scriptsOf, type NewFile } from './initTemplates.ts';
import { projectFacts, withScripts } from './projectFacts.ts';
import { exitCode } from '../../session/verdict.ts';

/** Writes the files and says so. Rejects with a BoomerError for a folder outside the project, and where nothing can be written. */
export async function runInit(words: readonly string[], { cwd, version, userAgent, print }: { readonly cwd: string; readonly version: string; readonly userAgent: string | undefined; readonly print: (text: string) => void }): Promise<number> {
  const [named = 'load', ...more] = words;
  if (more.length > 0) throw new BoomerError('usage', `init expects one folder, got ${words.join(' ')}`);
  const folder = named.replaceAll('\\', '/').replace(/^\.\//u, '').replace(/\/+$/u, '');
  if (isAbsolute(named) || folder === '' || folder.split('/').some((part) => part === '..' || part === '.') || /\s/u.test(folder)) throw new BoomerError('usage', `init expects the name of a folder in this project, without blanks, got "${named}"`);
  const facts = projectFacts(cwd, folder, userAgent);
  const lines: string[] = [];
  for (const file of newFiles(folder, facts)) lines.push(await written(cwd, file));
  const packageText = withScripts(facts.packageText, scriptsOf(folder, facts), { name: 'boomer-node', range: `^${version}` });
  if (packageText !== null) await writeFile(join(cwd, 'package.json'), packageText);
  lines.push(`${packageText === null ? 'kept      ' : facts.packageText === null ? 'written   ' : 'added to  '}package.json`);
  print(`${lines.map((line) => `${line}\n`).join('')}\n${nextSteps(facts, existsSync(join(cwd, 'node_modules/boomer-node')))}`);
  return exitCode.ok;
}

async function written(cwd: string, { path, text }: NewFile): Promise<string> {
  try {
    await mkdir(dirname(join(cwd, path)), { recursive: true });
  } catch (cause) {
    throw new BoomerError('unwritable', `${path} cannot be written: ${errorLine(cause)}`, { cause });
  }
  try {
    await writeFile(join(cwd, path), text, { flag: 'wx' });
    return `written   ${path}`;
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return `kept      ${path} (it was there already)`;
    throw new BoomerError('unwritable', `${path} cannot be written: ${errorLine(cause)}`, { cause });
  }
}
