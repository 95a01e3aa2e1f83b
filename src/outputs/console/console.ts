/**
 * A run without a master on the terminal: what is about to run, where it stands, and the log.
 *
 * On a terminal the bottom of the window is redrawn once a second and log lines scroll above it; elsewhere (a pipe, CI,
 * `--no-progress`) there are plain lines. `--quiet` shows neither the header nor progress, as k6's does, `--only-summary`
 * the header alone. Neither silences the log, which has its own level, nor the report at the end.
 */
import type { Output } from '../output.ts';
import type { RunMoment } from '../../report/runView.ts';
import { whileRead } from './brokenPipe.ts';
import { coloursOf } from './colours.ts';
import { harmlessLog } from '../../util/harmless.ts';
import { headerLines } from './header.ts';
import { liveFrame } from './liveFrame.ts';
import { LiveRegion, type TerminalScreen } from './liveRegion.ts';
import { PlainLines } from './plainLines.ts';
import { RequestRate } from './requestRate.ts';

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
  /** Takes away what is redrawn; may be called twice. The log goes on below. */
  readonly end: () => void;
};

/** What shows the moments of a run, in whatever way. */
type Progress = {
  readonly begin: (runTimeMs: number | null) => void;
  readonly show: (moment: RunMoment) => void;
  readonly log: (text: string) => void;
  readonly end: () => void;
};

export function createConsole(options: ConsoleOptions): Console {
  const { stream, isQuiet, isOnlySummary, hasProgress, colours } = options;
  const safe: ConsoleOptions = { ...options, stream: { ...stream, write: whileRead((text) => stream.write(text)) } };
  const isSilent = isQuiet || isOnlySummary;
  const progress = isSilent ? noProgress(safe) : stream.isTerminal && hasProgress ? liveProgress(safe) : plainProgress(safe);
  return {
    output: {
      onStart: (start) => {
        if (!isQuiet) progress.log(headerLines(start, coloursOf(colours)).join('\n'));
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
  const rate = new RequestRate();
  const paint = coloursOf(colours);
  let runTimeMs: number | null = null;
  let isOver = false;
  return {
    begin: (limitMs) => {
      runTimeMs = limitMs;
    },
    show: (moment) => {
      if (isOver) return;
      const requestsPerSec = rate.perSec(moment.stats.total.numRequests, moment.elapsedMs);
      const { width, height } = region;
      region.draw(liveFrame(moment, { width, height, requestsPerSec, runTimeMs, acceptsKeys, colours: paint }));
    },
    log: (text) => region.above(text),
    end: () => {
      isOver = true;
      region.clear();
    },
  };
}
