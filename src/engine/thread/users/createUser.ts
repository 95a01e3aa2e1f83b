/**
 * Makes a user: the scenario's own object, and what the thread keeps with it.
 */
import { constructWith, type OwnedResource, type UserContext } from '../../../scenario/userContext.ts';
import type { UserEnvironment } from '../../../scenario/environment.ts';
import type { User } from '../../../scenario/user.ts';
import { checkedWaitTime, isPaced } from '../../../scenario/waitTime.ts';
import { now } from '../../../util/nodeTime.ts';
import type { Random } from '../../../util/random.ts';
import { TaskSchedule } from '../pacing/taskSchedule.ts';
import { OwnedResources } from './ownedResources.ts';
import type { ThreadServices } from './threadServices.ts';
import { UserHooks } from './userHooks.ts';
import type { UserPlan } from './userPlan.ts';
import { UserSamples } from './userSamples.ts';
import { UserState } from './userState.ts';

/** One user, in parts. */
export type UserParts = {
  readonly plan: UserPlan;
  readonly support: ThreadServices;
  readonly random: Random;
  readonly user: User;
  readonly course: UserState;
  readonly samples: UserSamples;
  readonly hooks: UserHooks;
  readonly holdings: OwnedResources;
};

/** Throws what the user's constructor throws, and a BoomerError for a wait time that is none. */
export function makeUser(plan: UserPlan, support: ThreadServices, environment: UserEnvironment, random: Random): UserParts {
  const course = new UserState(support.sleeps);
  const samples = new UserSamples(support);
  const hooks = new UserHooks(plan, support, samples, course);
  const holdings = new OwnedResources();
  const context = new NewUserContext(environment, random, plan.host, { samples, holdings, hooks });
  const user = constructWith(context, () => new plan.userClass());
  samples.user = user;
  checkedWaitTime(user.waitTime, plan.name);
  if (support.gate?.isSchedule === true || isPaced(user.waitTime)) samples.schedule = new TaskSchedule();
  support.lint.lookAtInstance(user, plan.name);
  return { plan, support, random, user, course, samples, hooks, holdings };
}

/*
 * What a user is born with, in the thread's hands. A class, since closures in place of its methods cost each user 0.15 KB.
 */

/** What one user is born with. */
export class NewUserContext implements UserContext {
  readonly environment: UserEnvironment;
  readonly random: Random;
  readonly host: string | null;
  readonly startedMs: number = now();
  readonly samples: UserSamples;
  readonly #holdings: OwnedResources;
  readonly #hooks: UserHooks;

  constructor(environment: UserEnvironment, random: Random, host: string | null, parts: { readonly samples: UserSamples; readonly holdings: OwnedResources; readonly hooks: UserHooks }) {
    this.environment = environment;
    this.random = random;
    this.host = host;
    this.samples = parts.samples;
    this.#holdings = parts.holdings;
    this.#hooks = parts.hooks;
  }

  signal(): AbortSignal {
    return this.#holdings.signal().current();
  }

  sleep(sec: number): Promise<void> {
    return this.#holdings.signal().sleep(sec);
  }

  own(resource: OwnedResource): void {
    this.#holdings.own(resource);
  }

  afterTask(work: () => void): void {
    this.#hooks.putOff(work);
  }

  advise(text: string): void {
    this.#hooks.advise(text);
  }
}
