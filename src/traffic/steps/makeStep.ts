/** Makes a step of a recorded request: what is sent again, with the body in the form in which the client takes it, as long as it sends the same. */
import { isMap } from '../../util/typeGuards.ts';
import { requestHeaders } from './headers.ts';
import { headerOf, hole, mimeType, plainValue, type DescribedRequest, type Pair, type RecordedBody } from '../recording.ts';
import { multipartBytes } from '../readers/multipart.ts';
import { isIdentifier, rowName } from '../rowNames.ts';
import { isLabel, isSecretName, nameWithin } from '../secretNames.ts';
import { formType, isBare, secretsIn } from '../secretsInText.ts';
import type { Visit } from '../selection.ts';
import type { JsonShape, Slot, SlotPair, Step, StepBody } from './step.ts';

/** How deep JSON may be to be written as an object. */
const maxDepth = 50;
/** Longer bytes would hide the scenario. */
const maxBytes = 3000;

/** `keptHeaders`: in small letters, those that stay although a browser sends them by itself. */
export function stepOf(visit: Visit, keptHeaders: ReadonlySet<string>): Step {
  const { request, described } = visit;
  const url = new URL(request.url);
  const path = url.pathname.split('/').slice(1).map((value, index) => ({ place: `segment ${index + 1} of the path`, key: '', value: unholed(value) }));
  const plainFields: PlainFields = described?.plainFields ?? new Map();
  const body = bodyOf(request.body, headerOf(request.headers, 'content-type'), plainFields);
  return {
    visit,
    method: request.method,
    origin: url.origin,
    path: path.map((slot, index) => ({ ...slot, key: segmentKey(slot.value, path[index - 1]?.value ?? '') })),
    query: queryOf(url.search.slice(1), plainFields),
    headers: slotsOf(requestHeaders(request.method, withCredentials(request.headers, url), body?.kind ?? null, described === null ? keptHeaders : new Set([...keptHeaders, ...described.headers])), 'header', plainFields),
    parameters: { path: described === null || described.types.path === null ? [] : slotsOf(described.path, 'path parameter', plainFields), cookies: slotsOf(described?.cookies ?? [], 'cookie', plainFields) },
    body,
    name: visit.names?.row ?? rowName(path.map(({ value }) => value), url.searchParams, body),
  };
}

/** Those that stand in the URL go out as a header; one that was sent comes over them. */
function withCredentials(headers: readonly Pair[], { username, password }: URL): readonly Pair[] {
  if ((username === '' && password === '') || headerOf(headers, 'authorization') !== null) return headers;
  const pair = `${decoded(username, false)}:${decoded(password, false)}`;
  return [...headers, ['authorization', `Basic ${Buffer.from(pair).toString('base64')}`]];
}

/** The URL class quotes what marks a hole. */
function unholed(text: string): string {
  return text.replaceAll(encodeURIComponent(hole.start), hole.start).replaceAll(encodeURIComponent(hole.end), hole.end);
}

/** `itemId` of the number in `/items/7`. A word behind `/password/` or `/session/` is a page and no secret, whatever it stands behind. */
function segmentKey(segment: string, segmentBefore: string): string {
  const before = segmentBefore.replace(/\.\w+$/u, '');
  if (isIdentifier(before) || before === '') return 'id';
  const key = `${before.replace(/ies$/u, 'y').replace(/s$/u, '')}Id`;
  return isSecretName(key) && !isIdentifier(segment) ? 'id' : key;
}

/** Those that are no texts. */
type PlainFields = DescribedRequest['plainFields'];

function queryOf(search: string, plainFields: PlainFields): readonly SlotPair[] | Slot | null {
  if (search === '') return null;
  const fields = fieldsIn(search, 'parameter', plainFields);
  return fields ?? { place: 'query', key: 'query', value: unholed(search), mimeType: formType };
}

/** Null for what the client would write otherwise. */
function fieldsIn(text: string, what: string, plainFields: PlainFields): readonly SlotPair[] | null {
  const pairs = Array.from(new URLSearchParams(text));
  const isSame = new URLSearchParams(text).toString() === canonical(text);
  return isSame && isOrdered(pairs) ? slotsOf(pairs, what, plainFields) : null;
}

/** `%20` and `+`, and characters that need no quotes, are matters of taste. */
function canonical(text: string): string {
  return text
    .split('&')
    .map((field) => field.split('=').map((part) => new URLSearchParams({ v: decoded(part, true) }).toString().slice(2)).join('='))
    .join('&');
}

/** `isField`: of a query or a form, where a plus is a blank. */
function decoded(part: string, isField: boolean): string {
  try {
    return decodeURIComponent(isField ? part.replaceAll('+', ' ') : part);
  } catch {
    return part;
  }
}

function slotsOf(pairs: readonly Pair[], what: string, plainFields: PlainFields): readonly SlotPair[] {
  const places = placesOf(what, pairs.map(([name]) => name));
  return pairs.map(([name, text], index) => [name, { place: places[index] ?? '', key: name, value: plainValue(text, plainFields.get(`${what} ${name}`)) }]);
}

/** `parameter tag`, `parameter tag 2` of two that have one name. */
function placesOf(what: string, names: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return `${what} ${name}${count === 1 ? '' : ` ${count}`}`;
  });
}

/** True for what an object of fields keeps in its order: one of a name, or several in a row, and no numbers for names. */
function isOrdered(pairs: readonly Pair[]): boolean {
  const names = pairs.map(([name]) => name);
  return names.every((name, index) => !/^\d+$/u.test(name) && (names.indexOf(name) === index || names[index - 1] === name));
}

function bodyOf(body: RecordedBody | null, contentType: string | null, plainFields: PlainFields): StepBody | null {
  if (body === null || body.kind === 'missing') return body;
  if (body.kind === 'bytes') {
    const parts = mimeType(contentType) === 'multipart/form-data' ? multipartBytes(body.bytes, contentType) : body;
    return parts.kind === 'parts' ? bodyOf(parts, contentType, plainFields) : bytesBody(body.bytes, mimeType(contentType));
  }
  if (body.kind === 'fields') return isOrdered(body.fields) ? { kind: 'form', fields: slotsOf(body.fields, 'form field', plainFields) } : textBody(formText(body.fields), formType);
  if (body.kind === 'parts') {
    const isPlain = body.parts.every(({ name }) => !/^\d+$/u.test(name));
    const places = placesOf('form field', body.parts.map(({ name }) => name));
    const parts = body.parts.map(({ text, name, ...part }, index) => ({ ...part, name, content: text === null ? null : { place: places[index] ?? '', key: name, value: text } }));
    return isPlain ? { kind: 'multipart', parts } : { kind: 'missing', bytes: null, what: 'a multipart body' };
  }
  if (body.text === '') return null;
  const type = mimeType(contentType);
  if (type === 'application/json' || type.endsWith('+json') || (type === '' && /^\s*[{[]/u.test(body.text))) {
    const json = faithfulJson(body.text);
    if (json !== undefined) return { kind: 'json', json: shapeOf(json, '', 'JSON') };
  }
  if (type === formType) {
    const fields = fieldsIn(body.text, 'form field', plainFields);
    if (fields !== null) return { kind: 'form', fields };
  }
  return textBody(body.text, type);
}

function formText(fields: readonly Pair[]): string {
  const params = new URLSearchParams();
  for (const [name, value] of fields) params.append(name, value);
  return params.toString();
}

function textBody(text: string, type: string): StepBody {
  return { kind: 'text', text: { place: 'body', key: 'body', value: text, mimeType: type } };
}

function bytesBody(bytes: Uint8Array, type: string): StepBody {
  if (bytes.length > maxBytes) return { kind: 'bytes', length: bytes.length, base64: null };
  const latin1 = Buffer.from(bytes).toString('latin1');
  if (!isBare(secretsIn(latin1, '', type))) return { kind: 'latin1', text: { place: 'body', key: 'body', value: latin1, mimeType: type } };
  const base64: Slot = { place: 'body', key: 'body', value: Buffer.from(bytes).toString('base64'), isBytes: true };
  return { kind: 'bytes', length: bytes.length, base64 };
}

/** Undefined for what JavaScript would write as something else: long numbers, or what is no JSON. */
function faithfulJson(text: string): unknown {
  const numbers = text.replace(/"(?:[^"\\]|\\.)*"/gu, '""').match(/-?\d[\d.eE+-]*/gu) ?? [];
  if (numbers.some((number) => number.replace(/[eE].*$/u, '').replace(/\D/gu, '').replace(/^0+/u, '').length > 15)) return undefined;
  try {
    const json = JSON.parse(text) as unknown;
    return depthOf(json) > maxDepth ? undefined : json;
  } catch {
    return undefined;
  }
}

/** Stops counting one level below the deepest that is allowed. */
function depthOf(json: unknown): number {
  let level = [json];
  for (let depth = 0; depth <= maxDepth; depth += 1) {
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value as Readonly<Record<string, unknown>>) : []));
    if (level.length === 0) return depth;
  }
  return maxDepth + 1;
}

/** `key`: what a leaf is called, or what is around it. */
function shapeOf(json: unknown, key: string, path: string): JsonShape {
  if (Array.isArray(json)) return { list: json.map((value, index) => shapeOf(value, key, `${path}[${index}]`)) };
  if (isMap(json)) {
    const labels = Object.entries(json).flatMap(([name, value]) => (isLabel(name) && typeof value === 'string' ? [value] : []));
    const label = labels.find(isSecretName) ?? labels[0] ?? '';
    // A number within is about it: the length that a password must have.
    const keyOf = (name: string, value: unknown): string => (typeof value === 'number' ? name : nameWithin(name, key, label));
    return { members: Object.entries(json).map(([name, value]) => [name, shapeOf(value, keyOf(name, value), `${path}.${name}`)]) };
  }
  return { leaf: { place: path, key, value: typeof json === 'string' || typeof json === 'number' || typeof json === 'boolean' ? json : null } };
}
