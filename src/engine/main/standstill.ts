/**
 * Judges an event loop that does not turn: it is to be warned about once, and its thread to be replaced when it stays so.
 */
import { availableParallelism, loadavg } from 'node:os';
import { counted } from '../../util/counted.ts';
import type { LogLevel } from '../shared/messages.ts';

/** So long a standstill is worth a warning. */
export const blockedMs = 5_000;

export class Standstill {
  readonly #hangTimeoutMs: number;
  #isKnown = false;

  /** `hangTimeoutMs` 0: no thread is replaced. */
  constructor(hangTimeoutMs: number) {
    this.#hangTimeoutMs = hangTimeoutMs;
  }

  /** The loop has not turned for `silentMs`; `blocked` is told once for each standstill. A thread that still loads is not `hung`: another would do the same. */
  judge(silentMs: number, isReady = true): 'fine' | 'blocked' | 'hung' {
    if (isReady && this.#hangTimeoutMs > 0 && silentMs >= this.#hangTimeoutMs) return 'hung';
    const wasKnown = this.#isKnown;
    this.#isKnown = silentMs >= blockedMs;
    return this.#isKnown && !wasKnown ? 'blocked' : 'fine';
  }

  /** Another thread takes its place. */
  clear(): void {
    this.#isKnown = false;
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
