/**
 * Which proxy an origin is reached through, as curl and requests read settings and environment.
 */
import { BoomerError } from '../../util/boomerError.ts';
import { isHostOf, parseHostPattern } from '../../util/hostPattern.ts';
import { urlAuthorization } from './authorization.ts';

/** A proxy, taken apart once. */
export type Proxy = {
  /** `http://host:port` or `https://host:port`. */
  readonly origin: string;
  /** `Basic …` when its URL carries user and password. */
  readonly authorization: string | null;
};

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
  const host = url.hostname.replace(/^\[(.*)\]$/u, '$1');
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
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
