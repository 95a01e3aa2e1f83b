/**
 * Finds an event loop that does not turn: it is to be warned about once, and its thread to be replaced when it stays so.
 */
import { availableParallelism, loadavg } from 'node:os';
import { counted } from '../../util/counted.ts';
import type { LogLevel } from '../../util/logger.ts';

/** So long a standstill is worth a warning. */
export const blockedMs = 5_000;

/** So much silence a single look can show. */
const maxLookMs = 1_000;

export class Standstill {
  readonly #hangTimeoutMs: number;
  #lastBeats = 0;
  #lastLookMs = 0;
  #silentMs = 0;
  #isKnown = false;

  /** `hangTimeoutMs` 0: no thread is replaced. */
  constructor(hangTimeoutMs: number) {
    this.#hangTimeoutMs = hangTimeoutMs;
  }

  /** A thread begins, perhaps in place of another. */
  begin(nowMs: number): void {
    this.#lastBeats = 0;
    this.#lastLookMs = nowMs;
    this.#silentMs = 0;
    this.#isKnown = false;
  }

  /** Milliseconds since the loop was last seen turning; `beats` changes as long as it does. Call it every half second or so. */
  silentMs(beats: number, nowMs: number): number {
    // A look that comes late was held up together with the thread (the process was suspended) and proves little.
    // The first beat is counted when the thread has begun to run: a busy machine may take its time until then.
    this.#silentMs = beats !== 0 && beats === this.#lastBeats ? this.#silentMs + Math.min(nowMs - this.#lastLookMs, maxLookMs) : 0;
    this.#lastBeats = beats;
    this.#lastLookMs = nowMs;
    return this.#silentMs;
  }

  /** The loop has not turned for `silentMs`; `blocked` is told once for each standstill. A thread that still loads is not `hung`: another would do the same. */
  judge(silentMs: number, isReady = true): 'fine' | 'blocked' | 'hung' {
    if (isReady && this.#hangTimeoutMs > 0 && silentMs >= this.#hangTimeoutMs) return 'hung';
    const wasKnown = this.#isKnown;
    this.#isKnown = silentMs >= blockedMs;
    return this.#isKnown && !wasKnown ? 'blocked' : 'fine';
  }
}

/** Processes that want to run, for each core: with more, a thread may wait for its turn as if it were blocked. */
const maxLoadPerCore = 1.5;

/** Why a loop stands still, as far as this side can tell; `load` is that of the last minute, 0 where the system knows none. */
export function causeOfStandstill(load: number = loadavg()[0] ?? 0, cores: number = availableParallelism()): string {
  const task = 'a task blocks it';
  return load <= maxLoadPerCore * cores ? task : `${task}, or the machine has no CPU left for it (load ${load.toFixed(1)} on ${counted(cores, 'core')})`;
}

/**
 * Whether somebody debugs this process: a thread that waits at a breakpoint looks as if it were blocked.
 *
 * Node does not say whether a client is attached, only that its inspector listens: after `--inspect`, `inspector.open()` or a SIGUSR1, which is
 * how debuggers come in. It serves the load threads too.
 */
export class DebuggerWatch {
  readonly #log: (level: LogLevel, text: string) => void;
  readonly #inspectorUrl: () => string | undefined;
  #isSaid = false;

  constructor(log: (level: LogLevel, text: string) => void, inspectorUrl: () => string | undefined = openInspectorUrl) {
    this.#log = log;
    this.#inspectorUrl = inspectorUrl;
  }

  /** Ask it when a thread stands still: true means that it may be at a breakpoint, which is said the first time. */
  excuses(): boolean {
    const url = this.#inspectorUrl();
    if (url === undefined) return false;
    // Not the whole URL: who knows its path may debug, and the log goes to the master.
    if (!this.#isSaid) this.#log('warning', `a load thread stands still while the inspector listens at ${new URL(url).host}: it may be at a breakpoint, so no thread is called blocked or replaced`);
    this.#isSaid = true;
    return true;
  }
}

/** Looked up when it is needed: no start pays for the module. */
function openInspectorUrl(): string | undefined {
  return process.getBuiltinModule('node:inspector')?.url();
}
