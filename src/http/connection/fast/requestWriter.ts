/**
 * Heads of requests to one origin, as text: all but method and path is worked out once for each list of headers, and a head that is
 * asked for again and again is the same string as before, without work or memory.
 */
import type { FlatHeaders } from '../../request/requestHeaders.ts';
import { WireError, type WireRequest } from '../connection.ts';
import { HeadCache } from './headCache.ts';
import { HeadStage } from './headStage.ts';

const token = /^[\w!#$%&'*+.^`|~-]+$/u;
/** Anything but control characters, within Latin-1. */
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/u;
const requestPath = /^\/[\u0021-\u007e\u0080-\u00ff]*$/u;
/** A server expects a length from them, even if it is 0. */
const expectsBody: ReadonlySet<string> = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);
/** They are the connection's own. */
const ownHeaders: ReadonlySet<string> = new Set(['transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

/** What the heads of requests with the same method and headers have in common. */
class HeadParts {
  readonly method: string;
  /** The method and what follows it: a text less to be put together for each request. */
  readonly start: string;
  /** From behind the path up to where a cookie, and how long the body is, would stand. */
  readonly rest: string;
  /** From there on, without a body. */
  readonly end: string;
  /** `content-length` that the scenario wrote itself; null for none. */
  readonly declaredBytes: number | null;
  /** The scenario wrote `connection: close`: nothing more may be sent on the connection (RFC 9112 §9.6). */
  readonly closes: boolean;
  /** Of the answers to all requests of this method. */
  readonly answers: HeadCache;
  readonly restAndEnd: string;
  /** Heads that were not kept, since a stage was asked for. */
  #passing = 0;
  #stage: HeadStage | null = null;
  readonly #stages: Stages;
  /** Of the heads to the origin that were not kept, the last one of its own; for the stages alone. */
  lastHead = 0;

  constructor(method: string, rest: string, declaredBytes: number | null, closes: boolean, answers: HeadCache, stages: Stages) {
    this.method = method;
    this.start = `${method} `;
    this.rest = rest;
    this.end = expectsBody.has(method) ? 'content-length: 0\r\n\r\n' : '\r\n';
    this.restAndEnd = rest + this.end;
    this.declaredBytes = declaredBytes;
    this.closes = closes;
    this.answers = answers;
    this.#stages = stages;
  }

  /** Where heads that are not kept are put together; null while they are few, and where others have all stages. */
  stage(): HeadStage | null {
    this.lastHead = this.#stages.heads += 1;
    if (this.#stage === null) {
      this.#passing += 1;
      if (this.#passing < manyPassing) return null;
      this.#passing = 0;
      if (!this.#stages.admit(this)) return null;
      this.#stage = new HeadStage(this.start, this.restAndEnd);
    }
    return this.#stage;
  }

  /** Others need it more. */
  giveStageUp(): void {
    this.#stage = null;
  }

  /** The system still reads what was put together last: from here on it is done elsewhere. */
  leaveStage(): void {
    this.#stage = new HeadStage(this.start, this.restAndEnd);
  }
}

/** Heads that were not kept, after which a stage is worth its memory. */
const manyPassing = 1000;

/** So many lists of headers to an origin get one: of thousands, as users with tokens of their own have, none would be in the processor's caches. */
const maxStages = 8;

/** Heads to the origin after which a stage that none of them used is another's. */
const longUnused = 10 * manyPassing;

/** Who has a stage. */
class Stages {
  /** To the origin, that were not kept, so far. */
  heads = 0;
  readonly #holders: HeadParts[] = [];

  /** Counts `parts` among them if there is room, or one has not been used for long, which gives its own up; false: there is none to be had. */
  admit(parts: HeadParts): boolean {
    const place = this.#holders.length < maxStages ? this.#holders.length : this.#holders.findIndex(({ lastHead }) => lastHead < this.heads - longUnused);
    if (place < 0) return false;
    this.#holders[place]?.giveStageUp();
    this.#holders[place] = parts;
    return true;
  }
}

/** The head of one request. */
export class RequestHead {
  readonly parts: HeadParts;
  /** Of answers to this request alone, which is asked again and again; null for others. */
  readonly ownAnswers: HeadCache | null;
  readonly #path: string;
  /** With its line end; mostly empty. */
  readonly #cookieLine: string;
  /** Kept of a request that is made again. */
  #whole: string | null = null;

  constructor(parts: HeadParts, path: string, cookieLine: string, ownAnswers: HeadCache | null) {
    this.parts = parts;
    this.ownAnswers = ownAnswers;
    this.#path = path;
    this.#cookieLine = cookieLine;
  }

  /** Up to where it says how long the body is. */
  get prefix(): string {
    return `${this.parts.start}${this.#path}${this.parts.rest}${this.#cookieLine}`;
  }

  /** The head of a request without a body. */
  get whole(): string {
    return (this.#whole ??= this.#cookieLine === '' ? `${this.parts.start}${this.#path}${this.parts.restAndEnd}` : this.prefix + this.parts.end);
  }

  /** The same without a text of its own, where it is one of many that are not kept; null for others. The next one overwrites it. */
  staged(): Buffer | null {
    if (this.ownAnswers !== null || this.#cookieLine !== '') return null;
    const stage = this.parts.stage();
    return stage === null ? null : stage.headOf(this.#path);
  }
}

/** A scenario may make up methods for ever. */
const maxMethods = 32;

/** Writes heads for one origin. */
export class RequestWriter {
  readonly #host: string;
  /** By the list of headers, by identity, and method: of lists that come again. */
  readonly #parts = new WeakMap<FlatHeaders, Map<string, HeadParts>>();
  readonly #answers = new Map<string, HeadCache>();
  readonly #stages = new Stages();
  #lastHeaders: FlatHeaders | null = null;
  #lastParts: HeadParts | null = null;

  constructor(origin: string) {
    this.#host = origin.slice(origin.indexOf('//') + 2);
  }

  /** Throws a WireError for what may not stand in a head. */
  headOf(request: WireRequest): RequestHead {
    const { method, path, headers, cookie, memo } = request;
    const known = memo === null ? null : memo.head;
    if (known instanceof RequestHead) return known;
    if (!requestPath.test(path)) throw misuse('invalid request path');
    if (cookie !== null && !headerValue.test(cookie)) throw misuse('invalid cookie header');
    const parts = request.isOneOff ? this.#write(method, headers) : this.#partsOf(method, headers);
    const head = new RequestHead(parts, path, cookie === null ? '' : `cookie: ${cookie}\r\n`, memo === null ? null : new HeadCache());
    if (memo !== null) memo.head = head;
    return head;
  }

  #partsOf(method: string, headers: FlatHeaders): HeadParts {
    const last = this.#lastParts;
    if (last !== null && headers === this.#lastHeaders && method === last.method) return last;
    let byMethod = this.#parts.get(headers);
    if (byMethod === undefined) this.#parts.set(headers, (byMethod = new Map<string, HeadParts>()));
    let parts = byMethod.get(method);
    if (parts === undefined) {
      parts = this.#write(method, headers);
      if (byMethod.size >= maxMethods) byMethod.clear();
      byMethod.set(method, parts);
    }
    this.#lastHeaders = headers;
    return (this.#lastParts = parts);
  }

  #write(method: string, headers: FlatHeaders): HeadParts {
    if (!token.test(method) || method === 'CONNECT') throw misuse('invalid request method');
    let host: string | null = null;
    let connection: string | null = null;
    let declaredBytes: number | null = null;
    let lines = '';
    for (let at = 0; at + 1 < headers.length; at += 2) {
      const name = String(headers[at]);
      const value = headers[at + 1] ?? '';
      const lowerCase = lowerCaseOf(name);
      const values = typeof value === 'string' ? [value] : valuesOf(name, value);
      if (!values.every((each) => headerValue.test(each)) || ownHeaders.has(lowerCase)) throw misuse(`invalid ${name} header`);
      if (lowerCase === 'host') host = single(lowerCase, values, host);
      else if (lowerCase === 'connection') connection = single(lowerCase, values, connection);
      else if (lowerCase === 'content-length') declaredBytes = Number(/^\d{1,15}$/u.exec(single(lowerCase, values, declaredBytes))?.[0] ?? NaN);
      else for (const each of values) lines += `${name}: ${each}\r\n`;
    }
    if (Number.isNaN(declaredBytes)) throw misuse('invalid content-length header');
    if (connection !== null && !/^(?:close|keep-alive)$/iu.test(connection)) throw misuse('invalid connection header');
    const rest = ` HTTP/1.1\r\nhost: ${host ?? this.#host}\r\nconnection: ${connection ?? 'keep-alive'}\r\n${lines}`;
    return new HeadParts(method, rest, declaredBytes, connection?.toLowerCase() === 'close', this.#answersTo(method), this.#stages);
  }

  #answersTo(method: string): HeadCache {
    let answers = this.#answers.get(method);
    if (answers === undefined) {
      if (this.#answers.size >= maxMethods) this.#answers.clear();
      this.#answers.set(method, (answers = new HeadCache()));
    }
    return answers;
  }
}

const lowerCaseNames = new Map<string, string>();
/** Names of headers are few; a scenario may make them up for ever. */
const maxNames = 500;

/** Of the name of a header; throws a WireError for what is none. */
function lowerCaseOf(name: string): string {
  const known = lowerCaseNames.get(name);
  if (known !== undefined) return known;
  if (!token.test(name)) throw misuse('invalid header key');
  if (lowerCaseNames.size >= maxNames) lowerCaseNames.clear();
  const lowerCase = name.toLowerCase();
  lowerCaseNames.set(name, lowerCase);
  return lowerCase;
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
