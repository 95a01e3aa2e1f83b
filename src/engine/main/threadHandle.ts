/**
 * One load thread as the main thread sees it: the only file on this side that knows `worker_threads`.
 */
import { getHeapStatistics } from 'node:v8';
import { MessageChannel, type MessagePort, receiveMessageOnPort, type ResourceLimits, Worker } from 'node:worker_threads';
import { errorLine } from '../../util/errorText.ts';
import { printed } from '../../util/printed.ts';
import type { FeedsToThread } from '../shared/feeders.ts';
import type { LogLevel, MainToThread, ThreadToMain } from '../shared/messages.ts';
import { Pulse } from '../shared/pulse.ts';
import type { LoadScenario, ThreadSeed, ThreadStart } from '../shared/threadSeed.ts';
import { passLinesOn } from './threadConsole.ts';
import { problemOf } from './messageCheck.ts';

/** What a handle tells its owner; `ended` comes once, last, and says why. */
export type ThreadEvents = {
  readonly message: (message: ThreadToMain) => void;
  readonly ended: (reason: string) => void;
};

/** So much silence a single look can show. */
const maxLookMs = 1_000;

/**
 * V8 lets a heap grow to four times what lives in it when it may reach 4 GB, as on most machines, but only to twice when
 * it stays below 2 GB: 100 000 sleeping users then hold less than 5 KB each instead of up to 9. Whoever sets
 * `--max-old-space-size` gets that.
 */
const thriftyHeapMb = 2000;

const threadEntry = new URL('../thread/entry.js', import.meta.url);

export class ThreadHandle {
  readonly #worker: Worker;
  /** Of ours alone: no scenario has its other end. */
  readonly #port: MessagePort;
  readonly #events: ThreadEvents;
  readonly #pulse = new Pulse();
  #lastBeats = 0;
  #lastLookMs: number;
  #silentMs = 0;
  #hasEnded = false;

  constructor(seed: Omit<ThreadSeed, 'pulse'>, events: ThreadEvents, nowMs: number) {
    this.#lastLookMs = nowMs;
    this.#events = events;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = new Worker(threadEntry, { argv: scenarioArguments(), name: `users-${seed.threadIndex}`, resourceLimits: heapLimits(), stdout: true, stderr: true });
    passLinesOn(this.#worker.stdout, (text) => void process.stdout.write(text));
    passLinesOn(this.#worker.stderr, (text) => void process.stderr.write(text));
    this.#worker.postMessage({ seed: { ...seed, pulse: this.#pulse.memory }, port: port2 } satisfies ThreadStart<MessagePort>, [port2]);
    let failure = 'it ended by itself (process.exit() in the scenario?)';
    port1.on('message', (message) => this.#receive(message));
    port1.on('messageerror', (error) => this.#say('error', `an unreadable message: ${errorLine(error)}`));
    // The thread's parentPort, which a scenario and its packages can reach: nothing of ours goes over it.
    this.#worker.once('message', (message) => this.#say('warning', `the scenario, or a package of it, posted ${printed(message)} to the load thread's parentPort: nobody listens there, write sendMessage(type, data) to reach the master (said once)`));
    this.#worker.on('error', (error) => (failure = errorLine(error)));
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      this.#drain();
      events.ended(failure);
    });
  }

  /** The thread loads the scenario and says `ready`; only then does it take other messages. */
  load(bundleUrls: readonly string[]): void {
    if (!this.#hasEnded) this.#port.postMessage({ kind: 'load', bundleUrls } satisfies LoadScenario);
  }

  post(message: MainToThread | FeedsToThread): void {
    if (!this.#hasEnded) this.#port.postMessage(message);
  }

  /** Changes as long as the thread's event loop turns. */
  get beats(): number {
    return this.#pulse.beats;
  }

  /** Requests that have begun and are not counted yet. */
  get requests(): number {
    return this.#pulse.requests;
  }

  /** Milliseconds since the thread's event loop was last seen turning. Call it every half second or so. */
  silentMs(nowMs: number): number {
    const { beats } = this.#pulse;
    // A look that comes late was held up together with the thread (the process was suspended) and proves little.
    // The first beat is counted when the thread has begun to run: a busy machine may take its time until then.
    this.#silentMs = beats !== 0 && beats === this.#lastBeats ? this.#silentMs + Math.min(nowMs - this.#lastLookMs, maxLookMs) : 0;
    this.#lastBeats = beats;
    this.#lastLookMs = nowMs;
    return this.#silentMs;
  }

  /** Ends the thread whatever it is doing; resolves when it has ended and `ended` was told. What it counted stays readable. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: unknown): void {
    const problem = problemOf(message);
    if (problem === null) this.#events.message(message as ThreadToMain);
    else this.#say('error', `a message of a load thread is left out: ${problem}`);
  }

  /** The thread has ended: what it said last is still on its way. */
  #drain(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) this.#receive(next.message);
    this.#port.close();
  }

  #say(level: LogLevel, text: string): void {
    this.#events.message({ kind: 'log', level, text });
  }
}

/** With the dashes in front, as in the main thread: a scenario finds them in the same way (`ownArguments`). */
function scenarioArguments(): string[] {
  const at = process.argv.indexOf('--');
  return at < 0 ? [] : process.argv.slice(at);
}

function heapLimits(): ResourceLimits {
  if ([...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flags) => /max.old.space.size/u.test(flags))) return {};
  return { maxOldGenerationSizeMb: Math.min(thriftyHeapMb, Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)) };
}
