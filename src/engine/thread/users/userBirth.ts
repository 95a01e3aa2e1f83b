/**
 * Makes a user: the scenario's own object, and what the thread keeps with it.
 */
import type { UserEnvironment } from '../../../scenario/environment.ts';
import type { User } from '../../../scenario/user.ts';
import { giveBirth } from '../../../scenario/userContext.ts';
import { checkedWaitTime, isPaced } from '../../../scenario/waitTime.ts';
import type { Random } from '../../../util/random.ts';
import { BirthContext } from './birthContext.ts';
import { LifeCourse } from './lifeCourse.ts';
import type { LifeSupport } from './lifeSupport.ts';
import { TaskSchedule } from '../pacing/taskSchedule.ts';
import { UserHoldings } from './userHoldings.ts';
import { UserHooks } from './userHooks.ts';
import type { UserPlan } from './userPlan.ts';
import { UserSamples } from './userSamples.ts';

/** One user, in parts. */
export type UserParts = {
  readonly plan: UserPlan;
  readonly support: LifeSupport;
  readonly random: Random;
  readonly user: User;
  readonly course: LifeCourse;
  readonly samples: UserSamples;
  readonly hooks: UserHooks;
  readonly holdings: UserHoldings;
};

/** Throws what the user's constructor throws, and a BoomerError for a wait time that is none. */
export function makeUser(plan: UserPlan, support: LifeSupport, environment: UserEnvironment, random: Random): UserParts {
  const course = new LifeCourse(support.sleeps);
  const samples = new UserSamples(support);
  const hooks = new UserHooks(plan, support, samples, course);
  const holdings = new UserHoldings();
  const context = new BirthContext(environment, random, plan.host, { samples, holdings, hooks });
  const user = giveBirth(context, () => new plan.userClass());
  samples.user = user;
  checkedWaitTime(user.waitTime, plan.name);
  if (support.gate?.isSchedule === true || isPaced(user.waitTime)) samples.schedule = new TaskSchedule();
  support.advisor.lookAtInstance(user, plan.name);
  return { plan, support, random, user, course, samples, hooks, holdings };
}
