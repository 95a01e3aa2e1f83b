/** Tests that need a server which is not a package of ours: skipped where it is missing, but never in CI. */
import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

type TestBody = () => Promise<void>;

/** Registers a test. */
export type ServerTest = (name: string, body: TestBody, timeoutMs?: number) => void;

/**
 * `test` when the server is there (`path` is not null). Else a skipped test whose name says why, or, with `CI=true`,
 * one that fails. `debianPackage` is what `.ci/run` installs it from.
 */
export function testWithServer(server: string, path: string | null, debianPackage: string): ServerTest {
  if (path !== null) return test;
  const reason = `${server} is not installed (Debian: apt-get install ${debianPackage})`;
  if (process.env['CI'] !== 'true') {
    process.stderr.write(`skipped: ${reason}\n`); // jest shows the names of skipped tests only when asked to
    return (name, body) => test.skip(`${name} – skipped: ${reason}`, body);
  }
  return (name) =>
    test(name, () => {
      throw new Error(reason);
    });
}

/** The absolute path of a program: from `PATH`, or else from one of `folders`; null when nobody has it. */
export function findProgram(name: string, folders: readonly string[] = []): string | null {
  const places = [...(process.env['PATH'] ?? '').split(delimiter), ...folders];
  return places.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

/** Where Debian keeps the programs of PostgreSQL, which are not in `PATH`; the newest version first. */
export function debianPostgresFolders(): readonly string[] {
  const root = '/usr/lib/postgresql';
  try {
    const versions = readdirSync(root).sort((left, right) => Number(right) - Number(left));
    return versions.map((version) => join(root, version, 'bin'));
  } catch {
    return []; // not Debian
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
