/**
 * A Locust master for tests: a real ROUTER socket that speaks Locust's side of the protocol, keeps the worker table as
 * Locust does, and checks every frame that comes. What would deafen or mislead the real one is a violation, and `close`
 * throws if there was one.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Router } from 'zeromq';
import { checkFrame, isFields, type CheckedFrame, type Fields } from './frameChecks.ts';
import { Float, pythonDumps } from './pythonMsgpack.ts';
import { bindRouter } from './ports.ts';
import type { Stopwatch } from './stopwatch.ts';

export type MasterFrame = Omit<CheckedFrame, 'violations'> & {
  /** `performance.now()` of this process when it was read. */
  readonly atMs: number;
  /** How long this process had been standing still when it read the frame: so much older the frame may be. */
  readonly stallMs: number;
  /** Of frames that should come in time: what a busy machine has taken so far, by the master's `stopwatch`. */
  readonly lostMs: number;
  /** Position among all frames of all workers. */
  readonly index: number;
};

export type MasterOptions = {
  /** 0: a free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Whether `client_ready` is answered; default true. */
  readonly isAcking?: boolean;
  /** Whether heartbeats of known workers are answered; default true. */
  readonly isAnswering?: boolean;
  /** The data of `ack`; default the worker's index. */
  readonly ackData?: (index: number) => unknown;
};

export type SpawnOptions = {
  readonly stopTimeoutSec?: number | null;
  readonly host?: string | null;
  readonly parsedOptions?: unknown;
  /** Default: later than the last one. */
  readonly timestamp?: number;
};

/** Nothing takes that long, on a busy machine either: something that never comes is told before jest tells only that the test took too long. */
const maxWaitMs = 60_000;

/** A worker that was acknowledged this long ago knows it: another `client_ready` is not a copy that was on its way. */
const copiesUnderwayMs = 1_000;

export class FakeMaster {
  readonly frames: MasterFrame[] = [];
  readonly violations: string[] = [];
  isAcking: boolean;
  isAnswering: boolean;
  /** How long it is busy with each frame: it reads nothing meanwhile. */
  busyMs = 0;
  port = 0;
  /** Of the worker whose frames should come in time. */
  stopwatch: Stopwatch | null = null;
  /** Connections accepted so far. */
  connections = 0;
  readonly #options: MasterOptions;
  #router: Router;
  #isClosed = false;
  #sending: Promise<void> = Promise.resolve();
  #lastTimestamp = 0;
  /** When each known worker was last acknowledged. */
  readonly #known = new Map<string, number>();
  readonly #indexes = new Map<string, number>();
  readonly #spoken = new Set<string>();
  /** By type: a test that waits looks at every frame, and thousands of exceptions are none of its business. */
  readonly #framesOf = new Map<string, MasterFrame[]>();
  readonly #waiting = new Set<() => void>();
  readonly #stalls = new StallWatch();

  private constructor(options: MasterOptions) {
    this.#options = options;
    this.isAcking = options.isAcking ?? true;
    this.isAnswering = options.isAnswering ?? true;
    this.#router = new Router({ linger: 0, ipv6: options.host?.includes(':') ?? false });
  }

  static async start(options: MasterOptions = {}): Promise<FakeMaster> {
    const master = new FakeMaster(options);
    await master.#bind(options.port ?? 0);
    return master;
  }

  /** Starts one, hands it to `use`, and closes it whatever happens; a violation fails the test. */
  static async with<T>(options: MasterOptions, use: (master: FakeMaster) => Promise<T>): Promise<T> {
    const master = await FakeMaster.start(options);
    try {
      return await use(master);
    } finally {
      master.close();
      if (master.violations.length > 0) throw new Error(`what a worker must never send:\n${master.violations.join('\n')}`);
    }
  }

  /** Closes the socket and opens it again on the same port after a while, as a master does whose connection broke. */
  async reopen(awayMs = 0): Promise<void> {
    const old = this.#router;
    this.#router = new Router({ linger: 0 });
    old.close();
    await new Promise((resolve) => setTimeout(resolve, awayMs));
    await this.#bind(this.port);
  }

  /** Forgets all workers, as a master that was started anew. */
  forgetWorkers(): void {
    this.#known.clear();
  }

  close(): void {
    this.#isClosed = true;
    this.#stalls.close();
    this.#router.close();
  }

  /** The only worker so far. */
  get workerId(): string {
    const ids = [...this.#spoken];
    const [id] = ids;
    if (id === undefined || ids.length !== 1) throw new Error(`expected one worker, there are ${ids.length}`);
    return id;
  }

  isKnown(id: string = this.workerId): boolean {
    return this.#known.has(id);
  }

  send(type: string, data: unknown = null, id: string = this.workerId): void {
    this.sendParts([pythonDumps([type, data, id])], id);
  }

  sendParts(parts: readonly Uint8Array[], id: string = this.workerId): void {
    const router = this.#router;
    this.#sending = this.#sending.then(() => router.send([id, ...parts.map((part) => Buffer.from(part))])).catch((error: unknown) => {
      if (!this.#isClosed && router === this.#router) this.violations.push(`the fake master could not send: ${String(error)}`);
    });
  }

  /** Sends `spawn`; returns its timestamp. */
  spawn(counts: Readonly<Record<string, number>>, { stopTimeoutSec = 0, host = null, parsedOptions = {}, timestamp }: SpawnOptions = {}, id?: string): number {
    const stamp = timestamp ?? Math.max(Date.now() / 1_000, this.#lastTimestamp + 0.000_01);
    this.#lastTimestamp = Math.max(stamp, this.#lastTimestamp);
    const data = {
      timestamp: new Float(stamp),
      user_classes_count: counts,
      host,
      stop_timeout: stopTimeoutSec === null ? null : new Float(stopTimeoutSec),
      parsed_options: parsedOptions,
    };
    this.send('spawn', data, id);
    return stamp;
  }

  /** The frames of one type, from position `since`. */
  of(type: string, since = 0): readonly MasterFrame[] {
    return (this.#framesOf.get(type) ?? []).filter(({ index }) => index >= since);
  }

  /** Waits until `find` gives something, asking again at every frame; fails after `timeoutMs`. */
  async waitFor<T>(what: string, find: () => T | undefined | false | null, timeoutMs: number = maxWaitMs): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    let look: () => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        look = (): void => {
          const found = find();
          if (found !== undefined && found !== false && found !== null) resolve(found);
        };
        this.#waiting.add(look);
        timer = setTimeout(() => {
          const last = this.frames.slice(-12).map(({ type, data }) => `${type} ${shown(data)}`);
          reject(new Error(`no ${what} within ${timeoutMs} ms; last frames:\n${last.join('\n')}`));
        }, timeoutMs);
        look();
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(look);
    }
  }

  /** The next frame of a type after position `since` (default: now) that satisfies `isRight`. */
  next(type: string, { since = this.frames.length, isRight = () => true, timeoutMs, id }: NextOptions = {}): Promise<MasterFrame> {
    const find = (): MasterFrame | undefined =>
      this.#framesOf.get(type)?.find((frame) => frame.index >= since && (id === undefined || frame.id === id) && isRight(fieldsOf(frame)));
    return this.waitFor(type, find, timeoutMs);
  }

  /** Waits until a worker is registered; returns its id. */
  async registered(timeoutMs: number = maxWaitMs): Promise<string> {
    return this.waitFor('registered worker', () => [...this.#known.keys()][0], timeoutMs);
  }

  async #bind(port: number): Promise<void> {
    const host = this.#options.host ?? '127.0.0.1';
    const router = this.#router;
    void this.#countConnections(router);
    await bindRouter(router, `tcp://${host.includes(':') ? `[${host}]` : host}:${port === 0 ? '*' : port}`);
    this.port = Number(router.lastEndpoint?.split(':').at(-1));
    void this.#receive(router);
  }

  async #countConnections(router: Router): Promise<void> {
    for await (const { type } of router.events) if (type === 'accept') this.connections += 1;
  }

  async #receive(router: Router): Promise<void> {
    try {
      for await (const parts of router) {
        if (this.busyMs > 0) await pause(this.busyMs);
        if (!this.#isClosed) this.#take(parts);
      }
    } catch (error) {
      if (router === this.#router && !this.#isClosed) this.violations.push(`the fake master could not receive: ${String(error)}`);
    }
  }

  #take(parts: readonly Uint8Array[]): void {
    const { violations, ...frame } = checkFrame(parts);
    this.violations.push(...violations);
    this.#checkOrder(frame);
    const taken: MasterFrame = { ...frame, atMs: performance.now(), stallMs: this.#stalls.recentMs(), lostMs: timedTypes.has(frame.type) ? (this.stopwatch?.lostMs() ?? 0) : 0, index: this.frames.length };
    this.frames.push(taken);
    const ofType = this.#framesOf.get(frame.type);
    if (ofType === undefined) this.#framesOf.set(frame.type, [taken]);
    else ofType.push(taken);
    this.#answer(frame);
    for (const look of this.#waiting) look();
  }

  /** What is right only at some times, given what this master knows of the worker. */
  #checkOrder({ id, type }: Omit<CheckedFrame, 'violations'>): void {
    const knownSinceMs = this.#known.get(id);
    // Whether a master knows it, a worker finds out by a `spawning`, which one that does not answers with `quit`.
    if (type === 'spawning' && knownSinceMs === undefined) return;
    const isFirst = !this.#spoken.has(id);
    this.#spoken.add(id);
    const hasBeenAcked = this.#indexes.has(id);
    if (isFirst && type !== 'client_ready' && !this.#indexes.has(id)) this.violations.push(`${type}: said before client_ready`);
    if (!isFirst && !hasBeenAcked && this.#spoken.has(id) && type !== 'client_ready') this.violations.push(`${type}: said before the first ack`);
    if (type === 'client_ready' && knownSinceMs !== undefined && performance.now() - knownSinceMs > copiesUnderwayMs && this.isAnswering) {
      this.violations.push('client_ready: said again to a master that knows this worker and answers its heartbeats');
    }
    if (type === 'spawning_complete' && knownSinceMs === undefined && hasBeenAcked) {
      this.violations.push(`${type}: said to a master that does not know this worker (deafens masters before 2.44)`);
    }
  }

  /** Locust's own reactions (runners.py, `MasterRunner.handle_message`). */
  #answer({ id, type }: Omit<CheckedFrame, 'violations'>): void {
    if (type === 'client_ready' && this.isAcking) {
      const index = this.#indexes.get(id) ?? this.#indexes.size;
      this.#indexes.set(id, index);
      this.#known.set(id, performance.now());
      this.send('ack', this.#options.ackData === undefined ? { index } : this.#options.ackData(index), id);
    } else if (type === 'heartbeat' && this.isAnswering && this.#known.has(id)) {
      this.send('heartbeat', null, id);
    } else if (type === 'spawning' && !this.#known.has(id)) {
      this.send('quit', null, id);
    } else if (type === 'client_stopped' || type === 'quit') {
      this.#known.delete(id);
    }
  }
}

/** Notices when this process stands still: a big frame of another test, or a busy machine. That is not a worker's delay. */
class StallWatch {
  readonly #timer: NodeJS.Timeout;
  #turnedMs = performance.now();
  #stall = { endedMs: Number.NEGATIVE_INFINITY, ms: 0 };

  constructor() {
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      const lateMs = nowMs - this.#turnedMs - watchEveryMs;
      if (lateMs > watchEveryMs) this.#stall = { endedMs: nowMs, ms: lateMs };
      this.#turnedMs = nowMs;
    }, watchEveryMs);
  }

  /** The stall that has just ended, if one has: frames that waited meanwhile are read right after it. */
  recentMs(): number {
    const nowMs = performance.now();
    const running = Math.max(0, nowMs - this.#turnedMs - 2 * watchEveryMs);
    return Math.max(running, nowMs - this.#stall.endedMs < afterStallMs ? this.#stall.ms : 0);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** Thousands of exceptions may come at once; the times of threads are not read for each. */
const timedTypes: ReadonlySet<string> = new Set(['client_ready', 'heartbeat', 'stats', 'logs', 'spawning', 'spawning_complete', 'client_stopped', 'boomer_stop_test', 'quit']);

const watchEveryMs = 10;
const afterStallMs = 100;

export type NextOptions = {
  readonly since?: number;
  readonly isRight?: (data: Fields) => boolean;
  readonly timeoutMs?: number;
  readonly id?: string;
};

/** The data of a frame as fields; none when it is not a map with text keys. */
export function fieldsOf(frame: { readonly data: unknown }): Fields {
  return isFields(frame.data) ? frame.data : {};
}

function shown(data: unknown): string {
  return (JSON.stringify(data, (_, value: unknown) => (value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value)) ?? 'nil').slice(0, 400);
}
