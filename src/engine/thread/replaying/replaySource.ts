/**
 * One thread's requests of a capture, in the order in which they are due: read a little ahead and no further, so that a capture of any size needs the
 * same memory. Every thread of every worker reads the whole of it and keeps what is its own, so that all agree without a word.
 */
import type { Replay } from '../../../scenario/replay/replay.ts';
import type { UnreadExchange, UnreadRequest } from '../../../traffic/readers/window.ts';
import type { StreamNotes } from '../../../traffic/recording.ts';
import { CaptureSelection } from '../../../traffic/replay/replayCapture.ts';
import { ReplayClock, SecondSpreader, type Timed } from '../../../traffic/replay/replayClock.ts';
import { counted } from '../../../util/counted.ts';
import { durationText } from '../../../util/duration.ts';
import { clearTimer, setTimer, type Timer } from '../../../util/timers.ts';

/** Read ahead, and no further. */
const maxAhead = 1_000;
const maxAheadBytes = 8_000_000;
/** Nor further than what is due by then: a thread with a small share would read the whole capture at once, and a loop without end. */
const maxAheadMs = 10_000;

/** A pause in which whoever looks on would think that nothing comes any more. */
const longPauseMs = 60_000;
/** Servers log what took long behind what began later; beyond this a clock was set, or files were put together in the wrong order. */
const longStepBackMs = 60_000;

/** How often the time is looked at that says whether to read on. */
const lookEveryMs = 100;

/** A request that is this thread's. */
export type ReplayItem = {
  /** Milliseconds from the beginning of the replay. */
  readonly dueMs: number;
  /** Whose it is, in this round; null: it stands for itself. */
  readonly visitor: string | null;
  readonly request: UnreadRequest;
};

/** Which of all requests are a thread's. */
export type ReplayShare = {
  /** Of so many workers the one with this place, 0 …. */
  readonly workers: number;
  readonly worker: number;
  readonly threadCount: number;
  readonly threadIndex: number;
};

/** What a source reads with. */
export type ReplaySourceParts = {
  readonly replay: Pick<Replay, 'speed' | 'loop' | 'only' | 'session'>;
  /** Of the site whose requests alone are sent; null: of any. */
  readonly origin: string | null;
  /** The capture from its beginning. */
  readonly open: (notes: StreamNotes) => AsyncIterable<readonly UnreadExchange[]>;
  readonly share: ReplayShare;
  /** Milliseconds since the replay began; 0 before that. */
  readonly nowMs: () => number;
  /** So many of its first ones were dealt with by a thread that was lost. */
  readonly skip: number;
  /** There is something at hand again, or nothing more to come. */
  readonly onReady: () => void;
  /** Hears, once the capture has been read for the first time or nothing is wanted any more, what of it nobody sends, in words. */
  readonly onNotSent: (what: string) => void;
  /** Hears, in words, what its times say that nobody would expect. */
  readonly onOddTimes: (what: string) => void;
  /** The capture cannot be read any further. */
  readonly onError: (error: unknown) => void;
};

/** A request that is sent, whoever's it is. */
type Found = { readonly unread: UnreadExchange; readonly visitor: string | null };

export class ReplaySource {
  readonly #parts: ReplaySourceParts;
  readonly #clock: ReplayClock;
  readonly #ahead: ReplayItem[] = [];
  #aheadBytes = 0;
  /** When the last one that was read is due. */
  #readMs = 0;
  #at = 0;
  #skip: number;
  #isOver = false;
  #isClosed = false;
  /** What is not sent of what has been read, until it is said. */
  #notSent: { readonly selection: CaptureSelection; readonly notes: StreamNotes } | null = null;
  /** Requests are counted up to this moment, and not kept. */
  #counting: { readonly untilMs: number; count: number; end: () => void } | null = null;
  #whenRoom: (() => void) | null = null;
  /** Of all, this thread's and others'. */
  #number = 0;
  /** In this round. */
  #latestRecordedMs = Number.NEGATIVE_INFINITY;
  #hasSteppedBack = false;

  constructor(parts: ReplaySourceParts) {
    this.#parts = parts;
    this.#clock = new ReplayClock(parts.replay.speed);
    this.#skip = parts.skip;
    void this.#read();
  }

  /** Nothing is at hand and nothing comes any more. */
  get isOver(): boolean {
    return this.#isOver && this.#at === this.#ahead.length;
  }

  /** The next one; undefined: there is none, or not yet. */
  get next(): ReplayItem | undefined {
    return this.#ahead[this.#at];
  }

  /** The next one has been dealt with. */
  advance(): void {
    const item = this.#ahead[this.#at];
    if (item === undefined) return;
    this.#aheadBytes -= item.request.bytes;
    this.#at += 1;
    if (this.#at * 2 >= this.#ahead.length) {
      this.#ahead.splice(0, this.#at);
      this.#at = 0;
    }
    if (this.#hasRoom(0.5)) this.#whenRoom?.();
  }

  /** Nothing is wanted any more: how many are due by then, those that have not been read included, as far as `maxMs` is enough to read them. Closes it. */
  async overdue(nowMs: number, maxMs: number): Promise<{ readonly count: number; readonly isAll: boolean }> {
    const left = this.#ahead.slice(this.#at);
    const count = left.filter(({ dueMs }) => dueMs <= nowMs).length;
    const counting = (this.#counting = { untilMs: nowMs, count, end: (): void => undefined });
    const isKnown = this.#isOver || count < left.length;
    const isAll = isKnown || (await new Promise<boolean>((resolve) => {
      const timer = setTimer(() => resolve(false), maxMs);
      counting.end = () => {
        clearTimer(timer);
        resolve(true);
      };
      this.#whenRoom?.();
    }));
    this.#sayNotSent();
    this.close();
    return { count: counting.count, isAll };
  }

  /** Reads no further. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#whenRoom?.();
  }

  async #read(): Promise<void> {
    const { replay, origin, onReady, onError } = this.#parts;
    try {
      for (let round = 0; !this.#isClosed; round += 1) {
        const notes: StreamNotes = { kind: '', remarks: [] };
        const selection = new CaptureSelection(replay, notes, origin);
        if (round === 0) this.#notSent = { selection, notes };
        await this.#readRound(round, notes, selection);
        if (this.#isClosed) return;
        this.#sayNotSent();
        if (!replay.loop || this.#clock.count === 0) break;
        this.#clock.nextRound();
        this.#latestRecordedMs = Number.NEGATIVE_INFINITY;
      }
    } catch (error) {
      onError(error);
    }
    this.#isOver = true;
    this.#counting?.end();
    if (!this.#isClosed) onReady();
  }

  #sayNotSent(): void {
    const { selection, notes } = this.#notSent ?? {};
    this.#notSent = null;
    const whats = [...Array.from(selection?.leftOut ?? [], ([why, count]) => `${counted(count, 'request')} ${why}`), ...(notes?.remarks ?? [])];
    for (const what of whats) this.#parts.onNotSent(what);
  }

  async #readRound(round: number, notes: StreamNotes, selection: CaptureSelection): Promise<void> {
    const spreader = new SecondSpreader<Found>();
    for await (const batch of this.#parts.open(notes)) {
      const found = batch.flatMap((unread) => {
        const exchange = unread.read();
        const visitor = selection.visitorOf(exchange);
        return selection.takes(exchange) ? spreader.add({ unread, visitor }, exchange.startedMs ?? 0) : [];
      });
      await this.#keepAll(found, round);
      if (this.#isClosed) return;
    }
    await this.#keepAll(spreader.rest(), round);
  }

  async #keepAll(found: readonly Timed<Found>[], round: number): Promise<void> {
    for (const { item, recordedMs } of found) {
      this.#keep(item, recordedMs, round);
      if (!this.#hasRoom()) await this.#room();
    }
  }

  /** If it is this thread's. */
  #keep({ unread, visitor }: Found, recordedMs: number, round: number): void {
    const { share, onReady } = this.#parts;
    const dueMs = this.#clock.dueMs(recordedMs);
    this.#sayOddTimes(dueMs - this.#readMs, recordedMs);
    this.#readMs = dueMs;
    const place = visitor === null ? this.#number : hashOf(visitor);
    this.#number += 1;
    if (place % share.workers !== share.worker || Math.floor(place / share.workers) % share.threadCount !== share.threadIndex) return;
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    if (this.#counting !== null) {
      if (dueMs <= this.#counting.untilMs) this.#counting.count += 1;
      else this.#counting.end();
      return;
    }
    const request = unread.request();
    this.#ahead.push({ dueMs, visitor: visitor === null ? null : `${round} ${visitor}`, request });
    this.#aheadBytes += request.bytes;
    if (this.#ahead.length - this.#at === 1) onReady();
  }

  #sayOddTimes(pauseMs: number, recordedMs: number): void {
    const { onOddTimes } = this.#parts;
    const backMs = this.#latestRecordedMs - recordedMs;
    this.#latestRecordedMs = Math.max(this.#latestRecordedMs, recordedMs);
    if (pauseMs > longPauseMs) onOddTimes(`nothing is due for ${durationText(Math.round(pauseMs / 1000) * 1000)}, as it was recorded; a higher speed makes that shorter`);
    if (backMs <= longStepBackMs || this.#hasSteppedBack) return;
    this.#hasSteppedBack = true;
    onOddTimes(`requests that were recorded ${durationText(Math.round(backMs / 1000) * 1000)} before those in front of them are sent right behind these, at once: put together files in the order of their times`);
  }

  /** `share`: of the room that there is; with half of it free reading goes on, so that who reads is not woken for each request. */
  #hasRoom(share = 1): boolean {
    return this.#isClosed || this.#counting !== null || (this.#ahead.length - this.#at < maxAhead * share && this.#aheadBytes < maxAheadBytes * share && this.#readMs <= this.#parts.nowMs() + maxAheadMs);
  }

  async #room(): Promise<void> {
    while (!this.#hasRoom(0.5)) {
      let timer: Timer | null = null;
      await new Promise<void>((resolve) => {
        this.#whenRoom = resolve;
        timer = setTimer(resolve, lookEveryMs);
      });
      clearTimer(timer);
      this.#whenRoom = null;
    }
  }
}

/** FNV-1a, 32 bits: the same in every process. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
