/** CPU of a request whose URL is drawn from one to 100 000, 50 users on one core, in short turns; rows of one name, as people are told to write them. */
import type { Line, Medians, OpenLine, Row, Scale } from '../line.ts';
import { boomerFastHttpUrls, k6Urls, ohaUrls, ourRequests, wrkRequests, type HttpContestant } from '../support/contestants.ts';
import { missingNotes, peers } from '../support/peers.ts';
import { quantity, ratioText } from '../support/table.ts';
import { startTarget } from '../support/target.ts';
import { Turns, turnRounds } from '../support/window.ts';

const users = 50;
const counts = [1, 1_000, 3_000, 100_000] as const;

export const urls: Line = { name: 'urls', open };

type Client = { readonly name: string; readonly run: (count: number) => HttpContestant; readonly atMost: number | null };

const clients: readonly Client[] = [
  { name: 'FastHttpUser', run: (count) => ourRequests(`FastUrls${count}`), atMost: 1.1 },
  { name: 'HttpUser', run: (count) => ourRequests(`HttpUrls${count}`), atMost: 1.08 },
  { name: 'wrk', run: (count) => wrkRequests('urls', String(count)), atMost: null },
];
/** Who does the same with 100 000 URLs, and what our CPU a request may be of theirs. */
const others: readonly { readonly name: string; readonly run: HttpContestant; readonly atMost: number }[] = [
  { name: 'oha', run: ohaUrls, atMost: 1 },
  { name: 'boomer with fasthttp under a master', run: boomerFastHttpUrls(100_000), atMost: 1 },
  { name: 'k6', run: k6Urls(100_000), atMost: 1 },
];

async function open(scale: Scale): Promise<OpenLine> {
  const target = await startTarget();
  const turns = new Turns(scale);
  const contestants = Object.fromEntries(clients.flatMap(({ name, run }) => counts.map((count) => [entry(name, count), turns.take(run(count), target, users)])));
  return {
    contestants: { ...contestants, ...Object.fromEntries(others.map(({ name, run }) => [entry(name, 100_000), turns.take(run, target, users)])) },
    rounds: turnRounds,
    rows: (medians) => [...clients.flatMap((client) => counts.map((count) => figure(client, count, medians))), ...beside(medians)],
    notes: [...missingNotes(peers.wrk, peers.oha, peers.boomer, peers.k6), ...target.notes],
    async close() {
      await turns.end();
      await target.stop();
    },
  };
}

function entry(name: string, count: number): string {
  return `${name}, URL drawn from ${quantity(count, '')}`;
}

function figure({ name, atMost }: Client, count: number, medians: Medians): Row {
  const one = entry(name, 1);
  const ratio = medians.ratioOf(entry(name, count), one, 'cpuUs');
  const hasGoal = atMost !== null && count === counts.at(-1);
  return {
    what: `CPU a request, ${entry(name, count)}`,
    figure: quantity(medians.of(entry(name, count), 'cpuUs'), 'µs'),
    peer: count === 1 ? '' : `the same with one URL: ${quantity(medians.of(one, 'cpuUs'), 'µs')}`,
    ratio: count === 1 ? '' : ratioText(ratio),
    goal: hasGoal ? `≤ ${atMost}` : '',
    isMet: hasGoal && ratio !== null ? ratio <= atMost : null,
  };
}

function beside(medians: Medians): readonly Row[] {
  const fast = entry('FastHttpUser', 100_000);
  return [{ name: 'wrk', atMost: 1.25 }, ...others].map(({ name, atMost }) => {
    const peer = entry(name, 100_000);
    const ratio = medians.ratioOf(fast, peer, 'cpuUs');
    return {
      what: `${fast}, held against ${peer}`,
      figure: quantity(medians.of(fast, 'cpuUs'), 'µs'),
      peer: quantity(medians.of(peer, 'cpuUs'), 'µs'),
      ratio: ratioText(ratio),
      goal: atMost === 1 ? 'below' : `≤ ${atMost}`,
      isMet: ratio === null ? null : ratio <= atMost,
    };
  });
}
