/**
 * The HTTP client of one user: Locust's `self.client`, on undici.
 *
 * One row per call: type = method in upper case, name = `name` or the path with its query (FastHttpUser: the URL as it was written), time from the call to the
 * last byte of the body, bytes = length of the body (Locust clients.py, `HttpSession.request`). A status of 400 or
 * more, a timeout, a refused or broken connection is a failure row and a response with `error`; it does not throw.
 * What cannot be sent as the scenario wrote it is no request: the promise rejects with a BoomerError, nothing is recorded.
 *
 * Limits by default, as Locust's FastHttpUser: 60 s to connect, 60 s without any byte of the answer, none on the whole.
 */
import { BoomerError } from '../util/boomerError.ts';
import { ClientCore } from './clientCore.ts';
import type { Tasks } from './clientCore.ts';
import { clientSettings } from './clientSettings.ts';
import type { Cookies } from './cookies/cookieJar.ts';
import type { Engine } from './connection/engine.ts';
import { Exchange } from './exchange.ts';
import type { HttpDefaults } from './httpDefaults.ts';
import { HttpMethods, noOptions } from './httpMethods.ts';
import type { AnyResponse } from './httpMethods.ts';
import type { FailureSink } from './response/outcome.ts';
import type { RequestOptions } from './request/requestOptions.ts';
import type { HeaderValues } from './request/requestHeaders.ts';
import { planForUser, planRequest } from './request/requestPlan.ts';
import type { RequestSink } from './requestSink.ts';
import { undiciEngine } from './connection/undici/undiciClient.ts';
import { userHeaders } from './request/userHeaders.ts';
import type { UserHeaders } from './request/userHeaders.ts';
import { now } from '../util/nodeTime.ts';

export type { HttpDefaults } from './httpDefaults.ts';
export type { HttpResponse } from './response/httpResponse.ts';
export type { RequestOptions } from './request/requestOptions.ts';
export type { RequestSink } from './requestSink.ts';

export type HttpClientOptions = {
  /** What relative paths are joined to, as `http://host:8080`; null: only absolute URLs work. */
  readonly baseUrl: string | null;
  readonly sink: RequestSink;
  readonly defaults?: HttpDefaults;
  /** What speaks HTTP; default undici. */
  readonly engine?: Engine;
  /** Takes failures for samples; null (or absent): nobody does. */
  readonly failures?: FailureSink | null;
  /** Told when a task has ended: what it left open is recorded then. */
  readonly tasks?: Tasks;
};

const noDefaults: HttpDefaults = {};

/** Requests of one user: its connections are its own, kept alive between requests, one per origin (more in parallel). */
export class HttpClient extends HttpMethods {
  /** Row for all requests without a `name` of their own, while it is set (Locust's `request_name`). */
  requestName: string | null = null;
  readonly #options: HttpClientOptions;
  #headers: UserHeaders | null = null;
  #core: ClientCore | null = null;
  #isClosed = false;

  constructor(options: HttpClientOptions) {
    super();
    this.#options = options;
  }

  /**
   * Headers of this user, sent with each of its requests from now on, over those of `static http` and under those of a request:
   * `client.headers['x-token'] = token`, or `client.headers = { … }` for all of them (Locust's `client.headers`). null takes a
   * default away. `authorization` goes to every host that the user calls.
   */
  get headers(): UserHeaders {
    return (this.#headers ??= userHeaders({}));
  }
  set headers(values: HeaderValues) {
    this.#headers = userHeaders(values);
  }

  /** The user's cookies: kept and sent by themselves, here to look at and to change. */
  get cookies(): Cookies {
    return this.#openCore().cookies;
  }

  /**
   * Groups all requests under one row (Locust's `rename_request`): while `work` is under way, or until the end of the
   * block: `using _ = this.client.renameRequest('/item/[id]')`.
   */
  renameRequest(name: string): Disposable;
  renameRequest<T>(name: string, work: () => T | PromiseLike<T>): Promise<T>;
  renameRequest<T>(name: string, work?: () => T | PromiseLike<T>): Disposable | Promise<T> {
    const before = this.requestName;
    const restore = (): void => {
      this.requestName = before;
    };
    this.requestName = name;
    return work === undefined ? { [Symbol.dispose]: restore } : during(work, restore);
  }

  /** All requests under way reject with `reason` and are not recorded; the client stays usable. */
  abort(reason: Error): void {
    this.#core?.abort(reason);
  }

  /** Ends what is under way as `abort` does and closes all connections; later requests reject. May be called twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#core?.close(closedError());
  }

  protected override start(method: string, url: string, options: RequestOptions): Promise<AnyResponse> {
    const startMs = now();
    try {
      return this.#begin(startMs, method, url, options);
    } catch (error) {
      const misuse = error as Error; // by a BoomerError, or by what a scenario's own getters and iterators throw
      return Promise.reject(misuse);
    }
  }

  #begin(startMs: number, method: string, url: string, options: RequestOptions): Promise<AnyResponse> {
    const core = this.#openCore();
    const { nameOf, namesByUrl, plainPlans } = core.settings;
    const plain = this.#headers === null ? plainPlans.of(method, url) : planForUser(plainPlans.of(method, url), this.#headers);
    const plan = options === noOptions ? plain : planRequest(plain, options, core, namesByUrl);
    const name = options.name || (this.requestName ?? (nameOf === null ? plan.name : (nameOf(method, plan.request.path) ?? plan.name))); // Locust too takes an empty name for none
    const exchange = new Exchange(core, plan, name, startMs);
    core.start(exchange, plan.hasOwnCookie);
    return exchange.promise;
  }

  #openCore(): ClientCore {
    if (this.#isClosed) throw closedError();
    if (this.#core !== null) return this.#core;
    const { baseUrl, defaults, sink, failures, tasks } = this.#options;
    return (this.#core = new ClientCore(clientSettings(baseUrl, defaults ?? noDefaults, this.#options.engine ?? undiciEngine), sink, failures ?? null, tasks ?? null));
  }
}

async function during<T>(work: () => T | PromiseLike<T>, restore: () => void): Promise<T> {
  try {
    return await work();
  } finally {
    restore();
  }
}

function closedError(): BoomerError {
  return new BoomerError('client-closed', 'the client was used after its user had ended: await every request in the task or in onStop');
}
