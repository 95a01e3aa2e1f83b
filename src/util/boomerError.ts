/**
 * The one error class that crosses module borders.
 *
 * What a caller may branch on is `code`, a stable word of the list below; the message is for people: what was expected, what came,
 * what to do. A user task's failure is data and never one of these.
 */

/** All there are; docs/errors.md says what each means and what to do. */
export type ErrorCode =
  // Command line, files and configuration
  | 'usage'
  | 'bad-duration'
  | 'bad-stage'
  | 'bad-allow-host'
  | 'unreadable'
  | 'hidden'
  | 'unwritable'
  | 'no-temporary-folder'
  | 'module'
  | 'output'
  | 'slow-output'
  | 'unreadable-run'
  | 'unmatched-runs'
  | 'no-row'
  | 'unreadable-traffic'
  | 'cannot-listen'
  // A Locust master of one's own
  | 'no-locust'
  | 'master-not-started'
  // Loading a scenario
  | 'no-scenario'
  | 'scenario-missing'
  | 'scenario-kind'
  | 'scenario-from-master'
  | 'scenario-too-large'
  | 'compile'
  | 'scenario-not-loaded'
  | 'threads-differ'
  | 'thread-lost'
  | 'bad-export'
  | 'two-classes-of-one-name'
  | 'unknown-user-class'
  | 'no-users'
  | 'outside-a-worker'
  // Users, tasks and wait times
  | 'bad-task'
  | 'no-task'
  | 'bad-weight'
  | 'bad-tag'
  | 'bad-arrivals'
  | 'bad-replay'
  | 'bad-wait-time'
  | 'bad-rate-limiter'
  | 'bad-transition'
  | 'no-markov-task'
  | 'tagged-markov-task'
  | 'no-user'
  | 'user-made-by-hand'
  | 'task-set-made-by-hand'
  | 'no-client'
  | 'missing-option'
  | 'bad-option'
  | 'setup-without-master'
  | 'bad-setup-data'
  | 'bad-shape'
  | 'bad-metric'
  | 'bad-listener'
  | 'bad-message-type'
  | 'reserved-message-type'
  | 'unencodable-message'
  | 'bad-report-data'
  | 'msgpack-changed'
  // Feeders
  | 'bad-feed-file'
  | 'feed-file'
  | 'bad-feed-option'
  | 'feed-format'
  | 'feed-empty'
  | 'feed-too-big'
  | 'feed-too-late'
  | 'two-feeders-of-one-name'
  | 'feed-without-run'
  | 'feed-must-wait'
  | 'feed-used-up'
  | 'feed-refused'
  // HTTP
  | 'no-host'
  | 'bad-host'
  | 'bad-request-url'
  | 'credentials-in-url'
  | 'unknown-request-option'
  | 'unknown-http-default'
  | 'bad-http-default'
  | 'bad-concurrency'
  | 'unknown-client-property'
  | 'bad-request'
  | 'bad-request-body'
  | 'two-bodies'
  | 'bad-request-name'
  | 'bad-request-context'
  | 'bad-auth'
  | 'bad-headers'
  | 'bad-timeout'
  | 'bad-check'
  | 'stream-and-judgement'
  | 'bad-compression'
  | 'bad-proxy'
  | 'bad-tls'
  | 'bad-cookie-url'
  | 'not-in-fast-http'
  | 'not-json'
  | 'body-discarded'
  | 'already-recorded'
  | 'client-closed';

export class BoomerError extends Error {
  override readonly name: string = 'BoomerError';
  readonly code: ErrorCode;

  /** `message`: what was expected, what came, what to do. */
  constructor(code: ErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}
