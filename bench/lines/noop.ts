/**
 * A task that does nothing but time and record itself: tasks a second on one thread, counted by the master between two
 * reports. The peer is the same in a bare loop, recorded by hdr-histogram-js.
 */
import type { Line, OpenLine, Row, Sample, Scale } from '../line.ts';
import { ownProgram } from '../support/paths.ts';
import { start } from '../support/processes.ts';
import { quantity, ratioText } from '../support/table.ts';
import { tasksPerSec } from '../support/tasksPerSec.ts';

const users = 50;
const goalPerSec = 2_000_000;

export const noop: Line = { name: 'noop', open };

async function open(scale: Scale): Promise<OpenLine> {
  return {
    contestants: {
      bareLoop: () => bareLoop(scale),
      user: () => tasksPerSec({ scenario: 'noop', className: 'BenchNoopUser', users, threadCount: 1 }, scale),
      boomer: () => tasksPerSec({ scenario: 'boomerNoop', className: 'Dummy', users, threadCount: 1 }, scale),
    },
    rows(medians) {
      const bare = medians.of('bareLoop', 'perSec');
      const row = (contestant: string, what: string, goal: number | null): Row => {
        const own = medians.of(contestant, 'perSec');
        return {
          what: `${what}: tasks a second on one thread, ${users} users`,
          figure: quantity(own, '/s'),
          peer: `bare async loop with hdr-histogram-js: ${quantity(bare, '/s')}`,
          ratio: ratioText(own, bare),
          goal: goal === null ? '' : `≥ ${quantity(goal, '/s')}`,
          isMet: goal === null || own === null ? null : own >= goal,
        };
      };
      return [row('user', 'no-op with this.record', goalPerSec), row('boomer', 'no-op with recordSuccess', null)];
    },
    notes: [],
    close: () => Promise.resolve(),
  };
}

async function bareLoop(scale: Scale): Promise<Sample> {
  const loop = start(ownProgram('bareLoop', String(users), String(scale.windowMs)));
  const [, perSec] = await loop.says(/(\d+) a second/u, scale.windowMs + 15_000);
  await loop.stop();
  return { perSec: Number(perSec) };
}
