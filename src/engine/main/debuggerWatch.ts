/**
 * Whether somebody debugs this process: a thread that waits at a breakpoint looks as if it were blocked.
 *
 * Node does not say whether a client is attached, only that its inspector listens: after `--inspect`, `inspector.open()` or a SIGUSR1, which is
 * how debuggers come in. It serves the load threads too.
 */
import type { LogLevel } from '../shared/messages.ts';

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
