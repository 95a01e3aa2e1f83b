/** A `redis-server` on a free loopback port that writes nothing to disk. */
import { Redis } from 'ioredis';

import type { Child } from '../../../src/cluster/childProcess.ts';
import { freePort, loopback } from '../ports.ts';
import type { TestProcesses } from '../processes.ts';
import { until } from '../until.ts';
import { findProgram, testWithServer, type ServerTest } from './serverTest.ts';

const program = findProgram('redis-server');

/** `test`, if there is a `redis-server`. */
export const redisTest: ServerTest = testWithServer('redis-server', program, 'redis-server');

export class RedisServer implements AsyncDisposable {
  readonly url: string;
  /** For what a test prepares and asks; its commands count, too. */
  readonly admin: Redis;
  readonly child: Child;

  private constructor(url: string, admin: Redis, child: Child) {
    this.url = url;
    this.admin = admin;
    this.child = child;
  }

  static async start(processes: TestProcesses): Promise<RedisServer> {
    const port = await freePort();
    const child = processes.start({
      name: 'redis-server',
      command: program ?? 'redis-server',
      args: ['--bind', loopback, '--port', String(port), '--save', '', '--appendonly', 'no'],
    });
    const admin = new Redis(port, loopback, { retryStrategy: () => 50, commandTimeout: 5_000 });
    admin.on('error', () => {}); // refused until it listens
    await until('redis-server answers', async () => (await admin.ping()) === 'PONG');
    return new RedisServer(`redis://${loopback}:${port}`, admin, child);
  }

  /** How often each command was called, in lower case, and how often it failed. */
  async commands(): Promise<Readonly<Record<string, { readonly calls: number; readonly failed: number }>>> {
    const text = await this.admin.info('commandstats');
    const lines = text.matchAll(/^cmdstat_(\S+?):calls=(\d+),.*failed_calls=(\d+)/gmu);
    return Object.fromEntries(Array.from(lines, ([, name = '', calls, failed]) => [name, { calls: Number(calls), failed: Number(failed) }] as const));
  }

  /** Connections ever accepted, the admin's own one included. */
  async connections(): Promise<number> {
    return Number(/total_connections_received:(\d+)/u.exec(await this.admin.info('stats'))?.[1]);
  }

  /** Connections open now, the admin's own one included. */
  async openConnections(): Promise<number> {
    return Number(/connected_clients:(\d+)/u.exec(await this.admin.info('clients'))?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.admin.disconnect();
    await this.child.stop();
  }
}
