/** A file that processes of a test write lines to. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Notes implements AsyncDisposable {
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'notes');
  }

  static async open(): Promise<Notes> {
    return new Notes(await mkdtemp(join(tmpdir(), 'boomer-node-notes-')));
  }

  /** Empty while nobody has written any. */
  async lines(): Promise<readonly string[]> {
    return (await readFile(this.path, 'utf8').catch(() => '')).split('\n').slice(0, -1);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
