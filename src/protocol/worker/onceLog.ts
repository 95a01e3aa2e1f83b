/** Says a thing once per key: a master that sends the same nonsense every second must not fill the log. */
import type { LogLevel } from '../../engine/shared/messages.ts';

/** Keys come from outside; past this many, new ones share one key. */
const maxKeys = 200;

export class OnceLog {
  readonly #said = new Set<string>();
  readonly #log: (level: LogLevel, text: string) => void;

  constructor(log: (level: LogLevel, text: string) => void) {
    this.#log = log;
  }

  /** Logs `text` unless something with this key was logged before. */
  say(key: string, level: LogLevel, text: string): void {
    const known = this.#said.size < maxKeys ? key : 'one too many';
    if (this.#said.has(key) || this.#said.has(known)) return;
    this.#said.add(known);
    this.#log(level, text);
  }
}
