/**
 * How the cost of a request goes with the number of users, from 1 to 10 000, each with its connection, on one core, in turns beside wrk.
 * The rate of a core is requests for a second of its CPU: others that want the core change it little.
 */
import type { Line, OpenLine, Scale } from '../line.ts';
import { ourFastHttpUser, wrk } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget, type Target } from '../support/target.ts';
import { Turns } from '../support/window.ts';

/** Users, and the part of wrk's rate that is to be reached. */
const goals: readonly (readonly [users: number, atLeast: number | null])[] = [[1, null], [50, 0.82], [1_000, 0.75], [5_000, 0.75], [10_000, 0.75]];
/** 10 000 users come round three to five times in it. */
const turnMs = 1_000;
const rounds = 12;

export const userCounts: Line = { name: 'userCounts', open };

async function open(scale: Scale): Promise<OpenLine> {
  const counts = goals.slice(0, scale.isQuick ? 2 : goals.length);
  const turns = new Turns(scale, turnMs);
  const targets: Target[] = [];
  /** One each: all connections of the line are more than a server takes, and more than an address has ports. */
  const targetOf = async (): Promise<Target> => {
    const target = await startTarget();
    targets.push(target);
    return target;
  };
  const contestants = Object.fromEntries(
    await Promise.all(
      counts.flatMap(([users]) => [
        targetOf().then((target) => [`fast ${users}`, turns.take(ourFastHttpUser, target, users)] as const),
        targetOf().then((target) => [`wrk ${users}`, turns.take(wrk, target, users)] as const),
      ]),
    ),
  );
  return {
    contestants,
    rounds,
    rows: (medians) =>
      counts.map(([users, atLeast]) => {
        const own = medians.of(`fast ${users}`, 'cpuUs');
        const other = medians.of(`wrk ${users}`, 'cpuUs');
        const ratio = medians.ratioOf(`wrk ${users}`, `fast ${users}`, 'cpuUs');
        return {
          what: `FastHttpUser: rate a core, ${quantity(users, users === 1 ? 'user' : 'users')}, ${targets[0]?.name ?? ''}`,
          figure: `${quantity(own, 'µs')} a request, ${quantity(medians.of(`fast ${users}`, 'perSec'), '/s')}`,
          peer: `wrk: ${quantity(other, 'µs')}, ${quantity(medians.of(`wrk ${users}`, 'perSec'), '/s')}`,
          ratio: ratioText(ratio),
          goal: atLeast === null ? '' : `≥ ${atLeast}`,
          isMet: atLeast === null || ratio === null ? null : ratio >= atLeast,
        };
      }),
    notes: [...missingNotes(peers.wrk), ...(targets[0]?.notes ?? [])],
    async close() {
      await turns.end();
      for (const target of targets) await target.stop();
    },
  };
}
