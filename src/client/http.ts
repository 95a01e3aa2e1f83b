/**
 * The HTTP client of one user: Locust's `self.client`, on undici.
 *
 * One row per call: type = method in upper case, name = `name` or the path with its query, time from the call to the
 * last byte of the body, bytes = length of the body (Locust clients.py, `HttpSession.request`). A status of 400 or
 * more, a timeout, a refused or broken connection is a failure row and a response with `error`; it does not throw.
 * What cannot be sent as the scenario wrote it is no request: the promise rejects with a BoomerError, nothing is recorded.
 *
 * Limits by default, as Locust's FastHttpUser: 60 s to connect, 60 s without any byte of the answer, none on the whole.
 */
import { BoomerError } from '../util/boomerError.ts';
import { clientSettings } from './clientSettings.ts';
import type { ClientSettings } from './clientSettings.ts';
import { ConnectionPool } from './connectionPool.ts';
import { Exchange } from './exchange.ts';
import type { HttpResponse } from './httpResponse.ts';
import { encodeBody } from './requestBody.ts';
import type { RequestBody } from './requestBody.ts';
import { mergeHeaders } from './requestHeaders.ts';
import { checkOptions, timeoutMs } from './requestOptions.ts';
import type { HttpDefaults, RequestOptions } from './requestOptions.ts';
import type { RequestSink } from './requestSink.ts';
import { resolveTarget, withQuery } from './requestTarget.ts';

export type { HttpResponse } from './httpResponse.ts';
export type { HttpDefaults, RequestOptions } from './requestOptions.ts';
export type { RequestSink } from './requestSink.ts';

export type HttpClientOptions = {
  /** What relative paths are joined to, as `http://host:8080`; null: only absolute URLs work. */
  readonly baseUrl: string | null;
  readonly sink: RequestSink;
  readonly defaults?: HttpDefaults;
};

const noOptions: RequestOptions = {};

/** Requests of one user: its connections are its own, kept alive between requests, one per origin (more in parallel). */
export class HttpClient {
  readonly #baseUrl: string | null;
  readonly #sink: RequestSink;
  readonly #defaults: HttpDefaults;
  readonly #pools = new Map<string, ConnectionPool>();
  #settings: ClientSettings | null = null;
  #isClosed = false;
  /** For exchanges that go on elsewhere, at a redirect. */
  readonly #send = (exchange: Exchange): void => {
    if (this.#settings !== null) this.#poolOf(exchange.origin, this.#settings).start(exchange);
  };
  /** For exchanges that give up while they wait for a connection. */
  readonly #forget = (exchange: Exchange): void => this.#pools.get(exchange.origin)?.forget(exchange);

  constructor(options: HttpClientOptions) {
    this.#baseUrl = options.baseUrl;
    this.#sink = options.sink;
    this.#defaults = options.defaults ?? {};
  }

  get(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('GET', url, options);
  }

  post(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('POST', url, options);
  }

  put(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('PUT', url, options);
  }

  patch(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('PATCH', url, options);
  }

  delete(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('DELETE', url, options);
  }

  head(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('HEAD', url, options);
  }

  options(url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start('OPTIONS', url, options);
  }

  /** Any method; the row's type is its upper case. */
  request(method: string, url: string, options: RequestOptions = noOptions): Promise<HttpResponse> {
    return this.#start(String(method).toUpperCase(), url, options);
  }

  /** All requests under way reject with `reason` and are not recorded; the client stays usable. */
  abort(reason: Error): void {
    for (const pool of this.#pools.values()) pool.abort(reason);
  }

  /** Ends what is under way as `abort` does and closes all connections; later requests reject. May be called twice. */
  close(): void {
    this.#isClosed = true;
    for (const pool of this.#pools.values()) pool.close(closedError());
    this.#pools.clear();
  }

  #start(method: string, url: string, options: RequestOptions): Promise<HttpResponse> {
    const startMs = performance.now();
    try {
      return this.#begin(startMs, method, url, options);
    } catch (error) {
      const misuse = error as Error; // by a BoomerError, or by what a scenario's own getters and iterators throw
      return Promise.reject(misuse);
    }
  }

  #begin(startMs: number, method: string, url: string, options: RequestOptions): Promise<HttpResponse> {
    if (this.#isClosed) throw closedError();
    const settings = (this.#settings ??= clientSettings(this.#baseUrl, this.#defaults));
    const { origin, path: bare } = resolveTarget(settings.base, url);
    const pool = this.#poolOf(origin, settings);
    let path = bare;
    let { headers } = pool.settings;
    let body: RequestBody | null = null;
    let limitMs = settings.totalTimeoutMs;
    if (options !== noOptions) {
      checkOptions(options);
      if (options.query !== undefined) path = withQuery(bare, options.query);
      headers = mergeHeaders(headers, options.headers, options.json === undefined ? null : 'application/json');
      body = encodeBody(options);
      if (options.timeout !== undefined) limitMs = timeoutMs('timeout', options.timeout);
    }
    const exchange = new Exchange(
      {
        sink: this.#sink,
        send: this.#send,
        phase: this.#sink.phase(),
        startMs,
        method,
        name: options.name || path, // Locust too takes an empty name for none
        followsRedirects: options.allowRedirects ?? method !== 'HEAD',
        timeouts: settings.timeouts,
      },
      origin,
      { method, path, headers, body },
    );
    if (limitMs !== null) exchange.limit(limitMs, this.#forget);
    pool.start(exchange);
    return exchange.promise;
  }

  #poolOf(origin: string, settings: ClientSettings): ConnectionPool {
    const known = this.#pools.get(origin);
    if (known !== undefined) return known;
    const pool = new ConnectionPool({
      origin,
      headers: origin === settings.base?.origin ? settings.homeHeaders : settings.awayHeaders,
      timeouts: settings.timeouts,
      maxConnections: settings.maxConnections,
    });
    this.#pools.set(origin, pool);
    return pool;
  }
}

function closedError(): BoomerError {
  return new BoomerError('client-closed', 'the client was used after its user had ended: await every request in the task or in onStop');
}
