/**
 * HTTP on undici: HTTP/1.1 and 2, proxies; everything that the settings know.
 */
import { ConnectionPool, type Engine } from '../connectionPool.ts';
import { StreamPool } from './streamPool.ts';
import { routeOf, UndiciConnection } from './undiciClient.ts';

/** What `HttpUser` speaks HTTP with. */
export const undiciEngine: Engine = {
  namesByUrl: false,
  check: () => undefined,
  connector(wiring) {
    const route = routeOf(wiring);
    return () => new UndiciConnection(route);
  },
  openPool: (settings) => (settings.wiring.http2 ? new StreamPool(settings) : new ConnectionPool(settings)),
};
