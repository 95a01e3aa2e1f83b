/**
 * The captures that a thread's user classes replay: which share of them is the thread's, from when to when, and what came of it. Loaded
 * by threads whose scenario has some; others know its types alone.
 */
import type { Replay } from '../../../scenario/replay/replay.ts';
import type { DueRequest, Replays } from '../../../scenario/replay/replayUser.ts';
import { trafficFile } from '../../../traffic/readers/content.ts';
import { openUnread } from '../../../traffic/readers/openExchanges.ts';
import type { UnreadExchange } from '../../../traffic/readers/window.ts';
import type { StreamNotes } from '../../../traffic/recording.ts';
import { checkCapture, standInWarning, type OpenCapture } from '../../../traffic/replay/replayCapture.ts';
import { BoomerError } from '../../../util/boomerError.ts';
import { counted } from '../../../util/counted.ts';
import { errorLine } from '../../../util/errorText.ts';
import type { LogLevel } from '../../../util/logger.ts';
import { now, setImmediate } from '../../../util/nodeTime.ts';
import { sharedNowMs } from '../../../util/sharedClock.ts';
import type { ArrivalsOrder, RunOptions } from '../../shared/messages.ts';
import type { ArrivalCounter } from '../../shared/pace.ts';
import { maxReplays, type ReplayMemory } from '../../shared/replays.ts';
import { ReplayQueue } from './replayQueue.ts';
import { ReplaySource } from './replaySource.ts';

/** What each thread may need to read the first requests. */
const leadMs = 250;
/** To read on to what is due by the end of a test. */
const maxCountingMs = 2_000;
/** Read without a turn of the event loop, which users' requests wait for. */
const pieceBytes = 32_768;
const maxTurnMs = 1;
/** Fewer that had to wait for their visitor are no news. */
const minBehindOwn = 20;
const minBehindOwnShare = 0.05;

/** A class as far as its replay goes. */
export type ReplayingClass = { readonly name: string; readonly replay: Replay | null };

/** Of which workers this one is; see `replayShare`. */
export type WorkerShare = { readonly workers: number; readonly worker: number } | { readonly refused: string };

/** What the replays of a thread are made of. */
export type ThreadReplaysParts = {
  readonly threadIndex: number;
  readonly threadCount: number;
  readonly memory: ReplayMemory;
  readonly counter: Pick<ArrivalCounter, 'start' | 'drop'>;
  readonly classes: readonly ReplayingClass[];
  readonly open: OpenCapture;
  /** By the paths of captures, where requests go that are sent; see `CaptureStart`. */
  readonly origins: ReadonlyMap<string, string | null>;
  /** Begins one more user of this class, which its queue is to `expect`; false: it cannot. */
  readonly grow: (className: string) => boolean;
  readonly log: (level: LogLevel, text: string) => void;
  /** A capture breaks off in the midst of a test. */
  readonly onError: (error: unknown) => void;
  /** All threads are done with all captures. */
  readonly onOver: (reason: string) => void;
};

type Entry = { readonly replay: Replay; readonly place: number; readonly queue: ReplayQueue; source: ReplaySource | null; state: 'ready' | 'on' | 'over'; startMs: number; begun: number; behindOwn: number };

export class ThreadReplays implements Replays {
  readonly #parts: ThreadReplaysParts;
  readonly #entries = new Map<string, Entry>();
  #share: WorkerShare = { workers: 1, worker: 0 };
  #order: ArrivalsOrder | null = null;
  /** What is still being counted of a test that has ended. */
  readonly #counting: Promise<void>[] = [];

  /** Throws a BoomerError for more captures than one scenario may have. */
  constructor(parts: ThreadReplaysParts) {
    this.#parts = parts;
    for (const { name, replay } of parts.classes) {
      if (replay === null) continue;
      const queue = new ReplayQueue({
        grow: () => parts.grow(name),
        onDue: () => parts.memory.take(entry.place, parts.threadIndex),
        onBegin: (lateMs, isBehindOwn) => {
          entry.begun += 1;
          if (isBehindOwn) entry.behindOwn += 1;
          parts.memory.begin(entry.place, parts.threadIndex);
          parts.counter.start(lateMs);
        },
        onOver: () => this.#over(entry),
      });
      const entry: Entry = { replay, place: this.#entries.size, queue, source: null, state: 'ready', startMs: 0, begun: 0, behindOwn: 0 };
      this.#entries.set(name, entry);
    }
    if (this.#entries.size > maxReplays) throw new BoomerError('bad-replay', `the scenario replays ${this.#entries.size} captures, expected at most ${maxReplays}`);
  }

  dueFor(user: object): DueRequest | null {
    for (const { queue } of this.#entries.values()) {
      const work = queue.workOf(user);
      if (work !== null) return { request: work.item.request.read(), isNewVisitor: work.isNewVisitor };
    }
    return null;
  }

  /** Null: its users wait for no capture. */
  queueOf(className: string): ReplayQueue | null {
    return this.#entries.get(className)?.queue ?? null;
  }

  /** Users of this class that the thread may have at once; null: as many as it is told. */
  maxUsers(className: string): number | null {
    return this.#entries.get(className)?.replay.maxUsers ?? null;
  }

  /** A run begins; its first requests are read. */
  begin(options: RunOptions): void {
    const { threadIndex, threadCount, memory, open, origins, log, onError } = this.#parts;
    this.stop();
    this.#counting.length = 0;
    this.#share = replayShare(options);
    for (const entry of this.#entries.values()) {
      entry.state = 'ready';
      entry.startMs = 0;
      if ('refused' in this.#share) {
        if (threadIndex === 0) log('error', `${entry.replay.name}: ${this.#share.refused}`);
        continue;
      }
      const { taken, begun } = memory.progress(entry.place, threadIndex);
      if (taken > begun) this.#lost(entry, taken - begun, 'waiting in a load thread that was lost');
      entry.source = new ReplaySource({
        replay: entry.replay,
        origin: origins.get(entry.replay.path) ?? null,
        open: (notes) => open(entry.replay.path, notes),
        share: { ...this.#share, threadCount, threadIndex },
        nowMs: () => (entry.startMs === 0 ? 0 : sharedNowMs() - entry.startMs),
        skip: taken,
        onReady: entry.queue.serve,
        onNotSent: (what) => {
          if (threadIndex === 0) log('info', `${entry.replay.name}: left out: ${what}`);
        },
        onOddTimes: (what) => {
          if (threadIndex === 0) log('warning', `${entry.replay.name}: ${what}`);
        },
        onError: (error) => {
          if (threadIndex === 0) onError(new BoomerError('bad-replay', `${entry.replay.name}: what is left of it is not replayed: ${errorLine(error)}`, { cause: error }));
        },
      });
    }
  }

  /** Noted, and followed once `go` says so. */
  setOrder(order: ArrivalsOrder): void {
    this.#order = order;
  }

  /** What the last order names begins, however many users it says: each worker has its share. */
  go(): void {
    if (this.#order === null) return;
    for (const [name, entry] of this.#entries) {
      if (entry.state !== 'ready' || entry.source === null || this.#order.users[name] === undefined) continue;
      entry.state = 'on';
      entry.startMs = this.#parts.memory.startMs(entry.place, sharedNowMs() + leadMs);
      entry.queue.start(entry.source, entry.startMs);
    }
  }

  /** Nothing comes any more. May be called twice. */
  stop(): void {
    this.#order = null;
    for (const entry of this.#entries.values()) {
      const waiting = entry.queue.stop();
      const { source, startMs } = entry;
      entry.source = null;
      if (entry.state === 'on' && source !== null) this.#counting.push(this.#countOverdue(entry, waiting, source, sharedNowMs() - startMs));
      else source?.close();
      this.#sayWhoWaited(entry);
    }
  }

  /** What was due, and not sent, has been counted. */
  async settled(): Promise<void> {
    await Promise.all(this.#counting);
  }

  async #countOverdue(entry: Entry, waiting: number, source: ReplaySource, nowMs: number): Promise<void> {
    const { count, isAll } = await source.overdue(nowMs, maxCountingMs);
    if (waiting + count > 0) this.#lost(entry, waiting + count, 'due by the end of the test', !isAll);
  }

  /** A visitor that stands for many people, as a proxy's address may, makes them wait for each other: nobody would guess. */
  #sayWhoWaited(entry: Entry): void {
    const { replay, begun, behindOwn } = entry;
    entry.begun = entry.behindOwn = 0;
    if (behindOwn < minBehindOwn || behindOwn < begun * minBehindOwnShare) return;
    this.#parts.log('info', `${replay.name}: ${behindOwn} of ${counted(begun, 'request')} waited for the answer to the one before of the same visitor; session 'none' sends them at their moments, whoever's they are`);
  }

  #lost({ replay, place }: Entry, count: number, why: string, isMore = false): void {
    const { memory, threadIndex, counter, log } = this.#parts;
    memory.begin(place, threadIndex, count);
    for (let dropped = 0; dropped < count; dropped += 1) counter.drop();
    log('warning', `${replay.name}: ${isMore ? 'at least ' : ''}${counted(count, 'request')} not sent, ${why}`);
  }

  #over(entry: Entry): void {
    const { memory, threadIndex, onOver } = this.#parts;
    if (entry.state !== 'on') return;
    entry.state = 'over';
    if (memory.end(entry.place, threadIndex, this.#entries.size)) onOver(`${[...this.#entries.values()].map(({ replay }) => replay.name).join(', ')} has been replayed to its end`);
  }
}

/** Rejects with a BoomerError for a capture that cannot be read, or has nothing to replay. */
export async function openReplays(parts: Omit<ThreadReplaysParts, 'open' | 'origins'>): Promise<ThreadReplays> {
  const origins = new Map<string, string | null>();
  for (const { replay } of parts.classes) {
    if (replay === null) continue;
    const start = await checkCapture(replay.name, replay.path, exchangesOf, replay);
    origins.set(replay.path, start.origin);
    const warning = standInWarning(replay.name, start);
    if (warning !== null && parts.threadIndex === 0) parts.log('warning', warning);
  }
  return new ThreadReplays({ ...parts, open: exchangesOf, origins });
}

function exchangesOf(path: string, notes: StreamNotes): AsyncIterable<readonly UnreadExchange[]> {
  const file = trafficFile(path);
  return openUnread({ ...file, open: () => inPieces(file.open()) }, notes);
}

/** Small ones, with turns in between. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let turnedMs = now();
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield chunk.subarray(at, at + pieceBytes);
      if (now() - turnedMs < maxTurnMs) continue;
      await new Promise<void>((resolve) => void setImmediate(resolve));
      turnedMs = now();
    }
  }
}

/**
 * By the option `boomer_workers`, in which our plug-in in the master (`locust/replay.py`) lists the indexes of the workers that a test begins with; else by the
 * master's `--expect-workers`, as for feeders.
 */
export function replayShare({ parsedOptions, workerIndex }: Pick<RunOptions, 'parsedOptions' | 'workerIndex'>): WorkerShare {
  const listed = parsedOptions['boomer_workers'];
  if (Array.isArray(listed) && listed.length > 0) {
    const worker = listed.indexOf(workerIndex);
    return worker >= 0 ? { workers: listed.length, worker } : { refused: 'nothing is replayed by this worker: it joined after the test had begun, when the capture was shared out' };
  }
  const expected = parsedOptions['expect_workers'];
  const workers = typeof expected === 'number' && expected >= 1 ? expected : 1;
  // A master before Locust 2.11 gives no index; alone, a worker needs none.
  const worker = workerIndex < 0 && workers === 1 ? 0 : workerIndex;
  if (worker >= 0 && worker < workers) return { workers, worker };
  const why = worker < 0 ? 'the master gave it no index' : `its index is ${worker}, as one more worker than that joined, or one was started again`;
  return { refused: `nothing is replayed by this worker: the capture is shared among ${counted(workers, 'worker')} by index, and ${why}. Start the master with --expect-workers N, or load locust/replay.py beside its locustfile` };
}
