/** What a report costs the main thread: reading the ledger, putting the message together, encoding it; and how long its event loop stands still for it. */
import type { Line, OpenLine, Sample, Scale } from '../line.ts';
import { ownProgram } from '../support/paths.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';

const sizes = [1_000, 10_000, 20_000];
const goalMs = 20;

export const reportCost: Line = { name: 'reportCost', open: (scale) => Promise.resolve(opened(scale)) };

const opened = (scale: Scale): OpenLine => ({
  contestants: Object.fromEntries(sizes.map((names) => [String(names), () => cost(names, scale.isQuick ? 3 : Math.min(20, 100_000 / names))])),
  rows(medians) {
    return sizes.flatMap((names) => {
      const figure = (name: string): number | null => medians.of(String(names), name);
      const readMs = figure('readMs');
      const wireMs = figure('wireMs');
      const cloneMs = figure('cloneMs');
      const longestMs = figure('longestMs');
      const wholeMs = readMs === null || wireMs === null ? null : readMs + wireMs;
      return [
        {
          what: `report with ${quantity(names, '')} names on the main thread`,
          figure: `${quantity(wholeMs, 'ms')} (read ${quantity(readMs, 'ms')}, message ${quantity(wireMs, 'ms')}), ${quantity(figure('frameKb'), 'KB')}`,
          peer: `structuredClone of the report: ${quantity(cloneMs, 'ms')}`,
          ratio: ratioText(wholeMs, cloneMs),
          goal: '',
          isMet: null,
        },
        {
          what: '  in turns: longest standstill of its event loop',
          figure: `${quantity(longestMs, 'ms')} of ${quantity(figure('turnsMs'), 'ms')}`,
          peer: `at once: ${quantity(wholeMs, 'ms')}`,
          ratio: ratioText(longestMs, wholeMs),
          goal: `≤ ${goalMs} ms`,
          isMet: longestMs === null ? null : longestMs <= goalMs,
        },
      ];
    });
  },
  notes: [],
  close: () => Promise.resolve(),
});

async function cost(names: number, reports: number): Promise<Sample> {
  const program = start(ownProgram('reportCost', String(names), String(reports)));
  const [figures] = await program.says(/\{.*\}/u, 180_000);
  await program.stop();
  return JSON.parse(figures) as Sample;
}
