/**
 * Finds the processes that a program has started, and theirs, wherever they went: all inherit its environment, and
 * with it a mark.
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';

import { hasCode } from '../../src/util/errorText.ts';

export type MarkedProcess = { readonly pid: number; readonly command: string };

export class Mark {
  readonly #value: string = randomUUID();

  /** The environment to start the program with. */
  env(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
    return { ...process.env, ...more, BOOMER_TEST_MARK: this.#value };
  }

  /** Those that live now; Linux only, where `/proc` shows a process's environment. */
  async processes(): Promise<readonly MarkedProcess[]> {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const found = await Promise.all(pids.map(async (pid) => await this.#look(pid)));
    return found.filter((process) => process !== null);
  }

  async #look(pid: string): Promise<MarkedProcess | null> {
    try {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
      if (!environment.includes(`BOOMER_TEST_MARK=${this.#value}`)) return null;
      const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
      return { pid: Number(pid), command };
    } catch (error) {
      // Gone meanwhile (a zombie has no environment left), or somebody else's.
      if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].some((code) => hasCode(error, code))) return null;
      throw error;
    }
  }
}
