/** The folder of a scenario's author, and workers in empty folders to which a master ships the scenario. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectDir } from '../../locust/demo/paths.ts';
import { TestProcesses } from './processes.ts';
import { Program } from './program.ts';

export class ShippedPlace implements AsyncDisposable {
  readonly folder: string;
  readonly processes: TestProcesses = new TestProcesses();
  readonly #scenario: (name: string) => string;

  private constructor(folder: string, scenario: (name: string) => string) {
    this.folder = folder;
    this.#scenario = scenario;
  }

  /** The author's folder, and its locustfile. */
  static async open(scenario: (name: string) => string): Promise<ShippedPlace> {
    const place = new ShippedPlace(await mkdtemp(join(tmpdir(), 'shipped-test-')), scenario);
    await symlink(join(projectDir, 'node_modules'), join(place.folder, 'node_modules'));
    await writeFile(join(place.folder, 'users.csv'), 'name\nann\nbob\n');
    await mkdir(join(place.folder, 'data'));
    await writeFile(join(place.folder, 'data/a.json'), '{}');
    return place;
  }

  get locustfile(): string {
    return join(this.folder, 'locustfile.py');
  }

  /** Makes the locustfile anew; what the command printed. */
  async write(name: string, text: string = this.#scenario(name)): Promise<string> {
    await writeFile(join(this.folder, 'scenario.ts'), text);
    const program = Program.start(this.processes, ['dist/cli/bin.js', 'locustfile', join(this.folder, 'scenario.ts'), '-o', this.locustfile]);
    expect(await program.ended()).toMatchObject({ code: 0 });
    return program.output;
  }

  /** A worker in an empty folder of its own. */
  async worker(port: number, ...args: readonly string[]): Promise<Program> {
    return this.workerIn(await mkdtemp(join(this.folder, 'worker-')), port, args);
  }

  /** A worker in this folder; behind `prefix`, a command that runs others. */
  workerIn(cwd: string, port: number, args: readonly string[], prefix: readonly string[] = []): Program {
    return Program.start(this.processes, [join(projectDir, 'dist/cli/bin.js'), 'worker', '-f', '-', '--master-port', String(port), '--threads', '1', ...args], { TMPDIR: cwd }, cwd, prefix);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.processes[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
