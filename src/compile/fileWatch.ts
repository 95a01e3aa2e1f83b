/**
 * Files that are looked at until they change: the scenario's modules, and the data files that they name. Looked at, not listened to: editors replace
 * files in many ways, and file systems of containers and networks tell of none of them; a look at a few dozen files costs less than a millisecond.
 */
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { clearTimer, setTimer, type Timer } from '../util/timers.ts';

const usualLookEveryMs = 300;

/** Looks at files from `watch` on, until it is closed. */
export class FileWatch {
  readonly #changed: (files: readonly string[]) => void;
  readonly #everyMs: number;
  /** How each file was when it was first looked at, or last told of. */
  #told = new Map<string, string>();
  /** How each was at the last look. */
  #seen = new Map<string, string>();
  #timer: Timer | null = null;

  /** `changed` is called once the files have stood still between two looks, with those that have changed since they were last told of. */
  constructor(changed: (files: readonly string[]) => void, everyMs: number = usualLookEveryMs) {
    this.#changed = changed;
    this.#everyMs = everyMs;
  }

  /**
   * These files from now on; what has changed meanwhile of those that were watched before is told. Absolute paths: a file that is not there is seen
   * when it comes, a folder changes when a file in it comes or goes.
   */
  watch(files: readonly string[]): void {
    const kept = (stamps: ReadonlyMap<string, string>): Map<string, string> => new Map(files.map((file) => [file, stamps.get(file) ?? stampOf(file)]));
    [this.#told, this.#seen] = [kept(this.#told), kept(this.#seen)];
    this.#timer ??= setTimer(() => this.#look(), this.#everyMs);
  }

  /** What is watched. */
  get files(): readonly string[] {
    return [...this.#told.keys()];
  }

  /** May be called twice. */
  close(): void {
    clearTimer(this.#timer);
  }

  #look(): void {
    let isMoving = false;
    for (const [file, before] of this.#seen) {
      const stamp = stampOf(file);
      isMoving ||= stamp !== before;
      this.#seen.set(file, stamp);
    }
    const found = isMoving ? [] : [...this.#seen].filter(([file, stamp]) => stamp !== this.#told.get(file));
    for (const [file, stamp] of found) this.#told.set(file, stamp);
    this.#timer = setTimer(() => this.#look(), this.#everyMs);
    if (found.length > 0) this.#changed(found.map(([file]) => file));
  }
}

/** Empty when there is no such file. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
}

const quoted = /(['"`])((?:(?!\1)[^\\\n$]){1,300})\1/gu;

/** Files that modules name in quotes, as they stand beside them or where the program was started: `feed.csv('users.csv')`. Absolute paths. */
export function namedBy(modules: readonly string[], cwd: string): readonly string[] {
  const found = new Set<string>();
  for (const path of modules) {
    for (const [, , name = ''] of readFileSync(path, 'utf8').matchAll(quoted)) {
      if (!name.includes('.')) continue;
      for (const candidate of [resolve(dirname(path), name), resolve(cwd, name)]) if (statSync(candidate, { throwIfNoEntry: false })?.isFile() === true) found.add(candidate);
    }
  }
  return [...found];
}
