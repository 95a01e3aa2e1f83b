/**
 * What a report with 1 000 names does to the load thread: the longest standstill of its event loop around the reports,
 * against as long stretches half an interval away from them. Both are of the same run, so what else disturbs the
 * machine is in both.
 */
import type { Line, OpenLine, Sample, Scale } from '../line.ts';
import { median } from '../support/medians.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startWorker } from '../support/worker.ts';

const goalMs = 5;
const users = 50;
/** A stretch begins so long before its report has arrived, and ends so long after. */
const beforeMs = 250;
const afterMs = 100;
const halfIntervalMs = 1500;

type Slot = readonly [unixMs: number, stallMs: number];

export const reportStall: Line = { name: 'reportStall', open: (scale) => Promise.resolve(opened(scale)) };

function opened(scale: Scale): OpenLine {
  return {
    contestants: { thread: () => stalls(scale) },
    rows(medians) {
      const near = medians.of('thread', 'nearMs');
      const away = medians.of('thread', 'awayMs');
      return [
        {
          what: 'report with 1 000 names: longest stall of the load thread around it',
          figure: `${quantity(near, 'ms')} (typically ${quantity(medians.of('thread', 'typicalNearMs'), 'ms')})`,
          peer: `away from reports: ${quantity(away, 'ms')} (typically ${quantity(medians.of('thread', 'typicalAwayMs'), 'ms')})`,
          ratio: ratioText(near, away),
          goal: `≤ ${goalMs} ms`,
          isMet: near === null ? null : near <= goalMs,
        },
      ];
    },
    notes: [],
    close: () => Promise.resolve(),
  };
}

async function stalls(scale: Scale): Promise<Sample> {
  const worker = await startWorker('manyNames');
  try {
    const { master } = worker;
    await master.spawn('BenchManyNames', users, null);
    // The first report of a run defines 1 000 rows; a run has one such report and many others.
    await master.reported(master.reports.length + 2);
    const from = master.reports.length;
    await master.reported(from + (scale.isQuick ? 2 : 8), 60_000);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const slots = master.custom.flat() as Slot[];
    const reportsAtMs = master.reports.slice(from).map(({ atMs }) => performance.timeOrigin + atMs);
    const maxAround = (centreMs: number): number =>
      Math.max(...slots.filter(([unixMs]) => unixMs >= centreMs - beforeMs && unixMs <= centreMs + afterMs).map(([, stallMs]) => stallMs));
    const near = reportsAtMs.map(maxAround);
    const away = reportsAtMs.map((atMs) => maxAround(atMs - halfIntervalMs));
    return { nearMs: Math.max(...near), awayMs: Math.max(...away), typicalNearMs: median(near), typicalAwayMs: median(away) };
  } finally {
    await worker.stop();
  }
}
