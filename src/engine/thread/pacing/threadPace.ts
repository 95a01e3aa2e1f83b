/**
 * What this thread's users have to wait for: the gate of the moment, made of what the run asks for and of the limiter that
 * the scenario may have set; and the end of the iterations.
 */
import type { RateLimiter } from '../../../scenario/scenarioHost.ts';
import { clearInterval, setInterval } from '../../../util/nodeTime.ts';
import { Countdown, Permits } from '../../shared/pace.ts';
import type { Pace } from '../../shared/threadSeed.ts';
import { ArrivalQueue } from './arrivalQueue.ts';
import { Gate } from './gate.ts';
import { LimiterGate } from './limiterGate.ts';
import { PermitQueue } from './permitQueue.ts';
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
};

export class ThreadPace {
  /** Of the moment; null when nothing is asked for. */
  gate: Gate | null;
  #tell: (gate: Gate | null) => void = () => undefined;
  readonly #parts: ThreadPaceParts;
  readonly #iterations: Countdown | null;
  readonly #permits: PermitQueue | null;
  readonly #arrivals: ArrivalQueue | null;
  #limiter: LimiterGate | null = null;
  #isRunning = false;
  #watch: NodeJS.Timeout | null = null;

  constructor(parts: ThreadPaceParts) {
    const { pace, threadIndex, threadCount } = parts;
    this.#parts = parts;
    this.#iterations = pace.iterations === null ? null : new Countdown(pace.iterations);
    this.#permits = pace.permits === null ? null : new PermitQueue(new Permits(pace.permits));
    this.#arrivals = pace.arrivals === null ? null : new ArrivalQueue(pace.arrivals, threadIndex, threadCount);
    this.gate = this.#gate();
  }

  /** The scenario's own limiter, for the tasks that begin from now on. */
  setLimiter(limiter: RateLimiter | null): void {
    if (this.#isRunning) this.#limiter?.stop();
    this.#limiter = limiter === null ? null : new LimiterGate(limiter, this.#parts.turn, this.#parts.onLimiterError);
    if (this.#isRunning) this.#limiter?.start();
    this.gate = this.#gate();
    this.#tell(this.gate);
  }

  /** Hears of each new gate. */
  onChange(tell: (gate: Gate | null) => void): void {
    this.#tell = tell;
  }

  begin(): void {
    this.end();
    this.#isRunning = true;
    this.#limiter?.start();
    if (this.#iterations !== null) this.#watch = setInterval(() => this.#look(), lookEveryMs);
  }

  /** On the shared clock: when the first arrival, of all threads, is due. */
  startArrivals(startsAtMs: number): void {
    if (this.#isRunning) this.#arrivals?.start(startsAtMs);
  }

  /** The run is about to end: nothing arrives any more. */
  endArrivals(): void {
    this.#arrivals?.stop();
  }

  /** The users are gone. May be called twice. */
  end(): void {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.#arrivals?.stop();
    this.#permits?.reset();
    if (this.#isRunning) this.#limiter?.stop();
    this.#isRunning = false;
  }

  #gate(): Gate | null {
    return Gate.of({ iterations: this.#iterations, permits: this.#permits, arrivals: this.#arrivals, limiter: this.#limiter });
  }

  #look(): void {
    if (this.#iterations?.left() === 0) this.#parts.onUsedUp();
  }
}
