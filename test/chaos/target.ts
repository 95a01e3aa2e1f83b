/** The target of one schedule: counts what it answered, and tells users what to do. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Command = 'exit' | 'hang' | 'memory' | 'error';

export class ChaosTarget {
  /** Requests whose whole answer was written. */
  answered = 0;
  /** The same by path, each with its moment (`performance.now()`). */
  readonly answers: Map<string, number[]> = new Map();
  readonly #server: Server;
  readonly #commands: Command[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(host: string): Promise<ChaosTarget> {
    const server = createServer((request, response) => {
      request.resume();
      response.once('close', () => {
        if (!response.writableFinished) return;
        target.answered++;
        const moments = target.answers.get(request.url ?? '') ?? [];
        if (moments.push(performance.now()) === 1) target.answers.set(request.url ?? '', moments);
      });
      response.end(target.#commands.shift() ?? 'ok');
    });
    server.keepAliveTimeout = 120_000;
    const target = new ChaosTarget(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    return target;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The next user that asks does this. */
  command(command: Command): void {
    this.#commands.push(command);
  }

  /** Nobody has taken it yet. */
  get hasCommand(): boolean {
    return this.#commands.length > 0;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
