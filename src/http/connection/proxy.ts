/**
 * Proxies: which one an origin is reached through, as curl and requests read settings and environment, and the way through one:
 * `CONNECT host:port`, after which the proxy only passes bytes on (RFC 9110 §9.3.6).
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { BoomerError } from '../../util/boomerError.ts';
import { hostPortOf, isHostOf, parseHostPattern } from '../../util/hostPattern.ts';
import { clearTimer, setTimer } from '../../util/timers.ts';
import { urlAuthorization } from '../request/requestHeaders.ts';
import type { AllowedHosts } from './allowedHosts.ts';
import type { Proxy } from './connection.ts';
import { connectToAny, openSocket } from './openSocket.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy for `origin`, null for none. Throws a BoomerError for a setting that is no http(s) URL. */
export function proxyFor(origin: string, setting: string | null | undefined, env: Environment): Proxy | null {
  if (setting === undefined || setting === null || setting === '') return null;
  if (setting !== 'environment') return parseProxy(setting, 'proxy');
  const url = new URL(origin);
  if (isExempt(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return null;
  // HTTP_PROXY in capitals is also what a web server makes of a request's `Proxy` header; here nobody serves CGI.
  const names = url.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'] : ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'];
  const name = names.find((candidate) => (env[candidate] ?? '') !== '');
  return name === undefined ? null : parseProxy(env[name] ?? '', name);
}

/**
 * NO_PROXY: what hostPattern.ts knows, separated by commas or spaces. A name stands for all below it too, with a leading dot or
 * without, as for curl. What cannot be read is passed over: the variable is not the scenario's own.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const { host, port } = hostPortOf(url);
  return noProxy.split(/[\s,]+/u).some((entry) => {
    const pattern = parseHostPattern(entry);
    if (pattern === null) return false;
    return isHostOf(pattern, host, port) || isHostOf({ ...pattern, isSuffix: !pattern.isSuffix }, host, port);
  });
}

function parseProxy(written: string, where: string): Proxy {
  const withScheme = written.includes('://') ? written : `http://${written}`;
  if (URL.canParse(withScheme)) {
    const url = new URL(withScheme);
    if (url.protocol === 'http:' || url.protocol === 'https:') {
      return { origin: url.origin, authorization: url.username === '' ? null : urlAuthorization(url) };
    }
  }
  // The URL may carry a password: it is not shown.
  throw new BoomerError('bad-proxy', `${where} is not an http(s) URL: write it like http://proxy:3128`);
}

/** Something about the proxy, not about the host behind it; the message has no address that varies. */
export class ProxyError extends Error {
  override readonly name: string = 'ProxyError';
  readonly code = 'BOOMER_PROXY';
}

/** A way that is being opened; `destroy` gives it up, and nothing is called back any more. */
export type Tunnel = { readonly destroy: () => void };

/** `target` as `host:port`. Calls back once. */
export function openTunnel(proxy: Proxy, allowed: AllowedHosts | null, target: string, timeoutMs: number, callback: (error: Error | null, socket: Socket | null) => void): Tunnel {
  let isOver = false;
  const finish = (error: Error | null, socket: Socket | null): void => {
    if (isOver) return;
    isOver = true;
    clearTimer(timer);
    if (socket === null) asking.destroy();
    callback(error, socket);
  };
  const ask = proxy.origin.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = { host: target, ...(proxy.authorization === null ? {} : { 'proxy-authorization': proxy.authorization }) };
  // An https proxy with several addresses has them tried in turn, each for half of the time: the handshake is Node's here.
  const way = proxy.origin.startsWith('https:') ? { autoSelectFamilyAttemptTimeout: Math.ceil(timeoutMs / 2) } : { createConnection: plainConnection(proxy.origin, allowed) };
  const asking = ask(proxy.origin, { method: 'CONNECT', path: target, headers, agent: false, ...way });
  asking.on('connect', (answer, socket: Socket) => {
    if (answer.statusCode === 200 && !isOver) return finish(null, socket);
    socket.destroy();
    finish(new ProxyError(`Tunnel connection failed: ${answer.statusCode ?? 0} ${answer.statusMessage ?? ''}`), null);
  });
  // Some proxies refuse a CONNECT with an answer that has a body.
  asking.on('response', (answer) => finish(new ProxyError(`Tunnel connection failed: ${answer.statusCode ?? 0} ${answer.statusMessage ?? ''}`), null));
  asking.on('error', (error) => finish(proxyError(error, proxy.origin), null));
  const timer = setTimer(() => finish(new ProxyError(`no way through ${proxy.origin} within ${timeoutMs / 1000} s`), null), timeoutMs);
  asking.end();
  return {
    destroy: () => {
      isOver = true;
      clearTimer(timer);
      asking.destroy();
    },
  };
}

function plainConnection(origin: string, allowed: AllowedHosts | null): (options: unknown, callback: (error: Error | null, socket: Socket) => void) => undefined {
  const to = hostPortOf(new URL(origin));
  return (_, callback) => {
    const settle = callback as (error: Error | null, socket: Socket | null) => void;
    openSocket(to, allowed, (addresses) => connectToAny(addresses, to.port, connect, settle), settle);
    return undefined;
  };
}

/** An error on the way to the proxy, which must not be taken for one of the host. */
export function proxyError(error: Error, proxyOrigin: string): ProxyError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new ProxyError(`Cannot connect to proxy ${proxyOrigin}: ${code}`, { cause: error });
}
