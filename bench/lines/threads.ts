/** What a second load thread adds: tasks of pure CPU work, so that no server is the limit, counted by the master. */
import type { Line, OpenLine, Scale } from '../line.ts';
import { quantity, ratioText } from '../support/table.ts';
import { tasksPerSec } from '../support/tasksPerSec.ts';

const load = { scenario: 'busy', className: 'BenchBusyUser', users: 8 };
const goal = 1.8;

export const threads: Line = { name: 'threads', open };

function open(scale: Scale): Promise<OpenLine> {
  return Promise.resolve({
    contestants: { one: () => tasksPerSec({ ...load, threadCount: 1 }, scale), two: () => tasksPerSec({ ...load, threadCount: 2 }, scale) },
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
