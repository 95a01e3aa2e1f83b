/** Access logs: lines with a quoted request line (nginx, Apache, load balancers), or JSON of any server, one object a line. No log has bodies. */
import { unknownOrigin, unreadableTraffic, type Exchange, type Recording } from '../recording.ts';
import { SampledExchanges } from '../sampledExchanges.ts';
import { isMap, type Fields } from '../../util/typeGuards.ts';
import { fieldsOf, textOf } from './jsonFile.ts';

type Line = { readonly method: string; readonly url: string; readonly status: number; readonly startedMs: number | null };

const requestLine = /"([A-Z]{3,10}) (\/\S*?|https?:\S+?|\*)(?: HTTP\/[\d.]+)?"/u;

/** `start`: the first kilobytes. */
export function isAccessLog(start: string): boolean {
  const lines = start.split('\n').slice(0, 5).filter((line) => line.trim() !== '');
  return lines.some((line) => lineOf(line) !== null);
}

/** Throws a BoomerError with the line when most lines are none; those that are none are counted, as are answers of 400 and more. */
export function readAccessLog(text: string, source: string): Recording {
  const exchanges = new SampledExchanges();
  const wrong = { count: 0, first: 0 };
  let number = 0;
  let failed = 0;
  let read = 0;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    const line = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
    number += 1;
    if (line.trim() === '') continue;
    const found = lineOf(line);
    if (found === null) {
      if (wrong.count === 0) wrong.first = number;
      wrong.count += 1;
    } else {
      read += 1;
      if (found.status >= 400) failed += 1;
      else exchanges.add(exchangeOf(found, `line ${number}`));
    }
  }
  if (wrong.count > read) throw unreadableTraffic(source, `line ${wrong.first}`, 'this and most other lines are no requests of an access log');
  const remarks = [...(failed === 0 ? [] : [`${failed} answered with 400 and more`]), ...(wrong.count === 0 ? [] : [`${wrong.count} of its lines, which are no requests, the first being line ${wrong.first}`])];
  return { source, kind: 'access log', isWalk: false, isChosen: false, exchanges: exchanges.all, remarks };
}

function exchangeOf({ method, url, status, startedMs }: Line, place: string): Exchange {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  return {
    place,
    request: { method, url, headers: [], body: hasBody ? { kind: 'missing', bytes: null, what: null } : null },
    answer: { status, headers: [], text: null, type: null },
    startedMs,
    elapsedMs: null,
    group: null,
    title: null,
    times: 1,
    names: null,
    resource: null,
  };
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
  const [, day = '', month = '', year = '', time = '', zone = ''] = /\[(\d+)\/(\w+)\/(\d{4}):([\d:]+) ([+-]\d{4})\]/u.exec(before) ?? [];
  const host = /^([a-z\d-]+(?:\.[a-z\d-]+)*\.[a-z]{2,}(?::\d+)?) /iu.exec(before)?.[1] ?? null;
  return target === '*' ? null : lineFor(method, target, host === null ? null : `http://${host.replace(/:(?:80|443)$/u, '')}`, status, Date.parse(`${day} ${month} ${year} ${time} ${zone}`));
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
  return lineFor(method.toUpperCase(), whole, host === null ? null : `${of('scheme', 'requestscheme', 'urlscheme') ?? 'http'}://${host}`, status, startedMs);
}

function lineFor(method: string, target: string, origin: string | null, status: number, startedMs: number): Line | null {
  const url = /^https?:\/\//iu.test(target) ? target : `${origin ?? unknownOrigin}${target.startsWith('/') ? '' : '/'}${target}`;
  return URL.canParse(url) ? { method, url, status: Number.isNaN(status) ? 200 : status, startedMs: Number.isNaN(startedMs) ? null : startedMs } : null;
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
