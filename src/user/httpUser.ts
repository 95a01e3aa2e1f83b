/**
 * A user with an HTTP client of its own: one connection per origin, one row per request.
 */
import { HttpClient } from '../client/http.ts';
import { User } from './user.ts';

/** Extend it for HTTP load; `this.client` records every request by itself (Locust user/users.py, `HttpUser`). */
export abstract class HttpUser extends User {
  #client: HttpClient | null = null;

  /** Made at the first use, with the host in force; paths are relative to it. */
  get client(): HttpClient {
    if (this.#client === null) {
      this.#client = new HttpClient({ baseUrl: this.host, sink: this.context.samples });
      this.context.own(this.#client);
    }
    return this.#client;
  }
}
