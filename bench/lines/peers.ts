/**
 * CPU per HTTP request of everybody who loads: 50 users without a pause on one core against nginx on another one, whole
 * processes, in short turns. Requests are the server's own count; a ratio is the median of those of neighbouring turns.
 */
import type { Line, Medians, OpenLine, Row, Scale } from '../line.ts';
import * as contestants from '../support/contestants.ts';
import type { HttpContestant } from '../support/contestants.ts';
import { missingNotes, peers as programs } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget } from '../support/target.ts';
import { Turns, turnRounds } from '../support/window.ts';

const users = 50;

export const peers: Line = { name: 'peers', open };

type Entry = { readonly name: string; readonly run: HttpContestant };

const entries: readonly Entry[] = [
  { name: 'wrk', run: contestants.wrk },
  { name: 'FastHttpUser under a master, recording', run: contestants.ourFastHttpUser },
  { name: 'oha', run: contestants.oha },
  { name: 'boomer with fasthttp under a master', run: contestants.boomerFastHttp },
  { name: 'autocannon', run: contestants.autocannon },
  { name: 'HttpUser under a master, recording', run: contestants.ourHttpUser },
  { name: 'undici Client.request, body read', run: contestants.undici },
  { name: 'boomer with net/http under a master', run: contestants.boomerNetHttp },
  { name: 'k6', run: contestants.k6 },
  { name: "Locust's FastHttpUser under a master", run: contestants.locustFastHttp },
  { name: "Locust's HttpUser under a master", run: contestants.locustHttp },
];

/** What we want to be below of, and by how much. */
const goals: readonly { readonly of: string; readonly peer: string; readonly atMost: number }[] = [
  { of: 'FastHttpUser under a master, recording', peer: 'wrk', atMost: 1.25 },
  { of: 'FastHttpUser under a master, recording', peer: 'boomer with fasthttp under a master', atMost: 1 },
  { of: 'FastHttpUser under a master, recording', peer: 'oha', atMost: 1 },
  { of: 'HttpUser under a master, recording', peer: 'undici Client.request, body read', atMost: 1.25 },
];

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const turns = new Turns(scale);
  return {
    contestants: Object.fromEntries(entries.map(({ name, run }) => [name, turns.take(run, target, users)])),
    rounds: turnRounds,
    rows: (medians) => [...entries.map(({ name }) => figure(name, target.name, medians)), ...goals.map((goal) => comparison(goal, medians))],
    notes: [...missingNotes(...Object.values(programs)), ...target.notes],
    async close() {
      await turns.end();
      await target.stop();
    },
  };
}

function figure(name: string, targetName: string, medians: Medians): Row {
  const own = medians.of(name, 'cpuUs');
  const least = medians.of('wrk', 'cpuUs');
  return {
    what: `${name}: CPU a request, ${targetName}, ${users} users`,
    figure: `${quantity(own, 'µs')}, ${quantity(medians.of(name, 'perSec'), '/s')} on a core`,
    peer: name === 'wrk' ? '' : `wrk: ${quantity(least, 'µs')}`,
    ratio: name === 'wrk' ? '' : ratioText(medians.ratioOf(name, 'wrk', 'cpuUs')),
    goal: '',
    isMet: null,
  };
}

function comparison({ of, peer, atMost }: (typeof goals)[number], medians: Medians): Row {
  const own = medians.of(of, 'cpuUs');
  const other = medians.of(peer, 'cpuUs');
  const ratio = medians.ratioOf(of, peer, 'cpuUs');
  return {
    what: `${of}, held against ${peer}`,
    figure: quantity(own, 'µs'),
    peer: `${peer}: ${quantity(other, 'µs')}`,
    ratio: ratioText(ratio),
    goal: atMost === 1 ? 'below' : `≤ ${atMost}`,
    isMet: ratio === null ? null : ratio <= atMost,
  };
}
