/**
 * What all users of a thread live on: where samples go, what wakes them, who hears of their errors.
 */
import type { TaskSet } from '../../../scenario/taskSet.ts';
import type { User } from '../../../scenario/user.ts';
import type { ScenarioLint } from '../hosting/scenarioLint.ts';
import type { Attribution } from '../recording/exceptions.ts';
import type { TaskGate } from '../pacing/gate.ts';
import type { SleepWheel } from '../pacing/sleepWheel.ts';
import type { SampleRoute, UserSamples } from './userSamples.ts';

/** What all users of a thread share. What changes is looked up each time. */
export type ThreadServices = SampleRoute & {
  /** Asked before each task; null when nothing stands in the way. */
  gate: TaskGate | null;
  readonly sleeps: SleepWheel;
  readonly exceptions: { readonly add: (thrown: unknown, owner: User | TaskSet) => void };
  readonly lint: ScenarioLint;
  readonly attribution: Attribution<WorkOwner>;
};

/** A user as whoever finds something that it left behind knows it: an error that nobody caught, a sample without `this`. */
export type WorkOwner = {
  readonly user: User;
  readonly samples: UserSamples;
  /** For a person: the class and the task that runs, or ran last. */
  readonly doing: string;
};
