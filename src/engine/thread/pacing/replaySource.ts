/**
 * One thread's requests of a capture, in the order in which they are due: read a little ahead and no further, so that a capture of any size needs the
 * same memory. Every thread of every worker reads the whole of it and keeps what is its own, so that all agree without a word.
 */
import type { Replay } from '../../../scenario/replay/replay.ts';
import type { Exchange, RecordedRequest, StreamNotes } from '../../../traffic/recording.ts';
import { CaptureSelection } from '../../../traffic/replayCapture.ts';
import { ReplayClock, SecondSpreader } from '../../../traffic/replayClock.ts';
import { sizeOf } from '../../../traffic/readers/window.ts';
import { counted } from '../../../util/counted.ts';

/** Read ahead, and no further. */
const maxAhead = 1_000;
const maxAheadBytes = 8_000_000;

/** A request that is this thread's. */
export type ReplayItem = {
  /** Milliseconds from the beginning of the replay. */
  readonly dueMs: number;
  /** Whose it is, in this round; null: it stands for itself. */
  readonly visitor: string | null;
  readonly request: RecordedRequest;
  /** What it takes in memory, about. */
  readonly bytes: number;
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
  /** The capture from its beginning. */
  readonly open: (notes: StreamNotes) => AsyncIterable<Exchange>;
  readonly share: ReplayShare;
  /** So many of its first ones were dealt with by a thread that was lost. */
  readonly skip: number;
  /** There is something at hand again, or nothing more to come. */
  readonly onReady: () => void;
  /** Hears, once the capture has been read for the first time, what of it nobody sends, in words. */
  readonly onNotSent: (what: string) => void;
  /** The capture cannot be read any further. */
  readonly onError: (error: unknown) => void;
};

export class ReplaySource {
  readonly #parts: ReplaySourceParts;
  readonly #clock: ReplayClock;
  readonly #ahead: ReplayItem[] = [];
  #aheadBytes = 0;
  #at = 0;
  #skip: number;
  #isOver = false;
  #isClosed = false;
  #whenRoom: (() => void) | null = null;
  /** Of all, this thread's and others'. */
  #number = 0;

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
    this.#aheadBytes -= item.bytes;
    this.#at += 1;
    if (this.#at * 2 >= this.#ahead.length) {
      this.#ahead.splice(0, this.#at);
      this.#at = 0;
    }
    if (this.#hasRoom()) this.#whenRoom?.();
  }

  /** How many are at hand that are due by then; `isMore`: there may be others that nobody has read. */
  overdue(nowMs: number): { readonly count: number; readonly isMore: boolean } {
    const left = this.#ahead.slice(this.#at);
    const count = left.filter(({ dueMs }) => dueMs <= nowMs).length;
    return { count, isMore: !this.#isOver && count > 0 && count === left.length };
  }

  /** Reads no further. May be called twice. */
  close(): void {
    this.#isClosed = true;
    this.#whenRoom?.();
  }

  async #read(): Promise<void> {
    const { replay, open, onReady, onNotSent, onError } = this.#parts;
    try {
      for (let round = 0; !this.#isClosed; round += 1) {
        const notes: StreamNotes = { kind: '', remarks: [] };
        const selection = new CaptureSelection(replay, notes);
        const spreader = new SecondSpreader<Exchange>();
        for await (const exchange of open(notes)) {
          if (this.#isClosed) return;
          if (!selection.takes(exchange)) continue;
          for (const { item, recordedMs } of spreader.add(exchange, exchange.startedMs ?? 0)) if (this.#takes(item, recordedMs, round, selection) && !this.#hasRoom()) await this.#room();
        }
        for (const { item, recordedMs } of spreader.rest()) if (this.#takes(item, recordedMs, round, selection) && !this.#hasRoom()) await this.#room();
        if (round === 0) for (const what of [...Array.from(selection.leftOut, ([why, count]) => `${counted(count, 'request')} ${why}`), ...notes.remarks]) onNotSent(what);
        if (!replay.loop || this.#clock.count === 0) break;
        this.#clock.nextRound();
      }
    } catch (error) {
      onError(error);
    }
    this.#isOver = true;
    if (!this.#isClosed) onReady();
  }

  /** True: it is this thread's, and at hand. */
  #takes(exchange: Exchange, recordedMs: number, round: number, selection: CaptureSelection): boolean {
    const { share, onReady } = this.#parts;
    const dueMs = this.#clock.dueMs(recordedMs);
    const key = selection.visitorOf(exchange);
    const place = key === null ? this.#number : hashOf(key);
    this.#number += 1;
    if (place % share.workers !== share.worker || Math.floor(place / share.workers) % share.threadCount !== share.threadIndex) return false;
    if (this.#skip > 0) {
      this.#skip -= 1;
      return false;
    }
    const { request } = exchange;
    const bytes = sizeOf({ request, answer: null });
    this.#ahead.push({ dueMs, visitor: key === null ? null : `${round} ${key}`, request, bytes });
    this.#aheadBytes += bytes;
    if (this.#ahead.length - this.#at === 1) onReady();
    return true;
  }

  #hasRoom(): boolean {
    return this.#isClosed || (this.#ahead.length - this.#at < maxAhead && this.#aheadBytes < maxAheadBytes);
  }

  async #room(): Promise<void> {
    await new Promise<void>((resolve) => (this.#whenRoom = resolve));
    this.#whenRoom = null;
  }
}

/** FNV-1a, 32 bits: the same in every process. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
