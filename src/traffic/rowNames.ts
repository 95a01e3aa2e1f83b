/** Names of rows: `/item/[id]` where values vary, without the query unless it says which of several things is asked for. */
import { isMap } from '../util/typeGuards.ts';
import { hole } from './recording.ts';
import { isStandIn } from './standIn.ts';
import type { JsonShape, StepBody } from './steps/step.ts';

/** Parameters that tell one call from another, where all have one path. */
const verbs = /^(?:action|cmd|command|do|method|op|operation|function|func|rpc|service)$/iu;

/** `path`: its segments. */
export function rowName(path: readonly unknown[], query: URLSearchParams, body: StepBody | null): string {
  const named = `/${path.map((segment) => segmentName(String(segment))).join('/')}`;
  const verb = [...query].find(([name, value]) => verbs.test(name) && /^[\w.:-]{1,40}$/u.test(value));
  const operation = body?.kind === 'json' ? graphqlOperation(body.json) : null;
  return `${named}${verb === undefined ? '' : `?${verb[0]}=${verb[1]}`}${operation === null ? '' : ` ${operation}`}`;
}

const wholeHole = new RegExp(`^${hole.start}([^${hole.end}]+)${hole.end}$`, 'u');

function segmentName(segment: string): string {
  const open = wholeHole.exec(segment)?.[1];
  if (open !== undefined) return `[${open}]`;
  // Parameters of a segment (`;jsessionid=…`) name nothing.
  return isIdentifier(segment) || segment.includes(hole.start) ? '[id]' : segment.replace(/;.*$/u, '');
}

/** A UUID of any version. */
export const uuid: RegExp = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/iu;

/** True for a segment that stands for one of many: numbers, UUIDs, hashes, whatever is long and has digits among its letters. */
export function isIdentifier(segment: string): boolean {
  const bare = segment.replace(/(?:\.[a-z]\w{0,5})?(?:;.*)?$/iu, '');
  if (/^[+-]?\d+$/u.test(bare) || uuid.test(segment) || isStandIn(segment)) return true;
  if (/^[\da-f]{8,}$/iu.test(bare) && /\d/u.test(bare)) return true;
  return isToken(segment);
}

/**
 * True for what no person would write: 16 letters or more that change between small ones, capitals and digits all the time. Words in any spelling
 * (`getUserAccountDetailsV2`) change at less than a third of their letters, random base64 at more than half.
 */
export function isToken(text: string): boolean {
  if (!/^[\w+/=.~%:-]{16,}$/u.test(text)) return false;
  const digits = text.match(/\d/gu)?.length ?? 0;
  const changes = text.match(/[a-z](?=[A-Z\d])|[A-Z](?=\d)|\d(?=[a-zA-Z])/gu)?.length ?? 0;
  const capitals = /[a-z]/u.test(text) ? (text.match(/[A-Z](?=[A-Z])/gu)?.length ?? 0) : 0;
  const share = (changes + capitals) / text.length;
  return share > 0.45 || (digits > 0 && share > 0.35) || (digits >= 3 && share > 0.28);
}

/** A GraphQL request says what it wants in its body. */
function graphqlOperation(json: JsonShape): string | null {
  if (!('members' in json)) return null;
  const text = (name: string): string => {
    const [, found] = json.members.find(([own]) => own === name) ?? [];
    return isMap(found) && 'leaf' in found && typeof found.leaf.value === 'string' ? found.leaf.value : '';
  };
  const query = text('query');
  const operation = text('operationName');
  if (!/^\s*(?:query|mutation|subscription|\{)/u.test(query) && !json.members.some(([name]) => name === 'extensions')) return null;
  return /^\w+$/u.test(operation) ? operation : (/^\s*(?:query|mutation)\s+(\w+)/u.exec(query)?.[1] ?? null);
}
