/**
 * Carries out a Dockerfile without Docker: its stages become folders, `RUN` runs within them (chroot), and the image runs in namespaces of its
 * own, as process 1. Instructions that nothing here needs are refused, not passed over. Linux, and root.
 */
import { execFile } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

type Instruction = { readonly word: string; readonly rest: string };
type Stage = { readonly name: string; readonly from: string; readonly instructions: readonly Instruction[] };

/** What a stage has come to. */
export type Image = {
  readonly root: string;
  readonly folder: string;
  readonly variables: Readonly<Record<string, string>>;
  /** As `USER` says it: numbers. */
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly healthcheck: readonly string[];
};

/** The stages of a Dockerfile, in order. */
export function stagesOf(text: string): readonly Stage[] {
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const line of text.replace(/^#.*\n/gmu, '').replaceAll('\\\n', ' ').split('\n').filter((each) => each.trim() !== '')) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/u.exec(line) ?? [];
    const [, from = '', name = ''] = /^(\S+)(?: AS (\S+))?$/u.exec(rest) ?? [];
    if (word === 'FROM') stages.push({ name, from, instructions: [] });
    else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** A root with Node, npm, a shell, grep, rm and env, and nothing else: what of a `node` image the recipes may lean on. */
export async function makeNodeRoot(root: string): Promise<void> {
  for (const folder of ['bin', 'usr/bin', 'usr/local/bin', 'usr/local/lib/node_modules', 'etc/ssl', 'proc', 'dev', 'tmp', 'root']) await mkdir(join(root, folder), { recursive: true });
  await chmod(join(root, 'tmp'), 0o1777);
  await addProgram(root, process.execPath, '/usr/local/bin/node');
  await addProgram(root, '/bin/sh', '/bin/sh');
  for (const [name, to] of [['env', '/usr/bin/env'], ['grep', '/bin/grep'], ['rm', '/bin/rm']] as const) await addProgram(root, (await run('sh', ['-c', `command -v ${name}`])).stdout.trim(), to);
  const npm = dirname(dirname(await realpath((await run('sh', ['-c', 'command -v npm'])).stdout.trim())));
  await cp(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, verbatimSymlinks: true });
  await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  for (const file of ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf']) await copyFile(file, join(root, file)).catch(() => undefined);
  await cp('/etc/ssl/certs', join(root, 'etc/ssl/certs'), { recursive: true, dereference: true, force: true }).catch(() => undefined);
}

/** A program with the libraries that it is linked to. */
async function addProgram(root: string, from: string, to: string): Promise<void> {
  await copyFile(await realpath(from), join(root, to));
  const { stdout } = await run('ldd', [await realpath(from)]);
  const libraries = [...stdout.matchAll(/(?:=>\s+)?(\/\S+) \(0x/gu)].map(([, path = '']) => path);
  // Names are found through this one, by hand of the C library.
  for (const path of [...libraries, '/lib/x86_64-linux-gnu/libnss_dns.so.2', '/lib/x86_64-linux-gnu/libresolv.so.2']) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(await realpath(path).catch(() => path), join(root, path)).catch(() => undefined);
  }
}

/** Where images are built from: the roots that `FROM` names, and the context. */
export type BuildPlace = {
  /** Gets a folder for each stage. */
  readonly folder: string;
  readonly context: string;
  readonly bases: ReadonlyMap<string, string>;
  /** Packages that npm has had before; null: none. */
  readonly npmCache: string | null;
};

/** Builds a stage, and what it stands on, each once. */
export function buildImage(stages: readonly Stage[], target: string, place: BuildPlace): Promise<Image> {
  const known = built.get(place)?.get(target);
  if (known !== undefined) return known;
  const image = buildAnew(stages, target, place);
  built.set(place, new Map([...(built.get(place) ?? []), [target, image]]));
  return image;
}

const built = new WeakMap<BuildPlace, ReadonlyMap<string, Promise<Image>>>();

async function buildAnew(stages: readonly Stage[], target: string, place: BuildPlace): Promise<Image> {
  const stage = stages.find(({ name }) => name === target);
  if (stage === undefined) throw new Error(`there is no stage ${target}`);
  const base = place.bases.get(stage.from);
  let image: Image = base === undefined ? await buildImage(stages, stage.from, place) : { root: base, folder: '/', variables: {}, user: '0:0', entrypoint: [], healthcheck: [] };
  const root = join(place.folder, target);
  // Links: nothing that is there already is written to.
  await run('cp', ['-al', image.root, root]);
  image = { ...image, root };
  for (const instruction of stage.instructions) image = await carryOut(instruction, image, stages, place);
  return image;
}

async function carryOut({ word, rest }: Instruction, image: Image, stages: readonly Stage[], place: BuildPlace): Promise<Image> {
  switch (word) {
    case 'WORKDIR':
      await mkdir(join(image.root, rest), { recursive: true });
      return { ...image, folder: rest };
    case 'ARG':
    case 'ENV': {
      const [, name = '', value = ''] = /^(\w+)=(\S*)$/u.exec(rest) ?? [];
      return { ...image, variables: { ...image.variables, [name]: value } };
    }
    case 'USER':
      return { ...image, user: rest };
    case 'ENTRYPOINT':
      return { ...image, entrypoint: wordsOf(rest) };
    case 'HEALTHCHECK':
      return { ...image, healthcheck: wordsOf(rest.replace(/^.*?CMD /u, '')) };
    case 'COPY':
      await copy(rest.split(/\s+/u), image, stages, place);
      return image;
    case 'RUN':
      await runIn(image, ['/bin/sh', '-c', rest], place.npmCache);
      return image;
    default:
      throw new Error(`${word} is not carried out here`);
  }
}

/** Only the form without a shell, which is what lets signals through. */
function wordsOf(json: string): readonly string[] {
  return JSON.parse(json) as readonly string[];
}

/** As Docker: of a folder its content; the last word is where to. */
async function copy(words: readonly string[], image: Image, stages: readonly Stage[], place: BuildPlace): Promise<void> {
  const from = words.find((each) => each.startsWith('--from='))?.slice('--from='.length);
  const source = from === undefined ? place.context : (await buildImage(stages, from, place)).root;
  const paths = words.filter((each) => !each.startsWith('--'));
  const to = paths.at(-1) ?? '';
  const target = to.startsWith('/') ? join(image.root, to) : join(image.root, image.folder, to);
  for (const path of paths.slice(0, -1)) {
    const isInto = to.endsWith('/') || to === '.';
    await mkdir(isInto ? target : dirname(target), { recursive: true });
    await run('cp', ['-a', '--remove-destination', ...(path === '.' ? [`${source}/.`, target] : [join(source, path), isInto ? target : dirname(target)])]);
  }
}

/** Runs a command within the image, as root; with a network, and npm's cache. */
async function runIn({ root, folder, variables }: Image, command: readonly string[], npmCache: string | null): Promise<void> {
  const mounts = [`mount -t proc proc ${root}/proc`, `mkdir -p ${root}/npm-cache`, ...(npmCache === null ? [] : [`mount --bind ${npmCache} ${root}/npm-cache`])];
  const own = Object.entries(process.env).filter(([name, value]) => /^(?:https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|npm_config_registry)$/iu.test(name) && value !== undefined);
  const environment: Readonly<Record<string, string | undefined>> = { PATH: path, HOME: '/root', npm_config_cache: '/npm-cache', npm_config_prefer_offline: 'true', ...Object.fromEntries(own), ...variables };
  const set = Object.entries(environment).map(([name, value]) => `${name}=${value ?? ''}`);
  const script = `${mounts.join(' && ')} && exec chroot ${root} /usr/bin/env -i ${set.map((each) => `'${each}'`).join(' ')} /bin/sh -c 'cd "$0" && exec "$@"' ${folder} "$@"`;
  await run('unshare', ['--mount', '--fork', 'sh', '-c', script, 'sh', ...command], { maxBuffer: 2 ** 24 });
}

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The command that runs the image's own with these arguments and variables: as process 1 of its own, as its user, on a root that cannot be written, with a /tmp. */
export function runCommand({ root, folder, variables, user, entrypoint }: Image, args: readonly string[], more: Readonly<Record<string, string>> = {}): readonly string[] {
  const set = Object.entries({ PATH: path, ...variables, ...more }).map(([name, value]) => `${name}=${value}`);
  const script = [
    `mount --bind ${root} ${root}`, `mount -o remount,bind,ro ${root}`, `mount -t proc proc ${root}/proc`, `mount -t tmpfs -o mode=1777 tmpfs ${root}/tmp`,
    `exec chroot --userspec=${user} ${root} /usr/bin/env -i -C ${folder} "$@"`,
  ].join(' && ');
  return ['unshare', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', 'sh', '-c', script, 'sh', ...set, ...entrypoint, ...args];
}

/** Exit code of the image's health check where process `pid` runs. */
export async function health({ healthcheck }: Image, pid: number): Promise<number> {
  return await run('nsenter', ['--target', String(pid), '--mount', '--pid', '--net', '--root', '--', ...healthcheck]).then(() => 0, (error: unknown) => Number((error as { code: unknown }).code));
}

/** The one child of a process, or null. */
export async function childOf(pid: number): Promise<number | null> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.trim() === '' ? null : Number(children.trim().split(' ')[0]);
}

/** A project in `context` that depends on the package in this file, its lock file made by npm. */
export async function makeContext(context: string, tarball: string, scenario: string, base: string, npmCache: string | null): Promise<void> {
  await mkdir(join(base, 'packages'), { recursive: true });
  await copyFile(tarball, join(base, 'packages/boomer-node.tgz'));
  const manifest = JSON.stringify({ name: 'load', private: true, type: 'module', dependencies: { 'boomer-node': 'file:/packages/boomer-node.tgz' } });
  const inside = join(base, 'lock');
  await mkdir(inside, { recursive: true });
  await writeFile(join(inside, 'package.json'), manifest);
  await runIn({ root: base, folder: '/lock', variables: {}, user: '0:0', entrypoint: [], healthcheck: [] }, ['npm', 'install', '--package-lock-only', '--no-audit', '--no-fund'], npmCache);
  for (const file of ['package.json', 'package-lock.json']) await copyFile(join(inside, file), join(context, file));
  await copyFile(scenario, join(context, 'shop.ts'));
}
