/** A real pool of real threads: the compiled code with a compiled scenario, and everything that comes up. */
import { fileURLToPath } from 'node:url';
import type * as BundleModule from '../../src/compile/bundle.ts';
import type { Ledgers } from '../../src/engine/main/poolOptions.ts';
import type * as PoolModule from '../../src/engine/main/threadPool.ts';
import type { RunOptions } from '../../src/engine/shared/messages.ts';
import type { UsersInput } from '../../src/protocol/worker/ports.ts';
import type * as AggregatorModule from '../../src/stats/aggregator.ts';
import type { LedgerMessage } from '../../src/stats/ledgerMessages.ts';
import { Stopwatch } from '../support/stopwatch.ts';

const compiled = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;
const { ThreadPool } = (await import(compiled('engine/main/threadPool.js'))) as typeof PoolModule;
const { bundleScenario } = (await import(compiled('compile/bundle.js'))) as typeof BundleModule;
const { Aggregator } = (await import(compiled('stats/aggregator.js'))) as typeof AggregatorModule;

export type Input<Kind extends UsersInput['kind']> = Extract<UsersInput, { kind: Kind }>;

export const runOptions: RunOptions = { host: null, parsedOptions: {}, tags: null, excludeTags: null, workerIndex: 0 };

export type SceneOptions = { readonly threads?: number; readonly hangTimeoutMs?: number; readonly host?: string | null; readonly nowMs?: () => number; readonly seed?: string; readonly tags?: readonly string[]; readonly excludeTags?: readonly string[] } & Pick<PoolModule.PoolOptions, 'pace' | 'userPerSec' | 'warmsUp' | 'workerIndex' | 'httpDebug' | 'requestLogPath'>;

/** Of what never comes; nothing takes that long, on a busy machine either. */
const deadlineMs = 60_000;
const open: Scene[] = [];

/** Ends all pools of a test, also when it failed. */
export async function closeScenes(): Promise<void> {
  for (const scene of open.splice(0)) await scene.close();
}

type Counted = Record<string, { requests: number; failures: number; totalMs: number }>;

/** One of a pool's ledgers. */
class Book {
  readonly counted: Counted = {};
  readonly #aggregator = new Aggregator({ nowSec: () => Date.now() / 1000 });
  readonly ledgers: Ledgers = {
    define: (key: string, message: LedgerMessage): void => this.#aggregator.define(key, message),
    threadEnded: (key: string): void => this.#aggregator.removeThread(key),
  };

  /** A new run begins. */
  clear(): void {
    this.#aggregator.clear();
    for (const name of Object.keys(this.counted)) Reflect.deleteProperty(this.counted, name);
  }

  /** Takes a report and adds it to `counted`. */
  count(): Counted {
    for (const { name, numRequests, numFailures, totalResponseTimeMs } of this.#aggregator.takeReport().rows) {
      const sum = (this.counted[name] ??= { requests: 0, failures: 0, totalMs: 0 });
      sum.requests += numRequests;
      sum.failures += numFailures;
      sum.totalMs += totalResponseTimeMs;
    }
    return this.counted;
  }
}

export class Scene {
  readonly inputs: UsersInput[] = [];
  readonly logs: string[] = [];
  /** Numbers of all reports taken so far, by row name. */
  readonly counted: Record<string, { requests: number; failures: number }> = {};
  readonly schedule: Book = new Book();
  readonly #book = new Book();
  readonly #waiting = new Set<() => void>();
  #pool: PoolModule.ThreadPool | null = null;
  #removeBundle: () => void = () => undefined;

  static async open(fixture: string, options: SceneOptions = {}): Promise<Scene> {
    const scene = new Scene();
    open.push(scene);
    await scene.#start(fixture, options);
    return scene;
  }

  async #start(fixture: string, { threads = 1, hangTimeoutMs = 0, host = null, nowMs = () => performance.now(), seed = '1', tags = [], excludeTags = [], ...pacing }: SceneOptions): Promise<void> {
    const bundle = await bundleScenario([fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url))]);
    this.#removeBundle = bundle.removeNow;
    this.#pool = await ThreadPool.start({
      seed,
      tags,
      excludeTags,
      threadCount: threads,
      bundleUrls: bundle.urls,
      host,
      hangTimeoutMs,
      nowMs,
      ...pacing,
      ledgers: this.#book.ledgers,
      scheduleLedgers: this.schedule.ledgers,
      sink: (input) => {
        this.inputs.push(input);
        for (const look of this.#waiting) look();
      },
      log: (level, text) => this.logs.push(`${level}: ${text}`),
    });
  }

  get pool(): PoolModule.ThreadPool {
    if (this.#pool === null) throw new Error('the pool did not start');
    return this.#pool;
  }

  of<Kind extends UsersInput['kind']>(kind: Kind): Input<Kind>[] {
    return this.inputs.filter((input): input is Input<Kind> => input.kind === kind);
  }

  /** Waits for an input like this, also one that has come already; rejects after a while. */
  async heard<Kind extends UsersInput['kind']>(kind: Kind, isMeant: (input: Input<Kind>) => boolean = () => true): Promise<Input<Kind>> {
    let look = (): void => undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Input<Kind>>((resolve, reject) => {
        look = () => {
          const found = this.of(kind).find(isMeant);
          if (found !== undefined) resolve(found);
        };
        timer = setTimeout(() => reject(new Error(`no such ${kind} came; logged:\n${this.logs.join('\n')}\ncame:\n${JSON.stringify(this.inputs.slice(-20), null, 1)}`)), deadlineMs);
        this.#waiting.add(look);
        look();
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** Sets targets and waits until they are reached. */
  async reach(generation: number, targets: Readonly<Record<string, number>>, stopTimeoutMs = 0): Promise<Readonly<Record<string, number>>> {
    this.pool.setUsers(generation, targets, stopTimeoutMs);
    return (await this.heard('users', (input) => input.generation === generation && input.reached)).counts;
  }

  /** Stops all users; resolves with how long it took, in milliseconds, without what a busy machine took. */
  async stop(generation: number, stopTimeoutMs = 0): Promise<number> {
    const stopwatch = new Stopwatch();
    this.pool.stopUsers(generation, stopTimeoutMs);
    await this.heard('usersStopped', (input) => input.generation === generation);
    return stopwatch.ownMs();
  }

  /** A new run begins: what was counted so far is forgotten. */
  clear(): void {
    for (const book of [this.#book, this.schedule]) book.clear();
    for (const name of Object.keys(this.counted)) Reflect.deleteProperty(this.counted, name);
  }

  /** Takes a report and adds it to `counted`. */
  count(): Scene['counted'] {
    for (const [name, { requests, failures }] of Object.entries(this.#book.count())) this.counted[name] = { requests, failures };
    return this.counted;
  }

  /** Takes reports until `isMeant` holds; rejects after a while. */
  async counts(isMeant: (counted: Scene['counted']) => boolean): Promise<void> {
    const lastMs = performance.now() + deadlineMs;
    while (!isMeant(this.count())) {
      if (performance.now() > lastMs) throw new Error(`counted only ${JSON.stringify(this.counted)}; logged:\n${this.logs.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async close(): Promise<void> {
    await this.#pool?.close();
    this.#removeBundle();
  }
}
