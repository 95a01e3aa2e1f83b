/**
 * A request of the scenario that is made: what of a recorded one is sent again, taken apart into the values that could be others with other users.
 */
import type { Visit } from '../selection.ts';

/** A value at its place in a request. Compared by identity: what it becomes in the scenario is kept beside it. */
export type Slot = {
  /** For people: `form field csrf`, `header authorization`. */
  readonly place: string;
  /** What it is called there. */
  readonly key: string;
  readonly value: string | number | boolean | null;
  /** Of a body or a query that is one text: what it is. */
  readonly mimeType?: string;
  /** True: the value stands for bytes, in base64, in which nobody finds a name, a token or a secret. */
  readonly isBytes?: true;
};

/** JSON whose leaves are values. */
export type JsonShape = { readonly leaf: Slot } | { readonly list: readonly JsonShape[] } | { readonly members: readonly (readonly [name: string, value: JsonShape])[] };

/** Fields in order; several of one name stand together. */
export type SlotPair = readonly [name: string, value: Slot];

/** A part of a multipart body. */
export type StepPart = { readonly name: string; readonly filename: string | null; readonly type: string | null; readonly content: Slot | null; readonly bytes: number | null };

/** The body that is sent. */
export type StepBody =
  | { readonly kind: 'json'; readonly json: JsonShape }
  | { readonly kind: 'form'; readonly fields: readonly SlotPair[] }
  | { readonly kind: 'multipart'; readonly parts: readonly StepPart[] }
  | { readonly kind: 'text'; readonly text: Slot }
  /** Each letter is a byte: no UTF-8, and with secrets that have names in it. */
  | { readonly kind: 'latin1'; readonly text: Slot }
  /** `base64`: null where they are too many to be written down. */
  | { readonly kind: 'bytes'; readonly length: number; readonly base64: Slot | null }
  | { readonly kind: 'missing'; readonly bytes: number | null; readonly what: string | null };

/** A request of the scenario. */
export type Step = {
  readonly visit: Visit;
  readonly method: string;
  readonly origin: string;
  /** Segments between the slashes, as they went over the wire. */
  readonly path: readonly Slot[];
  /** A list: as the option `query`; a value: as it is, behind the path; null: none. */
  readonly query: readonly SlotPair[] | Slot | null;
  readonly headers: readonly SlotPair[];
  /** Of a description: those that segments of the path are made of, if they have a type, and cookies that are set before it is sent. */
  readonly parameters: { readonly path: readonly SlotPair[]; readonly cookies: readonly SlotPair[] };
  readonly body: StepBody | null;
  /** Row in the statistics. */
  readonly name: string;
};

/** All values of a request, in the order in which it has them. */
export function slotsIn({ path, query, headers, parameters, body }: Step): readonly Slot[] {
  const inQuery = query === null ? [] : 'place' in query ? [query] : query.map(([, slot]) => slot);
  return [...path, ...inQuery, ...[...headers, ...parameters.path, ...parameters.cookies].map(([, slot]) => slot), ...bodySlots(body)];
}

function bodySlots(body: StepBody | null): readonly Slot[] {
  switch (body?.kind) {
    case 'json':
      return leavesOf(body.json);
    case 'form':
      return body.fields.map(([, slot]) => slot);
    case 'multipart':
      return body.parts.flatMap(({ content }) => content ?? []);
    case 'text':
    case 'latin1':
      return [body.text];
    case 'bytes':
      return body.base64 === null ? [] : [body.base64];
    case 'missing':
    case undefined:
      return [];
  }
}

function leavesOf(shape: JsonShape): readonly Slot[] {
  if ('leaf' in shape) return [shape.leaf];
  return 'list' in shape ? shape.list.flatMap(leavesOf) : shape.members.flatMap(([, value]) => leavesOf(value));
}
