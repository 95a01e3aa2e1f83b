/** `boomer-node record`: a proxy in front of a target, until somebody ends it; then the recording may become a scenario. Exit code 0, 1 when not all could be written. */
import { createInterface } from 'node:readline/promises';
import { LiveRegion } from '../outputs/console/liveRegion.ts';
import { coloursOf, cut } from '../outputs/console/table.ts';
import { assertWritable } from '../outputs/reportFile.ts';
import type { PassedExchange } from '../record/passedExchange.ts';
import { Recorder, type RecorderOptions, type RecordingCounts } from '../record/recorder.ts';
import { rowText } from '../record/rows.ts';
import { byteText, countOf } from '../report/numberText.ts';
import { onSignals } from '../session/session.ts';
import { exitCode } from '../session/verdict.ts';
import { BoomerError } from '../util/boomerError.ts';
import { counted } from '../util/counted.ts';
import { errorLine } from '../util/errorText.ts';
import type { Flag } from './commandLine.ts';
import { importRequest, runImport } from './importCommand.ts';
import { displayOf, terminalOf, type Terminal } from './run/terminal.ts';

/** Its flags. */
export const recordFlags: Readonly<Record<string, Flag>> = {
  target: { type: 'string', requiresArg: true, describe: 'Where requests go: http://localhost:3000, https://shop.example' },
  port: { type: 'string', requiresArg: true, describe: 'Where the proxy listens, on 127.0.0.1; 0: any that is free [default: 8080]' },
  output: { type: 'string', alias: 'o', requiresArg: true, describe: 'The recording: FILE.har, or FILE.gor for GoReplay and replays [default: recording-TIME.har]' },
  import: { type: 'string', requiresArg: true, describe: 'Make a scenario of it in the end, in this file' },
  'preserve-host': { type: 'boolean', describe: 'Send the Host that the client sent, in place of the target\'s' },
  insecure: { type: 'boolean', alias: 'k', describe: 'Take any certificate of the target' },
  'keep-secrets': { type: 'boolean', describe: 'Write passwords, cookies and tokens as they are, for a replay; such a file belongs in no repository' },
};

/** What was asked for, as checked values. */
export type RecordRequest = Pick<RecorderOptions, 'target' | 'port' | 'keepsHost' | 'isInsecure' | 'keepsSecrets' | 'path'> & {
  /** Null: nobody said. */
  readonly scenarioFile: string | null;
};

const defaultPort = '8080';
const maxPort = 65_535;

/** `now`: for the recording's name. Throws a BoomerError that says what was expected. */
export function recordRequest(typed: Readonly<Record<string, unknown>>, words: readonly string[], now: Date): RecordRequest {
  const [word, ...others] = words;
  const named = textOf(typed, 'target');
  if (others.length > 0 || (word !== undefined && named !== null)) throw usage(`record expects one target, got ${[...(named === null ? [] : [named]), ...words].join(', ')}`);
  const port = textOf(typed, 'port') ?? defaultPort;
  if (!/^\d{1,5}$/u.test(port) || Number(port) > maxPort) throw usage(`--port expects a number from 0 to ${maxPort}, got "${port}"`);
  const path = textOf(typed, 'output') ?? `recording-${stampOf(now)}.har`;
  if (!/\.(?:har|gor|json)$/iu.test(path)) throw usage(`--output expects a name that ends in .har or .gor, got "${path}"`);
  const target = targetOf(named ?? word ?? null);
  if (target.port === String(Number(port)) && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(target.hostname)) throw usage(`${target.origin} is the target, so the proxy cannot listen there: name another --port`);
  return {
    target,
    port: Number(port),
    path,
    scenarioFile: textOf(typed, 'import'),
    keepsHost: typed['preserve-host'] === true,
    isInsecure: typed['insecure'] === true,
    keepsSecrets: typed['keep-secrets'] === true,
  };
}

function targetOf(text: string | null): URL {
  const example = 'boomer-node record --target http://localhost:3000';
  if (text === null) throw usage(`record expects a target: ${example}`);
  if (!/^https?:\/\//iu.test(text) || !URL.canParse(text)) throw usage(`--target expects a URL such as http://localhost:3000, got "${text}"`);
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') throw usage('--target expects a URL without user and password: log in through the proxy');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') throw usage(`--target expects a host without a path, got "${text}": name ${url.origin}, and open ${url.pathname}${url.search} of the proxy`);
  return url;
}

/** `20261129-153012` in the time zone of whoever looks at it. */
function stampOf(now: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}-${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
}

/** What a process has around it. */
export type RecordSurroundings = {
  readonly version: string;
  readonly stdout: { readonly write: (text: string) => unknown };
  readonly stderr: { readonly write: (text: string) => unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** How long requests that are under way have in the end. */
const patienceMs = 5000;

/** Resolves with the exit code, once somebody has ended it; rejects with a BoomerError when it cannot begin. */
export async function runRecord(request: RecordRequest, { version, stdout, stderr, env }: RecordSurroundings): Promise<number> {
  const { scenarioFile, path, target } = request;
  if (scenarioFile !== null) await assertWritable(scenarioFile);
  const terminal = terminalOf(displayOf({ isQuiet: false, isOnlySummary: false, hasNoProgress: false, hasNoColour: false }, env));
  const ending = new Ending();
  const shown = new ShownRows(terminal, () => countsText(recorder.counts, path));
  const recorder: Recorder = await Recorder.start({ ...request, version, onExchange: (exchange) => shown.add(exchange), onError: (error) => ending.fail(error) });
  const stopListening = onSignals(() => ending.end());
  stderr.write(`${recorder.url} passes on to ${target.origin}, into ${path}${request.keepsSecrets ? ' with all secrets' : ''}; open it in a browser, Ctrl-C ends the recording\n`);
  let error = await ending.asked;
  if (recorder.underWay > 0 && error === null) shown.say(`${countOf(recorder.underWay, 'request')} under way: at most ${patienceMs / 1000} s more, Ctrl-C again ends it now`);
  void ending.again.then(() => recorder.stop(0).catch(() => undefined));
  try {
    await recorder.stop(error === null ? patienceMs : 0);
  } catch (cause) {
    error = cause;
  }
  shown.close();
  stopListening();
  if (error !== null) stderr.write(`boomer-node: ${errorLine(error)}\n`);
  stderr.write(`${countsText(recorder.counts, path)}\n`);
  if (recorder.forgottenSecrets > 0) stderr.write(`There were so many secrets that ${countOf(recorder.forgottenSecrets, 'value')} of them are hidden only where a name says what they are: look at the file before you give it to anybody\n`);
  if (recorder.withoutBodies > 0) stderr.write(`${countOf(recorder.withoutBodies, 'request')} of these without bodies, which could not be looked through for secrets\n`);
  if (recorder.counts.requests === 0) return error === null ? exitCode.ok : exitCode.error;
  const scenario = scenarioFile ?? (error === null ? await askedScenario(terminal, path) : null);
  if (scenario === null) stderr.write(`A scenario of it: boomer-node import ${quoted(path)} -o scenario.ts\n`);
  else await runImport(importRequest({ output: scenario }, [path]), { stdout, stderr });
  return error === null ? exitCode.ok : exitCode.error;
}

/** Why a recording ends: a signal, or a file that cannot be written. */
class Ending {
  /** Null: somebody asked for it. */
  readonly asked: Promise<unknown>;
  /** Somebody asked once more. */
  readonly again: Promise<void>;
  #end: (error: unknown) => void = () => undefined;
  #again: () => void = () => undefined;
  #isAsked = false;

  constructor() {
    this.asked = new Promise((resolve) => (this.#end = resolve));
    this.again = new Promise((resolve) => (this.#again = resolve));
  }

  end(): void {
    if (this.#isAsked) this.#again();
    this.#isAsked = true;
    this.#end(null);
  }

  fail(error: Error): void {
    this.#isAsked = true;
    this.#end(error);
  }
}

/** Between two looks at a terminal. */
const showEveryMs = 100;
/** Nobody reads more of them than that. */
const maxRowsAtOnce = 200;

/** Rows as they come, and on a terminal how many there are, at its bottom. */
class ShownRows {
  readonly #terminal: Terminal;
  readonly #region: LiveRegion | null;
  readonly #counts: () => string;
  #timer: NodeJS.Timeout | null = null;
  #rows: string[] = [];
  #leftOut = 0;

  constructor(terminal: Terminal, counts: () => string) {
    this.#terminal = terminal;
    this.#counts = counts;
    this.#region = terminal.stream.isTerminal ? new LiveRegion(terminal.stream) : null;
  }

  add(exchange: PassedExchange): void {
    this.#timer ??= setInterval(() => this.#show(), showEveryMs);
    if (this.#region !== null && this.#rows.length >= maxRowsAtOnce) this.#leftOut += 1;
    else this.#rows.push(rowText(exchange, this.#terminal.stream.columns(), coloursOf(this.#terminal.colours)));
  }

  /** Something else, below the rows so far. */
  say(text: string): void {
    this.#rows.push(text);
    this.#show();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#show();
    this.#region?.clear();
  }

  #show(): void {
    const { stream } = this.#terminal;
    if (this.#rows.length === 0) return;
    const text = [...this.#rows.splice(0), ...(this.#leftOut === 0 ? [] : [`… and ${countOf(this.#leftOut, 'request')} more at that moment`])].join('\n');
    this.#leftOut = 0;
    if (this.#region === null) stream.write(`${text}\n`);
    else {
      this.#region.above(text);
      this.#region.draw([cut(this.#counts(), this.#region.width)]);
    }
  }
}

function countsText({ requests, problems, cutBodies, tunnels, bytes }: RecordingCounts, path: string): string {
  if (requests === 0) return 'nothing was recorded, and no file is left';
  return [
    `${path}: ${countOf(requests, 'request')}, ${byteText(bytes)}`,
    ...(problems === 0 ? [] : [`${problems} not answered as a whole`]),
    ...(cutBodies === 0 ? [] : [`${counted(cutBodies, 'long body').replace('bodys', 'bodies')} cut`]),
    ...(tunnels === 0 ? [] : [`${counted(tunnels, 'WebSocket')} without content`]),
  ].join(', ');
}

/** On a terminal somebody may go on at once; null: not now. */
async function askedScenario({ acceptsKeys }: Terminal, path: string): Promise<string | null> {
  if (!acceptsKeys) return null;
  const input = createInterface({ input: process.stdin, output: process.stderr });
  const given = new AbortController();
  input.on('SIGINT', () => given.abort()).on('close', () => given.abort());
  try {
    const offered = path.replace(/\.\w+$/u, '.ts');
    const name = (await input.question(`Make a scenario of it? y for ${offered}, or the name of a file (Enter: not now): `, { signal: given.signal })).trim();
    if (/^(?:n|no)?$/iu.test(name)) return null;
    return /^(?:y|yes)$/iu.test(name) ? offered : name;
  } catch {
    // Ctrl-C or Ctrl-D: not now.
    process.stderr.write('\n');
    return null;
  } finally {
    input.close();
  }
}

/** For a shell. */
function quoted(path: string): string {
  return /^[\w./@%+:-]+$/u.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function textOf(typed: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = typed[name];
  if (value === undefined) return null;
  if (typeof value !== 'string' || value === '') throw usage(Array.isArray(value) ? `--${name} was given ${value.length} times, expected it once` : `--${name} expects a value`);
  return value;
}

function usage(message: string): BoomerError {
  return new BoomerError('usage', message);
}
