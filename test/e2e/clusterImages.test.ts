/**
 * The images of examples/cluster/Dockerfile, built and run without Docker: in a root that has Node, npm, a shell and grep alone, and in
 * namespaces of their own, the worker as process 1.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { projectDir } from '../../locust/demo/paths.ts';
import { isolationProblem, Namespace } from '../chaos/isolation.ts';
import { ChaosTarget } from '../chaos/target.ts';
import { readWorkerBooks } from '../support/books.ts';
import { buildImage, childOf, health, makeContext, makeNodeRoot, runCommand, stagesOf } from '../support/dockerfile.ts';
import { LocustMaster } from '../support/locustMaster.ts';
import { freePort } from '../support/ports.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const problem = isolationProblem();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boomer-node-images-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What Kubernetes sets beside a service that is called so. */
const serviceLinks = {
  LOCUST_MASTER_SERVICE_HOST: '10.0.0.7',
  LOCUST_MASTER_SERVICE_PORT: '5557',
  LOCUST_MASTER_SERVICE_PORT_WORKERS: '5557',
  LOCUST_MASTER_PORT: 'tcp://10.0.0.7:5557',
  LOCUST_MASTER_PORT_5557_TCP: 'tcp://10.0.0.7:5557',
  LOCUST_MASTER_PORT_5557_TCP_PROTO: 'tcp',
  LOCUST_MASTER_PORT_5557_TCP_PORT: '5557',
  LOCUST_MASTER_PORT_5557_TCP_ADDR: '10.0.0.7',
};

(problem === null ? test : test.skip)(`the images are built, and a worker runs: small, not as root, as process 1 that SIGTERM ends well, with a health check (${problem ?? 'as root on Linux'})`, async () => {
  const [context, base] = [join(folder, 'context'), join(folder, 'base')];
  await mkdir(context);
  await makeNodeRoot(base);
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== 'NODE_OPTIONS'));
  const packed = JSON.parse((await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: projectDir, env })).stdout) as readonly { readonly filename: string }[];
  const npmCache = (await run('npm', ['config', 'get', 'cache'], { env })).stdout.trim();
  await mkdir(npmCache, { recursive: true });
  await makeContext(context, join(folder, packed[0]?.filename ?? ''), join(projectDir, 'examples/ci/shop.ts'), base, npmCache);
  const stages = stagesOf(await readFile(join(projectDir, 'examples/cluster/Dockerfile'), 'utf8'));
  const place = { folder, context, bases: new Map([['node:24-slim', base]]), npmCache };
  const made = await buildImage(stages, 'locustfile', place);
  const worker = await buildImage(stages, 'worker', place);
  expect((await readdir(join(worker.root, worker.folder))).sort()).toEqual(['node_modules']);
  expect(worker.user).toBe('1000:1000');
  // Beyond Node's own image.
  expect(Number((await run('du', ['-sm', join(worker.root, worker.folder)])).stdout.split('\t')[0])).toBeLessThan(70);

  await using processes = new TestProcesses();
  const namespace = new Namespace(16_100);
  const target = await ChaosTarget.start(namespace.address);
  try {
    const lines: string[] = [];
    const [command = '', ...args] = [...namespace.prefix, ...runCommand(worker, ['--master-host', namespace.address, '--on-master-loss', 'wait'], serviceLinks)];
    const child = processes.start({ name: 'the image of the worker', command, args, cwd: folder, env: process.env, graceMs: 20_000, onLine: (line) => lines.push(line) });
    const printed = (pattern: RegExp): Promise<boolean> => until(`${String(pattern)} is printed`, () => {
      if (child.isGone) throw new Error(`it has ended:\n${lines.join('\n')}`);
      return pattern.test(lines.join('\n'));
    });
    await printed(/waiting for the master at \S+:5557 to ship its scenario/);
    const pid = await until('it runs', () => childOf(child.pid ?? 0));
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/mu);
    expect(status).toMatch(/^NSpid:.*\t1$/mu);
    expect(await health(worker, pid)).toBe(1);

    const master = await LocustMaster.start(processes, {
      locustfile: join(made.root, 'load/locustfile.py'),
      bindHost: namespace.address,
      ports: { master: 5557, ui: await freePort() },
      flags: ['--host', `http://${namespace.address}:${target.port}`, '--stop-timeout', '5'],
    });
    await printed(/connected to the master at \S+:5557 as worker 0/);
    expect(await health(worker, pid)).toBe(0);
    await master.swarm({ users: 5, spawnRate: 5 });
    await until('requests are answered', () => target.answered > 50);
    process.kill(pid, 'SIGTERM');
    await until('it ends', () => child.isGone, { timeoutMs: 15_000 });
    expect(await child.exit).toMatchObject({ code: 0 });
    const books = readWorkerBooks(lines.join('\n'));
    expect(books).toEqual({ recorded: target.answered, failed: 0, delivered: target.answered, unconfirmed: 0, undelivered: 0, usersLost: 0 });
    expect(lines.join('\n')).toMatch(/LOCUST_MASTER_PORT=tcp:\/\/10\.0\.0\.7:5557 is what Kubernetes sets beside a service, and no option: it is passed over/);
    expect((await stat(join(worker.root, 'tmp'))).isDirectory()).toBe(true);
    // npm 11 has Node keep its compiled code there.
    expect((await readdir(join(worker.root, 'tmp'))).filter((name) => name !== 'node-compile-cache')).toEqual([]);
  } finally {
    await target.close();
    namespace.close();
  }
}, 300_000);
