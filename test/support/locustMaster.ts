/** A real Locust master on loopback, with its web UI or without. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Child, ChildExit } from '../../src/cluster/childProcess.ts';
import { locustSpec } from './locustSpec.ts';
import { venvPython } from '../../locust/demo/paths.ts';
import { freePort, loopback } from './ports.ts';
import type { TestProcesses } from './processes.ts';
import { until } from './until.ts';

export type MasterOptions = {
  /** Relative to the project's root, e.g. `locust/helloWorld.py`. */
  readonly locustfile: string;
  /** More of Locust's flags. */
  readonly flags?: readonly string[];
  /** Where workers find it; loopback when absent. */
  readonly bindHost?: string;
  /** Those of a master that was there before; free ones when absent. */
  readonly ports?: { readonly master: number; readonly ui: number };
};

/** One row of `/stats/requests`, the last one being the total (Locust stats.py, `StatsEntry.to_dict`). */
export type StatsRow = {
  readonly method: string | null;
  readonly name: string;
  readonly num_requests: number;
  readonly num_failures: number;
  readonly min_response_time: number;
  readonly max_response_time: number;
  readonly avg_response_time: number;
  readonly median_response_time: number;
  readonly current_rps: number;
  readonly avg_content_length: number;
  readonly [percentile: `response_time_percentile_${string}`]: number;
};

/** `/stats/requests`; Locust makes it anew at most every 2 s. */
export type Stats = {
  readonly state: string;
  readonly user_count: number;
  readonly stats: readonly StatsRow[];
  readonly errors: readonly { readonly method: string; readonly name: string; readonly error: string; readonly occurrences: number }[];
  readonly workers: readonly { readonly id: string; readonly state: string; readonly user_count: number }[];
  readonly worker_count: number;
};

export type ExceptionRow = { readonly count: number; readonly msg: string; readonly traceback: string; readonly nodes: string };

export type Swarm = {
  readonly users: number;
  readonly spawnRate: number;
  readonly host?: string;
  /** The form's other fields, custom options too. */
  readonly fields?: Readonly<Record<string, string>>;
};

const startTimeoutMs = 60_000;

export class LocustMaster {
  /** The port that workers connect to. */
  readonly port: number;
  /** Where the web UI is; nobody listens there in a headless run. */
  readonly uiUrl: string;
  readonly child: Child;
  /** Everything that it printed, line by line. */
  readonly lines: readonly string[];

  private constructor({ port, uiPort, child, lines }: { port: number; uiPort: number; child: Child; lines: readonly string[] }) {
    this.port = port;
    this.uiUrl = `http://${loopback}:${uiPort}`;
    this.child = child;
    this.lines = lines;
  }

  /** With the web UI; resolves once that answers. */
  static async start(processes: TestProcesses, options: MasterOptions): Promise<LocustMaster> {
    const uiPort = options.ports?.ui ?? (await freePort());
    const master = await LocustMaster.#launch(processes, options, uiPort, ['--web-host', loopback, '--web-port', String(uiPort)]);
    const state = await until('the master answers', async () => (master.child.isGone ? 'gone' : (await master.stats()).state), { timeoutMs: startTimeoutMs });
    if (state === 'gone') throw new Error(`the master ended by itself:\n${master.lines.join('\n')}`);
    return master;
  }

  /** Without the web UI: begins by itself when its workers are there, and ends by itself after its `--run-time`. */
  static async startHeadless(processes: TestProcesses, options: MasterOptions): Promise<LocustMaster> {
    return await LocustMaster.#launch(processes, options, await freePort(), ['--headless', '--expect-workers-max-wait', '60']);
  }

  static async #launch(processes: TestProcesses, options: MasterOptions, uiPort: number, flags: readonly string[]): Promise<LocustMaster> {
    const port = options.ports?.master ?? (await freePort());
    const lines: string[] = [];
    const child = processes.start(
      locustSpec({
        name: 'the Locust master',
        python: venvPython,
        args: [
          ...['--master', '-f', options.locustfile, '--master-bind-host', options.bindHost ?? loopback, '--master-bind-port', String(port)],
          ...flags,
          ...(options.flags ?? []),
        ],
        onLine: (line) => lines.push(line),
      }),
    );
    return new LocustMaster({ port, uiPort, child, lines });
  }

  /** The UI's Start and Edit buttons. Throws when the master refuses. */
  async swarm({ users, spawnRate, host, fields = {} }: Swarm): Promise<void> {
    const form = new URLSearchParams({ user_count: String(users), spawn_rate: String(spawnRate), ...fields });
    if (host !== undefined) form.set('host', host);
    const answer = await this.#fetch('/swarm', { method: 'POST', body: form });
    const { success, message } = (await answer.json()) as { success: boolean; message: string };
    if (!success) throw new Error(`the master refused to swarm: ${message}`);
  }

  /** The UI's form to edit a user class, which always has the names of the tasks that the master's own class has. */
  async editUser(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await (await this.#fetch('/user', { method: 'POST', body: JSON.stringify(settings), headers: { connection: 'close', 'content-type': 'application/json' } })).text();
  }

  /** The UI's Stop button; answers when no worker reports users any more. */
  async stop(): Promise<void> {
    // Locust 2.47 wants POST here; 2.46, the last one for Python 3.10, GET.
    const isGet = this.#isOlderThan247();
    await (await this.#fetch('/stop', { method: isGet ? 'GET' : 'POST' })).text();
  }

  async stats(): Promise<Stats> {
    return (await (await this.#fetch('/stats/requests')).json()) as Stats;
  }

  async exceptions(): Promise<readonly ExceptionRow[]> {
    const body = (await (await this.#fetch('/exceptions')).json()) as { exceptions: ExceptionRow[] };
    return body.exceptions;
  }

  /** The log lines of the master and, by worker id, of its workers. */
  async logs(): Promise<{ readonly master: readonly string[]; readonly workers: Readonly<Record<string, readonly string[]>> }> {
    return (await (await this.#fetch('/logs')).json()) as { master: string[]; workers: Record<string, string[]> };
  }

  async workers(): Promise<Stats['workers']> {
    return (await this.stats()).workers;
  }

  async waitForWorkers(count: number): Promise<void> {
    await until(`the master has ${count} workers that are ready`, async () => (await this.workers()).filter(({ state }) => state === 'ready').length === count);
  }

  async waitForUsers(count: number): Promise<void> {
    await until(`${count} users run`, async () => {
      const { state, user_count: users } = await this.stats();
      return state === 'running' && users === count;
    });
  }

  /** The numbers of a run that is over. */
  async stoppedStats(): Promise<Stats> {
    return await until('the run is over', async () => {
      const stats = await this.stats();
      return stats.state === 'stopped' && stats.user_count === 0 && stats;
    });
  }

  /**
   * Ends it as Ctrl-C does: its workers are told to quit. Python raises KeyboardInterrupt in whatever greenlet runs at that moment, and some
   * of Locust's swallow it (runners.py:1011): where nothing happens, it is pressed again, as a person would.
   */
  async quit(): Promise<ChildExit> {
    this.child.signal('SIGINT');
    const again = setTimeout(() => this.child.signal('SIGINT'), 10_000);
    try {
      return await this.ended();
    } finally {
      clearTimeout(again);
    }
  }

  async ended(timeoutMs = 30_000): Promise<ChildExit> {
    await until(`the master ends\n${this.lines.slice(-20).join('\n')}`, () => this.child.isGone, { timeoutMs });
    return await this.child.exit;
  }

  /** By its own first log line. */
  #isOlderThan247(): boolean {
    const version = /Starting Locust (\d+)\.(\d+)\./.exec(this.lines.join('\n'));
    if (version === null) throw new Error(`the master did not tell its version:\n${this.lines.join('\n')}`);
    return Number(version[1]) * 1000 + Number(version[2]) < 2047;
  }

  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    // The connection is not kept: the master drops idle ones without a word.
    const response = await fetch(this.uiUrl + path, { headers: { connection: 'close' }, ...init, signal: AbortSignal.timeout(90_000) });
    if (!response.ok) throw new Error(`the master answered ${response.status} to ${path}: ${await response.text()}`);
    return response;
  }
}

/** The row of the whole run. */
export function totalOf(stats: Stats): StatsRow {
  const total = stats.stats.at(-1);
  if (total?.name !== 'Aggregated') throw new Error(`no total in ${JSON.stringify(stats)}`);
  return total;
}

/** The row of one request type and name. */
export function rowOf(stats: Stats, method: string, name: string): StatsRow {
  const row = stats.stats.find((candidate) => candidate.method === method && candidate.name === name);
  if (row === undefined) throw new Error(`no row ${method} ${name} in ${JSON.stringify(stats.stats)}`);
  return row;
}

/** Stamps are Unix seconds. */
export type JsonRow = {
  readonly name: string;
  readonly method: string;
  readonly num_requests: number;
  readonly num_failures: number;
  readonly start_time: number;
  readonly last_request_timestamp: number;
  readonly num_reqs_per_sec: Readonly<Record<string, number>>;
};

/** What a headless master wrote with `--json-file`: the rows, without a total (Locust stats.py, `StatsEntry.to_dict`). */
export class JsonReport implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async open(): Promise<JsonReport> {
    return new JsonReport(await mkdtemp(join(tmpdir(), 'boomer-node-e2e-')));
  }

  get flags(): readonly string[] {
    return ['--json-file', join(this.#folder, 'report')];
  }

  async rows(): Promise<readonly JsonRow[]> {
    return JSON.parse(await readFile(join(this.#folder, 'report.json'), 'utf8')) as never;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
