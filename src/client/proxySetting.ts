/**
 * Which proxy an origin is reached through, as curl and requests read settings and environment.
 */
import { BoomerError } from '../util/boomerError.ts';
import { basicAuthorization } from './authorization.ts';

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

/** NO_PROXY: `*`, or host names (each with its subdomains) and addresses, with or without a port, separated by commas or spaces. */
function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy.toLowerCase().split(/[\s,]+/u).some((entry) => {
    if (entry === '') return false;
    if (entry === '*') return true;
    const [, name, onlyPort] = /^(.*?[^:]|\[.*\])(?::(\d+))?$/u.exec(entry) ?? [];
    if (name === undefined || (onlyPort !== undefined && onlyPort !== port)) return false;
    const bare = name.replace(/^\*?\./u, '');
    return url.hostname === bare || url.hostname.endsWith(`.${bare}`);
  });
}

function parseProxy(written: string, where: string): Proxy {
  const withScheme = written.includes('://') ? written : `http://${written}`;
  if (URL.canParse(withScheme)) {
    const url = new URL(withScheme);
    if (url.protocol === 'http:' || url.protocol === 'https:') {
      const authorization = url.username === '' ? null : basicAuthorization(decodeURIComponent(url.username), decodeURIComponent(url.password));
      return { origin: url.origin, authorization };
    }
  }
  // The URL may carry a password: it is not shown.
  throw new BoomerError('bad-proxy', `${where} is not an http(s) URL: write it like http://proxy:3128`);
}
