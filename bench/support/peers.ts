/**
 * The programs that the benchmark is held against: where they are, and (`--install`) how they get here. Everything that
 * is built goes to `bench/.peers`; Debian's packages are only looked for.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './paths.ts';

const folder = join(repository, 'bench', '.peers');
const sources = join(repository, 'bench', 'peers');
const installsPeers = process.argv.includes('--install');
/** Rust and Go compile for minutes on two cores. */
const buildMs = 20 * 60_000;

export type Peer = {
  /** Its command, or null where it is not here. */
  readonly command: readonly string[] | null;
  /** How to get it. */
  readonly note: string;
};

type PeerName = 'wrk' | 'oha' | 'k6' | 'boomer' | 'autocannon' | 'locust';

/** Each is looked for, and built, when it is first asked for. */
export const peers: Readonly<Record<PeerName, () => Peer>> = {
  wrk: once(() => onPath('wrk', 'Debian: apt-get install wrk')),
  oha: once(() => built('oha', ['cargo', 'install', 'oha', '--locked', '--root', folder], 'cargo install oha')),
  k6: once(() => built('k6', ['go', 'install', 'go.k6.io/k6@v1.8.1'], 'go install go.k6.io/k6@v1.8.1')),
  boomer: once(builtBoomer),
  autocannon: once(installedAutocannon),
  locust: once(() => found(join(repository, 'locust', '.venv', 'bin', 'locust'), 'npm test makes locust/.venv')),
};

/** How to get those of them that are not here. */
export function missingNotes(...wanted: readonly (() => Peer)[]): readonly string[] {
  return wanted.map((peer) => peer()).filter(({ command }) => command === null).map(({ note }) => note);
}

function once(find: () => Peer): () => Peer {
  let peer: Peer | null = null;
  return () => (peer ??= find());
}

function onPath(name: string, how: string): Peer {
  const isHere = spawnSync(name, ['-v']).error === undefined;
  return { command: isHere ? [name] : null, note: `${name} is not installed (${how})` };
}

function found(path: string, how: string): Peer {
  return { command: existsSync(path) ? [path] : null, note: `${path.split('/').at(-1) ?? path} is not installed (${how})` };
}

function built(name: string, build: readonly string[], how: string, cwd = repository): Peer {
  const path = join(folder, 'bin', name);
  if (!existsSync(path) && installsPeers) run(name, build, cwd);
  return found(path, `npm run bench:peers builds it: ${how}`);
}

/**
 * boomer's own sources come from the Go module proxy; where that does not have them, from the checkout that
 * `BOOMER_SOURCE` names.
 */
function builtBoomer(): Peer {
  const work = join(folder, 'boomer');
  const path = join(folder, 'bin', 'boomer');
  if (!existsSync(path) && installsPeers) {
    cpSync(join(sources, 'boomer'), work, { recursive: true });
    const checkout = process.env['BOOMER_SOURCE'];
    if (checkout !== undefined && checkout !== '') run('boomer', ['go', 'mod', 'edit', '-replace', `github.com/myzhan/boomer=${checkout}`], work);
    if (run('boomer', ['go', 'mod', 'tidy'], work)) run('boomer', ['go', 'build', '-o', path, '.'], work);
  }
  return found(path, 'npm run bench:peers builds it with Go; BOOMER_SOURCE=CHECKOUT where the module proxy lacks it');
}

function installedAutocannon(): Peer {
  const path = join(folder, 'node_modules', 'autocannon', 'autocannon.js');
  if (!existsSync(path) && installsPeers) run('autocannon', ['npm', 'install', '--prefix', folder, '--no-audit', '--no-fund', 'autocannon@9.0.0'], repository);
  const { command, note } = found(path, 'npm run bench:peers installs it from npm');
  return { command: command === null ? null : [process.execPath, ...command], note };
}

/** False when it did not work out: the table then says that the peer is missing. */
function run(name: string, [file = '', ...args]: readonly string[], cwd: string): boolean {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  process.stderr.write(`${name}: ${[file, ...args].join(' ')}\n`);
  const { status, error, stderr } = spawnSync(file, args, { cwd, env: { ...process.env, GOBIN: join(folder, 'bin') }, encoding: 'utf8', timeout: buildMs });
  if (status !== 0) process.stderr.write(`${name} could not be made: ${error?.message ?? stderr.split('\n').slice(-5).join('\n')}\n`);
  return status === 0;
}
