/**
 * What the requests of one user share: settings, connections, cookies, and the responses that wait for their verdict.
 */
import type { BoomerError } from '../util/boomerError.ts';
import type { BodyLimits } from './response/bodyLimits.ts';
import type { CaughtResponse, OpenResponses } from './response/caughtResponse.ts';
import type { ClientSettings } from './clientSettings.ts';
import { CookieJar } from './cookies/cookieJar.ts';
import type { Guest } from './connection/connectionPool.ts';
import type { FailureSink, Home, Hop } from './response/outcome.ts';
import { PoolSet } from './connection/poolSet.ts';
import type { RequestSink } from './requestSink.ts';
import type { ConnectionTimeouts } from './connection/wiring.ts';

/** The tasks that make the requests; without them, only the client's end tells that a task is over. */
export type Tasks = {
  /** Calls `work` once, when the task (or hook) that is under way has ended. */
  readonly afterTask: (work: () => void) => void;
};

export class ClientCore implements Home, OpenResponses {
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

  get timeouts(): ConnectionTimeouts {
    return this.settings.timeouts;
  }

  get maxRedirects(): number {
    return this.settings.maxRedirects;
  }

  get bodyLimits(): BodyLimits {
    return this.settings.bodyLimits;
  }

  get heeded(): number {
    return this.settings.heeded;
  }

  get cookies(): CookieJar {
    return (this.#cookies ??= new CookieJar(this.settings.base?.origin ?? null));
  }

  keepCookies(origin: string, path: string, lines: readonly string[]): void {
    this.cookies.keep(origin, path, lines);
  }

  send(hop: Guest & Hop): void {
    this.start(hop, false);
  }

  /** As `send`, without the jar's cookies when the request has its own. */
  start(hop: Guest & Hop, hasOwnCookie: boolean): void {
    const { origin, request } = hop;
    const cookie = this.#cookies === null || hasOwnCookie ? null : this.#cookies.header(origin, request.path);
    if (cookie !== null) hop.request = { ...request, cookie };
    this.#pools.of(origin).start(hop);
  }

  forget(hop: Guest & Hop): void {
    this.#pools.forget(hop, hop.origin);
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
