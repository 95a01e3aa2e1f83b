/**
 * HTTP archives (HAR 1.1 and 1.2, http://www.softwareishard.com/blog/har-12-spec/) as Chromium, Firefox, Safari, Charles, Fiddler and the
 * tools after them write them. What differs: HTTP/2's names (`:authority`), bodies as text, as parameters, in base64 or not at all, files of
 * multipart bodies with or without their content, times with or without pages.
 */
import { isUtf8 } from 'node:buffer';
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { exchangeOf, headerOf, mimeType, unreadableTraffic, type Exchange, type Pair, type RecordedAnswer, type RecordedBody, type StreamNotes } from '../recording.ts';
import { lineOfInvalid, notUtf8 } from './content.ts';
import { HarEntries } from './harEntries.ts';
import { cutOff, elementsOf, fieldsOf, numberOf, parseJson, textOf } from './structuredText.ts';
import { multipartBody } from './multipart.ts';
import { ReadExchange, type UnreadExchange } from './window.ts';

/** True for what begins as a HAR does, or as a call with one, as HAR viewers load archives from other sites; others have something before their log. */
export function isHar(start: string): boolean {
  return /^\s*(?:[\w.$]+\s*\(\s*)?\{\s*"log"\s*:\s*\{/u.test(start);
}

/** True for JSON that has a HAR's log. */
export function isHarJson(json: unknown): boolean {
  const { log } = fieldsOf(json);
  return isMap(log) && (Array.isArray(log['entries']) || 'creator' in log);
}

/**
 * Entry by entry, in the order of the file. Throws a BoomerError with the entry for one that is none; entries that never were HTTP (`data:`, `blob:`)
 * are passed over. Titles of pages are known from pages that stand before the entries, as all programs have them.
 */
export async function* harExchanges(chunks: AsyncIterable<Buffer>, source: string, notes: StreamNotes): AsyncGenerator<readonly UnreadExchange[]> {
  const entries = new HarEntries();
  let titles: ReadonlyMap<string, string | null> | null = null;
  let number = 0;
  let passed = 0;
  for await (const chunk of withoutCall(chunks)) {
    const found = entries.push(chunk);
    if (!entries.isBearable) throw unreadableTraffic(source, entries.hasEntries ? `entry ${number + found.length + 1}` : null, 'more than 256 MB in one piece: record it again without contents, or split it');
    if (titles === null && entries.hasEntries) titles = describe(entries.head, notes);
    const read: ReadExchange[] = [];
    for (const bytes of found) {
      number += 1;
      const exchange = harExchange(entryIn(bytes, number, source), `entry ${number}`, source, titles ?? new Map());
      if (exchange === null) passed += 1;
      else read.push(new ReadExchange(exchange));
    }
    yield read;
  }
  if (!entries.isWhole && entries.hasEntries) throw unreadableTraffic(source, entries.isPastEntries ? `behind entry ${number}` : `entry ${number + 1}`, cutOff);
  if (!isUtf8(entries.rest)) throw unreadableTraffic(source, `line ${lineOfInvalid(entries.rest)}`, notUtf8);
  // What ends a call stands behind it.
  const rest = parseJson(entries.rest.toString().replace(/\)\s*;?\s*$/u, ''), source);
  if (!entries.hasEntries) throw unreadableTraffic(source, null, isHarJson(rest) ? 'a HAR without entries: record it again, with the network panel open' : 'this JSON is no HAR');
  if (passed > 0) notes.remarks.push(`${passed} of another protocol than HTTP`);
}

/** Of the calls that HAR viewers load only the argument is of interest, which ends where its brace does. */
async function* withoutCall(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isStart = true;
  for await (const chunk of chunks) {
    const [call = ''] = isStart ? (/^\s*[\w.$]+\s*\(/u.exec(chunk.toString('latin1', 0, 200)) ?? []) : [];
    yield chunk.subarray(call.length);
    isStart = false;
  }
}

function describe(head: Buffer, notes: StreamNotes): ReadonlyMap<string, string | null> {
  let log: Fields = {};
  try {
    log = fieldsOf(fieldsOf(JSON.parse(`${head.toString()}]}}`) as unknown)['log']);
  } catch {
    // What is wrong with it is said with its line, when all of it has been seen.
  }
  const creator = textOf(fieldsOf(log['creator'])['name']) ?? 'an unknown program';
  notes.kind = `HAR of ${programs[creator] ?? creator}`;
  return new Map(elementsOf(log['pages']).map(fieldsOf).flatMap(({ id, title }) => (typeof id === 'string' ? [[id, textOf(title)] as const] : [])));
}

function entryIn(bytes: Buffer, number: number, source: string): unknown {
  if (!isUtf8(bytes)) throw unreadableTraffic(source, `entry ${number}`, notUtf8);
  return parseJson(bytes.toString(), source, `entry ${number}`);
}

/** What browsers call themselves there. */
const programs: Readonly<Record<string, string>> = { WebInspector: 'Chromium', 'WebKit Web Inspector': 'Safari' };

/** Null for what never was HTTP. */
function harExchange(entry: unknown, place: string, source: string, titles: ReadonlyMap<string, string | null>): Exchange | null {
  if (!isMap(entry) || !isMap(entry['request'])) throw unreadableTraffic(source, place, `expected an object with a request, got ${isMap(entry) ? `request: ${typeof entry['request']}` : JSON.stringify(entry)?.slice(0, 40) ?? 'nothing'}`);
  const { request, response } = entry;
  const { method, url } = request;
  if (typeof url !== 'string' || url === '') throw unreadableTraffic(source, place, 'its request has no url');
  if (!URL.canParse(url) || !/^(?:https?|wss?):$/u.test(new URL(url).protocol)) return null;
  const headers = pairsOf(request['headers']).filter(([name]) => !name.startsWith(':'));
  const startedMs = Date.parse(textOf(entry['startedDateTime']) ?? '');
  const group = textOf(entry['pageref']);
  return exchangeOf(place, { method: (textOf(method) ?? 'GET').toUpperCase(), url, headers: withCookies(headers, request['cookies']), body: bodyOf(request['postData'], headers, numberOf(request['bodySize'])) }, {
    answer: isMap(response) ? answerOf(response) : null,
    startedMs: Number.isNaN(startedMs) ? null : startedMs,
    elapsedMs: positive(numberOf(entry['time'])),
    group,
    title: group === null ? null : (titles.get(group) ?? null),
    resource: textOf(entry['_resourceType']),
  });
}

/** Some list cookies and leave the header out. */
function withCookies(headers: readonly Pair[], cookies: unknown): readonly Pair[] {
  const listed = pairsOf(cookies);
  return listed.length === 0 || headerOf(headers, 'cookie') !== null ? headers : [...headers, ['cookie', listed.map(([name, value]) => `${name}=${value}`).join('; ')]];
}

/** Lists of names and values; some programs write an object. */
function pairsOf(value: unknown): readonly Pair[] {
  if (isMap(value)) return Object.entries(value).flatMap(([name, own]) => pair(name, own));
  return elementsOf(value).map(fieldsOf).flatMap(({ name, value: own }) => pair(name, own));
}

function pair(name: unknown, value: unknown): readonly Pair[] {
  return typeof name === 'string' && name !== '' ? [[name, textOf(value) ?? '']] : [];
}

function bodyOf(postData: unknown, headers: readonly Pair[], bodySize: number | null): RecordedBody | null {
  const { text, params, mimeType: ownType, encoding } = fieldsOf(postData);
  const contentType = headerOf(headers, 'content-type') ?? textOf(ownType);
  const type = mimeType(contentType);
  if (typeof text === 'string' && text !== '') {
    const bytes = encoding === 'base64' ? Buffer.from(text, 'base64') : null;
    const isText = bytes === null || bytes.equals(Buffer.from(bytes.toString()));
    if (!isText) return { kind: 'bytes', bytes };
    const plain = bytes === null ? text : bytes.toString();
    return type === 'multipart/form-data' ? multipartBody(plain, contentType) : { kind: 'text', text: plain };
  }
  const listed = elementsOf(params).map(fieldsOf);
  if (listed.length > 0 && /[/+]json$/u.test(type)) return { kind: 'text', text: JSON.stringify(membersOf(listed)) };
  if (listed.length > 0) return type === 'multipart/form-data' ? { kind: 'parts', parts: listed.map(partOf) } : { kind: 'fields', fields: listed.map(({ name, value }) => [unquoted(name), unquoted(value)]) };
  const length = Number(headerOf(headers, 'content-length') ?? bodySize ?? 0);
  return length > 0 ? { kind: 'missing', bytes: length, what: null } : null;
}

/** Some programs take JSON apart as if it were a form. */
function membersOf(params: readonly Fields[]): unknown {
  const isList = params.every(({ name }, index) => textOf(name) === String(index));
  return isList ? params.map(({ value }) => value) : Object.fromEntries(params.map(({ name, value }) => [textOf(name) ?? '', value]));
}

function partOf({ name, value, fileName, contentType }: Readonly<Record<string, unknown>>): Extract<RecordedBody, { kind: 'parts' }>['parts'][number] {
  const filename = textOf(fileName);
  return { name: textOf(name) ?? '', filename, type: textOf(contentType), text: textOf(value) ?? (filename === null || filename === '' ? '' : null), bytes: null };
}

/** Parameters stand there as they went over the wire, by most programs. */
function unquoted(value: unknown): string {
  const text = textOf(value) ?? '';
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function answerOf(response: Readonly<Record<string, unknown>>): RecordedAnswer {
  const headers = pairsOf(response['headers']).filter(([name]) => !name.startsWith(':'));
  const { text, encoding, mimeType: type } = fieldsOf(response['content']);
  const redirect = textOf(response['redirectURL']) ?? '';
  return {
    status: numberOf(response['status']) ?? 0,
    headers: redirect === '' || headerOf(headers, 'location') !== null ? headers : [...headers, ['location', redirect]],
    text: typeof text !== 'string' ? null : encoding === 'base64' ? textIn(text) : text,
    type: textOf(type) ?? headerOf(headers, 'content-type'),
  };
}

/** Null for an image and its like. */
function textIn(base64: string): string | null {
  const bytes = Buffer.from(base64, 'base64');
  const text = bytes.toString();
  return bytes.equals(Buffer.from(text)) ? text : null;
}

function positive(value: number | null): number | null {
  return value !== null && value >= 0 ? value : null;
}
