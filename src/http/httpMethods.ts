/**
 * The methods of an HTTP client, each with the response that its options ask for.
 */
import type { CaughtResponse } from './response/caughtResponse.ts';
import { ClientProperties } from './clientProperties.ts';
import type { HttpResponse } from './response/httpResponse.ts';
import type { CatchOptions, RequestOptions, StreamOptions } from './request/requestOptions.ts';
import type { StreamedResponse } from './response/streamedResponse.ts';

/** What a request may resolve to. */
export type AnyResponse = HttpResponse | CaughtResponse | StreamedResponse;

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
