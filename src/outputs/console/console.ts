/**
 * A run without a master on the terminal: what is about to run, where it stands, and the log.
 *
 * On a terminal the bottom of the window is redrawn once a second and log lines scroll above it; elsewhere (a pipe, CI,
 * `--no-progress`) there are plain lines. `--quiet` shows neither the header nor progress, as k6's does, `--only-summary`
 * the header alone. Neither silences the log, which has its own level, nor the report at the end.
 */
import { classText, type RunMoment, type RunStart } from '../../report/runView.ts';
import { harmless, harmlessLog } from '../../util/harmless.ts';
import { timeOfDay } from '../../report/numberText.ts';
import type { Output } from '../outputs.ts';
import { whileRead } from './brokenPipe.ts';
import { LiveRegion, type TerminalScreen } from './liveRegion.ts';
import { PlainLines, progressBar, statusLine } from './progressLines.ts';
import { statsTable, statsTableFrameLines } from './statsTable.ts';
import { type Colours, coloursOf, cut } from './table.ts';

/** What the console shows, and where. */
export type ConsoleOptions = {
  /** `columns` and `rows` are asked for at each frame, so that a new size of the window counts from then on. */
  readonly stream: TerminalScreen & { readonly isTerminal: boolean };
  readonly isQuiet: boolean;
  readonly isOnlySummary: boolean;
  /** False: plain lines, also on a terminal. */
  readonly hasProgress: boolean;
  readonly colours: boolean;
  /** A clock that never goes back. */
  readonly nowMs: () => number;
  /** Shows which keys there are. */
  readonly acceptsKeys: boolean;
};

export type Console = {
  /** Shows the run from its beginning to its end. */
  readonly output: Output;
  /** Writes log text, above what is redrawn. */
  readonly log: (line: string) => void;
  /** Takes away what is redrawn, until another run begins; may be called twice. The log goes on below. */
  readonly end: () => void;
};

/** What shows the moments of a run, in whatever way. */
type Progress = {
  readonly begin: (runTimeMs: number | null) => void;
  readonly show: (moment: RunMoment) => void;
  readonly log: (text: string) => void;
  readonly end: () => void;
};

/** The console of one run. */
export function createConsole(options: ConsoleOptions): Console {
  const { stream, isQuiet, isOnlySummary, hasProgress, colours } = options;
  const safe: ConsoleOptions = { ...options, stream: { ...stream, write: whileRead((text) => stream.write(text)) } };
  const isSilent = isQuiet || isOnlySummary;
  const progress = isSilent ? noProgress(safe) : stream.isTerminal && hasProgress ? liveProgress(safe) : plainProgress(safe);
  return {
    output: {
      onStart: (start) => {
        if (start.changed !== null) progress.log(harmless(changeLine(start)));
        else if (!isQuiet) progress.log(headerLines(start, coloursOf(colours)).join('\n'));
        progress.begin(start.runTimeMs);
      },
      onEvent: (moment) => progress.show(moment),
    },
    log: (line) => progress.log(harmlessLog(line)),
    end: () => progress.end(),
  };
}

function noProgress({ stream }: ConsoleOptions): Progress {
  return { begin: () => undefined, show: () => undefined, log: (text) => stream.write(`${text}\n`), end: () => undefined };
}

function plainProgress(options: ConsoleOptions): Progress {
  const { stream, nowMs } = options;
  const lines = new PlainLines();
  const show = (moment: RunMoment): void => {
    const line = lines.due(moment, nowMs());
    if (line !== null) stream.write(`${line}\n`);
  };
  return { ...noProgress(options), show };
}

function liveProgress({ stream, colours, acceptsKeys }: ConsoleOptions): Progress {
  const region = new LiveRegion(stream);
  const paint = coloursOf(colours);
  let runTimeMs: number | null = null;
  let isOver = false;
  return {
    begin: (limitMs) => {
      runTimeMs = limitMs;
      isOver = false;
    },
    show: (moment) => {
      if (isOver) return;
      const { width, height } = region;
      region.draw(liveFrame(moment, { width, height, runTimeMs, acceptsKeys, colours: paint }));
    },
    log: (text) => region.above(text),
    end: () => {
      isOver = true;
      region.clear();
    },
  };
}

/** From when on a run counts that began anew. */
export function changeLine({ changed, startSec }: Pick<RunStart, 'changed' | 'startSec'>): string {
  return `counted from ${timeOfDay(startSec)} on: ${changed ?? ''} was saved`;
}

/* What is about to run, as k6 shows it; pure. */

/** Ends with an empty line. Long values wrap as the terminal wraps them. */
export function headerLines(start: RunStart, { strong, measured }: Colours): string[] {
  const { version, files, host, plan, classes, threadCount, seed, labels } = start;
  const entries: readonly (readonly [label: string, value: string])[] = [
    ['scenario', files.join(', ')],
    ['target', host ?? 'the host of each user class'],
    ['load', plan],
    ['users', classes.map(classText).join(', ')],
    ['threads', String(threadCount)],
    ['seed', seed],
    ['tags', Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')],
  ];
  const shown = entries.filter(([, value]) => value !== '');
  return ['', strong(`boomer-node ${version}`), '', ...shown.map(([label, value]) => `${label.padStart(10)}: ${measured(harmless(value))}`), ''];
}

/** What is redrawn in place while a run goes on: where it stands, Locust's table as far as there is room, keys; pure. */
export type LiveFrameOptions = {
  /** Cells of a line, and lines at most. */
  readonly width: number;
  readonly height: number;
  readonly runTimeMs: number | null;
  readonly acceptsKeys: boolean;
  readonly colours: Colours;
};

const keyHints = 'w +1  W +10  s -1  S -10 users · q end';

/** At most `height` lines. A low window keeps the first line longest, then progress, keys and the table. */
export function liveFrame(moment: RunMoment, options: LiveFrameOptions): string[] {
  const { width, height, runTimeMs, acceptsKeys, colours } = options;
  const head = [statusLine(moment, width, colours)];
  if (moment.progress !== null) head.push(progressBar(moment.progress, moment.elapsedMs, runTimeMs, width, colours));
  const foot = acceptsKeys ? [colours.faint(cut(keyHints, width))] : [];
  const tableRoom = height - head.length - foot.length;
  return [...head, ...tableBlock(moment, tableRoom, options), ...foot].slice(0, Math.max(0, height));
}

/** The table in at most `room` lines, with empty lines around it where they fit; nothing when not even one row fits. */
function tableBlock({ stats, atSec }: RunMoment, room: number, { width, colours }: LiveFrameOptions): string[] {
  const rowRoom = room - statsTableFrameLines;
  if (stats.rows.length === 0 || rowRoom < 1) return [];
  const isAiry = rowRoom - 2 >= Math.min(stats.rows.length, 5);
  const table = statsTable(stats, { width, colours, atSec, room: isAiry ? rowRoom - 2 : rowRoom });
  return isAiry ? ['', ...table, ''] : table;
}
