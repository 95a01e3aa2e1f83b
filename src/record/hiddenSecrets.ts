/**
 * Takes secrets out of a recording: credentials, cookies, passwords, whatever is named like a secret or looks like a key. A value gets the same
 * stand-in wherever it stands (in the answer that brought it, in the request that sends it, in a URL), so that one can still be found in the other.
 *
 * A secret is known when it is seen under a name that says so. It may have gone by before under another: `known` is for going over that again.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { mimeType, headerOf, type Pair } from '../traffic/recording.ts';
import { isToken } from '../traffic/rowNames.ts';
import { secretsIn, written, type TextParts } from '../traffic/secretsInText.ts';
import { isStandIn, standInFor } from '../traffic/standIn.ts';
import type { ReadableBody, ReadableExchange } from './readableExchange.ts';

/** So many secrets have numbers in their order, which are kept with their values; of each that comes later the number follows from the value. */
const maxNumbered = 50_000;
/** Spellings of secrets that are looked for wherever they may stand: the first ones, and at least as many of the last. That many take 25 MB, 60 MB where all are tokens of 800 letters. */
const maxKnown = 50_000;

/** For tests: smaller ones. */
export type SecretLimits = { readonly maxNumbered: number; readonly maxKnown: number };

export class HiddenSecrets {
  readonly #recording: string;
  readonly #limits: SecretLimits;
  readonly #standIns = new Map<string, string>();
  readonly #everywhere: LookedFor;
  /** Where requests go: no secret, whatever somebody calls it. */
  readonly #hosts = new Set<string>();
  /** Of numbers that follow from values. Nobody has it who has the recording: a number says nothing of the value. */
  readonly #key = randomBytes(32);

  /** `recording`: six small letters or digits. */
  constructor(recording: string, limits: SecretLimits = { maxNumbered, maxKnown }) {
    this.#recording = recording;
    this.#limits = limits;
    this.#everywhere = new LookedFor(limits.maxKnown);
  }

  /** Grows with each secret that would be hidden wherever it stands. */
  get count(): number {
    return this.#everywhere.added;
  }

  /** Secrets, about, that were too many to go on looking for them where no name says what they are. */
  get forgotten(): number {
    return this.#everywhere.forgotten;
  }

  /** Without its secrets. */
  hide(exchange: ReadableExchange): ReadableExchange {
    const { host, hostname } = new URL(exchange.url);
    this.#hosts.add(host).add(hostname);
    const named = this.#hideNamed(exchange);
    const known = (text: string): string => this.known(text);
    const headers = (pairs: readonly Pair[]): readonly Pair[] => pairs.map(([name, value]) => [name, known(value)]);
    const body = (own: ReadableBody): ReadableBody => mapped(own, known);
    const { answer } = named;
    return { ...named, url: behindOrigin(named.url, known), headers: headers(named.headers), body: body(named.body), answer: answer === null ? null : { ...answer, headers: headers(answer.headers), body: body(answer.body) } };
  }

  /** A text without the secrets that are known by now. */
  known(text: string): string {
    return this.#everywhere.replacedIn(text);
  }

  #hideNamed(exchange: ReadableExchange): ReadableExchange {
    const { url, headers, body, answer } = exchange;
    return {
      ...exchange,
      url: this.#shown(secretsIn(url, '')),
      headers: headers.map((pair) => this.#inHeader(pair)),
      body: this.#inBody(body, headerOf(headers, 'content-type')),
      answer: answer === null ? null : { ...answer, headers: answer.headers.map((pair) => this.#inHeader(pair)), body: this.#inBody(answer.body, headerOf(answer.headers, 'content-type')) },
    };
  }

  #standIn(value: string): string {
    if (isStandIn(value)) return value;
    const known = this.#standIns.get(value);
    if (known !== undefined) return known;
    const isNumbered = this.#standIns.size < this.#limits.maxNumbered;
    const own = standInFor(this.#recording, isNumbered ? this.#standIns.size + 1 : this.#numberOf(value));
    if (isNumbered) this.#standIns.set(value, own);
    if (isUnmistakable(value) && !this.#hosts.has(value)) for (const written of spellings(value)) this.#everywhere.add(written, own);
    return own;
  }

  /** The same one each time, behind all others. */
  #numberOf(value: string): number {
    return this.#limits.maxNumbered + 1 + createHmac('sha256', this.#key).update(value).digest().readUIntBE(0, 6);
  }

  #inHeader([name, value]: Pair): Pair {
    const lower = name.toLowerCase();
    switch (lower) {
      case 'cookie':
        return [name, value.replace(/([^=;\s]+)=([^;]*)/gu, (_, own: string, cookie: string) => `${own}=${this.#cookie(cookie)}`)];
      case 'set-cookie':
        return [name, value.replace(/^([^=;]*)=([^;]*)/u, (_, own: string, cookie: string) => `${own}=${this.#cookie(cookie)}`)];
      case 'authorization':
      case 'proxy-authorization': {
        const [, scheme = '', credentials = value] = /^([\w-]+\s+)(.+)$/su.exec(value) ?? [];
        return [name, scheme + this.#standIn(credentials)];
      }
      case 'www-authenticate':
      case 'proxy-authenticate':
        return [name, value];
      default:
        return [name, this.#shown(secretsIn(value, lower))];
    }
  }

  /** Quotes are no part of it. */
  #cookie(value: string): string {
    const [, bare = value] = /^"(.*)"$/u.exec(value) ?? [];
    return bare === '' ? value : value.replace(bare, () => this.#standIn(bare));
  }

  #inBody(body: ReadableBody, contentType: string | null): ReadableBody {
    const type = mimeType(contentType);
    const { content } = body;
    // Its files may be of bytes, its fields are not.
    if ('bytes' in content && type !== 'multipart/form-data') return body;
    return mapped(body, (text) => this.#shown(secretsIn(text, '', type)));
  }

  /** A number stays one, and says nothing. */
  #shown(parts: TextParts): string {
    return parts
      .map((part) => {
        if (typeof part === 'string') return part;
        if ('within' in part) return written(this.#shown(part.within), part.writing);
        return part.writing === 'number' ? '0' : written(this.#standIn(part.value), part.writing);
      })
      .join('');
  }
}

/** A body of bytes is taken as text whose letters are bytes. */
function mapped(body: ReadableBody, change: (text: string) => string): ReadableBody {
  const { content } = body;
  if ('text' in content) {
    const text = change(content.text);
    return text === content.text ? body : { ...body, content: { text } };
  }
  if (content.bytes.length === 0) return body;
  const before = content.bytes.toString('latin1');
  const after = change(before);
  return before === after ? body : { ...body, content: { bytes: Buffer.from(after, 'latin1') } };
}

/** A URL stays one. */
function behindOrigin(url: string, change: (text: string) => string): string {
  const [origin = ''] = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*\/?/iu.exec(url) ?? [];
  return origin + change(url.slice(origin.length));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** True for what is no word, no small number and no URL or path: it means the same wherever it stands. */
function isUnmistakable(value: string): boolean {
  if (value.length < 6 || /\s|^\/|^[a-z][a-z\d+.-]*:\/\//iu.test(value)) return false;
  return /^\d{9,}$/u.test(value) || (/\d/u.test(value) && /[^\d.,:-]/u.test(value)) || /[^\w.,:;?/-]/u.test(value) || isToken(value);
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** As URLs, forms, JSON, HTML and headers write it. */
function spellings(value: string): ReadonlySet<string> {
  const inForm = new URLSearchParams({ v: value }).toString().slice(2);
  const html = value.replace(/[&<>"]/gu, (letter) => entities[letter] ?? letter);
  return new Set([value, encodeURIComponent(value), inForm, JSON.stringify(value).slice(1, -1), html, decoded(value), Buffer.from(value).toString('latin1')].filter((text) => text.length >= 6));
}

/** Values that are looked for in all that passes: the first ones for ever, of those that come later the last. */
class LookedFor {
  readonly #max: number;
  readonly #first = new KnownValues();
  #last = new KnownValues();
  #beforeLast = new KnownValues();
  added = 0;
  forgotten = 0;

  /** `max`: of each of the three. */
  constructor(max: number) {
    this.#max = max;
  }

  add(value: string, standIn: string): void {
    const isFirst = this.#first.count < this.#max;
    if (!isFirst && this.#last.count >= this.#max) {
      this.forgotten += this.#beforeLast.count;
      this.#beforeLast = this.#last;
      this.#last = new KnownValues();
    }
    if ((isFirst ? this.#first : this.#last).add(value, standIn)) this.added += 1;
  }

  replacedIn(text: string): string {
    return this.#beforeLast.replacedIn(this.#last.replacedIn(this.#first.replacedIn(text)));
  }
}

/** Many values, found in a text in one look at each of its letters. */
class KnownValues {
  /** By the first letters. */
  readonly #byStart = new Map<string, { readonly value: string; readonly standIn: string }[]>();
  readonly #firstLetters = new Set<number>();
  count = 0;

  /** False: it is there already. */
  add(value: string, standIn: string): boolean {
    const start = value.slice(0, startLength);
    const list = this.#byStart.get(start) ?? [];
    if (list.length === 0) this.#byStart.set(start, list);
    if (list.some((own) => own.value === value)) return false;
    list.push({ value, standIn });
    // The longest goes first: one may begin with another.
    list.sort((a, b) => b.value.length - a.value.length);
    this.#firstLetters.add(value.charCodeAt(0));
    this.count += 1;
    return true;
  }

  replacedIn(text: string): string {
    if (this.count === 0) return text;
    let shown = '';
    let from = 0;
    let isInside = false;
    for (let at = 0; at <= text.length - startLength; at += 1) {
      const letter = text.charCodeAt(at);
      const isStart = !isInside && this.#firstLetters.has(letter);
      isInside = isAlphanumeric(letter);
      if (!isStart) continue;
      const found = this.#byStart.get(text.slice(at, at + startLength))?.find(({ value }) => text.startsWith(value, at) && !(isAlphanumeric(text.charCodeAt(at + value.length)) && isAlphanumeric(value.charCodeAt(value.length - 1))));
      if (found === undefined) continue;
      shown += text.slice(from, at) + found.standIn;
      at += found.value.length - 1;
      from = at + 1;
      isInside = false;
    }
    return from === 0 ? text : shown + text.slice(from);
  }
}

const startLength = 6;

function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}
