/**
 * `--watch`: one run after the other, each of the scenario as it was saved last. What was saved is loaded beside the run that goes on, and takes its place
 * only when it could run: one that does not compile is shown, and changes nothing.
 */
import { dirname, relative } from 'node:path';
import { FileWatch, namedBy } from '../../compile/fileWatch.ts';
import type { EndReason, RunResult } from '../../report/runView.ts';
import { BoomerError } from '../../util/boomerError.ts';
import type { Logger } from '../../util/logger.ts';
import { pause } from '../../util/timers.ts';

/** Ends a run. */
type Stop = (reason: EndReason) => void;

/** How a scenario is loaded, run and closed; `Load` is one that is loaded. */
export type WatchedParts<Load> = {
  /** The scenario as it is now. Rejects with a BoomerError when it could not run. */
  readonly open: () => Promise<Load>;
  /** May be called twice. */
  readonly close: (load: Load) => Promise<void>;
  /** Absolute paths of the modules that it was compiled from. */
  readonly modules: (load: Load) => readonly string[];
  /** To its end. `changed`: what was saved before it; null: it is the first. `begun` is called when it can be ended. */
  readonly run: (load: Load, changed: string | null, begun: (stop: Stop) => void) => Promise<RunResult>;
  readonly cwd: string;
  readonly log: Logger;
  /** Between two looks at the files; half a second or less. */
  readonly lookEveryMs?: number;
};

/** More files are counted, not named. */
const maxNamed = 6;

/** How long the end of the last run waits for a scenario that is being loaded, and that nobody will run. */
const abandonMs = 2_000;

/** Resolves with the result of the run that ended for another reason than that its scenario was saved; all that was loaded is closed then. */
export async function watchedRuns<Load>(first: Load, parts: WatchedParts<Load>): Promise<RunResult> {
  const successor = new Successor(parts);
  successor.watch(first);
  try {
    for (let turn: Turn<Load> = { load: first, changed: null }; ; ) {
      const { load, changed } = turn;
      const result = await parts.run(load, changed, (stop) => successor.replaces(stop)).finally(() => parts.close(load));
      const next = result.ended.kind === 'changed' ? await successor.take() : null;
      if (next === null) return result;
      turn = next;
    }
  } finally {
    await successor.close();
  }
}

type Turn<Load> = { readonly load: Load; readonly changed: string | null };

/** The scenario as it was saved last, loaded while the run before goes on. */
class Successor<Load> {
  readonly #parts: WatchedParts<Load>;
  readonly #files: FileWatch;
  /** Saved since the last one was loaded. */
  readonly #saved = new Set<string>();
  #ready: Turn<Load> | null = null;
  /** Of modules that did not load: what they miss may come there. */
  #folders: ReadonlySet<string> = new Set();
  #lastTrouble = '';
  #loading: Promise<void> | null = null;
  #stop: Stop | null = null;
  #isClosed = false;

  constructor(parts: WatchedParts<Load>) {
    this.#parts = parts;
    this.#files = new FileWatch((files) => {
      for (const file of files) this.#saved.add(file);
      this.#loading ??= this.#load().finally(() => (this.#loading = null));
    }, parts.lookEveryMs);
  }

  watch(load: Load): void {
    const modules = this.#parts.modules(load);
    const files = [...new Set([...modules, ...namedBy(modules, this.#parts.cwd)])];
    this.#folders = new Set();
    this.#lastTrouble = '';
    const isKnown = files.every((file) => this.#files.files.includes(file));
    this.#files.watch(files);
    if (!isKnown) this.#parts.log('info', `watching ${files.length > maxNamed ? `${files.length} files` : files.map((file) => relative(this.#parts.cwd, file)).join(', ')}`);
  }

  /** The run that is to be ended when the next can begin. */
  replaces(stop: Stop): void {
    this.#stop = stop;
    if (this.#ready !== null) this.#end(stop, this.#ready);
  }

  /** The newest that could run; it is waited for while it is being loaded. */
  async take(): Promise<Turn<Load> | null> {
    this.#stop = null;
    await this.#loading;
    const ready = this.#ready;
    this.#ready = null;
    return ready;
  }

  /** Nothing is loaded any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#files.close();
    await Promise.race([this.#loading, pause(abandonMs)]);
    if (this.#ready !== null) await this.#parts.close(this.#ready.load);
  }

  async #load(): Promise<void> {
    const { open, close, cwd, log } = this.#parts;
    const names = new Set(this.#ready === null ? [] : (this.#ready.changed ?? '').split(', '));
    while (this.#saved.size > 0 && !this.#isClosed) {
      const saved = [...this.#saved].filter((file) => !this.#folders.has(file)).map((file) => relative(cwd, file));
      this.#saved.clear();
      for (const name of saved.length === 0 ? ['a file beside the scenario'] : saved) names.add(name);
      try {
        const load = await open();
        if (this.#isClosed) return await close(load);
        if (this.#ready !== null) await close(this.#ready.load);
        this.#ready = { load, changed: [...names].join(', ') };
        this.watch(load);
      } catch (error) {
        if (!(error instanceof BoomerError)) throw error;
        // Editors leave files of their own beside what is edited.
        if (saved.length > 0 || error.message !== this.#lastTrouble) log('error', `${[...names].join(', ')} was saved, and the run goes on as it was: ${error.message}`);
        this.#lastTrouble = error.message;
        const files = this.#files.files.filter((file) => !this.#folders.has(file));
        this.#folders = new Set(files.map(dirname));
        this.#files.watch([...files, ...this.#folders]);
      }
    }
    if (this.#ready !== null && this.#stop !== null) this.#end(this.#stop, this.#ready);
  }

  #end(stop: Stop, { changed }: Turn<Load>): void {
    stop({ kind: 'changed', files: changed ?? '' });
  }
}
