/**
 * One load thread as the main thread sees it: the only file on this side that knows `worker_threads`.
 */
import { getHeapStatistics } from 'node:v8';
import { Worker, type ResourceLimits } from 'node:worker_threads';
import { errorLine } from '../util/errorText.ts';
import type { FeedsToThread } from '../thread/feedMessages.ts';
import type { MainToThread, ThreadToMain } from '../thread/messages.ts';
import { threadMarker, type LoadScenario, type ThreadSeed } from '../thread/threadSeed.ts';

/** What a handle tells its owner; `ended` comes once, last, and says why. */
export type ThreadEvents = {
  readonly message: (message: ThreadToMain) => void;
  readonly ended: (reason: string) => void;
};

/** So much silence a single look can show. */
const longestLookMs = 1_000;

/**
 * V8 lets a heap grow to four times what lives in it when it may reach 4 GB, as on most machines, but only to twice when
 * it stays below 2 GB: 100 000 sleeping users then hold less than 5 KB each instead of up to 9. Whoever sets
 * `--max-old-space-size` gets that.
 */
const thriftyHeapMb = 2000;

const threadEntry = new URL('../thread/entry.js', import.meta.url);

export class ThreadHandle {
  readonly #worker: Worker;
  readonly #ticks = new Int32Array(new SharedArrayBuffer(4));
  #lastTick = 0;
  #lastLookMs: number;
  #silentMs = 0;
  #hasEnded = false;

  constructor(seed: Omit<ThreadSeed, 'marker' | 'ticks'>, events: ThreadEvents, nowMs: number) {
    this.#lastLookMs = nowMs;
    const workerData: ThreadSeed = { ...seed, marker: threadMarker, ticks: this.#ticks.buffer };
    this.#worker = new Worker(threadEntry, { workerData, argv: [], name: `users-${seed.threadIndex}`, resourceLimits: heapLimits() });
    let failure = 'it ended by itself (process.exit() in the scenario?)';
    this.#worker.on('message', events.message);
    this.#worker.on('messageerror', (error) => events.message({ kind: 'log', level: 'error', text: `an unreadable message: ${errorLine(error)}` }));
    this.#worker.on('error', (error) => (failure = errorLine(error)));
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      events.ended(failure);
    });
  }

  /** The thread loads the scenario and says `ready`; only then does it take other messages. */
  load(bundleUrls: readonly string[]): void {
    if (!this.#hasEnded) this.#worker.postMessage({ kind: 'load', bundleUrls } satisfies LoadScenario);
  }

  post(message: MainToThread | FeedsToThread): void {
    if (!this.#hasEnded) this.#worker.postMessage(message);
  }

  /** Milliseconds since the thread's event loop was last seen turning. Call it every half second or so. */
  silentMs(nowMs: number): number {
    const tick = Atomics.load(this.#ticks, 0);
    // A look that comes late was held up together with the thread (the process was suspended) and proves little.
    this.#silentMs = tick === this.#lastTick ? this.#silentMs + Math.min(nowMs - this.#lastLookMs, longestLookMs) : 0;
    this.#lastTick = tick;
    this.#lastLookMs = nowMs;
    return this.#silentMs;
  }

  /** Ends the thread whatever it is doing; resolves when it has ended and `ended` was told. What it counted stays readable. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}

function heapLimits(): ResourceLimits {
  if ([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flags) => /max.old.space.size/u.test(flags))) return {};
  return { maxOldGenerationSizeMb: Math.min(thriftyHeapMb, Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)) };
}
