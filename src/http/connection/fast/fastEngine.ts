/**
 * Our own HTTP/1.1: a fraction of undici's work for a request, without HTTP/2 and proxies.
 */
import { BoomerError } from '../../../util/boomerError.ts';
import type { Engine } from '../engine.ts';
import { FastConnection } from './fastConnection.ts';
import { FastOrigin } from './fastOrigin.ts';

export const fastEngine: Engine = {
  namesByUrl: true,
  check({ http2, proxy }) {
    if (http2 === true) throw notHere('HTTP/2', 'http2');
    if (proxy !== undefined && proxy !== null && proxy !== '') throw notHere('a proxy', 'proxy');
  },
  connector(wiring, headers) {
    const origin = new FastOrigin(wiring, headers);
    return () => new FastConnection(origin);
  },
};

function notHere(what: string, setting: string): BoomerError {
  return new BoomerError('not-in-fast-http', `FastHttpUser cannot use ${what} (the setting ${setting}): extend HttpUser instead, which can`);
}
