/**
 * The terminal of the process, as the console wants it: stderr for people, stdout is left to data; and keys that somebody presses.
 */
import type { ProcessEnvironment } from '../../options/environmentLayer.ts';
import type { Settings } from '../../options/settings.ts';
import { isOnTerminal, isStderrBehind, writeToScreen } from '../../session/standardStreams.ts';

/** How a run is shown. */
export type Display = {
  readonly isQuiet: boolean;
  /** No live table: header, then the end. */
  readonly isOnlySummary: boolean;
  /** As `redrawsInPlace`. */
  readonly hasProgress: boolean;
  /** From `--no-color`, NO_COLOR, FORCE_COLOR and TERM=dumb; null: as the terminal is. */
  readonly hasColours: boolean | null;
};

/** stderr as the console writes to it. */
export type Terminal = {
  readonly stream: {
    readonly isTerminal: boolean;
    readonly columns: () => number;
    readonly rows: () => number;
    readonly write: (text: string) => void;
    readonly isBehind: () => boolean;
  };
  readonly colours: boolean;
  /** Somebody may press keys. */
  readonly acceptsKeys: boolean;
};

/** Of a pipe or a file: Locust gives names 80 cells there. */
const plainColumns = 160;
const plainRows = 24;

/** What flags say, and the variables that programs on a terminal have in common. */
export function displayOf({ isQuiet, isOnlySummary, hasNoProgress, hasNoColour }: Pick<Settings, 'isQuiet' | 'isOnlySummary' | 'hasNoProgress' | 'hasNoColour'>, env: ProcessEnvironment): Display {
  return { isQuiet, isOnlySummary, hasProgress: redrawsInPlace(hasNoProgress, env), hasColours: hasNoColour ? false : coloursSaid(env) };
}

/** Whether a terminal may be drawn on: not after `--no-progress`, where CI is set, or where the terminal knows no more than lines (TERM=dumb). */
export function redrawsInPlace(hasNoProgress: boolean, env: ProcessEnvironment): boolean {
  return !hasNoProgress && !saysYes(env['CI']) && !isDumb(env);
}

/** The terminal of the process, shown to as `display` says. */
export function terminalOf({ hasProgress, hasColours, isQuiet, isOnlySummary }: Display): Terminal {
  const { stderr, stdin } = process;
  const isTTY = isOnTerminal();
  const isTerminal = isTTY && hasProgress;
  return {
    stream: {
      isTerminal,
      // A terminal that does not know its size says 0.
      columns: () => (isTTY && stderr.columns > 0 ? stderr.columns : plainColumns),
      rows: () => (isTTY && stderr.rows > 0 ? stderr.rows : plainRows),
      write: writeToScreen,
      isBehind: isStderrBehind,
    },
    colours: hasColours ?? isTTY,
    acceptsKeys: isTerminal && Boolean(stdin.isTTY) && !isQuiet && !isOnlySummary,
  };
}

/** NO_COLOR (no-color.org) goes before FORCE_COLOR, and that before TERM=dumb, as in picocolors; null: nobody says anything. */
function coloursSaid(env: ProcessEnvironment): boolean | null {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return saysYes(forced) || forced === '';
  return isDumb(env) ? false : null;
}

function isDumb(env: ProcessEnvironment): boolean {
  return env['TERM'] === 'dumb';
}

function saysYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}

/** As much of `process.stdin` as is needed. */
export type KeyInput = {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
  on: (event: 'data' | 'error', listener: (chunk: Buffer | string) => void) => unknown;
  off: (event: 'data', listener: (chunk: Buffer | string) => void) => unknown;
  listeners: (event: 'error') => readonly unknown[];
  resume: () => unknown;
  pause: () => unknown;
};

/** What keys do. */
export type KeyActions = {
  readonly stdin: KeyInput;
  /** More users, or fewer if negative. */
  readonly onUsers: (by: number) => void;
  readonly onQuit: () => void;
  /** Ctrl-C, which is only a key while the terminal hands over each one: what SIGINT would have done. */
  readonly onInterrupt: () => void;
};

const usersBy: Readonly<Record<string, number>> = { w: 1, W: 10, s: -1, S: -10 };
const ctrlC = '\u0003';

/** A closed terminal gives errors, at the latest when its mode is put back; what ends the run is SIGHUP. */
const ignoreClosedTerminal = (): void => undefined;

/**
 * Keys while a run goes on, as in Locust (input_events.py, main.py): `w` and `W` for one user and ten users more, `s` and `S` for fewer;
 * `q` ends the run. Listens until the function that it returns is called, which may be twice, or the process ends; does nothing where stdin
 * is no terminal. The terminal is as it was before from then on.
 */
export function listenToKeys({ stdin, onUsers, onQuit, onInterrupt }: KeyActions): () => void {
  if (stdin.isTTY !== true || stdin.setRawMode === undefined) return () => undefined;
  const wasRaw = stdin.isRaw === true;
  const onData = (chunk: Buffer | string): void => {
    // Arrows and function keys come as one sequence: its letters are not keys.
    for (const key of chunk.toString().replace(/\u001b(?:\[[\d;]*[ -/]*[@-~]|O.|.)?/gu, '')) {
      const by = usersBy[key];
      if (by !== undefined) onUsers(by);
      else if (key === 'q') onQuit();
      else if (key === ctrlC) onInterrupt();
    }
  };
  let isListening = true;
  const stop = (): void => {
    if (!isListening) return;
    isListening = false;
    process.off('exit', stop);
    stdin.off('data', onData);
    stdin.setRawMode?.(wasRaw);
    // A stdin that is read keeps the process alive.
    stdin.pause();
  };
  // It stays, for the error that comes of the mode that is put back; once, however many runs --watch makes.
  if (!stdin.listeners('error').includes(ignoreClosedTerminal)) stdin.on('error', ignoreClosedTerminal);
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  process.on('exit', stop);
  return stop;
}
