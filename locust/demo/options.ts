/** The demo's flags: Locust's names, so that what one learns here is right there too. */
import { parseArgs } from 'node:util';
import leven from 'leven';

export type DemoOptions = {
  /** At the peak; 1 … 100 000. */
  readonly users: number;
  /** Users started per second; above 0. */
  readonly spawnPerSec: number;
  /** From the moment the worker is there to the stop; whole, as Locust wants it, and at least 1. */
  readonly runTimeSec: number;
};

export type DemoCommand =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help'; readonly text: string }
  /** `text` says what was expected, what came and what to do. */
  | { readonly kind: 'usageError'; readonly text: string };

/** About a minute: 50 s of ramp-up and 20 s at the peak. */
export const defaultOptions: DemoOptions = { users: 50, spawnPerSec: 1, runTimeSec: 70 };

const flags = {
  users: { type: 'string', short: 'u' },
  'spawn-rate': { type: 'string', short: 'r' },
  'run-time': { type: 'string', short: 't' },
  help: { type: 'boolean', short: 'h' },
} as const;

const help = `A real Locust master, its web UI, a target to load and our worker, for about a minute.

  npm start -- [flags]

  -u, --users N         users at the peak (${defaultOptions.users})
  -r, --spawn-rate N    users started per second (${defaultOptions.spawnPerSec})
  -t, --run-time TIME   how long, e.g. 20, 20s, 1m30s (${defaultOptions.runTimeSec}s)
  -h, --help            this text
`;

/** What the command line after `npm start --` asks for. Never throws. */
export function parseDemoArgs(args: readonly string[]): DemoCommand {
  const { values, tokens } = parseArgs({ args: [...args], options: flags, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional') return strayWord(token.value);
    if (token.kind === 'option') {
      const problem = checkFlag(token.name, token.rawName, token.value);
      if (problem !== null) return usageError(problem);
    }
  }
  if (values['help'] === true) return { kind: 'help', text: help };
  return readValues(values);
}

function readValues(values: Readonly<Record<string, unknown>>): DemoCommand {
  const users = numberOf(values['users'], defaultOptions.users);
  if (!Number.isInteger(users) || users < 1 || users > 100_000) return badValue('--users', 'a whole number from 1 to 100000', values['users']);
  const spawnPerSec = numberOf(values['spawn-rate'], defaultOptions.spawnPerSec);
  if (!Number.isFinite(spawnPerSec) || spawnPerSec <= 0) return badValue('--spawn-rate', 'a number above 0', values['spawn-rate']);
  const runTime = values['run-time'];
  const runTimeSec = typeof runTime === 'string' ? durationSecOf(runTime) : defaultOptions.runTimeSec;
  if (!(runTimeSec >= 1)) return badValue('--run-time', 'a time such as 20, 20s or 1m30s', runTime);
  return { kind: 'run', options: { users, spawnPerSec, runTimeSec } };
}

/** NaN for text that is not a plain decimal number, so that `0x10`, blanks and `Infinity` are refused with the rest. */
function numberOf(value: unknown, unset: number): number {
  if (value === undefined) return unset;
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
}

/** Rounded up to whole seconds; NaN for what is no duration. */
function durationSecOf(text: string): number {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:\.\d+)?|(?:\d+(?:\.\d+)?(?:ms|[smhd]))+)$/.test(trimmed)) return Number.NaN;
  const unitSec: Readonly<Record<string, number>> = { ms: 0.001, '': 1, s: 1, m: 60, h: 3600, d: 86_400 };
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd]?)/g)];
  return Math.ceil(parts.reduce((sec, [, amount, unit = '']) => sec + Number(amount) * (unitSec[unit] ?? 0), 0));
}

function checkFlag(name: string, rawName: string, value: string | undefined): string | null {
  if (!Object.hasOwn(flags, name)) {
    const meant = Object.keys(flags).find((flag) => leven(flag, name) <= 2);
    return `unknown flag ${rawName}${meant === undefined ? '' : `; did you mean --${meant}?`}`;
  }
  const takesValue = name !== 'help';
  if (takesValue && value === undefined) return `${rawName} needs a value`;
  if (!takesValue && value !== undefined) return `${rawName} takes no value, but "${value}" came`;
  return null;
}

/** Without the `--`, npm keeps the flags for itself and hands on the bare values. */
function strayWord(word: string): DemoCommand {
  return usageError(`unexpected word "${word}"; flags go behind two dashes: npm start -- --users 10 --run-time 20s`);
}

function badValue(flag: string, expected: string, came: unknown): DemoCommand {
  return usageError(`${flag} must be ${expected}, but "${String(came)}" came`);
}

function usageError(problem: string): DemoCommand {
  return { kind: 'usageError', text: `${problem}\n\n${help}` };
}
