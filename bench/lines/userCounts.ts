/** How requests a second go with the number of users, from 1 to 10 000, each with its connection, on one core. */
import type { Line, OpenLine, Scale } from '../line.ts';
import { ourFastHttpUser, wrk } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget } from '../support/target.ts';
import { middleOfRun } from '../support/window.ts';

export const userCounts: Line = { name: 'userCounts', open };

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const counts = scale.isQuick ? [1, 50] : [1, 10, 100, 1_000, 10_000];
  return {
    contestants: Object.fromEntries(
      counts.flatMap((users) => [
        [`fast ${users}`, () => middleOfRun(ourFastHttpUser, target, users, scale)],
        [`wrk ${users}`, () => middleOfRun(wrk, target, users, scale)],
      ]),
    ),
    rows: (medians) =>
      counts.map((users) => {
        const own = medians.of(`fast ${users}`, 'perSec');
        const other = medians.of(`wrk ${users}`, 'perSec');
        return {
          what: `FastHttpUser: requests a second on a core, ${quantity(users, users === 1 ? 'user' : 'users')}, ${target.name}`,
          figure: `${quantity(own, '/s')}, ${quantity(medians.of(`fast ${users}`, 'cpuUs'), 'µs')} each`,
          peer: `wrk: ${quantity(other, '/s')}, ${quantity(medians.of(`wrk ${users}`, 'cpuUs'), 'µs')} each`,
          ratio: ratioText(own, other),
          goal: '',
          isMet: null,
        };
      }),
    notes: [...missingNotes(peers.wrk), ...target.notes],
    close: target.stop,
  };
}
