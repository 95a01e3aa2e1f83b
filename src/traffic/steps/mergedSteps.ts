/** Requests of one row as one that has a place for all that any of them sends: what some of them do not send is left out there in its turn. */
import type { JsonShape, Slot, SlotPair, Step, StepBody, StepPart } from './step.ts';

/** Null: no request of a scenario can send what the one sends, and then what the other does. */
export function merged(step: Step, other: Step): Step | null {
  if (step.path.length !== other.path.length) return null;
  const query = mergedQuery(step.query, other.query);
  const headers = mergedPairs(step.headers, other.headers);
  const body = mergedBody(step.body, other.body);
  return query === undefined || headers === undefined || body === undefined ? null : { ...step, query, headers, body };
}

/** Undefined: they cannot be one. */
function mergedQuery(query: Step['query'], other: Step['query']): Step['query'] | undefined {
  if (isWhole(query) || isWhole(other)) return isWhole(query) && isWhole(other) ? query : undefined;
  return query === null || other === null ? (query ?? other) : mergedPairs(query, other);
}

/** True for one that no object can hold. */
function isWhole(query: Step['query']): query is Slot {
  return query !== null && 'place' in query;
}

/** In the order of the first; undefined where one name has several values, whose number may differ. */
function mergedPairs(pairs: readonly SlotPair[], others: readonly SlotPair[]): readonly SlotPair[] | undefined {
  const names = pairs.map(([name]) => name);
  const otherNames = others.map(([name]) => name);
  if (names.join('\n') === otherNames.join('\n')) return pairs;
  if (new Set(names).size < names.length || new Set(otherNames).size < otherNames.length) return undefined;
  return [...pairs, ...others.filter(([name]) => !names.includes(name))];
}

function mergedBody(body: StepBody | null, other: StepBody | null): StepBody | null | undefined {
  if (body === null || other === null) return body === other ? body : undefined;
  switch (body.kind) {
    case 'json': {
      const json = other.kind === 'json' ? mergedJson(body.json, other.json) : undefined;
      return json === undefined ? undefined : { kind: 'json', json };
    }
    case 'form': {
      const fields = other.kind === 'form' ? mergedPairs(body.fields, other.fields) : undefined;
      return fields === undefined ? undefined : { kind: 'form', fields };
    }
    case 'multipart':
      return other.kind === 'multipart' && outline(body.parts) === outline(other.parts) ? body : undefined;
    case 'bytes':
      return other.kind === 'bytes' && (body.base64 === null) === (other.base64 === null) ? body : undefined;
    case 'text':
    case 'latin1':
    case 'missing':
      return body.kind === other.kind ? body : undefined;
  }
}

/** Names, and of which parts the recording has the content. */
function outline(parts: readonly StepPart[]): string {
  return JSON.stringify(parts.map(({ name, content }) => [name, content !== null]));
}

function mergedJson(json: JsonShape, other: JsonShape): JsonShape | undefined {
  if ('leaf' in json) return 'leaf' in other ? json : undefined;
  if ('list' in json) {
    if (!('list' in other) || json.list.length !== other.list.length) return undefined;
    const list = json.list.map((element, index) => mergedJson(element, other.list[index] ?? element));
    return list.every((element) => element !== undefined) ? { list } : undefined;
  }
  return 'members' in other ? mergedMembers(json.members, other.members) : undefined;
}

type Members = readonly (readonly [name: string, value: JsonShape])[];

/** A member that one of them lacks is left out by being undefined, which nothing within it could do. */
function mergedMembers(members: Members, others: Members): JsonShape | undefined {
  const [own, theirs] = [new Map(members), new Map(others)];
  const all: (readonly [string, JsonShape])[] = [];
  for (const name of new Set([...own.keys(), ...theirs.keys()])) {
    const [value, other] = [own.get(name), theirs.get(name)];
    const both = value === undefined || other === undefined ? optional(value ?? other) : mergedJson(value, other);
    if (both === undefined) return undefined;
    all.push([name, both]);
  }
  return { members: all };
}

function optional(json: JsonShape | undefined): JsonShape | undefined {
  return json !== undefined && 'leaf' in json ? json : undefined;
}
