/**
 * The methods of an HTTP client, each with the response that its options ask for.
 */
import { BoomerError } from '../util/boomerError.ts';
import { nearest } from '../util/nearest.ts';
import { isHttpDefault, staticHttpFor } from './httpDefaults.ts';
import type { CatchOptions, RequestOptions, StreamOptions } from './request/requestOptions.ts';
import type { CaughtResponse } from './response/endedRequest.ts';
import type { HttpResponse } from './response/httpResponse.ts';
import type { StreamedResponse } from './response/streamedResponse.ts';

/** Of sessions of requests, which Locust's clients are, where the word is another and no setting of the class (`staticHttpFor`). */
const wordsOfLocust: Readonly<Record<string, string>> = {
  request_name: 'client.requestName',
  base_url: 'client.baseUrl',
  host: 'client.baseUrl',
  params: 'the request option query',
};
const ownNames = ['headers', 'auth', 'baseUrl', 'requestName', 'cookies'];

/**
 * The last prototype of clients: a property that no client has cannot be set. A client in plain JavaScript takes any property:
 * `client.verify = false` would be set, and ignored. Nobody looks at a prototype's prototype but for a property that is not there, so
 * that this costs a request nothing.
 */
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- its prototype is all that it is for
abstract class ClientProperties {}

Object.setPrototypeOf(
  ClientProperties.prototype,
  new Proxy<object>({ __proto__: null }, {
    get: (_, name, receiver): unknown => Reflect.get(Object.prototype, name, receiver),
    has: (_, name) => name in Object.prototype,
    set: (_, name) => {
      throw new BoomerError('unknown-client-property', `client.${String(name)} is nothing that a client has, and would be ignored: ${remedy(String(name))}`);
    },
  }),
);

function remedy(name: string): string {
  const ours = staticHttpFor(name) ?? (Object.hasOwn(wordsOfLocust, name) ? wordsOfLocust[name] : undefined);
  if (ours !== undefined) return `write ${ours}`;
  if (isHttpDefault(name)) return `write static http = { ${name} } in the class, or ${name} in the options of a request`;
  const meant = nearest(name, ownNames);
  return meant === null ? `it has ${ownNames.join(', ')}; what holds for all requests of a class is static http = { … }` : `did you mean client.${meant}?`;
}

/** What a request may resolve to. */
export type AnyResponse = HttpResponse | CaughtResponse | StreamedResponse;

/** Of a request without any. */
export const noOptions: RequestOptions = {};

/** `url` is a path, joined to the host, or an absolute URL. */
export abstract class HttpMethods extends ClientProperties {
  protected abstract start(method: string, url: string, options: RequestOptions): Promise<AnyResponse>;

  get(url: string, options: StreamOptions): Promise<StreamedResponse>;
  get(url: string, options: CatchOptions): Promise<CaughtResponse>;
  get(url: string, options?: RequestOptions): Promise<HttpResponse>;
  get(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('GET', url, options);
  }

  post(url: string, options: StreamOptions): Promise<StreamedResponse>;
  post(url: string, options: CatchOptions): Promise<CaughtResponse>;
  post(url: string, options?: RequestOptions): Promise<HttpResponse>;
  post(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('POST', url, options);
  }

  put(url: string, options: StreamOptions): Promise<StreamedResponse>;
  put(url: string, options: CatchOptions): Promise<CaughtResponse>;
  put(url: string, options?: RequestOptions): Promise<HttpResponse>;
  put(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('PUT', url, options);
  }

  patch(url: string, options: StreamOptions): Promise<StreamedResponse>;
  patch(url: string, options: CatchOptions): Promise<CaughtResponse>;
  patch(url: string, options?: RequestOptions): Promise<HttpResponse>;
  patch(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('PATCH', url, options);
  }

  delete(url: string, options: StreamOptions): Promise<StreamedResponse>;
  delete(url: string, options: CatchOptions): Promise<CaughtResponse>;
  delete(url: string, options?: RequestOptions): Promise<HttpResponse>;
  delete(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('DELETE', url, options);
  }

  head(url: string, options: StreamOptions): Promise<StreamedResponse>;
  head(url: string, options: CatchOptions): Promise<CaughtResponse>;
  head(url: string, options?: RequestOptions): Promise<HttpResponse>;
  head(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('HEAD', url, options);
  }

  options(url: string, options: StreamOptions): Promise<StreamedResponse>;
  options(url: string, options: CatchOptions): Promise<CaughtResponse>;
  options(url: string, options?: RequestOptions): Promise<HttpResponse>;
  options(url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start('OPTIONS', url, options);
  }

  /** Any method; the row's type is its upper case. */
  request(method: string, url: string, options: StreamOptions): Promise<StreamedResponse>;
  request(method: string, url: string, options: CatchOptions): Promise<CaughtResponse>;
  request(method: string, url: string, options?: RequestOptions): Promise<HttpResponse>;
  request(method: string, url: string, options: RequestOptions = noOptions): Promise<AnyResponse> {
    return this.start(String(method).toUpperCase(), url, options);
  }
}
