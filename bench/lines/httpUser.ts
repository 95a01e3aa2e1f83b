/**
 * CPU per HTTP request: 50 users without a pause on one core against a server on another one, whole processes, between
 * two moments in the middle of the run. Requests are the server's own count.
 */
import type { Line, OpenLine, Scale } from '../line.ts';
import { ourHttpUser, undici, wrk } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget } from '../support/target.ts';

const users = 50;
const goal = 1.25;

export const httpUser: Line = { name: 'httpUser', open };

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  return {
    contestants: {
      undici: () => undici(target, users, scale),
      httpUser: () => ourHttpUser(target, users, scale),
      wrk: () => wrk(target, users, scale),
    },
    rows(medians) {
      const bare = medians.of('undici', 'cpuUs');
      return ['httpUser', 'wrk'].map((contestant) => {
        const own = medians.of(contestant, 'cpuUs');
        const isOurs = contestant === 'httpUser';
        return {
          what: `${isOurs ? 'HttpUser under a master, recording' : 'wrk'}: CPU a request, ${target.name}, ${users} users`,
          figure: `${quantity(own, 'µs')}, ${quantity(medians.of(contestant, 'perSec'), '/s')} on a core`,
          peer: `undici Client.request, body read: ${quantity(bare, 'µs')}, ${quantity(medians.of('undici', 'perSec'), '/s')}`,
          ratio: ratioText(own, bare),
          goal: isOurs ? `≤ ${goal}` : '',
          isMet: isOurs && own !== null && bare !== null ? own / bare <= goal : null,
        };
      });
    },
    notes: [...missingNotes(peers.wrk), ...target.notes],
    close: target.stop,
  };
}
