/** Lives of users under fake time: what they recorded, which errors escaped, who is gone. */
import { jest } from '@jest/globals';
import { ScenarioLint } from '../../../../src/engine/thread/hosting/scenarioLint.ts';
import { Attribution, ThreadExceptions } from '../../../../src/engine/thread/recording/exceptions.ts';
import { ExceptionReader } from '../../../../src/engine/shared/exceptionCounts.ts';
import type { TaskGate } from '../../../../src/engine/thread/pacing/gate.ts';
import { SampleStamps } from '../../../../src/engine/thread/recording/sampleStamps.ts';
import { SleepWheel } from '../../../../src/engine/thread/pacing/sleepWheel.ts';
import { Turn } from '../../../../src/engine/thread/pacing/turn.ts';
import { UserRunner } from '../../../../src/engine/thread/users/userRunner.ts';
import { UserPlan, type UserClass } from '../../../../src/engine/thread/users/userPlan.ts';
import type { UserEnvironment } from '../../../../src/scenario/environment.ts';
import { Pulse } from '../../../../src/engine/shared/pulse.ts';
import { Random } from '../../../../src/util/random.ts';

/** Fake time for everything but promises. */
export function useFakeTime(): void {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'], now: 0 }));
  afterEach(() => jest.useRealTimers());
}

/** Lets `ms` pass, and everything that follows from it. */
export async function pass(ms = 0): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}

/** Lets time pass within a task. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Stage {
  /** Names of recorded requests. */
  readonly recorded: string[] = [];
  /** Samples measured from their intended start: name and milliseconds. */
  readonly fromSchedule: [name: string, elapsedMs: number | null][] = [];
  gate: TaskGate | null = null;
  readonly gone: UserRunner[] = [];
  /** What the scenario's author was told. */
  readonly advice: string[] = [];
  readonly lint: ScenarioLint = new ScenarioLint((text) => void this.advice.push(text));
  readonly #posted: string[] = [];
  readonly exceptions: ThreadExceptions = new ThreadExceptions((message) => this.#reader.take(message));
  readonly #reader: ExceptionReader = new ExceptionReader(({ message }, count) => this.#posted.push(...Array.from({ length: count }, () => message)));
  readonly turn: Turn = new Turn();
  readonly pulse: Pulse = new Pulse();
  readonly attribution: Attribution<UserRunner> = new Attribution('20.0.0');
  readonly #sleeps: SleepWheel = new SleepWheel();
  #userIndex = 0;

  /** Messages of the errors that escaped, each as often as it did. */
  get errors(): readonly string[] {
    this.exceptions.flush();
    return this.#posted;
  }

  plan(userClass: UserClass): UserPlan {
    return new UserPlan(userClass.name, userClass);
  }

  /** A user that has not started. */
  unborn(plan: UserPlan, onGone: (life: UserRunner) => void = () => undefined): UserRunner {
    const userIndex = this.#userIndex++;
    return new UserRunner(
      plan,
      {
        sink: { record: (_, name) => void this.recorded.push(name) },
        scheduleSink: { record: (_, name, elapsedMs) => void this.fromSchedule.push([name, elapsedMs]) },
        gate: this.gate,
        turn: this.turn,
        stamps: new SampleStamps({ problem: () => undefined, wallOffsetMs: performance.timeOrigin }),
        pulse: this.pulse,
        sleeps: this.#sleeps,
        exceptions: this.exceptions,
        lint: this.lint,
        attribution: this.attribution,
      },
      { userIndex } as UserEnvironment,
      new Random(`${userIndex}`),
      (life) => {
        this.gone.push(life);
        onGone(life);
      },
    );
  }

  /** A user that has started. */
  readonly spawn = (plan: UserPlan, onGone?: (life: UserRunner) => void): UserRunner => {
    const life = this.unborn(plan, onGone);
    void life.start();
    return life;
  };

  /** A user that lives. */
  born(userClass: UserClass): UserRunner {
    return this.spawn(this.plan(userClass));
  }
}
