/** What a report costs the main thread: reading the ledger, putting the message together, encoding it. */
import type { Line, OpenLine, Sample, Scale } from '../line.ts';
import { ownProgram } from '../support/paths.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';

const sizes = [1_000, 10_000];

export const reportCost: Line = { name: 'reportCost', open: (scale) => Promise.resolve(opened(scale)) };

const opened = (scale: Scale): OpenLine => ({
  contestants: Object.fromEntries(sizes.map((names) => [String(names), () => cost(names, scale.isQuick ? 3 : 20)])),
  rows(medians) {
    return sizes.map((names) => {
      const figure = (name: string): number | null => medians.of(String(names), name);
      const readMs = figure('readMs');
      const wireMs = figure('wireMs');
      const cloneMs = figure('cloneMs');
      const wholeMs = readMs === null || wireMs === null ? null : readMs + wireMs;
      return {
        what: `report with ${quantity(names, '')} names on the main thread`,
        figure: `${quantity(wholeMs, 'ms')} (read ${quantity(readMs, 'ms')}, message ${quantity(wireMs, 'ms')}), ${quantity(figure('frameKb'), 'KB')}`,
        peer: `structuredClone of the report: ${quantity(cloneMs, 'ms')}`,
        ratio: ratioText(wholeMs, cloneMs),
        goal: '',
        isMet: null,
      };
    });
  },
  notes: [],
  close: () => Promise.resolve(),
});

async function cost(names: number, reports: number): Promise<Sample> {
  const program = start(ownProgram('reportCost', String(names), String(reports)));
  const [figures] = await program.says(/\{.*\}/u, 60_000);
  await program.stop();
  return JSON.parse(figures) as Sample;
}
