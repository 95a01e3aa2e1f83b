/**
 * What this thread's users have to wait for: the gate of the moment, made of what the run asks for and of the limiter that
 * the scenario may have set; and the end of the iterations.
 */
import type { RateLimiter } from '../../../scenario/scenarioHost.ts';
import { clearInterval, setInterval } from '../../../util/nodeTime.ts';
import { ArrivalCounter, Countdown, Permits } from '../../shared/pace.ts';
import type { Arrivals, ArrivalsOrder, RunOptions } from '../../shared/messages.ts';
import type { Pace } from '../../shared/threadSeed.ts';
import { ArrivalQueue } from './arrivalQueue.ts';
import { RunSchedule } from './arrivalSchedule.ts';
import { ArrivingUsers, type ArrivingClass, ClassArrivals } from './arrivingUsers.ts';
import { Gate } from './gate.ts';
import { LimiterGate } from './limiterGate.ts';
import { PermitQueue } from './permitQueue.ts';
import type { ThreadReplays } from '../replaying/threadReplays.ts';
import type { Turn } from './turn.ts';

/** How soon users that wait learn that no iterations are left. */
const lookEveryMs = 50;

/** What a thread's gates are made of. */
export type ThreadPaceParts = {
  readonly pace: Pace;
  readonly threadIndex: number;
  readonly threadCount: number;
  readonly turn: Turn;
  readonly onLimiterError: (error: unknown) => void;
  /** No task may begin any more: users are to end, those that wait at once. Called again and again while it is so. */
  readonly onUsedUp: () => void;
  /** An arrival of this class was dropped. */
  readonly onDrop: (className: string) => void;
};

export class ThreadPace {
  /** Of the moment; null when nothing is asked for. */
  gate: Gate | null;
  #tell: (gate: Gate | null) => void = () => undefined;
  readonly #parts: ThreadPaceParts;
  readonly #iterations: Countdown | null;
  readonly #permits: PermitQueue | null;
  /** Of an open model, for all users; null: there is none. */
  #arrivals: { readonly schedule: RunSchedule; readonly queue: ArrivalQueue } | null = null;
  /** Null: no class has any. */
  #classArrivals: ArrivingUsers | null = null;
  #limiter: LimiterGate | null = null;
  #isRunning = false;
  #watch: NodeJS.Timeout | null = null;

  constructor(parts: ThreadPaceParts) {
    const { pace } = parts;
    this.#parts = parts;
    this.#iterations = pace.iterations === null ? null : new Countdown(pace.iterations);
    this.#permits = pace.permits === null ? null : new PermitQueue(new Permits(pace.permits));
    this.gate = this.#gate();
  }

  /** The scenario's classes are known, and what they replay; `grow`: see ClassArrivals. Null when none of them has arrivals or replays anything. */
  setClasses(classes: readonly ArrivingClass[], grow: (className: string) => boolean, replays: ThreadReplays | null): ArrivingUsers | null {
    const { pace, threadIndex, threadCount, onDrop } = this.#parts;
    const arrivals = new ClassArrivals({ threadIndex, threadCount, counts: pace.classArrivals, classes, grow, onDrop });
    if (arrivals.isNone && replays === null) return null;
    this.#classArrivals = new ArrivingUsers(arrivals, replays);
    this.#change();
    return this.#classArrivals;
  }

  /** The scenario's own limiter, for the tasks that begin from now on. */
  setLimiter(limiter: RateLimiter | null): void {
    if (this.#isRunning) this.#limiter?.stop();
    this.#limiter = limiter === null ? null : new LimiterGate(limiter, this.#parts.turn, this.#parts.onLimiterError);
    if (this.#isRunning) this.#limiter?.start();
    this.#change();
  }

  /** Hears of each new gate. */
  onChange(tell: (gate: Gate | null) => void): void {
    this.#tell = tell;
  }

  /** A run begins. */
  begin(options: RunOptions): void {
    this.end();
    this.#isRunning = true;
    this.#classArrivals?.begin(options);
    this.#limiter?.start();
    if (this.#iterations !== null) this.#watch = setInterval(() => this.#look(), lookEveryMs);
  }

  /** Of arrivals by classes: noted, and followed once the users are there. */
  setOrder(order: ArrivalsOrder): void {
    this.#classArrivals?.setOrder(order);
  }

  /** Of `--rate`, or stages of rates; before the users. */
  setArrivals({ curve, counts }: Arrivals): void {
    const { threadIndex, threadCount } = this.#parts;
    const counter = new ArrivalCounter(counts);
    const schedule = new RunSchedule(curve, counter, threadIndex, threadCount);
    this.#arrivals = { schedule, queue: new ArrivalQueue({ schedule, counter }) };
    this.#change();
  }

  /** On the shared clock: when the first arrival, of all threads, is due. */
  startArrivals(startsAtMs: number): void {
    if (!this.#isRunning || this.#arrivals === null) return;
    this.#arrivals.schedule.startsAtMs = startsAtMs;
    this.#arrivals.queue.serve();
  }

  /** The run is about to end: nothing arrives any more. */
  endArrivals(): void {
    if (this.#arrivals !== null) this.#arrivals.schedule.startsAtMs = null;
    this.#arrivals?.queue.stop();
    this.#classArrivals?.stop();
  }

  /** What has come for nothing, since the run ended, has been counted. */
  async settled(): Promise<void> {
    await this.#classArrivals?.settled();
  }

  /** The users are gone. May be called twice. */
  end(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.endArrivals();
    this.#permits?.reset();
    if (this.#isRunning) this.#limiter?.stop();
    this.#isRunning = false;
  }

  #change(): void {
    this.gate = this.#gate();
    this.#tell(this.gate);
  }

  #gate(): Gate | null {
    return Gate.of({
      iterations: this.#iterations,
      permits: this.#permits,
      arrivals: this.#arrivals?.queue ?? null,
      classArrivals: this.#classArrivals,
      limiter: this.#limiter,
    });
  }

  #look(): void {
    if (this.#iterations?.left() !== 0) return;
    this.#classArrivals?.stop();
    this.#parts.onUsedUp();
  }
}
