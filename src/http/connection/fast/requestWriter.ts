/**
 * Heads of requests to one origin, as text. A head that is asked for again is the same string as before: no work and no
 * memory.
 */
import { RequestCache } from '../../request/requestCache.ts';
import type { FlatHeaders } from '../../request/requestHeaders.ts';
import type { WireRequest } from '../connection.ts';
import { WireError } from '../wireErrors.ts';
import { HeadCache } from './headCache.ts';

/** A head up to where it says how long the body is. */
export type RequestHead = {
  readonly prefix: string;
  /** The head of a request without a body. */
  readonly whole: string;
  /** `content-length` that the scenario wrote itself; null for none. */
  readonly declaredBytes: number | null;
  /** The scenario wrote `connection: close`: nothing more may be sent on the connection (RFC 9112 §9.6). */
  readonly closes: boolean;
  /** Of answers to requests that are asked again and again; null for others. */
  readonly cache: HeadCache | null;
};

const token = /^[\w!#$%&'*+.^`|~-]+$/u;
/** Anything but control characters, within Latin-1. */
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/u;
const requestPath = /^\/[\u0021-\u007e\u0080-\u00ff]*$/u;
/** A server expects a length from them, even if it is 0. */
const expectsBody: ReadonlySet<string> = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
/** They are the connection's own. */
const ownHeaders: ReadonlySet<string> = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

/** Writes heads for one origin. */
export class RequestWriter {
  readonly #host: string;
  readonly #defaults: FlatHeaders;
  readonly #known = new RequestCache<RequestHead>();

  /** `defaults` are the headers (by identity) of most requests to `origin`. */
  constructor(origin: string, defaults: FlatHeaders) {
    this.#host = origin.slice(origin.indexOf('//') + 2);
    this.#defaults = defaults;
  }

  /** Throws a WireError for what may not stand in a head. */
  headOf(request: WireRequest): RequestHead {
    const { method, path, headers, cookie } = request;
    if (headers !== this.#defaults || cookie !== null) return this.#write(method, path, headers, cookie, null);
    return this.#known.get(method, path) ?? this.#writePlain(method, path);
  }

  #writePlain(method: string, path: string): RequestHead {
    const place = this.#known.placeFor(path);
    const head = this.#write(method, place ?? path, this.#defaults, null, place === null ? null : new HeadCache());
    return this.#known.set(method, path, place, head);
  }

  #write(method: string, path: string, headers: FlatHeaders, cookie: string | null, cache: HeadCache | null): RequestHead {
    if (!token.test(method) || method === 'CONNECT') throw misuse('invalid request method');
    if (!requestPath.test(path)) throw misuse('invalid request path');
    let host: string | null = null;
    let connection: string | null = null;
    let declaredBytes: number | null = null;
    let lines = '';
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const name = String(headers[at]);
      const value = headers[at + 1] ?? '';
      const lowerCase = name.toLowerCase();
      if (!token.test(name)) throw misuse('invalid header key');
      const values = typeof value === 'string' ? [value] : valuesOf(name, value);
      if (!values.every((each) => headerValue.test(each)) || ownHeaders.has(lowerCase)) throw misuse(`invalid ${name} header`);
      if (lowerCase === 'host') host = single(lowerCase, values, host);
      else if (lowerCase === 'connection') connection = single(lowerCase, values, connection);
      else if (lowerCase === 'content-length') declaredBytes = Number(/^\d{1,15}$/u.exec(single(lowerCase, values, declaredBytes))?.[0] ?? NaN);
      else for (const each of values) lines += `${name}: ${each}\r\n`;
    }
    if (Number.isNaN(declaredBytes)) throw misuse('invalid content-length header');
    if (connection !== null && !/^(?:close|keep-alive)$/iu.test(connection)) throw misuse('invalid connection header');
    if (cookie !== null && !headerValue.test(cookie)) throw misuse('invalid cookie header');
    const prefix = `${method} ${path} HTTP/1.1\r\nhost: ${host ?? this.#host}\r\nconnection: ${connection ?? 'keep-alive'}\r\n${lines}${cookie === null ? '' : `cookie: ${cookie}\r\n`}`;
    return { prefix, whole: `${prefix}${expectsBody.has(method) ? 'content-length: 0\r\n' : ''}\r\n`, declaredBytes, closes: connection?.toLowerCase() === 'close', cache };
  }
}

/** True when the length that the scenario wrote is not the body's; only where a length is sent at all. */
export function isWrongLength(method: string, declaredBytes: number | null, bodyBytes: number): boolean {
  return declaredBytes !== null && bodyBytes > 0 && declaredBytes !== bodyBytes && !/^(?:GET|HEAD|OPTIONS|TRACE)$/u.test(method);
}

/** Nothing was sent: the request cannot be, as the scenario wrote it. */
export function misuse(why: string): WireError {
  return new WireError('boomer-misuse', why);
}

/** Several values, or what plain JavaScript gives in place of a string; undici takes the same. */
function valuesOf(name: string, value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((each) => {
    if (each === null) return '';
    if (typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean' || typeof each === 'bigint') return String(each);
    throw misuse(`invalid ${name} header`);
  });
}

function single(name: string, values: readonly string[], before: unknown): string {
  const [value] = values;
  if (before !== null || value === undefined || values.length > 1) throw misuse(`duplicate ${name} header`);
  return value;
}
