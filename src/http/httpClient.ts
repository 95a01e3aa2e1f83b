/**
 * The HTTP client of one user: Locust's `self.client`, on whichever engine speaks HTTP below.
 *
 * One row per call: type = method in upper case, name = `name` or the path with its query (FastHttpUser: the URL as it was written),
 * time from the call to the last byte of the body, bytes = length of the body (Locust clients.py, `HttpSession.request`). A status of
 * 400 or more, a timeout, a refused or broken connection is a failure row and a response with `error`; it does not throw.
 * What cannot be sent as the scenario wrote it is no request: the promise rejects with a BoomerError, nothing is recorded.
 *
 * Limits by default, as Locust's FastHttpUser: 60 s to connect, 60 s without any byte of the answer, none on the whole.
 */
import { BoomerError } from '../util/boomerError.ts';
import { now } from '../util/nodeTime.ts';
import { clientSettings, type ClientSettings } from './clientSettings.ts';
import type { PendingRequest } from './connection/connection.ts';
import { PoolSet, type Engine, type SharedPools } from './connection/connectionPool.ts';
import { CookieJar, type Cookies } from './cookies.ts';
import type { HttpDefaults } from './httpDefaults.ts';
import { HttpMethods, noOptions, type AnyResponse } from './httpMethods.ts';
import { HttpRequest, type ClientServices } from './httpRequest.ts';
import { releaseUnsent } from './request/requestBody.ts';
import type { RequestContext } from './request/requestContext.ts';
import { authorizationOf, OwnHeaders, type Credentials, type HeaderValues, type UserHeaders } from './request/requestHeaders.ts';
import type { RequestOptions } from './request/requestOptions.ts';
import { planForUser, planRequest } from './request/requestPlan.ts';
import { parseBaseUrl } from './request/requestTarget.ts';
import { OpenResponses, type FailureSink, type RequestSink, type Tasks } from './response/endedRequest.ts';

/** What a client is made by. */
export type HttpClientOptions = {
  /** What relative paths are joined to, as `http://host:8080`; null: only absolute URLs work. */
  readonly baseUrl: string | null;
  readonly sink: RequestSink;
  readonly defaults?: HttpDefaults;
  /** What speaks HTTP. */
  readonly engine: Engine;
  /** Takes failures for samples; null (or absent): nobody does. */
  readonly failures?: FailureSink | null;
  /** Told when a task has ended, what it left open is recorded then; and refuses what cannot begin. */
  readonly tasks?: Tasks;
  /** What the user says of each request to listeners of `request`; null (or absent): nothing. */
  readonly context?: (() => RequestContext) | null;
};

const noDefaults: HttpDefaults = {};

/** Without `using`, in plain JavaScript, none of them ends: a name at the head of each task would be kept for the user's life. */
const maxRenamings = 100;

/** A group of requests under one name, and the name that is in force without it. */
type Renaming = { before: string | null };

/** Requests of one user: its connections are its own, kept alive between requests, one per origin (more in parallel). */
export class HttpClient extends HttpMethods {
  /** Row for all requests without a `name` of their own, while it is set (Locust's `request_name`). */
  requestName: string | null = null;
  readonly #options: HttpClientOptions;
  /** The youngest of those that go on, in the order in which they began; null until the first. */
  #renamings: Renaming[] | null = null;
  #headers: OwnHeaders | null = null;
  #auth: Credentials | null | undefined = undefined;
  #baseUrl: string | null;
  #session: ClientSession | null = null;
  #isClosed = false;

  constructor(options: HttpClientOptions) {
    super();
    this.#options = options;
    this.#baseUrl = options.baseUrl;
  }

  /**
   * Headers of this user, sent with each of its requests from now on, over those of `static http` and under those of a request:
   * `client.headers['x-token'] = token`, or `client.headers = { … }` for all of them (Locust's `client.headers`). null takes a
   * default away. `authorization` goes to every host that the user calls.
   */
  get headers(): UserHeaders {
    return (this.#headers ??= new OwnHeaders({})).view;
  }
  set headers(values: HeaderValues) {
    this.#headers = new OwnHeaders(values);
    this.#authorize();
  }

  /**
   * Credentials of this user, sent to its host with each request from now on, never to another origin, in place of those of
   * `static http` (Locust's `client.auth`): `client.auth = ['ada', password]`, or `{ bearer: token }`. null sends none, undefined those
   * of the class again. A request's own `auth`, or its `authorization` header, is stronger.
   */
  get auth(): Credentials | null {
    return this.#auth === undefined ? (this.#options.defaults?.auth ?? null) : this.#auth;
  }
  set auth(credentials: Credentials | null | undefined) {
    if (credentials !== null && credentials !== undefined) authorizationOf(credentials); // a mistake shows here, not at the next request
    this.#auth = credentials;
    this.#headers ??= new OwnHeaders({});
    this.#authorize();
  }

  #authorize(): void {
    const auth = this.#auth;
    if (this.#headers !== null) this.#headers.authorization = auth === undefined || auth === null ? auth : authorizationOf(auth);
  }

  /**
   * What this user's paths are joined to: its host, until it is given one of its own, `client.baseUrl = 'https://tenant7.example'` (Locust's
   * `client.base_url`). What is said of the host in `static http` holds for the new one. null: only absolute URLs work. Throws a
   * BoomerError for what is no http(s) URL.
   */
  get baseUrl(): string | null {
    return this.#baseUrl;
  }
  set baseUrl(url: string | null) {
    if (url !== null) parseBaseUrl(url);
    this.#baseUrl = url;
    this.#session?.moveTo(this.#settings());
  }

  /** The user's cookies: kept and sent by themselves, here to look at and to change. */
  get cookies(): Cookies {
    return this.#openSession().cookies;
  }

  /**
   * Groups all requests under one row (Locust's `rename_request`): while `work` is under way, or until the end of the
   * block: `using _ = this.client.renameRequest('/item/[id]')`.
   */
  renameRequest(name: string): Disposable;
  renameRequest<T>(name: string, work: () => T | PromiseLike<T>): Promise<T>;
  renameRequest<T>(name: string, work?: () => T | PromiseLike<T>): Disposable | Promise<T> {
    const renaming = { before: this.requestName };
    const restore = (): void => this.#restoreName(renaming);
    const renamings = (this.#renamings ??= []);
    renamings.push(renaming);
    const [oldest] = renamings;
    if (oldest !== undefined && renamings.length > maxRenamings) this.#restoreName(oldest);
    this.requestName = name;
    return work === undefined ? { [Symbol.dispose]: restore } : during(work, restore);
  }

  /** Groups that overlap may end in any order: the name is that of the last one that goes on. */
  #restoreName(renaming: Renaming): void {
    const renamings = this.#renamings ?? [];
    const place = renamings.indexOf(renaming);
    if (place < 0) return;
    renamings.splice(place, 1);
    const later = renamings[place];
    if (later === undefined) this.requestName = renaming.before;
    else later.before = renaming.before;
  }

  /** All requests under way reject with `reason` and are not recorded; the client stays usable. */
  abort(reason: Error): void {
    this.#session?.abort(reason);
  }

  /** Ends what is under way as `abort` does and closes all connections; later requests reject, those of a user that is gone at last not even that. May be called twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#session?.close(closedError());
  }

  protected override start(method: string, url: string, options: RequestOptions): Promise<AnyResponse> {
    const startMs = now();
    try {
      return this.#begin(startMs, method, url, options);
    } catch (error) {
      return this.#refuse(error, options); // a BoomerError, or what a scenario's own getters and iterators throw
    }
  }

  #refuse(reason: unknown, options: RequestOptions): Promise<never> {
    releaseUnsent(options);
    return refusedBy(this.#options.tasks ?? null, reason);
  }

  #begin(startMs: number, method: string, url: string, options: RequestOptions): Promise<AnyResponse> {
    const session = this.#openSession();
    const { base, nameOf, namesByUrl, plainPlans } = session.settings;
    const plain = this.#headers === null ? plainPlans.of(method, url) : planForUser(plainPlans.of(method, url), this.#headers, base === null ? null : base.origin);
    const plan = options === noOptions ? plain : planRequest(plain, options, namesByUrl);
    const name = options.name || (this.requestName ?? (nameOf === null ? plan.name : (nameOf(method, plan.request.path) ?? plan.name))); // Locust too takes an empty name for none
    const request = new HttpRequest(session, plan, name, startMs, this.#contextOf(options));
    session.start(request, plan.hasOwnCookie);
    return request.promise;
  }

  /** What the user says of all its requests, and over it what is said of this one. */
  #contextOf({ context }: RequestOptions): RequestContext | null {
    const ofUser = this.#options.context ?? null;
    return ofUser === null ? (context ?? null) : { ...ofUser(), ...context };
  }

  #openSession(): ClientSession {
    if (this.#isClosed) throw closedError();
    if (this.#session !== null) return this.#session;
    const { sink, failures, tasks } = this.#options;
    return (this.#session = new ClientSession(this.#settings(), sink, failures ?? null, tasks ?? null));
  }

  #settings(): ClientSettings {
    return clientSettings(this.#baseUrl, this.#options.defaults ?? noDefaults, this.#options.engine);
  }
}

/** What the requests of one user share: settings, connections, cookies, and the responses that wait for their verdict. Made at the first request. */
class ClientSession implements ClientServices {
  readonly sink: RequestSink;
  readonly failures: FailureSink | null;
  settings: ClientSettings;
  readonly openResponses: OpenResponses;
  readonly #tasks: Tasks | null;
  #pools: PoolSet;
  /** Of all users of the class; those of each base that the user has had. Null: it has its own. */
  readonly #shared: Map<SharedPools, PoolSet> | null;
  #cookies: CookieJar | null = null;

  constructor(settings: ClientSettings, sink: RequestSink, failures: FailureSink | null, tasks: Tasks | null) {
    this.settings = settings;
    this.sink = sink;
    this.failures = failures;
    this.openResponses = new OpenResponses(tasks);
    this.#tasks = tasks;
    this.#shared = settings.shared === null ? null : new Map<SharedPools, PoolSet>();
    this.#pools = settings.shared === null ? new PoolSet(settings.poolSettings) : this.#join(settings.shared);
  }

  /** Relative paths lead elsewhere from now on; connections and cookies stay. */
  moveTo(settings: ClientSettings): void {
    this.settings = settings;
    if (settings.shared === null) this.#pools.lookUpIn(settings.poolSettings);
    else this.#pools = this.#join(settings.shared);
    if (this.#cookies !== null) this.#cookies.hostUrl = settings.base?.origin ?? null;
  }

  /** Once, however often the user comes back to its base. */
  #join(shared: SharedPools): PoolSet {
    const pools = this.#shared?.get(shared) ?? shared.join();
    this.#shared?.set(shared, pools);
    return pools;
  }

  get cookies(): CookieJar {
    return (this.#cookies ??= new CookieJar(this.settings.base?.origin ?? null));
  }

  keepCookies(origin: string, path: string, lines: readonly string[]): void {
    this.cookies.keep(origin, path, lines);
  }

  refuse(reason: unknown): Promise<never> {
    return refusedBy(this.#tasks, reason);
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
    for (const pools of this.#allPools()) pools.forget(pending);
  }

  abort(reason: Error): void {
    this.openResponses.clear();
    for (const pools of this.#allPools()) pools.abort(this, reason);
  }

  close(reason: BoomerError): void {
    this.openResponses.endAll();
    for (const pools of this.#allPools()) pools.abort(this, reason);
    if (this.#shared === null) this.#pools.close(reason);
    for (const shared of this.#shared?.keys() ?? []) shared.leave(reason);
  }

  #allPools(): Iterable<PoolSet> {
    return this.#shared === null ? [this.#pools] : this.#shared.values();
  }
}

async function refusedBy(tasks: Tasks | null, reason: unknown): Promise<never> {
  if (tasks !== null) return tasks.refuse(reason);
  throw reason;
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
