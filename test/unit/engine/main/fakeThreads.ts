/**
 * A real `ThreadPool` on threads that a test plays itself: no `worker_threads`, every message arrives at once, time is faked. Import it
 * before anything of `src/engine/main`.
 */
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import type { PoolOptions } from '../../../../src/engine/main/poolOptions.ts';
import type * as PoolModule from '../../../../src/engine/main/threadPool.ts';
import type { MainToThread, RunOptions, ThreadToMain } from '../../../../src/engine/shared/messages.ts';
import { Pulse } from '../../../../src/engine/shared/pulse.ts';
import type { LoadScenario, ThreadSeed, ThreadStart } from '../../../../src/engine/shared/threadSeed.ts';
import type { UsersInput } from '../../../../src/protocol/worker/ports.ts';

type Order = MainToThread | LoadScenario;

/** One end of a channel on which nothing is under way: who posts is heard before `postMessage` returns. */
class FakePort extends EventEmitter {
  other: FakePort | null = null;
  postMessage(message: unknown): void {
    this.other?.emit('message', message);
  }
  close(): void {
    this.removeAllListeners();
  }
}

class FakeChannel {
  readonly port1: FakePort = new FakePort();
  readonly port2: FakePort = new FakePort();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

let started: FakeThread[] = [];

/** A thread from the inside: does nothing but what a test has it do. */
export class FakeThread extends EventEmitter {
  readonly stdout: PassThrough = new PassThrough();
  readonly stderr: PassThrough = new PassThrough();
  readonly startedAtMs: number = performance.now();
  readonly orders: Order[] = [];
  /** It was told to end, and ends when the test says so. */
  isTerminated = false;
  #start: ThreadStart<FakePort> | null = null;
  #pulse = new Pulse();
  #hasEnded = false;

  constructor() {
    super();
    started.push(this);
  }

  /** The first message, of `worker_threads` itself. */
  postMessage(start: ThreadStart<FakePort>): void {
    this.#start = start;
    this.#pulse = new Pulse(start.seed.pulse);
    start.port.on('message', (order: Order) => this.orders.push(order));
    this.beat();
  }

  async terminate(): Promise<void> {
    this.isTerminated = true;
    if (!this.#hasEnded) await new Promise<void>((resolve) => this.once('exit', () => resolve()));
  }

  get seed(): ThreadSeed {
    if (this.#start === null) throw new Error('the thread has no seed yet');
    return this.#start.seed;
  }

  /** Orders of this kind, oldest first. */
  of<Kind extends Order['kind']>(kind: Kind): Extract<Order, { kind: Kind }>[] {
    return this.orders.filter((order): order is Extract<Order, { kind: Kind }> => order.kind === kind);
  }

  say(message: ThreadToMain): void {
    this.#start?.port.postMessage(message);
  }

  /** The scenario is loaded and its `init` over. */
  load(classNames: readonly string[] = ['Shopper']): void {
    const { userPerSec } = this.seed;
    const arrivals = userPerSec === null ? null : { perSec: userPerSec, maxAtOnce: 20 };
    this.say({ kind: 'initialised' });
    this.say({ kind: 'ready', classes: classNames.map((name) => ({ name, weight: 1, fixedCount: 0, arrivals, replay: null, host: null, taskNames: [], tasks: [], isTaskList: false })), settings: { options: [], hasSetup: false, hasTeardown: false, hasShape: false, stages: null, thresholds: null } });
  }

  /** Its event loop turns. */
  beat(): void {
    this.#pulse.beat();
  }

  /** No test runs in it: it beats once a second. */
  rest(isResting: boolean): void {
    this.#pulse.setResting(isResting);
  }

  exit(error?: Error): void {
    if (error !== undefined) this.emit('error', error);
    this.#hasEnded = true;
    this.emit('exit', 0);
  }
}

jest.unstable_mockModule('node:worker_threads', () => ({ Worker: FakeThread, MessageChannel: FakeChannel, receiveMessageOnPort: () => undefined }));
const { ThreadPool }: typeof PoolModule = await import('../../../../src/engine/main/threadPool.ts');

/** Nothing that a run would tell the scenario. */
export const runOptions: RunOptions = { host: null, parsedOptions: {}, tags: null, excludeTags: null, workerIndex: 0 };

/** A pool whose threads have loaded the scenario. */
export type FakeScene = {
  readonly pool: PoolModule.ThreadPool;
  /** All that were ever started, oldest first. */
  readonly threads: readonly FakeThread[];
  /** The latest of each place. */
  readonly current: () => readonly FakeThread[];
  readonly inputs: UsersInput[];
  readonly logs: string[];
  /** Lets time pass; the loops of `turning` turn meanwhile. */
  readonly pass: (ms: number, ...turning: readonly FakeThread[]) => void;
  /** Lets time pass until so many threads were started. */
  readonly whenStarted: (count: number) => void;
};

/** Fakes time for each test of a file. */
export function withFakeTime(): void {
  beforeEach(() => void jest.useFakeTimers({ now: 0, doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] }));
  afterEach(() => void jest.useRealTimers());
}

/** A pool that closes, or whose start has failed, has waited long enough, and its threads end. */
export async function endThreads(): Promise<void> {
  await turn();
  jest.advanceTimersByTime(10_000);
  await turn();
  for (const thread of started) thread.exit();
}

/** `classNames`: what a thread finds in the scenario. */
export async function startFakePool(options: Partial<PoolOptions> = {}, classNames: readonly string[] | ((threadIndex: number) => readonly string[]) = ['Shopper']): Promise<FakeScene> {
  started = [];
  const threads = started;
  const inputs: UsersInput[] = [];
  const logs: string[] = [];
  const starting = ThreadPool.start({
    threadCount: 1,
    bundleUrls: ['file:///scenario.js'],
    host: null,
    seed: '1',
    hangTimeoutMs: 0,
    nowMs: () => performance.now(),
    ledgers: { define: () => undefined, threadEnded: () => undefined },
    sink: (input) => inputs.push(input),
    log: (level, text) => logs.push(`${level}: ${text}`),
    ...options,
  });
  for (const thread of threads) thread.load(typeof classNames === 'function' ? classNames(thread.seed.threadIndex) : classNames);
  return {
    pool: await starting,
    threads,
    current: () => [...new Map(threads.map((thread) => [thread.seed.threadIndex, thread])).values()],
    inputs,
    logs,
    pass: (ms, ...turning) => {
      for (let passed = 0; passed < ms; passed += 100) {
        if (passed % 200 === 0) for (const thread of turning) thread.beat();
        jest.advanceTimersByTime(Math.min(100, ms - passed));
      }
    },
    whenStarted: (count) => {
      for (const lastMs = performance.now() + 60_000; threads.length < count && performance.now() < lastMs; ) jest.advanceTimersToNextTimer();
    },
  };
}
