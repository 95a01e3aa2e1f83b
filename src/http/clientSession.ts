/**
 * What the requests of one user share: settings, connections, cookies, and the responses that wait for their verdict.
 */
import type { BoomerError } from '../util/boomerError.ts';
import type { ClientSettings } from './clientSettings.ts';
import type { PendingRequest } from './connection/connection.ts';
import { PoolSet } from './connection/connectionPool.ts';
import { CookieJar } from './cookies/cookieJar.ts';
import type { CaughtResponse, OpenResponses } from './response/httpResponse.ts';
import type { ClientServices, FailureSink, RequestSink } from './response/requestResult.ts';

/** The tasks that make the requests; without them, only the client's end tells that a task is over. */
export type Tasks = {
  /** Calls `work` once, when the task (or hook) that is under way has ended. */
  readonly afterTask: (work: () => void) => void;
};

/** Made at the first request; a user that makes none has none. */
export class ClientSession implements ClientServices, OpenResponses {
  readonly sink: RequestSink;
  readonly failures: FailureSink | null;
  readonly settings: ClientSettings;
  readonly #tasks: Tasks | null;
  readonly #pools: PoolSet;
  #cookies: CookieJar | null = null;
  #openResponses: Set<CaughtResponse> | null = null;

  constructor(settings: ClientSettings, sink: RequestSink, failures: FailureSink | null, tasks: Tasks | null) {
    this.settings = settings;
    this.sink = sink;
    this.failures = failures;
    this.#tasks = tasks;
    this.#pools = settings.shared === null ? new PoolSet(settings.poolSettings) : settings.shared.join();
  }

  get cookies(): CookieJar {
    return (this.#cookies ??= new CookieJar(this.settings.base?.origin ?? null));
  }

  keepCookies(origin: string, path: string, lines: readonly string[]): void {
    this.cookies.keep(origin, path, lines);
  }

  send(pending: PendingRequest): void {
    this.start(pending, false);
  }

  /** As `send`, without the jar's cookies when the request has its own. */
  start(pending: PendingRequest, hasOwnCookie: boolean): void {
    const { origin, request } = pending;
    const cookie = this.#cookies === null || hasOwnCookie ? null : this.#cookies.header(origin, request.path);
    if (cookie !== null) pending.request = { ...request, memo: null, cookie };
    this.#pools.of(origin).start(pending);
  }

  forget(pending: PendingRequest): void {
    this.#pools.forget(pending);
  }

  add(response: CaughtResponse): void {
    this.#openResponses ??= new Set();
    if (this.#openResponses.size === 0) this.#tasks?.afterTask(() => this.endResponses());
    this.#openResponses.add(response);
  }

  has(response: CaughtResponse): boolean {
    return this.#openResponses?.has(response) === true;
  }

  delete(response: CaughtResponse): boolean {
    return this.#openResponses?.delete(response) === true;
  }

  /** Records what nobody has ended: by the verdict so far, or by the status. */
  endResponses(): void {
    for (const response of this.#openResponses ?? []) response.end();
  }

  abort(reason: Error): void {
    this.#openResponses?.clear();
    this.#pools.abort(this, reason);
  }

  close(reason: BoomerError): void {
    this.endResponses();
    this.#pools.abort(this, reason);
    if (this.settings.shared === null) this.#pools.close(reason);
    else this.settings.shared.leave(reason);
  }
}
