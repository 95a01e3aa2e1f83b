/** CPU of requests as real tests make them (tokens and bodies that differ, answers and bodies of some size) beside wrk, 50 users on one core, in short turns. */
import type { Line, OpenLine, Scale } from '../line.ts';
import { ourRequests, wrkPath, wrkRequests, type HttpContestant } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget } from '../support/target.ts';
import { Turns, turnRounds } from '../support/window.ts';

const users = 50;
const goal = 1.25;

export const requests: Line = { name: 'requests', open };

type Case = { readonly name: string; readonly className: string; readonly peer: HttpContestant };

const cases: readonly Case[] = [
  { name: 'a token of its own for each user', className: 'FastToken', peer: wrkRequests('token') },
  { name: 'POST, JSON bodies that differ', className: 'FastJson', peer: wrkRequests('json') },
  { name: 'POST of 1 KB', className: 'FastPost1k', peer: wrkRequests('post') },
  { name: 'answers of 1 KB', className: 'FastAnswer1k', peer: wrkPath('/bench-1k') },
  { name: 'answers of 64 KB', className: 'FastAnswer64k', peer: wrkPath('/bench-64k') },
  { name: 'answers of 64 KB, thrown away (discardBody), as wrk does', className: 'FastAnswer64kDiscarded', peer: wrkPath('/bench-64k') },
];

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const turns = new Turns(scale);
  const shown = target.name === 'nginx' ? cases : cases.filter(({ name }) => !name.startsWith('answers'));
  return {
    contestants: Object.fromEntries(
      shown.flatMap(({ name, className, peer }) => [
        [`FastHttpUser, ${name}`, turns.take(ourRequests(className), target, users)],
        [`wrk, ${name}`, turns.take(peer, target, users)],
      ]),
    ),
    rounds: turnRounds,
    rows: (medians) =>
      shown.map(({ name }) => {
        const ratio = medians.ratioOf(`FastHttpUser, ${name}`, `wrk, ${name}`, 'cpuUs');
        return {
          what: `FastHttpUser: CPU a request, ${name}, ${target.name}, ${users} users`,
          figure: quantity(medians.of(`FastHttpUser, ${name}`, 'cpuUs'), 'µs'),
          peer: `wrk: ${quantity(medians.of(`wrk, ${name}`, 'cpuUs'), 'µs')}`,
          ratio: ratioText(ratio),
          goal: `≤ ${goal}`,
          isMet: ratio === null ? null : ratio <= goal,
        };
      }),
    notes: [...missingNotes(peers.wrk), ...target.notes],
    async close() {
      await turns.end();
      await target.stop();
    },
  };
}
