/**
 * User classes whose tasks begin when something has come: arrivals at a rate (`perUser`), or the requests of a capture (`replay`). Users of such a
 * class wait in a queue between their tasks, one queue for each class.
 */
import type { Arrivals } from '../../../scenario/arrivals.ts';
import { sharedNowMs } from '../../../util/sharedClock.ts';
import type { ArrivalsOrder, RunOptions } from '../../shared/messages.ts';
import { ArrivalCounter } from '../../shared/pace.ts';
import type { ThreadReplays } from '../replaying/threadReplays.ts';
import { ArrivalQueue } from './arrivalQueue.ts';
import { phaseOf, UserSchedule } from './arrivalSchedule.ts';

/** Where users of one class wait, and who tells of those that begin and end. */
export type UserQueue = Pick<ArrivalQueue, 'wait' | 'expect' | 'gone'>;

/** All of them, whatever it is that their users wait for. */
export class ArrivingUsers {
  readonly #arrivals: ClassArrivals;
  /** Null: no class replays anything. */
  readonly #replays: ThreadReplays | null;

  constructor(arrivals: ClassArrivals, replays: ThreadReplays | null) {
    this.#arrivals = arrivals;
    this.#replays = replays;
  }

  /** Null: users of the class go on by themselves. */
  queueOf(className: string): UserQueue | null {
    return this.#replays?.queueOf(className) ?? this.#arrivals.queueOf(className);
  }

  /** Users of this class that the thread may have at once; null: as many as it is told. */
  maxUsers(className: string): number | null {
    return this.#replays?.maxUsers(className) ?? this.#arrivals.maxUsers(className);
  }

  /** A run begins. */
  begin(options: RunOptions): void {
    this.#replays?.begin(options);
  }

  /** Noted, and followed once `go` says so. */
  setOrder(order: ArrivalsOrder): void {
    this.#arrivals.setOrder(order);
    this.#replays?.setOrder(order);
  }

  /** Arrivals come as the last order says. */
  go(): void {
    this.#arrivals.go();
    this.#replays?.go();
  }

  /** What has come for nothing has been counted. */
  async settled(): Promise<void> {
    await this.#replays?.settled();
  }

  /** Nothing comes any more, until the next order. */
  stop(): void {
    this.#arrivals.stop();
    this.#replays?.stop();
  }
}

/** A class as far as its arrivals go. */
export type ArrivingClass = { readonly name: string; readonly arrivals: Arrivals | null };

/** What the arrivals of a thread are made of. */
export type ClassArrivalsParts = {
  readonly threadIndex: number;
  readonly threadCount: number;
  /** Of all threads (see engine/shared/pace). */
  readonly counts: SharedArrayBuffer;
  /** All classes of the scenario, in order. */
  readonly classes: readonly ArrivingClass[];
  /** Begins one more user of this class, which its queue is to `expect`; false: it cannot. */
  readonly grow: (className: string) => boolean;
  readonly onDrop: (className: string) => void;
};

type Entry = { readonly arrivals: Arrivals; readonly classIndex: number; readonly schedule: UserSchedule; readonly queue: ArrivalQueue; isOn: boolean };

/** Arrivals of the classes whose users each stand for a rate: a queue for each of them, fed as fast as the worker has users. */
export class ClassArrivals {
  readonly #parts: ClassArrivalsParts;
  readonly #entries = new Map<string, Entry>();
  #order: ArrivalsOrder = { users: {}, fromMs: 0, epochMs: 0, workerIndex: 0 };

  constructor(parts: ClassArrivalsParts) {
    const { threadIndex, counts, classes, grow, onDrop } = parts;
    this.#parts = parts;
    const counter = new ArrivalCounter(counts);
    for (const [classIndex, { name, arrivals }] of classes.entries()) {
      if (arrivals === null) continue;
      const schedule = new UserSchedule(arrivals.perSec, threadIndex);
      const queue = new ArrivalQueue({ schedule, counter, grow: () => grow(name), onDrop: () => onDrop(name) });
      this.#entries.set(name, { arrivals, classIndex, schedule, queue, isOn: false });
    }
  }

  get isNone(): boolean {
    return this.#entries.size === 0;
  }

  /** Null: users of the class go on by themselves. */
  queueOf(className: string): ArrivalQueue | null {
    return this.#entries.get(className)?.queue ?? null;
  }

  /** Noted, and followed once `go` says so. */
  setOrder(order: ArrivalsOrder): void {
    this.#order = order;
  }

  /** Users of this class that the thread may have at once; null: as many as it is told. */
  maxUsers(className: string): number | null {
    const entry = this.#entries.get(className);
    return entry === undefined ? null : this.#shareOf(className, entry).maxUsers;
  }

  /** Arrivals come as the last order says. */
  go(): void {
    const { fromMs, epochMs, workerIndex } = this.#order;
    for (const [name, entry] of this.#entries) {
      const { users, sharers } = this.#shareOf(name, entry);
      const place = { epochMs, phase: phaseOf(workerIndex, entry.classIndex) };
      // What is due by the old number has come before the new one holds. Nobody is late for what came before there were users.
      if (entry.isOn) entry.queue.serve();
      entry.schedule.setUsers(users, sharers, entry.isOn ? fromMs : Math.max(fromMs, sharedNowMs()), place);
      entry.isOn = users > 0;
      if (entry.isOn) entry.queue.serve();
      else entry.queue.stop();
    }
  }

  /** Nothing comes any more, until the next order. */
  stop(): void {
    this.#order = { ...this.#order, users: {} };
    this.go();
  }

  /** So many threads take the arrivals of the class in turn, of which each has a place for at least one user. */
  #shareOf(className: string, { arrivals }: Entry): { readonly users: number; readonly sharers: number; readonly maxUsers: number } {
    const { threadIndex, threadCount } = this.#parts;
    const users = this.#order.users[className] ?? 0;
    const maxUsers = users * arrivals.maxAtOnce;
    const sharers = Math.max(1, Math.min(threadCount, maxUsers));
    return { users, sharers, maxUsers: Math.max(0, Math.floor((maxUsers + sharers - 1 - threadIndex) / sharers)) };
  }
}
