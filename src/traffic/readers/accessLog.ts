/** Access logs: lines with a quoted request line (nginx, Apache, load balancers), or JSON of any server, one object a line. No log has bodies. */
import { isUtf8 } from 'node:buffer';
import { isIP } from 'node:net';
import { exchangeOf, unknownOrigin, unreadableTraffic, type Exchange, type Pair, type RecordedRequest, type StreamNotes } from '../recording.ts';
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { fieldsOf, textOf } from './structuredText.ts';
import { records } from './records.ts';
import { ReadExchange, type UnreadExchange } from './window.ts';

type Line = { readonly method: string; readonly url: string; readonly status: number; readonly startedMs: number | null; readonly headers: readonly Pair[]; readonly client: string | null };

const requestLine = /"([A-Z]{3,10}) (\/\S*?|https?:\S+?|\*)(?: HTTP\/[\d.]+)?"/u;

/** `start`: the first kilobytes. */
export function isAccessLog(start: string): boolean {
  const lines = start.split('\n').slice(0, 5).filter((line) => line.trim() !== '');
  return lines.some((line) => lineOf(line) !== null);
}

/** Line by line. Throws a BoomerError with the first line that is none when most of them are; those that are none are counted. */
export async function* logExchanges(chunks: AsyncIterable<Buffer>, source: string, notes: StreamNotes): AsyncGenerator<readonly UnreadExchange[]> {
  notes.kind = 'access log';
  const wrong = { count: 0, first: 0 };
  let number = 0;
  let count = 0;
  for await (const found of records(chunks, Buffer.from('\n'), (long) => unreadableTraffic(source, `line ${long}`, 'it is longer than 128 MB'))) {
    const read: ReadExchange[] = [];
    for (const { bytes } of found) {
      number += 1;
      const text = bytes.toString();
      if (text.trim() === '') continue;
      const line = isUtf8(bytes) ? lineOf(text) : null;
      if (line === null) {
        if (wrong.count === 0) wrong.first = number;
        wrong.count += 1;
      } else {
        count += 1;
        read.push(new ReadExchange(loggedExchange(line, `line ${number}`)));
      }
    }
    yield read;
  }
  if (wrong.count > count) throw unreadableTraffic(source, `line ${wrong.first}`, 'this and most other lines are no requests of an access log');
  if (wrong.count > 0) notes.remarks.push(`${wrong.count} of its lines, which are no requests, the first being line ${wrong.first}`);
}

function loggedExchange({ method, url, status, startedMs, headers, client }: Line, place: string): Exchange {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const request: RecordedRequest = { method, url, headers, body: hasBody ? { kind: 'missing', bytes: null, what: null } : null };
  return exchangeOf(place, request, { answer: { status, headers: [], text: null, type: null }, startedMs, client });
}

function lineOf(line: string): Line | null {
  return line.startsWith('{') ? jsonLine(line) : textLine(line);
}

function textLine(line: string): Line | null {
  const found = requestLine.exec(line);
  if (found === null) return null;
  const [whole, method = '', target = ''] = found;
  const before = line.slice(0, found.index);
  const after = line.slice(found.index + whole.length);
  // Behind the request; load balancers have it before.
  const status = Number(/^\s(\d{3})(?:\s|$)/u.exec(after)?.[1] ?? /\s(\d{3})\s/u.exec(before)?.[1] ?? 200);
  const host = /^([a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?::\d+)?) /iu.exec(before)?.[1] ?? null;
  if (target === '*') return null;
  // Combined logs: status, length, referer, agent.
  const [, referer = '', agent = ''] = /^ \d{3} \S+ "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)"/u.exec(after) ?? [];
  return lineFor({
    method,
    target,
    origin: host === null ? null : `http://${host.replace(/:(?:80|443)$/u, '')}`,
    status,
    startedMs: momentIn(before),
    headers: headersOf(referer, agent),
    client: firstAddress(before.split(' ', 4)),
  });
}

/** `[29/Nov/2026:10:00:00 +0100]`, or as ISO 8601 has it, which load balancers write. */
function momentIn(before: string): number {
  const [, day = '', month = '', year = '', time = '', zone = ''] = /\[(\d+)\/(\w+)\/(\d{4}):([\d:]+) ([+-]\d{4})\]/u.exec(before) ?? [];
  return day === '' ? Date.parse(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?/u.exec(before)?.[0] ?? '') : Date.parse(`${day} ${month} ${year} ${time} ${zone}`);
}

function firstAddress(words: readonly string[]): string | null {
  for (const word of words) {
    const address = addressIn(word);
    if (address !== null) return address;
  }
  return null;
}

/** Without its port; null for what is none. */
function addressIn(word: string): string | null {
  if (isIP(word) !== 0) return word;
  const [, address = ''] = /^\[?([\da-f.:]+?)\]?:\d+$/iu.exec(word) ?? [];
  return isIP(address) === 0 ? null : address;
}

/** Of those that were sent: logs have a dash for one that was not. */
function headersOf(referer: string | null, agent: string | null): readonly Pair[] {
  const headers: Pair[] = [];
  if (referer !== null && referer !== '' && referer !== '-') headers.push(['referer', referer]);
  if (agent !== null && agent !== '' && agent !== '-') headers.push(['user-agent', agent]);
  return headers;
}

function jsonLine(line: string): Line | null {
  const fields = parsed(line);
  if (fields === null) return null;
  const flat = flattened(fields);
  const of = (...names: readonly string[]): string | null => names.map((name) => flat.get(name) ?? null).find((value) => value !== null) ?? null;
  const [, ownMethod, ownTarget] = /^([A-Z]{3,10}) (\S+)/u.exec(of('request', 'requestline', 'message') ?? '') ?? [];
  const method = of('requestmethod', 'method', 'verb', 'httpmethod', 'httprequestmethod') ?? ownMethod ?? null;
  const target = of('requesturi', 'uri', 'requestpath', 'requesturl', 'httprequesturl', 'url', 'urloriginal', 'urlpath', 'path', 'target') ?? ownTarget ?? null;
  if (method === null || target === null || !/^[A-Za-z]{3,10}$/u.test(method)) return null;
  const host = of('httphost', 'host', 'requesthost', 'vhost', 'servername', 'urldomain');
  const query = of('querystring', 'args', 'query', 'urlquery') ?? '';
  const time = of('time', 'timestamp', 'timeiso8601', 'startutc', 'ts', 'msec', 'timelocal', 'date');
  const seconds = Number(time);
  const startedMs = time === null ? Number.NaN : Number.isNaN(seconds) ? Date.parse(time) : seconds < 1e11 ? seconds * 1000 : seconds;
  const whole = query === '' || target.includes('?') ? target : `${target}?${query.replace(/^\?/u, '')}`;
  const status = Number(of('status', 'statuscode', 'responsestatus', 'downstreamstatus', 'httpresponsestatuscode', 'httprequeststatus', 'code') ?? 200);
  return lineFor({
    method: method.toUpperCase(),
    target: whole,
    origin: host === null ? null : `${of('scheme', 'requestscheme', 'urlscheme') ?? 'http'}://${host}`,
    status,
    startedMs,
    headers: headersOf(of('httpreferer', 'referer', 'requestrefererheader', 'httprequestreferrer'), of('httpuseragent', 'useragent', 'agent', 'requestuseragent', 'useragentoriginal')),
    client: addressIn(of('remoteaddr', 'clientip', 'remoteip', 'requestremoteip', 'requestclientip', 'clienthost', 'remotehost', 'sourceip', 'clientaddress', 'clientaddr') ?? ''),
  });
}

type WrittenLine = { readonly method: string; readonly target: string; readonly origin: string | null; readonly status: number; readonly startedMs: number; readonly headers: readonly Pair[]; readonly client: string | null };

/** Null for what is asked of no URL. */
function lineFor({ method, target, origin, status, startedMs, headers, client }: WrittenLine): Line | null {
  const url = /^https?:\/\//iu.test(target) ? target : `${origin ?? unknownOrigin}${target.startsWith('/') ? '' : '/'}${target}`;
  return URL.canParse(url) ? { method, url, headers, client, status: Number.isNaN(status) ? 200 : status, startedMs: Number.isNaN(startedMs) ? null : startedMs } : null;
}

function parsed(line: string): Fields | null {
  try {
    const json = JSON.parse(line) as unknown;
    return isMap(json) ? json : null;
  } catch {
    return null;
  }
}

/** Two levels deep; names in small letters without signs: `http_host`, `request.host` and `RequestHost` are alike. */
function flattened(fields: Fields): ReadonlyMap<string, string> {
  const flat = new Map<string, string>();
  const plain = (name: string): string => name.toLowerCase().replace(/[^a-z\d]/gu, '');
  const add = (name: string, value: unknown): void => {
    const text = textOf(value);
    if (text !== null && text !== '' && !flat.has(plain(name))) flat.set(plain(name), text);
  };
  for (const [name, value] of Object.entries(fields)) add(name, value);
  for (const [name, value] of Object.entries(fields)) {
    for (const [inner, own] of Object.entries(fieldsOf(value))) {
      add(`${name}${inner}`, own);
      add(inner, own);
      for (const [innermost, last] of Object.entries(fieldsOf(own))) add(`${name}${inner}${innermost}`, last);
    }
  }
  return flat;
}
