/** What is redrawn in place while a run goes on: where it stands, Locust's table as far as there is room, keys; pure. */
import type { RunMoment } from '../../report/runView.ts';
import type { Colours } from './colours.ts';
import { cut } from './cells.ts';
import { progressBar, statusLine } from './progressLines.ts';
import { statsTable, statsTableFrameLines } from './statsTable.ts';

export type LiveFrameOptions = {
  /** Cells of a line, and lines at most. */
  readonly width: number;
  readonly height: number;
  readonly requestsPerSec: number;
  readonly runTimeMs: number | null;
  readonly acceptsKeys: boolean;
  readonly colours: Colours;
};

const keyHints = 'w +1  W +10  s -1  S -10 users · q end';

/** At most `height` lines. A low window keeps the first line longest, then progress, keys and the table. */
export function liveFrame(moment: RunMoment, options: LiveFrameOptions): string[] {
  const { width, height, requestsPerSec, runTimeMs, acceptsKeys, colours } = options;
  const head = [statusLine(moment, requestsPerSec, width, colours)];
  if (moment.progress !== null) head.push(progressBar(moment.progress, moment.elapsedMs, runTimeMs, width, colours));
  const foot = acceptsKeys ? [colours.faint(cut(keyHints, width))] : [];
  const tableRoom = height - head.length - foot.length;
  return [...head, ...tableBlock(moment, tableRoom, options), ...foot].slice(0, Math.max(0, height));
}

/** The table in at most `room` lines, with empty lines around it where they fit; nothing when not even one row fits. */
function tableBlock({ stats }: RunMoment, room: number, { width, colours }: LiveFrameOptions): string[] {
  const rowRoom = room - statsTableFrameLines;
  if (stats.rows.length === 0 || rowRoom < 1) return [];
  const isAiry = rowRoom - 2 >= Math.min(stats.rows.length, 5);
  const table = statsTable(stats, { width, colours, span: 'current', room: isAiry ? rowRoom - 2 : rowRoom });
  return isAiry ? ['', ...table, ''] : table;
}
