/**
 * boomer-node: what a scenario imports. Types of one option or one answer are inferred where they are used; who must name one of
 * HTTP's finds it in `boomer-node/http`, who writes an output in `boomer-node/outputs`.
 */
export { run } from './scenario/run.ts';
export { recordFailure, recordSuccess } from './scenario/scenarioHost.ts';
export type { BoomerTask } from './scenario/boomerTask.ts';

export { User } from './scenario/user.ts';
export { HttpUser } from './scenario/httpUser.ts';
export { FastHttpUser } from './scenario/httpUser.ts';
export type { HttpDefaults } from './http/httpDefaults.ts';
export { RequestFailed, type HttpResponse } from './http/response/httpResponse.ts';

export { tag, task } from './scenario/task.ts';
export { SequentialTaskSet, TaskSet } from './scenario/taskSet.ts';
export { MarkovTaskSet, transition, transitions } from './scenario/markovTaskSet.ts';
export type { TaskItem, TaskList } from './scenario/taskList.ts';
export { perUser, type Arrivals } from './scenario/arrivals.ts';
export { replay, type Replay } from './scenario/replay/replay.ts';
export { ReplayUser } from './scenario/replay/replayUser.ts';
export type { ReplayRequest } from './traffic/replay/replayedRequest.ts';
export { between, constant, constantPacing, constantThroughput, poisson, type Waiter, type WaitTime } from './scenario/waitTime.ts';
export { InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser } from './scenario/endings.ts';

export { feed } from './scenario/feeders/feed.ts';
export type { Feeder } from './scenario/feeders/feeder.ts';
export { check, Counter, Gauge, Rate, Trend } from './scenario/metrics.ts';
export { events } from './scenario/events.ts';
export type { Environment, ParsedOptions, SetupData, UserEnvironment } from './scenario/environment.ts';
export { registerMessage, sendMessage, stopTest } from './scenario/scenarioHost.ts';
export { ownArguments } from './scenario/environment.ts';
export type { Moment, ShapeDecision } from './engine/shared/shape.ts';
export { defineOptions, type OptionValues } from './scenario/declaredOptions.ts';
export { setRateLimiter } from './scenario/scenarioHost.ts';
export type { RateLimiter } from './scenario/scenarioHost.ts';
export type { Random } from './util/random.ts';

export { defineConfig, type BoomerConfig } from './options/boomerConfig.ts';
export type { Thresholds } from './options/reportOptions.ts';
export type { Output } from './outputs/outputs.ts';
export { BoomerError } from './util/boomerError.ts';
