/**
 * What a user's client knows before its first request, worked out once from host and defaults.
 */
import { BoomerError } from '../util/boomerError.ts';
import { mergeHeaders, standardHeaders } from './requestHeaders.ts';
import type { FlatHeaders } from './requestHeaders.ts';
import { timeoutMs } from './requestOptions.ts';
import type { HttpDefaults } from './requestOptions.ts';
import { parseBaseUrl } from './requestTarget.ts';
import type { BaseUrl } from './requestTarget.ts';
import type { ConnectionTimeouts } from './undiciClient.ts';

export type ClientSettings = {
  /** null: no host was given, and only absolute URLs work. */
  readonly base: BaseUrl | null;
  /** Headers of every request to the host: the credentials in its URL are among them. */
  readonly homeHeaders: FlatHeaders;
  /** Headers of every request to another origin. */
  readonly awayHeaders: FlatHeaders;
  /** Limit on a whole request; null for none. */
  readonly totalTimeoutMs: number | null;
  readonly timeouts: ConnectionTimeouts;
  readonly maxConnections: number;
};

/** FastHttpUser's values (Locust contrib/fasthttp.py, `network_timeout`, `connection_timeout`, `concurrency`). */
const standardTimeoutSec = 60;
const standardConcurrency = 10;

/** Throws a BoomerError for a host or a default that cannot be meant. */
export function clientSettings(baseUrl: string | null, defaults: HttpDefaults): ClientSettings {
  const base = baseUrl === null || baseUrl === '' ? null : parseBaseUrl(baseUrl);
  const awayHeaders = mergeHeaders(standardHeaders, defaults.headers, null);
  const authorization = base?.authorization ?? null;
  return {
    base,
    awayHeaders,
    homeHeaders: authorization === null ? awayHeaders : mergeHeaders([...standardHeaders, 'authorization', authorization], defaults.headers, null),
    totalTimeoutMs: defaults.timeout === undefined ? null : timeoutMs('timeout', defaults.timeout),
    timeouts: {
      networkMs: timeoutMs('networkTimeout', defaults.networkTimeout ?? standardTimeoutSec),
      connectMs: timeoutMs('connectionTimeout', defaults.connectionTimeout ?? standardTimeoutSec),
    },
    maxConnections: checkConcurrency(defaults.concurrency ?? standardConcurrency),
  };
}

function checkConcurrency(connections: number): number {
  if (Number.isInteger(connections) && connections >= 1) return connections;
  throw new BoomerError('bad-concurrency', `concurrency must be a whole number of connections, at least 1, not ${String(connections)}`);
}
