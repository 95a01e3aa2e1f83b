/** A locustfile that `boomer-node locustfile` makes of a scenario, in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boomer } from '../cli/command.ts';

export class MadeLocustfile implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'locustfile.py');
  }

  /** `scenario` is relative to the project's root; `flags` are more of the command's. */
  static async of(scenario: string, flags: readonly string[] = []): Promise<MadeLocustfile> {
    const made = new MadeLocustfile(await mkdtemp(join(tmpdir(), 'boomer-node-locustfile-')));
    const { code, stderr } = await boomer(['locustfile', scenario, '-o', made.path, ...flags]);
    if (code === 0) return made;
    await made[Symbol.asyncDispose]();
    throw new Error(`no locustfile was made of ${scenario}: ${stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
