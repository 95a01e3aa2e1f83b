/** All user classes of a thread whose tasks begin when something has come: arrivals at a rate, or the requests of a capture. */
import type { ArrivalsOrder, RunOptions } from '../../shared/messages.ts';
import type { ArrivalQueue } from './arrivalQueue.ts';
import type { ClassArrivals } from './classArrivals.ts';
import type { ThreadReplays } from './threadReplays.ts';

/** Where users of one class wait, and who tells of those that begin and end. */
export type UserQueue = Pick<ArrivalQueue, 'wait' | 'expect' | 'gone'>;

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
  take(order: ArrivalsOrder): void {
    this.#arrivals.take(order);
    this.#replays?.take(order);
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
