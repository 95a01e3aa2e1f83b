/**
 * A user with an HTTP client of its own, on undici: one connection per origin, one row per request.
 */
import type { Engine } from '../http/connection/connectionPool.ts';
import { undiciEngine } from '../http/connection/undici/undiciEngine.ts';
import { ClientUser } from './clientUser.ts';

/** Extend it for HTTP load; `this.client` records every request by itself (Locust user/users.py, `HttpUser`). */
export abstract class HttpUser extends ClientUser {
  /** Shorthand for `http.http2`. */
  static http2?: boolean;

  protected override engineOfKind(): Engine {
    return undiciEngine;
  }
}
