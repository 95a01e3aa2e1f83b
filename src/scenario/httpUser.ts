/**
 * Users with an HTTP client of their own: one connection per origin, one row per request, whatever speaks HTTP below.
 */
import type { Engine } from '../http/connection/connectionPool.ts';
import type * as Http from '../http/forUsers.ts';
import type { HttpClient } from '../http/httpClient.ts';
import type { HttpDefaults } from '../http/httpDefaults.ts';
import type { RequestNaming } from '../http/request/requestTarget.ts';
import type { RestOptions, RestResponse } from '../http/rest.ts';
import { contextOf, requestContextOf, User } from './user.ts';

let parts: typeof Http | null = null;

/** HTTP in one load thread: what its users are made of is loaded when it is first needed, since much of Node comes along. */
export class ThreadHttp {
  readonly #shared: Http.HttpOfThread;
  #loaded: Promise<() => void> | null = null;
  #startRun: () => void = nothing;

  /** `shared`: what holds for all its users. */
  constructor(shared: Http.HttpOfThread) {
    this.#shared = shared;
  }

  /** Whoever makes users with a client waits for it. May be called twice. */
  async load(): Promise<void> {
    this.#startRun = await (this.#loaded ??= this.#load());
  }

  /** What these classes need: nothing if none of them speaks HTTP; undici too if any is an HttpUser, whose first request is not to wait for it. */
  async loadFor(userClasses: readonly { readonly prototype: object }[]): Promise<void> {
    if (userClasses.some(({ prototype }) => prototype instanceof ClientUser)) await this.load();
    if (userClasses.some(({ prototype }) => prototype instanceof HttpUser)) http().undici();
  }

  /** A run begins. */
  startRun(): void {
    this.#startRun();
  }

  async #load(): Promise<() => void> {
    parts ??= await import('../http/forUsers.ts');
    return parts.startHttp(this.#shared);
  }
}

function nothing(): void {
  // nobody speaks HTTP
}

function http(): typeof Http {
  if (parts === null) throw new Error('what HTTP users are made of was not loaded before the first of them');
  return parts;
}

type Inspect<T> = (response: RestResponse<T>) => unknown;

/** The statics that a client is made by. */
export type ClientStatics = { readonly http?: HttpDefaults; readonly http2?: boolean; readonly requestName?: RequestNaming };

/** `this.client` and `this.rest`, recording every request by themselves (Locust user/users.py, `HttpUser`). */
export abstract class ClientUser extends User {
  /** What holds for every request of the class: headers, timeouts, TLS, pool … */
  static http?: HttpDefaults;
  /** Shorthand for `http.requestName`: templates like `/item/[id]`, or a function of method and path. */
  static requestName?: RequestNaming;

  #client: HttpClient | null = null;

  /** What speaks HTTP for users of this kind. */
  protected abstract engineOfKind(): Engine;

  /** Made at the first use, with the host in force; paths are relative to it. */
  get client(): HttpClient {
    if (this.#client === null) {
      const context = contextOf(this);
      const { failureSink, HttpClient } = http();
      const defaults = defaultsOf(this.constructor as ClientStatics);
      this.#client = new HttpClient({ baseUrl: this.host, sink: context.samples, defaults, engine: this.engineOfKind(), failures: failureSink(), tasks: context, context: typeof this.context === 'function' ? () => requestContextOf(this) ?? {} : null });
      context.own(this.#client);
    }
    return this.#client;
  }

  /**
   * A request with JSON in and out (Locust's `rest`): an answer that is not JSON is a failure, `response.js` is the
   * parsed body. With `inspect` it is recorded when that has ended, and an error in it is a failure of the request and
   * goes no further, but for what steers the user (`StopUser`, `interrupt()` …); without, judge as with `catchResponse`: `await using response = await this.rest('GET', '/cart')`.
   */
  rest<T = unknown>(method: string, url: string, options: RestOptions = {}, inspect: Inspect<T> | null = null): Promise<RestResponse<T>> {
    return http().rest<T>(this.client, method, url, options, inspect);
  }

  /** As `rest`, with the time added to the query so that no cache answers (Locust's `rest_`). */
  restUncached<T = unknown>(method: string, url: string, options: RestOptions = {}, inspect: Inspect<T> | null = null): Promise<RestResponse<T>> {
    const { rest, uncached } = http();
    const fresh = uncached(url, options, Date.now());
    return rest<T>(this.client, method, fresh.url, fresh.options, inspect);
  }
}

/** A user with an HTTP client of its own, on undici: extend it for HTTP load; `this.client` records every request by itself (Locust user/users.py, `HttpUser`). */
export abstract class HttpUser extends ClientUser {
  /** Shorthand for `http.http2`. */
  static http2?: boolean;

  protected override engineOfKind(): Engine {
    return http().undiciEngine;
  }
}

/**
 * A user with an HTTP/1.1 client made for load, with the interface and the rows of `HttpUser` for less CPU a request: extend it where
 * one machine is to make as much HTTP load as it can (Locust contrib/fasthttp.py, `FastHttpUser`).
 * HTTP/2 and proxies are HttpUser's: a class that asks for them gets a BoomerError that says so.
 */
export abstract class FastHttpUser extends ClientUser {
  protected override engineOfKind(): Engine {
    return http().fastEngine;
  }
}

const noDefaults: HttpDefaults = {};
/** One object for all users of a class: what is worked out from it, pools and certificates, is kept by its identity. */
const merged = new WeakMap<ClientStatics, { readonly parts: readonly unknown[]; readonly defaults: HttpDefaults }>();

function defaultsOf(userClass: ClientStatics): HttpDefaults {
  const { http, http2, requestName } = userClass;
  if (http2 === undefined && requestName === undefined) return http ?? noDefaults;
  const parts = [http, http2, requestName];
  const known = merged.get(userClass);
  if (known?.parts.every((part, at) => part === parts[at]) === true) return known.defaults;
  const defaults: HttpDefaults = { ...http, ...(http2 === undefined ? {} : { http2 }), ...(requestName === undefined ? {} : { requestName }) };
  merged.set(userClass, { parts, defaults });
  return defaults;
}
