/**
 * Values that an answer brought and a later request sends: each becomes a variable that is taken from that answer. With a second recording of the
 * same walk there is proof: what is the same in both is constant, and what is taken from an answer must be right in both.
 */
import { isSecret } from '../../util/redaction.ts';
import { hole } from '../recording.ts';
import { isIdentifier, isToken, uuid } from '../rowNames.ts';
import { finalAnswer } from '../selection.ts';
import { cutSource, singular, sourcesOf, type Source } from './sources.ts';
import { isStandIn } from '../standIn.ts';
import { slotsIn, type Slot, type Step } from './step.ts';
import type { Parts } from '../writer/code.ts';
import { textBetween, type Helper } from '../writer/helpers.ts';

/** A value that is taken from the answer to a step. */
export type Capture = { readonly step: Step; readonly source: Source; readonly name: string };

/** Where a captured value is sent: the slot, and what stands around the value there. */
export type Use = { readonly slot: Slot; readonly step: Step; readonly pieces: readonly (string | Capture)[] };

/** What was found. */
export type Correlation = {
  readonly uses: readonly Use[];
  /** Made anew each time: moments, numbers of requests. */
  readonly generated: ReadonlyMap<Slot, Parts>;
  /** Sent as they were recorded, though they will hardly be right again. */
  readonly unknown: ReadonlySet<Slot>;
  /** With other values in the other recordings, and of no answer. */
  readonly varying: ReadonlySet<Slot>;
  readonly helpers: ReadonlySet<Helper>;
};

/** The same step in each of the other recordings of this walk; null: that one has it not. */
export type Twins = ReadonlyMap<Step, readonly (Step | null)[]>;

/** Of which nobody's answer has to say anything. */
const neverTaken = /^(?:page|limit|offset|size|per_?page|count|quantity|qty|amount|sort|order|lang|language|locale|version|v|step|index|width|height)$/iu;
const oneTime = /csrf|xsrf|nonce|viewstate|eventvalidation|requestverification|authenticity|^state$|^code$|^ticket$|^_?token$|^if-match$/iu;

/** `steps`: in the order in which they were made; `host`: the origin that is the client's own. */
export function correlated(steps: readonly Step[], twins: Twins, host: string | null): Correlation {
  const found: Found = { uses: [], generated: new Map(), unknown: new Set(), varying: new Set(), helpers: new Set() };
  const byValue = new Map<string, Origin[]>();
  const own = new Set<string>();
  const captures = new Map<string, Capture>();
  const standing = new Map<string, string>();
  const sent = new Set(steps.flatMap((step) => slotsIn(step).flatMap(({ value, isBytes }) => (value === null || typeof value === 'boolean' || isBytes === true ? [] : valuesIn(String(value))))));
  for (const [index, step] of steps.entries()) {
    for (const slot of slotsIn(step)) {
      const others = (twins.get(step) ?? []).map((twin) => (twin === null ? null : (slotsIn(twin).find(({ place }) => place === slot.place) ?? null)));
      const context: Context = { slot, step, others, twins, own, byValue, standing, steps, index, host };
      handle(context, found, captures);
    }
    for (const source of sourcesOf(step.visit, host, (value) => sent.has(value))) {
      if (source.isStanding) standing.set(source.location, source.value);
      const list = byValue.get(source.value);
      if (list === undefined) byValue.set(source.value, [{ step, source, index }]);
      else list.push({ step, source, index });
    }
  }
  return found;
}

/** `index`: of the step. */
type Origin = { readonly step: Step; readonly source: Source; readonly index: number };
type Found = { readonly uses: Use[]; readonly generated: Map<Slot, Parts>; readonly unknown: Set<Slot>; readonly varying: Set<Slot>; readonly helpers: Set<Helper> };
type Context = {
  readonly slot: Slot;
  readonly step: Step;
  /** Of the twins. */
  readonly others: readonly (Slot | null)[];
  readonly twins: Twins;
  /** What was sent before any answer had it: the user's own. */
  readonly own: Set<string>;
  readonly byValue: ReadonlyMap<string, readonly Origin[]>;
  /** What those that need no answer are by now, by their places. */
  readonly standing: ReadonlyMap<string, string>;
  readonly steps: readonly Step[];
  /** Of the step. */
  readonly index: number;
  /** The origin that is the client's own. */
  readonly host: string | null;
};

function handle(context: Context, found: Found, captures: Map<string, Capture>): void {
  const { slot, step, others, own } = context;
  const { value } = slot;
  const known = others.filter((other) => other !== null);
  // No answer brings these.
  if (value === null || typeof value === 'boolean' || value === '' || slot.isBytes === true) {
    if (known.some((other) => other.value !== value)) found.varying.add(slot);
    return;
  }
  const text = String(value);
  const isSame = known.length > 0 && known.every((other) => other.value === value);
  if (isSame && !oneTime.test(slot.key) && generated(slot, step, false) === null) {
    own.add(text);
    return;
  }
  const pieces = piecesOf(context, text, captures, found.helpers);
  if (pieces !== null) {
    found.uses.push({ slot, step, pieces });
    return;
  }
  own.add(text);
  const made = generated(slot, step, known.length > 0);
  if (made !== null) found.generated.set(slot, made);
  else if (known.length > 0 && !isSame) found.varying.add(slot);
  else if (step.visit.described === null && looksDead(slot, text, isSame)) found.unknown.add(slot);
}

/** Of a text, what may be a value by itself: what a hole stands for, and what is as long as tokens are. */
const parts = /\uE0F0[^\uE0F1]*\uE0F1|[\w.~+/=-]{8,}/gu;

/** All that an answer could have brought of a text that is sent. */
function valuesIn(text: string): readonly string[] {
  return [text, decodedSegment(text), ...[...text.matchAll(parts)].map(([part]) => part)];
}

/** Null: no answer brought any of it. */
function piecesOf(context: Context, text: string, captures: Map<string, Capture>, helpers: Set<Helper>): readonly (string | Capture)[] | null {
  for (const whole of new Set([text, decodedSegment(text)])) {
    const origin = originOf(context, whole, false);
    if (origin !== null) return [captureOf(origin, context.slot, captures, helpers)];
  }
  const pieces: (string | Capture)[] = [];
  let from = 0;
  for (const match of text.matchAll(parts)) {
    const part = match[0] === text ? null : originOf(context, match[0], true);
    if (part === null) continue;
    pieces.push(text.slice(from, match.index), captureOf(part, context.slot, captures, helpers));
    from = match.index + match[0].length;
  }
  return from === 0 ? null : [...pieces, text.slice(from)].filter((piece) => piece !== '');
}

function decodedSegment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** So many answers before a request are searched for what has no place of its own: each time, letter by letter. */
const maxSearched = 500;

/** `isPart`: the value is a part of what is sent, so its name says nothing. */
function originOf(context: Context, value: string, isPart: boolean): Origin | null {
  const { slot, others, own, byValue, standing, steps, index } = context;
  if (own.has(value)) return null;
  const varies = others.some((other) => other !== null);
  const candidates = (byValue.get(value) ?? []).filter((origin) => (isPart ? isTaken(slot, value) : varies || fits(origin.source, slot, value)) && (isPart || isRightInAll(origin, context)));
  const matching = candidates.filter(({ source }) => isNamedAlike(source, slot));
  const best = (matching.length > 0 ? matching : candidates).toSorted((a, b) => b.index - a.index || a.source.rank - b.source.rank)[0];
  if (best !== undefined) return best.source.isStanding && standing.get(best.source.location) !== value ? { ...best, source: { ...best.source, isStanding: false } } : best;
  if (!isTaken(slot, value)) return null;
  for (let at = index - 1; at >= Math.max(0, index - maxSearched); at -= 1) {
    const before = steps[at];
    const source = before === undefined ? null : cutSource(before.visit, value, slot.key);
    if (before === undefined || source === null) continue;
    const origin = { step: before, source, index: at };
    if (isPart || isRightInAll(origin, context)) return origin;
  }
  return null;
}

/** The other recordings' answers have, at the same place, what they sent. */
function isRightInAll({ step, source }: Origin, { others, twins, host }: Context): boolean {
  return others.every((other, recording) => {
    const twin = twins.get(step)?.[recording] ?? null;
    return other === null || (twin !== null && valueAt(twin, source.location, host) === String(other.value));
  });
}

function valueAt(step: Step, location: string, host: string | null): string | null {
  const cut = /^cut (.*)\|(.?)$/su.exec(location);
  if (cut !== null) return textBetween(finalAnswer(step.visit)?.text ?? '', cut[1] ?? '', cut[2] ?? '');
  return sourcesOf(step.visit, host, () => true).find((source) => source.location === location)?.value ?? null;
}

/** Without a second recording: a name that is the same, or a value that nobody would type. */
function fits(source: Source, slot: Slot, value: string): boolean {
  if (neverTaken.test(slot.key)) return false;
  if (isTaken(slot, value)) return true;
  if (oneTime.test(slot.key) && value.length >= 4) return isNamedAlike(source, slot) || source.rank === 1;
  // `/item/17`, `itemId: 17`, `slug=blue-lamp`; a word that two places have in common is mostly none that was taken over.
  const isId = /^\d+$/u.test(value) || (/(?:slug|sku|code|uid|uuid|id|key)$/iu.test(source.names[0] ?? '') && value.length >= 3);
  return isId && isNamedAlike(source, slot);
}

function isNamedAlike({ names }: Source, { key, place }: Slot): boolean {
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/gu, '');
  const own = plain(key);
  if (names.some((name) => plain(name) === own)) return true;
  // What is `id` in an answer is `itemId` where it is sent, or a part of the path; `itemId` of a slot may be `id` of `items`.
  const isInPath = place.startsWith('segment');
  const [first = ''] = names;
  return (isInPath && /^(?:id|_id|uuid|slug|sku|code|number)$/iu.test(first)) || (/^_?id$/iu.test(first) && own.endsWith('id')) || (own === 'id' && names.some((name) => plain(name).endsWith('id'))) || plain(singular(first)) === own;
}

/** True for what nobody types, or what is sent as a secret: an answer that has the same brought it. */
function isTaken({ key }: Slot, value: string): boolean {
  return value.startsWith(hole.start) || isStandIn(value) || isStrong(value) || ((oneTime.test(key) || isSecret(key)) && value.length >= 8 && !/^[A-Z]?[a-z]+$/u.test(value));
}

/** True for what nobody types twice by chance. */
function isStrong(value: string): boolean {
  const bare = value.replace(/^(?:W\/)?"(.*)"$/u, '$1');
  if (uuid.test(bare) || isToken(bare)) return true;
  if (/^\d{4}-\d\d-\d\d|^[\d.]+$|@|:\/\//u.test(value)) return /^\d{6,}$/u.test(value);
  return value.length >= 8 && /\d/u.test(value) && /[a-z]/iu.test(value) && !/\s/u.test(value) && isIdentifier(value);
}

function captureOf({ step, source }: Origin, slot: Slot, captures: Map<string, Capture>, helpers: Set<Helper>): Capture {
  const id = `${step.visit.place} ${step.visit.request.url} ${source.isStanding ? 'standing ' : ''}${source.location}`;
  const known = captures.get(id);
  if (known !== undefined) return known;
  const [own = 'value', longer = own] = source.names;
  const name = /^_?(?:id|value|key|code|name)$/iu.test(own) ? (longer !== own ? longer : slot.key) : own;
  const capture: Capture = { step, source, name };
  captures.set(id, capture);
  for (const helper of source.helpers) helpers.add(helper);
  return capture;
}

const tenMinutesMs = 600_000;

/** Moments and numbers of requests that the page makes itself; null for anything else. */
function generated(slot: Slot, step: Step, varies: boolean): Parts | null {
  const text = String(slot.value);
  const { startedMs } = step.visit;
  if (startedMs !== null && /^\d{13}$/u.test(text) && Math.abs(Number(text) - startedMs) < tenMinutesMs) return [{ code: 'Date.now()', type: 'number' }];
  if (startedMs !== null && /^\d{10}$/u.test(text) && Math.abs(Number(text) * 1000 - startedMs) < tenMinutesMs) return [{ code: 'Math.floor(Date.now() / 1000)', type: 'number' }];
  const isUuid = uuid.test(text) && (/request|idempoten|correlation|trace|transaction|message|nonce|uuid/iu.test(slot.key) || varies);
  return isUuid ? [{ code: 'crypto.randomUUID()', type: 'string' }] : null;
}

/** What the site made for this one visitor: it will not be right again. */
function looksDead({ key, place }: Slot, text: string, isSame: boolean): boolean {
  if (isSame || place === 'body') return false;
  return (oneTime.test(key) && text.length >= 6) || uuid.test(text) || (text.length >= 16 && isToken(text) && !isSecret(key));
}
