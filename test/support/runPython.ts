/** Runs a Python program with Locust at hand, feeds it and collects its answer. */
import { execFile } from 'node:child_process';

import { projectDir, venvPython } from '../../locust/demo/paths.ts';

/** Standard output of the program; rejects with its standard error when it fails or takes longer than a minute. */
export async function runPython(file: string, input: string, args: readonly string[] = []): Promise<string> {
  return await new Promise((resolve, reject) => {
    const child = execFile(venvPython, [file, ...args], { cwd: projectDir, timeout: 60_000, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${file} failed:\n${stderr}`, { cause: error }));
    });
    child.stdin?.end(input);
  });
}
