/** Runs one schedule against a real Locust master and settles its books. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Child } from '../../src/cluster/childProcess.ts';
import { projectDir } from '../../locust/demo/paths.ts';
import { LocustMaster, totalOf } from '../support/locustMaster.ts';
import { loopback } from '../support/ports.ts';
import { TestProcesses } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { balance, readMasterBook, readWorkerBooks, type Figures, type WorkerBooks } from '../support/books.ts';
import { Namespace, SmallDisk } from './isolation.ts';
import type { Fault, Schedule } from './schedule.ts';
import { ChaosTarget } from './target.ts';
import { TcpProxy } from './tcpProxy.ts';

export type Outcome = {
  readonly schedule: Schedule;
  /** Null when it did not come so far. */
  readonly figures: Figures | null;
  /** What must not be; empty when all went well. */
  readonly problems: readonly string[];
  readonly elapsedMs: number;
};

/** `folder` gets the logs of masters and workers. Never rejects. */
export async function runSchedule(schedule: Schedule, folder: string): Promise<Outcome> {
  const startMs = performance.now();
  const scene = new ChaosScene(schedule, folder);
  const problems: string[] = [];
  let figures: Figures | null = null;
  try {
    await scene.open();
    for (const { afterMs, fault } of schedule.steps) {
      await sleep(afterMs);
      await scene.suffer(fault);
    }
    const settled = await scene.settle();
    figures = settled.figures;
    problems.push(...settled.unexplained);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  await scene.close(problems);
  return { schedule, figures, problems, elapsedMs: performance.now() - startMs };
}

/** How long a test may take to run again after a fault: the master's patience, a registration and a few of its beats. */
const recoveryMs = 40_000;

type ChaosWorker = { readonly child: Child; readonly log: () => string };

class ChaosScene {
  readonly #schedule: Schedule;
  readonly #folder: string;
  readonly #processes = new TestProcesses();
  readonly #workers: ChaosWorker[] = [];
  readonly #books: WorkerBooks[] = [];
  #users: number;
  #target: ChaosTarget | null = null;
  #proxy: TcpProxy | null = null;
  #namespace: Namespace | null = null;
  #disk: SmallDisk | null = null;
  #master: LocustMaster | null = null;
  #masterPorts: { readonly master: number; readonly ui: number } | null = null;
  #masterLines: string[] = [];
  /** Only of a test that was never begun anew are the numbers of the web UI all there are. */
  #testsBegun = 0;

  constructor(schedule: Schedule, folder: string) {
    this.#schedule = schedule;
    this.#folder = folder;
    this.#users = schedule.users;
    mkdirSync(folder, { recursive: true });
  }

  async open(): Promise<void> {
    const { link, index, disk } = this.#schedule;
    if (link === 'namespace') this.#namespace = new Namespace(index % 16_384);
    if (disk === 'small') {
      this.#disk = new SmallDisk(join(this.#folder, 'disk'));
      writeFileSync(join(this.#folder, 'disk', 'ballast'), Buffer.alloc(60_000));
    }
    this.#target = await ChaosTarget.start(this.#host);
    await this.#startMaster();
    if (link === 'proxy') this.#proxy = await TcpProxy.start(loopback, this.#live.port);
    this.#startWorker();
    await this.#run();
  }

  async suffer(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'masterKilled': {
        const { child } = this.#live;
        child.kill();
        await child.exit;
        await sleep(fault.downMs);
        await this.#startMaster();
        return await this.#run();
      }
      case 'masterPaused':
        this.#live.child.signal('SIGSTOP');
        await sleep(fault.ms);
        this.#live.child.signal('SIGCONT');
        return await this.#run();
      case 'stall':
        this.#proxy?.stall();
        await sleep(fault.ms);
        this.#proxy?.resume();
        return await this.#run();
      case 'halfOpen':
        this.#proxy?.stall();
        await sleep(fault.ms);
        this.#proxy?.reset(fault.side);
        this.#proxy?.resume();
        return await this.#run();
      case 'linkDown':
        this.#setLink(false);
        await sleep(fault.ms);
        this.#setLink(true);
        return await this.#run();
      case 'threadFault': {
        const target = this.#aim;
        target.command(fault.what);
        return await until('a user takes the command', () => !target.hasCommand).then(() => undefined);
      }
      case 'scale':
        this.#users = fault.users;
        await this.#swarm();
        return await this.#run();
      case 'storm':
        for (const runMs of fault.rounds) {
          await this.#live.stop();
          await until('a worker is ready', async () => (await this.#standing()).ready > 0, { timeoutMs: recoveryMs });
          await this.#swarm();
          await sleep(runMs);
        }
        return await this.#run();
      case 'workerEnds':
        await this.#endWorker(fault.signal);
        this.#startWorker();
        return await this.#run();
    }
  }

  /** Ends everything in the schedule's way, and settles the books. */
  async settle(): Promise<{ readonly figures: Figures; readonly unexplained: readonly string[] }> {
    await this.#run();
    const before = this.#aim.answered;
    await until('the users go on', () => this.#aim.answered > before + 20);
    const { ending } = this.#schedule;
    const problems: string[] = [];
    if (ending === 'masterQuits') {
      await this.#live.stop();
      const stats = await this.#live.stoppedStats();
      const booked = readMasterBook(this.#masterBook());
      if (this.#testsBegun === 1 && totalOf(stats).num_requests !== booked) problems.push(`the web UI shows ${totalOf(stats).num_requests} requests, the master took ${booked}`);
      await this.#live.quit();
      // A worker whose connection is broken does not hear it, and waits for a master, as it was told to (`--on-master-loss wait`).
      const hasHeard = await until('the worker ends', () => this.#workers.at(-1)?.child.isGone === true, { timeoutMs: 12_000 }).catch(() => false);
      await (hasHeard ? this.#ended() : this.#endWorker('SIGTERM'));
    } else await this.#endWorker(ending);
    const { figures, unexplained } = balance(this.#aim.answered, readMasterBook(this.#masterBook()), this.#books);
    return { figures, unexplained: [...problems, ...unexplained] };
  }

  async close(problems: string[]): Promise<void> {
    try {
      this.#setLink(true);
      this.#proxy?.resume();
      // A process that is stopped cannot be asked to end.
      if (this.#master?.child.isGone === false) this.#master.child.signal('SIGCONT');
      this.#workers.forEach(({ log }, index) => writeFileSync(join(this.#folder, `worker-${index}.txt`), log()));
      await this.#processes[Symbol.asyncDispose]();
      writeFileSync(join(this.#folder, 'masters.txt'), `${this.#masterLines.join('\n')}\n`);
      await this.#proxy?.close();
      await this.#target?.close();
      this.#disk?.close();
      this.#namespace?.close();
    } catch (error) {
      problems.push(`it could not be tidied up: ${String(error)}`);
    }
  }

  get #host(): string {
    return this.#namespace?.address ?? loopback;
  }

  get #live(): LocustMaster {
    if (this.#master === null) throw new Error('there is no master');
    return this.#master;
  }

  get #aim(): ChaosTarget {
    if (this.#target === null) throw new Error('there is no target');
    return this.#target;
  }

  #setLink(isUp: boolean): void {
    if (this.#namespace !== null) this.#namespace.isUp = isUp;
  }

  #masterBook(): string {
    return readFileSync(join(this.#folder, 'taken'), 'utf8');
  }

  async #startMaster(): Promise<void> {
    const flags = ['--host', `http://${this.#host}:${this.#aim.port}`, '--stop-timeout', '10', '--chaos-book', join(this.#folder, 'taken')];
    const master = await LocustMaster.start(this.#processes, {
      locustfile: 'test/chaos/locustfile.py,test/chaos/book.py,locust/stop_test.py',
      flags,
      bindHost: this.#host,
      ...(this.#masterPorts === null ? {} : { ports: this.#masterPorts }),
    });
    this.#masterLines = [...this.#masterLines, '--- a master', ...master.lines];
    this.#master = master;
    this.#masterPorts = { master: master.port, ui: Number(new URL(master.uiUrl).port) };
  }

  #startWorker(): void {
    const { threads, terminal } = this.#schedule;
    const number = this.#workers.length;
    const logFile = join(this.#folder, this.#disk === null ? `worker-${number}.log` : `disk/worker-${number}.log`);
    const command = [
      ...(this.#namespace?.prefix ?? []),
      ...[process.execPath, 'dist/cli/bin.js', 'worker', 'test/fixtures/chaos.ts', '--threads', String(threads), '--seed', `${this.#schedule.seed}.${this.#schedule.index}`],
      ...['--master-host', this.#host, '--master-port', String(this.#proxy?.port ?? this.#live.port), '--on-master-loss', 'wait', '--hang-timeout', '2s', '--logfile', logFile],
    ];
    const lines: string[] = [];
    // Its output goes to somebody who never reads.
    const blocked = ['bash', '-c', 'exec "$@" > >(exec sleep 600) 2>&1', 'bash'];
    const [program = '', ...args] = terminal === 'blocked' ? [...blocked, ...command] : command;
    const child = this.#processes.start({
      name: `worker ${number}`,
      command: program,
      args,
      cwd: projectDir,
      // A heap that is soon full; and in a blocked terminal, something to print.
      env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=100', ...(terminal === 'blocked' ? { CHAOS_PRINTS: '1' } : {}) },
      graceMs: 10_000,
      onLine: (line) => void lines.push(line),
    });
    this.#workers.push({ child, log: () => [readIfThere(logFile), ...lines].join('\n') });
  }

  async #swarm(): Promise<void> {
    const { state } = await this.#standing();
    if (state !== 'running' && state !== 'spawning') this.#testsBegun++;
    await this.#live.swarm({ users: this.#users, spawnRate: 100 });
  }

  /** Resolves when the test runs with its users; begins it anew where the fault has ended it, as a person would. */
  async #run(): Promise<void> {
    const worker = this.#workers.at(-1);
    const found = await until(`${this.#users} users run`, async () => {
      if (worker?.child.isGone === true) return 'the worker is gone';
      const { state, users, ready } = await this.#standing();
      if (state === 'running' && users === this.#users) return true;
      if ((state === 'ready' || state === 'stopped') && ready > 0) {
        await this.#swarm();
      }
      return false;
    }, { timeoutMs: recoveryMs, everyMs: 250 });
    if (found !== true) throw new Error(`${found}:\n${worker?.log().slice(-1_000) ?? ''}`);
  }

  async #standing(): Promise<{ readonly state: string; readonly users: number; readonly ready: number }> {
    const response = await fetch(`${this.#live.uiUrl}/chaos`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(30_000) });
    return (await response.json()) as { state: string; users: number; ready: number };
  }

  async #endWorker(signal: NodeJS.Signals): Promise<void> {
    this.#workers.at(-1)?.child.signal(signal);
    await this.#ended();
  }

  /** Waits for the worker's end, and keeps what it says. */
  async #ended(): Promise<void> {
    const worker = this.#workers.at(-1);
    if (worker === undefined) return;
    await until('the worker ends', () => worker.child.isGone, { timeoutMs: 30_000 });
    const { code, signal } = await worker.child.exit;
    if (signal !== null) throw new Error(`the worker was ended by ${signal}`);
    this.#books.push(readWorkerBooks(worker.log()));
    if (code !== 0 && code !== 1) throw new Error(`the worker ended with exit code ${code}`);
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
