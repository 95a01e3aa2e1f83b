/** Which requests make a task: those of a page, or what a person did at once; and how long people took between them. */
import { headerOf, mimeType } from '../recording.ts';
import type { Visit } from '../selection.ts';
import { merged } from './mergedSteps.ts';
import { slotsIn, type Step } from './step.ts';
import { identifier, type Names } from '../writer/code.ts';

/** Steps that are run in a row. */
export type PlannedTask = {
  /** A method's. */
  readonly name: string;
  /** For people; null: the name says it all. */
  readonly title: string | null;
  readonly weight: number;
  readonly steps: readonly Step[];
};

/** A person that waits no longer than this does one thing. */
const pauseMs = 1000;
/** A person that waits longer than this does something else. */
const longestThinkMs = 120_000;

/** Splits a walk where a page begins, and where nothing went on for a second. */
export function walkTasks(steps: readonly Step[], names: Names): readonly PlannedTask[] {
  const groups: Step[][] = [];
  let busyUntilMs = Number.NEGATIVE_INFINITY;
  for (const step of steps) {
    const { startedMs, group } = step.visit;
    const last = groups.at(-1);
    const isPause = startedMs !== null && Number.isFinite(busyUntilMs) && startedMs - busyUntilMs >= pauseMs;
    if (last === undefined || isPause || isPage(step.visit) || last[0]?.visit.group !== group) groups.push([step]);
    else last.push(step);
    busyUntilMs = Math.max(busyUntilMs, endMs(step.visit) ?? busyUntilMs);
  }
  const titles = new Set<string>();
  return groups.map((group) => {
    const title = group[0]?.visit.title ?? null;
    const isNew = title !== null && !titles.has(title) && !/^https?:/u.test(title);
    if (title !== null) titles.add(title);
    return { name: taskName(group, names), title: isNew ? title : null, weight: 1, steps: group };
  });
}

/** Requests of one row, and the task that sends what each of them does. */
export type Kind = { readonly task: PlannedTask; readonly samples: readonly Step[] };

/** Heavier than this says no more of what is frequent. */
const maxWeight = 1000;

/**
 * A task for each row, as often as it was asked for: nobody knows what belongs together. `isChosen`: somebody wrote each down, so that what differs at
 * its end does something else; operations of a description are never one.
 */
export function rowTasks(steps: readonly Step[], isChosen: boolean, names: Names): readonly Kind[] {
  const rows = new Map<string, Shape[]>();
  const nameOf = isChosen ? chosenName : withoutTails(steps);
  for (const step of steps) {
    const row = `${step.method} ${step.origin}${nameOf(step)}`;
    const shapes = rows.get(row) ?? [];
    rows.set(row, shapes);
    addTo(shapes, step);
  }
  const shapes = [...rows.values()].flat();
  const weights = reduced(shapes.map(({ times }) => times));
  return shapes.map(({ step, samples }, index) => ({ task: { name: taskName([step], names), title: step.visit.title, weight: weights[index] ?? 1, steps: [step] }, samples }));
}

/** Requests that one request of a scenario can send, each in its turn. */
type Shape = { step: Step; readonly samples: Step[]; times: number };

/** Of one row. More of them nobody tells apart: they count for the first. */
const maxShapes = 8;

function addTo(shapes: Shape[], step: Step): void {
  const { times } = step.visit;
  for (const shape of shapes) {
    const both = merged(shape.step, step);
    if (both === null) continue;
    shape.step = both;
    shape.samples.push(step);
    shape.times += times;
    return;
  }
  const [first] = shapes;
  if (first !== undefined && shapes.length >= maxShapes) first.times += times;
  else shapes.push({ step, samples: [step], times });
}

/** The same values at the same places, whatever they are; an operation of a description is its own. */
function chosenName(step: Step): string {
  return step.visit.described === null ? [step.name, ...slotsIn(step).map(({ place }) => place)].join(' ') : step.visit.place;
}

/** So many names that differ only at their end are values. */
const manyEnds = 10;

/** Names of rows, with ends that are one of many left out: articles and tags are called by words. */
function withoutTails(steps: readonly Step[]): (step: Step) => string {
  const stemOf = ({ method, origin, name }: Step): string => `${method} ${origin}${name.slice(0, name.lastIndexOf('/') + 1)}`;
  const ends = new Map<string, Set<string>>();
  for (const step of steps) ends.set(stemOf(step), (ends.get(stemOf(step)) ?? new Set()).add(step.name));
  return (step) => (step.path.length > 1 && (ends.get(stemOf(step))?.size ?? 0) >= manyEnds ? stemOf(step) : step.name);
}

/** The same shares in the smallest whole numbers, or in thousandths. */
function reduced(counts: readonly number[]): readonly number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const scaled = total <= maxWeight ? counts : counts.map((count) => Math.max(1, Math.round((count / total) * maxWeight)));
  const divisor = scaled.reduce((a, b) => common(a, b), 0);
  return scaled.map((count) => count / Math.max(1, divisor));
}

function common(a: number, b: number): number {
  return b === 0 ? a : common(b, a % b);
}

/** True for what a browser goes to, not for what its page asks for. */
function isPage({ request, answer, resource, redirects }: Visit): boolean {
  if (resource !== null) return resource === 'document' && headerOf(request.headers, 'sec-fetch-dest') !== 'iframe';
  const mode = headerOf(request.headers, 'sec-fetch-mode');
  if (mode !== null) return mode === 'navigate' && headerOf(request.headers, 'sec-fetch-dest') !== 'iframe';
  const type = (redirects.at(-1)?.answer ?? answer)?.type ?? null;
  return mimeType(type) === 'text/html' && headerOf(request.headers, 'x-requested-with') === null && /text\/html/u.test(headerOf(request.headers, 'accept') ?? 'text/html');
}

function endMs(visit: Visit): number | null {
  const { startedMs, elapsedMs } = visit.redirects.at(-1) ?? visit;
  return startedMs === null ? null : startedMs + (elapsedMs ?? 0);
}

function taskName(steps: readonly Step[], names: Names): string {
  const [first] = steps;
  if (first === undefined) return names.free('task');
  const given = first.visit.names?.task ?? null;
  if (given !== null && identifier(given, '') !== '') return names.free(identifier(given, 'task'));
  const words = first.name
    .split(/[?\s]/u, 1)[0]
    ?.split('/')
    .filter((segment) => segment !== '' && !segment.startsWith('[') && !/^(?:api|rest|v\d+|index)$/iu.test(segment))
    .map((segment) => segment.replace(/\.(?:php|html?|aspx?|jsp|do|json|cgi)$/iu, ''))
    .slice(-3)
    .join(' ');
  const verb = /[?\s](?:\w+=)?(\S+)$/u.exec(first.name)?.[1] ?? '';
  const own = identifier(`${words === undefined || words === '' ? 'home' : words} ${verb}`, 'task');
  return names.free(own, identifier(`${first.method.toLowerCase()} ${own}`, own));
}

/** Seconds between tasks, the least and the most, to a tenth; null: there were no times. The longest tenth is left out, as are breaks. */
export function thinkTimes(tasks: readonly PlannedTask[]): readonly [minSec: number, maxSec: number] | null {
  const gaps = tasks
    .slice(1)
    .flatMap(({ steps }, index) => {
      const before = Math.max(...(tasks[index]?.steps ?? []).map(({ visit }) => endMs(visit) ?? Number.NaN));
      const started = steps[0]?.visit.startedMs ?? Number.NaN;
      return started - before;
    })
    .filter((gapMs) => gapMs >= 0 && gapMs <= longestThinkMs)
    .toSorted((a, b) => a - b);
  if (gaps.length === 0) return null;
  const kept = gaps.slice(0, gaps.length - Math.floor(gaps.length / 10));
  const inTenths = (gapMs: number | undefined): number => Math.round((gapMs ?? 0) / 100) / 10;
  return [inTenths(kept[0]), inTenths(kept.at(-1))];
}
