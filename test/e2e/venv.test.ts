/** The virtual environment: made once, made anew when it must be, by one process at a time, with clear words when it cannot. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { projectDir } from '../../locust/demo/paths.ts';
import { TestProcesses } from '../support/processes.ts';
import { Program } from '../support/program.ts';
import { until } from '../support/until.ts';

/** A folder with requirements that need no registry: none at all. */
class Place implements AsyncDisposable {
  readonly dir: string;
  readonly python: string;

  private constructor(dir: string) {
    this.dir = dir;
    this.python = join(dir, '.venv', 'bin', 'python');
  }

  static async open(): Promise<Place> {
    const place = new Place(await mkdtemp(join(tmpdir(), 'boomer-node-venv-')));
    await place.require('# nothing');
    return place;
  }

  async require(requirements: string): Promise<void> {
    await writeFile(join(this.dir, 'requirements.txt'), `${requirements}\n`);
  }

  /** When its Python was put there; changes when it is made anew. */
  async madeMs(): Promise<number> {
    return (await stat(join(this.dir, '.venv', 'pyvenv.cfg'))).ctimeMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** Calls `ensureVenv` in a process of its own. */
function setUp(processes: TestProcesses, { dir }: Place, env: NodeJS.ProcessEnv = {}): Program {
  const source = `
    import { guarded, setUp } from ${JSON.stringify(pathToFileURL(join(projectDir, 'locust/demo/setup.mjs')).href)};
    await guarded(async (processes, stop) => {
      console.log('python: ' + (await setUp(processes, stop, ${JSON.stringify(dir)})));
      return 0;
    });`;
  return Program.start(processes, ['--input-type=module', '-e', source], env);
}

test('it is made once, and made anew when the requirements change', async () => {
  await using place = await Place.open();
  await using processes = new TestProcesses();
  const first = setUp(processes, place);
  expect(await first.ended()).toMatchObject({ code: 0 });
  expect(first.output).toMatch(/Installing Locust into [^]*Locust is installed[^]*python: /);
  expect(first.output).toContain(`python: ${place.python}`);
  const madeMs = await place.madeMs();

  const second = setUp(processes, place);
  expect(await second.ended()).toMatchObject({ code: 0 });
  expect(second.output).toBe(`python: ${place.python}`);
  expect(await place.madeMs()).toBe(madeMs);

  await place.require('# something else');
  const third = setUp(processes, place);
  expect(await third.ended()).toMatchObject({ code: 0 });
  expect(third.output).toContain('Installing Locust');
  expect(await place.madeMs()).not.toBe(madeMs);
});

test('two processes at once: one makes it, the other one waits and makes nothing', async () => {
  await using place = await Place.open();
  await using processes = new TestProcesses();
  const programs = [setUp(processes, place), setUp(processes, place)];
  for (const program of programs) expect(await program.ended()).toMatchObject({ code: 0 });
  const outputs = programs.map(({ output }) => output);
  expect(outputs.filter((output) => output.includes('Locust is installed'))).toHaveLength(1);
  expect(outputs.filter((output) => output.includes('Another process is installing Locust'))).toHaveLength(1);
});

test.each(['SIGKILL', 'SIGTERM'] as const)('one that %s left half made is made anew', async (signal) => {
  await using place = await Place.open();
  await using processes = new TestProcesses();
  const first = setUp(processes, place);
  await first.prints(/Installing Locust/);
  await until('there is a part of it', async () => await stat(place.python));
  first.child.signal(signal);
  expect(await first.ended()).toMatchObject(signal === 'SIGKILL' ? { signal } : { code: 143 });
  // What SIGKILL leaves no time to end goes on for a moment; the lock is free all the same.
  if (signal === 'SIGTERM') expect(await first.living()).toEqual([]);

  const second = setUp(processes, place);
  expect(await second.ended()).toMatchObject({ code: 0 });
  expect(second.output).toMatch(/Installing Locust[^]*Locust is installed/);
});

test('what pip unpacks while it is interrupted is not left among the temporary files', async () => {
  await using place = await Place.open();
  await using processes = new TestProcesses();
  const temporary = join(place.dir, 'temporary');
  await mkdir(temporary);
  const program = setUp(processes, place, { TMPDIR: temporary });
  await until('something is unpacked', async () => {
    const inside = await readdir(join(place.dir, '.venv', 'tmp')).catch(() => []);
    return inside.length + (await readdir(temporary)).length > 0;
  });
  program.child.signal('SIGTERM');
  expect(await program.ended()).toMatchObject({ code: 143 });
  expect(await readdir(temporary)).toEqual([]);

  const next = setUp(processes, place, { TMPDIR: temporary });
  expect(await next.ended()).toMatchObject({ code: 0 });
  expect(await readdir(temporary)).toEqual([]);
  expect(await readdir(join(place.dir, '.venv'))).not.toContain('tmp');
});

test('a requirement that cannot be had: it says what pip said, and what to check', async () => {
  await using place = await Place.open();
  await using processes = new TestProcesses();
  await place.require('./there-is-no-such-folder');
  const program = setUp(processes, place);
  expect(await program.ended()).toMatchObject({ code: 1 });
  expect(program.output).toMatch(/Failed: pip install ended with exit code 1\. Is the package registry reachable\?[^]*there-is-no-such-folder/);
});

describe('with the Python that it finds', () => {
  /** A PATH on which there is no program but these shell scripts (and the shell). */
  async function pathWith(place: Place, scripts: Readonly<Record<string, string>>): Promise<NodeJS.ProcessEnv> {
    const bin = join(place.dir, 'bin');
    await mkdir(bin);
    await symlink('/bin/sh', join(bin, 'sh'));
    for (const [name, script] of Object.entries(scripts)) {
      await writeFile(join(bin, name), `#!${join(bin, 'sh')}\n${script}\n`);
      await chmod(join(bin, name), 0o755);
    }
    return { PATH: bin };
  }

  test('none: it says what is needed and how to get it', async () => {
    await using place = await Place.open();
    await using processes = new TestProcesses();
    const program = setUp(processes, place, await pathWith(place, {}));
    expect(await program.ended()).toMatchObject({ code: 1 });
    expect(program.output).toMatch(/Failed: Locust needs Python 3\.10 or newer, but there is no python3 on the PATH\. Install/);
  });

  test('only old ones: it names them', async () => {
    await using place = await Place.open();
    await using processes = new TestProcesses();
    const env = await pathWith(place, { python3: `echo '["/old/python3", 3, 8, 18]'`, python: `echo '["/old/python", 2, 7, 18]'` });
    const program = setUp(processes, place, env);
    expect(await program.ended()).toMatchObject({ code: 1 });
    expect(program.output).toContain('but python3 is 3.8.18, python is 2.7.18.');
  });

  test('one without venv: it says so, and how to get that', async () => {
    await using place = await Place.open();
    await using processes = new TestProcesses();
    const python3 = join(place.dir, 'bin', 'python3');
    const script = `case "$*" in *version_info*) echo '["${python3}", 3, 12, 1]' ;; *flock*) echo locked; read line ;; *) echo 'No module named venv' >&2; exit 1 ;; esac`;
    const program = setUp(processes, place, await pathWith(place, { python3: script }));
    expect(await program.ended()).toMatchObject({ code: 1 });
    expect(program.output).toMatch(/Failed: python3 -m venv ended with exit code 1\..*apt install python3-venv[^]*No module named venv/);
  });
});

test('the pinned requirements name no registry and no path', async () => {
  const requirements = await readFile(join(projectDir, 'locust/requirements.txt'), 'utf8');
  const lines = requirements.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeGreaterThan(30);
  for (const line of lines) expect(line).toMatch(/^[a-z0-9-]+==[0-9.]+( ; [a-z_'"<>=!0-9. ()A-Z-]+)?$/);
});
