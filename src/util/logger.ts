/**
 * Log lines in Locust's layout: `[2026-11-21 07:38:06,123] host/INFO/boomer: text`; and `[07:38:06] text` for a terminal, where the day and the machine are
 * known, and the level is worth a word where something is wrong. What is logged goes to every sink: the terminal, a file, the buffer for the master's Logs tab. Texts come from anywhere (a task's error, the target's answer, the
 * master): none reaches a sink with a secret or more than colours in it, or with a line that passes for another entry.
 */
import { shownText } from './redaction.ts';

/** Python's names of log levels, in small letters. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'critical';

/** From the least to the most severe. */
export const logLevels: readonly LogLevel[] = ['debug', 'info', 'warning', 'error', 'critical'];

export type Logger = (level: LogLevel, text: string) => void;

/** Takes one formatted line, which may hold several lines of text, without a line end; `short` is the same for a terminal. */
export type LogSink = (line: string, short: string) => void;

/** A logger that drops what is below `minLevel`; `now` gives the wall clock. */
export function createLogger(minLevel: LogLevel, hostname: string, sinks: readonly LogSink[], now: () => Date): Logger {
  const least = logLevels.indexOf(minLevel);
  return (level, text) => {
    if (logLevels.indexOf(level) < least) return;
    const [at, entry] = [timestamp(now()), entryText(text)];
    const line = `[${at}] ${hostname}/${level.toUpperCase()}/boomer: ${entry}`;
    const short = `[${at.slice(11, 19)}] ${level === 'info' ? '' : `${level}: `}${entry}`;
    for (const sink of sinks) sink(line, short);
  };
}

/** Further lines are indented: only ours begin at the margin. */
function entryText(text: string): string {
  return shownText(text).replaceAll('\n', '\n  ');
}

/** The level that a person means, in any case, or null; Python's short name for warning is known too. */
export function asLogLevel(text: string): LogLevel | null {
  const word = text.toLowerCase() === 'warn' ? 'warning' : text.toLowerCase();
  return logLevels.find((level) => level === word) ?? null;
}

/** Local time with milliseconds after a comma, as Python's logging writes it. */
function timestamp(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())},${String(at.getMilliseconds()).padStart(3, '0')}`;
}

/** Keys come from outside; past this many, new ones share one key. */
const maxKeys = 200;

/** Says a thing once per key: a master that sends the same nonsense every second must not fill the log. */
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
