/**
 * The least of a Locust master: acknowledges, answers heartbeats, spawns, and counts what one worker reports.
 */
import { decode, encode } from '@msgpack/msgpack';
import { Router } from 'zeromq';

/** A report as it arrived. */
export type SeenReport = {
  /** `performance.now()`. */
  readonly atMs: number;
  readonly requests: number;
  readonly failures: number;
  /** Rows of the report. */
  readonly rows: number;
  /** Response times of all rows: rounded milliseconds → requests. */
  readonly responseTimes: ReadonlyMap<number, number>;
};

type Entry = { readonly num_requests: number; readonly num_failures: number; readonly response_times: Readonly<Record<string, number>> };
type Stats = { readonly stats: readonly Entry[]; readonly stats_total: Entry };
type Waiting = { readonly isTrue: () => boolean; readonly resolve: () => void };

export class BenchMaster {
  readonly port: number;
  readonly reports: SeenReport[] = [];
  /** Data of custom messages. */
  readonly custom: unknown[] = [];
  /** `performance.now()` when the first `ack` had been handed to the socket; null before. */
  ackedMs: number | null = null;
  readonly #socket: Router;
  #worker: Buffer | null = null;
  #reachedUsers = -1;
  #isStopped = false;
  #isClosed = false;
  #waiting: Waiting[] = [];
  #sending: Promise<void> = Promise.resolve();

  private constructor(socket: Router, port: number) {
    this.#socket = socket;
    this.port = port;
    void this.#listen();
  }

  /** Listens on a free loopback port. */
  static async start(): Promise<BenchMaster> {
    const socket = new Router({ linger: 0 });
    await socket.bind('tcp://127.0.0.1:*');
    return new BenchMaster(socket, Number(socket.lastEndpoint?.split(':').at(-1)));
  }

  /** Resolves once a worker was acknowledged. */
  ready(): Promise<void> {
    return this.#until(() => this.ackedMs !== null, 15_000);
  }

  /** Asks for so many users of a class and waits until the worker says that it has them. */
  async spawn(className: string, users: number, host: string | null, withinMs = 60_000): Promise<void> {
    this.#reachedUsers = -1;
    this.#send('spawn', { timestamp: Date.now() / 1000, user_classes_count: { [className]: users }, host, stop_timeout: 0, parsed_options: {} });
    await this.#until(() => this.#reachedUsers === users, withinMs);
  }

  /** Ends all users; resolves when the worker has stopped. */
  async stop(withinMs = 15_000): Promise<void> {
    this.#isStopped = false;
    this.#send('stop', null);
    await this.#until(() => this.#isStopped, withinMs);
  }

  /** Resolves when so many reports have arrived since the start. */
  reported(count: number, withinMs = 30_000): Promise<void> {
    return this.#until(() => this.reports.length >= count, withinMs);
  }

  async close(): Promise<void> {
    this.#send('quit', null);
    this.#isClosed = true;
    await this.#sending;
    this.#socket.close();
  }

  async #listen(): Promise<void> {
    for await (const [identity, payload] of this.#socket) {
      if (identity === undefined || payload === undefined) continue;
      const [type, data] = decode(payload) as [string, unknown];
      this.#worker = identity;
      this.#take(type, data);
      const due = this.#waiting.filter(({ isTrue }) => isTrue());
      this.#waiting = this.#waiting.filter((one) => !due.includes(one));
      for (const { resolve } of due) resolve();
    }
  }

  #take(type: string, data: unknown): void {
    switch (type) {
      case 'client_ready':
        this.#send('ack', { index: 0 });
        this.ackedMs ??= performance.now();
        return;
      case 'heartbeat':
        return this.#send('heartbeat', null);
      case 'spawning_complete':
        this.#reachedUsers = usersIn(data as SpawningComplete);
        return;
      case 'client_stopped':
        this.#isStopped = true;
        return;
      case 'stats':
        this.reports.push(seen(data as Stats));
        return;
      case 'bench':
        this.custom.push(data);
        return;
      case 'exception':
        throw new Error(`the scenario failed: ${JSON.stringify(data)}`);
      default:
        return;
    }
  }

  /** A socket takes one message at a time. */
  #send(type: string, data: unknown): void {
    const worker = this.#worker;
    if (worker === null || this.#isClosed) return;
    this.#sending = this.#sending.then(() => this.#socket.send([worker, encode([type, data, worker.toString()])]));
  }

  async #until(isTrue: () => boolean, withinMs: number): Promise<void> {
    if (isTrue()) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the worker did not do what it was asked for within ${withinMs} ms`)), withinMs);
    });
    await Promise.race([new Promise<void>((resolve) => this.#waiting.push({ isTrue, resolve })), late]);
    clearTimeout(timer);
  }
}

/** boomer sends `count` in place of Locust's `user_count`. */
type SpawningComplete = { readonly user_count?: number; readonly count?: number };

function usersIn({ user_count: users, count }: SpawningComplete): number {
  return users ?? count ?? -1;
}

function seen({ stats, stats_total: total }: Stats): SeenReport {
  return {
    atMs: performance.now(),
    requests: total.num_requests,
    failures: total.num_failures,
    rows: stats.length,
    responseTimes: new Map(Object.entries(total.response_times).map(([ms, count]) => [Number(ms), count])),
  };
}
