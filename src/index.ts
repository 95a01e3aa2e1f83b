/**
 * boomer-node: what a scenario imports.
 */
export { run } from './run.ts';
export { recordFailure, recordSuccess } from './user/record.ts';
export type { BoomerTask } from './user/boomerTask.ts';

export { User } from './user/user.ts';
export type { RequestRecord } from './user/requestRecord.ts';
export { HttpUser } from './user/httpUser.ts';
export { FastHttpUser } from './user/fastHttpUser.ts';
export type { HttpClient } from './client/http.ts';
export type { HttpDefaults, TlsOptions } from './client/httpDefaults.ts';
export type { CatchOptions, RequestOptions, StreamOptions } from './client/requestOptions.ts';
export type { Credentials } from './client/authorization.ts';
export type { ContentCoding } from './client/contentCoding.ts';
export type { Check } from './client/judge.ts';
export type { BodyStream } from './client/bodyStream.ts';
export type { FilePart, Multipart, MultipartValue, PartContent } from './client/multipart.ts';
export type { HeaderValue, HeaderValues } from './client/requestHeaders.ts';
export type { UserHeaders } from './client/userHeaders.ts';
export type { FieldValues, QueryValues } from './client/requestTarget.ts';
export type { RequestNaming } from './client/requestNaming.ts';
export type { Cookies } from './client/cookieJar.ts';
export type { HttpResponse } from './client/httpResponse.ts';
export type { CaughtResponse } from './client/caughtResponse.ts';
export type { StreamedResponse } from './client/streamedResponse.ts';
export type { ResponseHeaders } from './client/responseHeaders.ts';
export type { RestOptions, RestResponse } from './client/rest.ts';
export { RequestFailed, type FailedResponse } from './client/requestFailed.ts';
export { tag, task, type TaskDecorator, type TaskMethod } from './user/task.ts';
export { SequentialTaskSet, TaskSet } from './user/taskSet.ts';
export { MarkovTaskSet, transition, transitions, type Transitions } from './user/markovTaskSet.ts';
export type { TaskFunction, TaskItem, TaskList, TaskSetClass } from './user/taskList.ts';
export { between, constant, constantPacing, constantThroughput, poisson, type Waiter, type WaitTime } from './user/waitTime.ts';
export { InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser } from './user/endings.ts';

export { feed, type CsvOptions, type JsonOptions } from './feed/feed.ts';
export type { Feeder, FeedUser } from './feed/feeder.ts';
export type { FeedOptions } from './feed/feedOptions.ts';

export { EventHook, events, type Listener, type ReportEvent, type RequestEvent, type UserErrorEvent } from './user/events.ts';
export type { Environment, OptionName, ParsedOptions, RunnerView, UserEnvironment } from './user/environment.ts';
export { registerMessage, sendMessage, stopTest } from './user/messaging.ts';
export { ownArguments } from './user/options.ts';
export { setRateLimiter } from './user/rateLimiter.ts';
export type { CustomMessage, MessageListener, RateLimiter } from './user/world.ts';
export type { Random } from './util/random.ts';
export type { Output } from './outputs/output.ts';
export type { EndReason, RunMoment, RunResult, RunStart, RunStats } from './outputs/runView.ts';
export type { Report, StatsRow } from './stats/report.ts';
export { defineConfig, type BoomerConfig, type ConfigDuration, type ConfigRate, type ConfigStage, type ConfigThreshold, type ConfigUser, type Thresholds } from './config/boomerConfig.ts';
export { BoomerError } from './util/boomerError.ts';
