/** Which recordings, or sessions of one, are the same walk, and how many people took each. */
import { isSameWalk } from './comparison.ts';
import type { Recording } from '../recording.ts';
import type { Step } from './step.ts';

/** One walk, in one recording or several. */
export type Walk = {
  readonly name: string;
  readonly isWalk: boolean;
  /** True: somebody chose each request. */
  readonly isChosen: boolean;
  /** How many people took it, of those who are known. */
  readonly weight: number;
  readonly recordings: readonly (readonly Step[])[];
};

/** What is left of a recording: its steps, and those of each session that is known. */
export type RecordedSteps = { readonly recording: Recording; readonly steps: readonly Step[]; readonly sessions: readonly (readonly Step[])[] };

/** More ways than these nobody reads. */
const maxWays = 8;
/** Of one walk: more people show no more of what varies, and each has a password that somebody would have to set. */
const maxPeople = 5;

/** Recordings of the same walk are one; what somebody chose request by request is none, nor is what many people did who go each a way of their own. */
export function walksOf(recordings: readonly RecordedSteps[]): { readonly walks: readonly Walk[]; readonly remarks: readonly string[] } {
  const walks: Walk[] = [];
  const rows: RecordedSteps[] = [];
  const remarks: string[] = [];
  const own: { readonly name: string; readonly steps: readonly Step[] }[] = [];
  for (const { recording, steps, sessions } of recordings) {
    const name = recording.source.replace(/\.\w+$/u, '');
    if (recording.isWalk) {
      own.push({ name, steps });
      continue;
    }
    const found = waysOf(sessions);
    walks.push(...found);
    if (found.length === 0) rows.push({ recording, steps, sessions });
    const others = sessions.length - found.reduce((sum, { weight }) => sum + weight, 0);
    if (found.length > 0 && others > 0) remarks.push(`${others} of ${sessions.length} sessions of ${recording.source}, which go other ways`);
  }
  const isOne = own.length === 1 && walks.length + rows.length === 0;
  walks.unshift(...grouped(own.map(({ steps }) => steps)).map((same) => ({ name: isOne ? '' : (own.find(({ steps }) => steps === same[0])?.name ?? ''), isWalk: true, isChosen: false, weight: 1, recordings: same })));
  if (rows.length > 0) walks.push({ name: '', isWalk: false, isChosen: rows.every(({ recording }) => recording.isChosen), weight: 1, recordings: [rows.flatMap(({ steps }) => steps)] });
  return { walks, remarks };
}

/** Empty when most people did one thing only, or no few ways are those of most. */
function waysOf(sessions: readonly (readonly Step[])[]): readonly Walk[] {
  const walked = sessions.filter((steps) => steps.length > 1);
  if (walked.length === 0 || walked.length * 2 < sessions.length) return [];
  // Each way is shown by how most people take it.
  const counts = new Map<string, number>();
  for (const steps of walked) counts.set(outline(steps), (counts.get(outline(steps)) ?? 0) + 1);
  const commonFirst = walked.toSorted((a, b) => (counts.get(outline(b)) ?? 0) - (counts.get(outline(a)) ?? 0));
  const ways = grouped(commonFirst).toSorted((a, b) => b.length - a.length).slice(0, maxWays);
  if (ways.reduce((sum, same) => sum + same.length, 0) * 2 < sessions.length) return [];
  return ways.map((same) => ({ name: wayName(same[0] ?? []), isWalk: true, isChosen: false, weight: same.length, recordings: same.slice(0, maxPeople) }));
}

function outline(steps: readonly Step[]): string {
  return steps.map(({ method, name }) => `${method} ${name}`).join('\n');
}

/** The first of each group is what the others are like. */
function grouped(walks: readonly (readonly Step[])[]): (readonly Step[])[][] {
  const groups: (readonly Step[])[][] = [];
  for (const steps of walks) {
    const same = groups.find(([first = []]) => isSameWalk(first, steps));
    if (same === undefined) groups.push([steps]);
    else same.push(steps);
  }
  return groups;
}

/** After what was done last: `order` of `POST /api/orders`. */
function wayName(steps: readonly Step[]): string {
  const telling = steps.findLast(({ method }) => method !== 'GET' && method !== 'HEAD') ?? steps.at(-1);
  return telling?.name.split(/[?\s]/u, 1)[0]?.split('/').findLast((segment) => /^[a-z][\w.-]*$/iu.test(segment))?.replace(/\.\w+$/u, '') ?? '';
}
