/**
 * What is kept of traffic that goes by, however long it is: all that one person did, some requests of each row of what many people sent, and the first walks
 * of those among them who can be told apart.
 */
import { counted } from '../util/counted.ts';
import { bodyLength, headerOf, mimeType, type Exchange, type RecordedAnswer } from './recording.ts';
import { rowName } from './rowNames.ts';
import { isStaticFile } from './selection.ts';
import { Sessions } from './sessions.ts';

/** All that one person did, with as much of the answers as there is memory for. Takes exchanges in any order. */
export class WalkExchanges {
  readonly #all: Exchange[] = [];
  readonly #texts = new AnswerTexts(false);

  /** In the order in which they began; as they were added where some have no time. */
  get all(): readonly Exchange[] {
    return this.#all.every(({ startedMs }) => startedMs !== null) ? this.#all.toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0)) : this.#all;
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#texts.remarks;
  }

  add(exchange: Exchange): void {
    this.#all.push(this.#texts.kept(exchange));
  }
}

/** Enough to see what varies. */
const maxSamples = 50;
/** Of paths that have their beginning in common: more than so many ends are values, whatever they are called. */
const maxEnds = 100;
/** More rows than any scenario could have. */
const maxRows = 5000;

type Sample = { readonly exchange: Exchange; times: number };
/** `next`: of the samples, the one that the next request is counted at. */
type Row = { readonly samples: Sample[]; next: number };

/** Of their bodies together: beyond, a row that has a sample gets no others. */
const maxBodyBytes = 100_000_000;

/** Requests of many people: of each row a few are kept whole, the others are counted. */
export class SampledExchanges {
  readonly #texts: AnswerTexts;
  #bodyBytes = 0;
  readonly #rows = new Map<string, Row>();
  /** Of each beginning of paths, the rows that have it. */
  readonly #ends = new Map<string, Row[]>();
  #passed = 0;

  /** `texts`: of answers that are kept, here or elsewhere. */
  constructor(texts: AnswerTexts) {
    this.#texts = texts;
  }

  /** In the order in which each was first seen. */
  get all(): readonly Exchange[] {
    return [...this.#rows.values()].flatMap(({ samples }) => samples.map(({ exchange, times }) => ({ ...exchange, times })));
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#passed === 0 ? [] : [`${this.#passed} of other rows than the first ${maxRows}`];
  }

  add(exchange: Exchange): void {
    const row = this.#rowOf(exchange);
    if (row === null) {
      this.#passed += 1;
    } else if (row.samples.length === 0 || (row.samples.length < maxSamples && this.#bodyBytes < maxBodyBytes)) {
      this.#bodyBytes += bodyLength(exchange.request.body);
      row.samples.push({ exchange: this.#texts.kept(exchange), times: 1 });
    } else {
      const sample = row.samples[row.next];
      if (sample !== undefined) sample.times += 1;
      row.next = (row.next + 1) % row.samples.length;
    }
  }

  /** Null: there are too many rows already. */
  #rowOf({ request: { method, url } }: Exchange): Row | null {
    const { pathname, searchParams, origin } = new URL(url);
    const name = `${method} ${origin}${rowName(pathname.split('/').slice(1), searchParams, null)}`;
    const known = this.#rows.get(name);
    if (known !== undefined) return known;
    const beginning = name.slice(0, name.lastIndexOf('/'));
    const ends = this.#ends.get(beginning) ?? [];
    const [other] = ends;
    // One of the others stands for it.
    if (ends.length >= maxEnds && other !== undefined) return ends[this.#rows.size % ends.length] ?? other;
    if (this.#rows.size >= maxRows) return null;
    const row = { samples: [], next: 0 };
    this.#rows.set(name, row);
    ends.push(row);
    this.#ends.set(beginning, ends);
    return row;
  }
}

/** Enough to see how people walk. */
const maxWalks = 200;
/** Further than this nobody reads a walk; static files do not count. */
const maxSteps = 100;
const maxStatic = 1000;
/** As analytics have it: who comes back after so long comes anew. */
const breakMs = 30 * 60_000;

type Walk = { readonly exchanges: Exchange[]; steps: number };
type Session = { walk: Walk | null; lastMs: number | null };

/** What each of many people did, out of a capture or a log in which all of it stands side by side: the first walks. */
export class SessionWalks {
  readonly #sessions = new Sessions();
  readonly #texts: AnswerTexts;
  /** Of those whose first walk is kept: the latest one, null when it is not. */
  readonly #byKey = new Map<string, Session>();
  readonly #walks: Walk[] = [];
  /** Of requests that tell no more than an address, two that differ. */
  readonly #addresses = new Set<string>();
  #unknown = 0;
  #known = 0;
  readonly #cut = new Set<Walk>();

  /** `texts`: of answers that are kept, here or elsewhere. */
  constructor(texts: AnswerTexts) {
    this.#texts = texts;
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return this.#cut.size === 0 || this.all.length === 0 ? [] : [`of ${counted(this.#cut.size, 'walk')} what comes behind the first ${maxSteps} requests`];
  }

  /** In the order in which they began; empty where too many requests do not tell whose they were, or all seem to be one address's, a proxy's, then. */
  get all(): readonly (readonly Exchange[])[] {
    const isOneAddress = this.#addresses.size === 1 && [...this.#byKey.keys()].every((key) => key.startsWith('address '));
    return this.#unknown > this.#known / 4 || isOneAddress ? [] : this.#walks.map(({ exchanges }) => exchanges);
  }

  add(exchange: Exchange): void {
    const key = this.#sessions.keyOf(exchange);
    if (key === null) {
      this.#unknown += 1;
      return;
    }
    this.#known += 1;
    if (this.#addresses.size < 2 && key.startsWith('address ')) this.#addresses.add(key.split(' ', 2)[1] ?? '');
    const walk = this.#walkOf(key, exchange.startedMs);
    if (walk === null) return;
    const isStatic = isStaticFile(exchange);
    if (!isStatic && walk.steps >= maxSteps) this.#cut.add(walk);
    if (isStatic ? walk.exchanges.length >= maxStatic : walk.steps >= maxSteps) return;
    if (!isStatic) walk.steps += 1;
    walk.exchanges.push(this.#texts.kept(exchange));
  }

  /** Null: there are enough. */
  #walkOf(key: string, startedMs: number | null): Walk | null {
    const session = this.#byKey.get(key);
    const isBreak = startedMs !== null && session !== undefined && session.lastMs !== null && startedMs - session.lastMs > breakMs;
    if (session !== undefined) session.lastMs = startedMs ?? session.lastMs;
    if (session !== undefined && !isBreak) return session.walk;
    const walk = this.#walks.length < maxWalks ? { exchanges: [], steps: 0 } : null;
    if (walk !== null) this.#walks.push(walk);
    if (session !== undefined) session.walk = walk;
    else if (walk !== null) this.#byKey.set(key, { walk, lastMs: startedMs });
    return walk;
  }
}

/** Of all answers together. Nobody walks further in one recording. */
const maxLetters = 50_000_000;

/** The texts of answers, as far as there is memory for them: where values come from that later requests send. Counts what it lets through. */
export class AnswerTexts {
  readonly #isCaptured: boolean;
  /** One that is kept in two places takes memory once. */
  readonly #kept = new WeakMap<Exchange, Exchange>();
  #letters = 0;
  #unread = 0;
  #unreadable = 0;

  /** `isCaptured`: contents are what went over the wire, and should all be there. */
  constructor(isCaptured: boolean) {
    this.#isCaptured = isCaptured;
  }

  /** The exchange, with the text of its answer or without. */
  kept(exchange: Exchange): Exchange {
    const known = this.#kept.get(exchange);
    if (known !== undefined) return known;
    const { answer } = exchange;
    const own = answer === null ? exchange : { ...exchange, answer: { status: answer.status, headers: answer.headers, text: isStaticFile(exchange) ? null : this.#textOf(answer), type: answer.type } };
    this.#kept.set(exchange, own);
    return own;
  }

  #textOf(answer: RecordedAnswer): string | null {
    const { text } = answer;
    if (text === null) {
      if (this.#isCaptured && isLikelyText(answer)) this.#unreadable += 1;
      return null;
    }
    if (this.#letters + text.length > maxLetters) {
      this.#unread += 1;
      return null;
    }
    this.#letters += text.length;
    return text;
  }

  /** What was passed over, for people. */
  get remarks(): readonly string[] {
    return [
      ...(this.#unread === 0 ? [] : [`the contents of ${counted(this.#unread, 'answer')} behind the first ${maxLetters / 1e6} MB: no values are taken from them`]),
      ...(this.#unreadable === 0 ? [] : [`the contents of ${counted(this.#unreadable, 'answer')} that cannot be unpacked or read as text: no values are taken from them`]),
    ];
  }
}

function isLikelyText({ headers, type }: RecordedAnswer): boolean {
  return /^text\/|json|xml/u.test(mimeType(type)) || (type === null && headerOf(headers, 'content-encoding') !== null);
}
