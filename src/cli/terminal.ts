/**
 * The terminal of the process, as the console wants it: stderr for people, stdout is left to data.
 */
import type { DisplaySettings } from './runSettings.ts';
import { isStderrBehind } from './standardStreams.ts';

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

export function terminalOf({ hasProgress, hasColours, isQuiet, isOnlySummary }: DisplaySettings): Terminal {
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
