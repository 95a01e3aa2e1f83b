/** A console on a terminal of a given size, and what it shows there. */
import { type Console, type ConsoleOptions, createConsole } from '../../../../src/outputs/console/console.ts';
import type { RunMoment, RunStats } from '../../../../src/report/runView.ts';
import { moment, row, statsOf } from './sampleRun.ts';
import { ScreenModel } from './screenModel.ts';

export type Show = { readonly screen: ScreenModel; readonly console: Console; readonly show: (changes?: Partial<RunMoment>) => void };

export function onTerminal(columns: number, rows: number, changes: Partial<ConsoleOptions> = {}): Show {
  const screen = new ScreenModel(columns, rows);
  const { write } = screen;
  const console = createConsole({
    stream: { isTerminal: true, columns: screen.columns, rows: screen.rows, write },
    isQuiet: false,
    isOnlySummary: false,
    hasProgress: true,
    colours: true,
    nowMs: () => 0,
    acceptsKeys: true,
    ...changes,
  });
  return { screen, console, show: (part) => void console.output.onEvent?.(moment(part)) };
}

/** Rows of as many names, the later the busier. */
export const manyRows = (count: number): RunStats & { readonly asked: () => number } => statsOf(Array.from({ length: count }, (_, index) => row('GET', `/item/${String(index).padStart(4, '0')}`, Array<number>(1 + Math.floor(index / 1000)).fill(20))));
