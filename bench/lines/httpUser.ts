/**
 * CPU per HTTP request: 50 users without a pause on one core against a server on another one, whole processes, in short
 * turns. Requests are the server's own count; a ratio is the median of those of neighbouring turns.
 */
import type { Line, OpenLine, Scale } from '../line.ts';
import { ourHttpUser, undici, wrk } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget } from '../support/target.ts';
import { Turns, turnRounds } from '../support/window.ts';

const users = 50;
const goal = 1.25;

export const httpUser: Line = { name: 'httpUser', open };

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const turns = new Turns(scale);
  return {
    contestants: {
      undici: turns.take(undici, target, users),
      httpUser: turns.take(ourHttpUser, target, users),
      wrk: turns.take(wrk, target, users),
    },
    rounds: turnRounds,
    rows(medians) {
      const bare = medians.of('undici', 'cpuUs');
      return ['httpUser', 'wrk'].map((contestant) => {
        const own = medians.of(contestant, 'cpuUs');
        const ratio = medians.ratioOf(contestant, 'undici', 'cpuUs');
        const isOurs = contestant === 'httpUser';
        return {
          what: `${isOurs ? 'HttpUser under a master, recording' : 'wrk'}: CPU a request, ${target.name}, ${users} users`,
          figure: `${quantity(own, 'µs')}, ${quantity(medians.of(contestant, 'perSec'), '/s')} on a core`,
          peer: `undici Client.request, body read: ${quantity(bare, 'µs')}, ${quantity(medians.of('undici', 'perSec'), '/s')}`,
          ratio: ratioText(ratio),
          goal: isOurs ? `≤ ${goal}` : '',
          isMet: isOurs && ratio !== null ? ratio <= goal : null,
        };
      });
    },
    notes: [...missingNotes(peers.wrk), ...target.notes],
    async close() {
      await turns.end();
      await target.stop();
    },
  };
}
