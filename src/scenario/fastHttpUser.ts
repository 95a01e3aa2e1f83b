/**
 * A user with an HTTP/1.1 client made for load: the interface and the rows of `HttpUser` for less CPU a request.
 */
import type { Engine } from '../http/connection/connectionPool.ts';
import { fastEngine } from '../http/connection/fast/fastConnection.ts';
import { ClientUser } from './clientUser.ts';

/**
 * Extend it where one machine is to make as much HTTP load as it can (Locust contrib/fasthttp.py, `FastHttpUser`).
 * HTTP/2 and proxies are HttpUser's: a class that asks for them gets a BoomerError that says so.
 */
export abstract class FastHttpUser extends ClientUser {
  protected override engineOfKind(): Engine {
    return fastEngine;
  }
}
