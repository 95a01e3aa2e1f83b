/**
 * A PostgreSQL on a free loopback port with a data folder of its own, which goes with it. PostgreSQL refuses to run as
 * root, so root starts it as the system user `postgres`.
 */
import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

import { type Child, type ChildSpec, describeExit } from '../../../src/cluster/childProcess.ts';
import { freePort, loopback } from '../ports.ts';
import type { TestProcesses } from '../processes.ts';
import { until } from '../until.ts';
import { debianPostgresFolders, findProgram, testWithServer, type ServerTest } from './serverTest.ts';

const program = findProgram('postgres', debianPostgresFolders());
const user = 'boomer';
const isRoot = process.getuid?.() === 0;

/** `test`, if there is a PostgreSQL. */
export const postgresTest: ServerTest = testWithServer('PostgreSQL', program, 'postgresql');

export class PostgresServer implements AsyncDisposable {
  readonly url: string;
  readonly child: Child;
  /** For what a test prepares and asks. */
  readonly admin: pg.Client;
  readonly #folder: string;

  private constructor(url: string, child: Child, admin: pg.Client, folder: string) {
    this.url = url;
    this.child = child;
    this.admin = admin;
    this.#folder = folder;
  }

  static async start(processes: TestProcesses): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), 'boomer-node-postgres-'));
    try {
      return await PostgresServer.#startIn(folder, processes);
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  static async #startIn(folder: string, processes: TestProcesses): Promise<PostgresServer> {
    await giveToPostgres(folder);
    const data = join(folder, 'data');
    const initdb = processes.start(asPostgres('initdb', ['-D', data, '-U', user, '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'], folder));
    const made = await initdb.exit;
    if (made.code !== 0) throw new Error(`${describeExit('initdb', made)}\n${initdb.lastLines.join('\n')}`);

    const port = await freePort();
    const settings = {
      listen_addresses: loopback,
      port: String(port),
      unix_socket_directories: folder,
      fsync: 'off',
      shared_preload_libraries: 'pg_stat_statements', // counts what was executed, by its text
      max_connections: '100',
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    // SIGINT: ends the sessions and stops, without waiting for clients to leave.
    const child = processes.start({ ...asPostgres('postgres', ['-D', data, ...flags], folder), stopSignal: 'SIGINT', graceMs: 10_000 });
    const url = `postgresql://${user}@${loopback}:${port}/postgres`;
    const admin = await until('PostgreSQL takes a connection', async () => {
      if (child.isGone) throw new Error(`postgres ended: ${child.lastLines.join('\n')}`);
      return await connected(url);
    });
    await admin.query('CREATE EXTENSION pg_stat_statements');
    return new PostgresServer(url, child, admin, folder);
  }

  /** How often each statement was executed to its end, by its text; constants in it are `$1`, `$2` … */
  async statements(): Promise<Readonly<Record<string, number>>> {
    const { rows } = await this.admin.query<{ query: string; calls: string }>(
      'SELECT query, sum(calls) AS calls FROM pg_stat_statements GROUP BY query',
    );
    return Object.fromEntries(rows.map(({ query, calls }) => [query, Number(calls)]));
  }

  /** Sessions open now, without the admin's. */
  async openSessions(): Promise<number> {
    const { rows } = await this.admin.query<{ count: string }>(
      "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    return Number(rows[0]?.count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.admin.end().catch(() => {}); // already gone when the server is
    await this.child.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // the server goes before its client, or the query says so
  await client.connect();
  return client;
}

function asPostgres(name: 'initdb' | 'postgres', args: readonly string[], folder: string): ChildSpec {
  const path = join(dirname(program ?? ''), name);
  const spec = { name, cwd: folder };
  if (!isRoot) return { ...spec, command: path, args };
  // Unlike `su` it becomes the program, so that signals reach that.
  return { ...spec, command: 'setpriv', args: ['--reuid=postgres', '--regid=postgres', '--init-groups', path, ...args] };
}

async function giveToPostgres(folder: string): Promise<void> {
  if (!isRoot) return;
  const idOf = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', timeout: 10_000 }));
  await chown(folder, idOf('-u'), idOf('-g'));
  await chmod(folder, 0o700);
}
