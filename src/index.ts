/**
 * boomer-node: what a scenario imports.
 */
export { run } from './scenario/run.ts';
export { recordFailure, recordSuccess } from './scenario/record.ts';
export type { BoomerTask } from './scenario/boomerTask.ts';

export { User } from './scenario/user.ts';
export type { RequestRecord } from './scenario/requestRecord.ts';
export { HttpUser } from './scenario/httpUser.ts';
export { FastHttpUser } from './scenario/fastHttpUser.ts';
export type { HttpClient } from './http/httpClient.ts';
export type { HttpDefaults, TlsOptions } from './http/httpDefaults.ts';
export type { CatchOptions, RequestOptions, StreamOptions } from './http/request/requestOptions.ts';
export type { Credentials } from './http/request/requestHeaders.ts';
export type { ContentCoding } from './http/response/contentCoding.ts';
export type { Check } from './http/response/httpResponse.ts';
export type { BodyStream } from './http/request/requestBody.ts';
export type { FilePart, Multipart, MultipartValue, PartContent } from './http/request/requestBody.ts';
export type { HeaderValue, HeaderValues } from './http/request/requestHeaders.ts';
export type { UserHeaders } from './http/request/requestHeaders.ts';
export type { FieldValues } from './http/request/requestBody.ts';
export type { QueryValues } from './http/request/requestTarget.ts';
export type { RequestNaming } from './http/request/requestTarget.ts';
export type { Cookies } from './http/cookies/cookieJar.ts';
export type { HttpResponse } from './http/response/httpResponse.ts';
export type { CaughtResponse } from './http/response/httpResponse.ts';
export type { StreamedResponse } from './http/response/streamedResponse.ts';
export type { ResponseHeaders } from './http/response/responseHeaders.ts';
export type { RestOptions, RestResponse } from './http/rest.ts';
export { RequestFailed, type FailedResponse } from './http/response/httpResponse.ts';
export { tag, task, type TaskDecorator, type TaskMethod } from './scenario/task.ts';
export { SequentialTaskSet, TaskSet } from './scenario/taskSet.ts';
export { MarkovTaskSet, transition, transitions, type Transitions } from './scenario/markovTaskSet.ts';
export type { TaskFunction, TaskItem, TaskList, TaskSetClass } from './scenario/taskList.ts';
export { between, constant, constantPacing, constantThroughput, poisson, type Waiter, type WaitTime } from './scenario/waitTime.ts';
export { InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser } from './scenario/endings.ts';

export { feed, type CsvOptions, type JsonOptions } from './scenario/feeders/feed.ts';
export type { Feeder, FeedUser } from './scenario/feeders/feeder.ts';
export type { FeedOptions } from './scenario/feeders/feedOptions.ts';

export { EventHook, events, type Listener, type ReportEvent, type RequestEvent, type UserErrorEvent } from './scenario/events.ts';
export type { Environment, OptionName, ParsedOptions, RunnerView, UserEnvironment } from './scenario/environment.ts';
export { registerMessage, sendMessage, stopTest } from './scenario/messaging.ts';
export { ownArguments } from './scenario/options.ts';
export { setRateLimiter } from './scenario/rateLimiter.ts';
export type { CustomMessage, MessageListener, RateLimiter } from './scenario/world.ts';
export type { Random } from './util/random.ts';
export type { Output } from './outputs/output.ts';
export type { EndReason, RunMoment, RunResult, RunStart, RunStats } from './report/runView.ts';
export type { Report, StatsRow } from './stats/report.ts';
export { defineConfig, type BoomerConfig } from './cli/options/boomerConfig.ts';
export type { ConfigStage } from './cli/options/loadOptions.ts';
export type { ConfigDuration, ConfigRate } from './cli/options/readers.ts';
export type { ConfigThreshold, Thresholds } from './cli/options/reportOptions.ts';
export type { ConfigUser } from './cli/options/scenarioOptions.ts';
export { BoomerError } from './util/boomerError.ts';
