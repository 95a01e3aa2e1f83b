/**
 * The terminal of the process, as the console wants it: stderr for people, stdout is left to data.
 */
import type { Environment } from './options/environmentLayer.ts';
import type { Settings } from './options/settings.ts';
import { isStderrBehind } from './standardStreams.ts';

/** How a run is shown. */
export type Display = {
  readonly isQuiet: boolean;
  /** No live table: header, then the end. */
  readonly isOnlySummary: boolean;
  /** False after `--no-progress`, or where CI is set. */
  readonly hasProgress: boolean;
  /** From `--no-color`, NO_COLOR and FORCE_COLOR; null: as the terminal is. */
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
export function displayOf({ isQuiet, isOnlySummary, hasNoProgress, hasNoColour }: Pick<Settings, 'isQuiet' | 'isOnlySummary' | 'hasNoProgress' | 'hasNoColour'>, env: Environment): Display {
  return { isQuiet, isOnlySummary, hasProgress: !hasNoProgress && !saysYes(env['CI']), hasColours: hasNoColour ? false : coloursSaid(env) };
}

/** The terminal of the process, shown to as `display` says. */
export function terminalOf({ hasProgress, hasColours, isQuiet, isOnlySummary }: Display): Terminal {
  const { stderr, stdin } = process;
  // Of a pipe it is undefined, whatever its type says.
  const isTTY = Boolean(stderr.isTTY);
  const isTerminal = isTTY && hasProgress;
  return {
    stream: {
      isTerminal,
      // A terminal that does not know its size says 0.
      columns: () => (isTTY && stderr.columns > 0 ? stderr.columns : plainColumns),
      rows: () => (isTTY && stderr.rows > 0 ? stderr.rows : plainRows),
      write: (text) => void stderr.write(text),
      isBehind: isStderrBehind,
    },
    colours: hasColours ?? isTTY,
    acceptsKeys: isTerminal && Boolean(stdin.isTTY) && !isQuiet && !isOnlySummary,
  };
}

/** NO_COLOR (no-color.org) goes before FORCE_COLOR, as in picocolors; null: nobody says anything. */
function coloursSaid(env: Environment): boolean | null {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  return forced === undefined ? null : saysYes(forced) || forced === '';
}

function saysYes(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value.toLowerCase());
}
