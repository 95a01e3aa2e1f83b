/** What a second load thread adds: tasks of pure CPU work, so that no server is the limit, counted by the master. */
import type { Line, OpenLine, Sample, Scale } from '../line.ts';
import { BenchMaster } from '../support/master.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { workerCommand } from '../support/worker.ts';

const users = 8;
const goal = 1.8;

export const threads: Line = { name: 'threads', open };

function open(scale: Scale): Promise<OpenLine> {
  return Promise.resolve({
    contestants: { one: () => tasksASecond(1, scale), two: () => tasksASecond(2, scale) },
    rows(medians) {
      const one = medians.of('one', 'perSec');
      const two = medians.of('two', 'perSec');
      return [
        {
          what: 'two load threads, tasks of 2 ms CPU: tasks a second',
          figure: quantity(two, '/s'),
          peer: `one load thread: ${quantity(one, '/s')}`,
          ratio: ratioText(two, one),
          goal: `≥ ${goal}`,
          isMet: one === null || two === null ? null : two / one >= goal,
        },
      ];
    },
    notes: [],
    close: () => Promise.resolve(),
  });
}

async function tasksASecond(threadCount: number, scale: Scale): Promise<Sample> {
  const master = await BenchMaster.start();
  const program = start(workerCommand('busy', master.port, [], threadCount));
  try {
    await master.ready();
    await master.spawn('BenchBusyUser', users, null);
    const { reports } = master;
    await master.reported(reports.length + 1);
    const from = reports.length;
    await master.reported(from + (scale.isQuick ? 1 : 2));
    const [first, ...rest] = reports.slice(from - 1);
    const requests = rest.reduce((sum, report) => sum + report.requests, 0);
    return { perSec: (requests * 1000) / ((rest.at(-1)?.atMs ?? 0) - (first?.atMs ?? 0)) };
  } finally {
    await master.close();
    await program.stop();
  }
}
