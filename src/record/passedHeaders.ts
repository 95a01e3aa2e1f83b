/**
 * Headers on their way through the proxy. They pass as they are, but for those of a connection, which are each connection's own (RFC 9110, 7.6.1),
 * and those that name the target or the proxy: a browser has to stay on the proxy, and the target must not know of it.
 */
import type { Headers } from './passedExchange.ts';

/** The two sides of the proxy. */
export type Route = {
  /** The target: its origin. */
  readonly target: URL;
  /** True: the target gets the `Host` that the client sent. */
  readonly keepsHost: boolean;
  /** What the client calls the proxy, by its own `Host`: `http://127.0.0.1:8080`; null: it does not say. */
  readonly seen: URL | null;
};

const ofConnection: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);

/** What the target gets. `isChunked`: the body comes in chunks; `upgrade`: the protocol that is asked for, null: none. */
export function sentHeaders(headers: Headers, { target, keepsHost, seen }: Route, { isChunked, upgrade }: { readonly isChunked: boolean; readonly upgrade: string | null }): Headers {
  const passed = withoutConnection(headers).map(([name, value]) => {
    switch (name.toLowerCase()) {
      case 'host':
        return [name, keepsHost ? value : target.host] as const;
      case 'origin':
        return [name, seen !== null && value === seen.origin ? target.origin : value] as const;
      case 'referer':
        return [name, seen !== null && value.startsWith(`${seen.origin}/`) ? target.origin + value.slice(seen.origin.length) : value] as const;
      default:
        return [name, value] as const;
    }
  });
  const takesTrailers = headers.some(([name, value]) => name.toLowerCase() === 'te' && /\btrailers\b/iu.test(value));
  return [
    ...passed,
    ...(passed.some(([name]) => name.toLowerCase() === 'host') ? [] : [['Host', target.host] as const]),
    ...(takesTrailers && upgrade === null ? [['TE', 'trailers'] as const] : []),
    ...(isChunked ? [['Transfer-Encoding', 'chunked'] as const] : []),
    ...(upgrade === null ? [] : [['Connection', 'Upgrade'] as const, ['Upgrade', upgrade] as const]),
  ];
}

/** What the client gets. */
export function returnedHeaders(headers: Headers, { target, seen }: Route): Headers {
  const passed = withoutConnection(headers);
  if (seen === null) return passed;
  return passed.flatMap(([name, value]): Headers => {
    switch (name.toLowerCase()) {
      case 'location':
      case 'content-location':
        return [[name, onProxy(value, target, seen)]];
      case 'refresh':
        return [[name, value.replace(/(;\s*url\s*=\s*['"]?)(\S+)/iu, (_, before: string, url: string) => before + onProxy(url, target, seen))]];
      case 'access-control-allow-origin':
        return [[name, value === target.origin ? seen.origin : value]];
      case 'content-security-policy':
      case 'content-security-policy-report-only':
        return [[name, value.replace(/[^\s;,]+/gu, (source) => policySource(source, target, seen))]];
      case 'set-cookie':
        return [[name, cookieOnProxy(value, target)]];
      default:
        return [[name, value]];
    }
  });
}

/** The headers that the connection had for itself, by its name; what `Connection` names goes with it. */
function withoutConnection(headers: Headers): Headers {
  const named = headers.flatMap(([name, value]) => (name.toLowerCase() === 'connection' ? value.toLowerCase().split(/[\s,]+/u) : []));
  return headers.filter(([name]) => !ofConnection.has(name.toLowerCase()) && (!named.includes(name.toLowerCase()) || mustPass.has(name.toLowerCase())));
}

/** `Connection: close, host` would take away what makes a request. */
const mustPass: ReadonlySet<string> = new Set(['host', 'content-length', 'content-type', 'trailer']);

function onProxy(url: string, target: URL, seen: URL): string {
  if (!/^(?:[a-z][a-z\d+.-]*:)?\/\//iu.test(url) || !URL.canParse(url, target.href)) return url;
  return new URL(url, target).origin === target.origin ? seen.origin + url.replace(/^(?:[^/]*:)?\/\/[^/?#]*/u, '') : url;
}

/** Sources of a policy that are the target's: `https://shop.example`, `wss://shop.example`, `shop.example`. */
function policySource(source: string, target: URL, seen: URL): string {
  const [, scheme = '', host = '', path = ''] = /^((?:https?|wss?):\/\/)?([^/]+)(.*)$/iu.exec(source) ?? [];
  if (host.toLowerCase() !== target.host) return source;
  return `${scheme.toLowerCase().startsWith('ws') ? 'ws://' : 'http://'}${seen.host}${path}`;
}

/** A cookie for the target's domain is for the proxy's host alone; over plain HTTP none could be `Secure`, but for names that promise it. */
function cookieOnProxy(cookie: string, target: URL): string {
  const [pair = '', ...attributes] = cookie.split(';');
  const promisesSecure = /^\s*__(?:Secure|Host)-/u.test(pair);
  const kept = attributes.filter((attribute) => {
    const [, name = '', value = ''] = /^\s*([^=]*?)\s*(?:=\s*(.*?)\s*)?$/su.exec(attribute) ?? [];
    const domain = value.replace(/^\./u, '').toLowerCase();
    if (name.toLowerCase() === 'domain') return domain !== target.hostname && !target.hostname.endsWith(`.${domain}`);
    if (target.protocol !== 'https:' || promisesSecure) return true;
    return name.toLowerCase() !== 'secure' && !(name.toLowerCase() === 'samesite' && value.toLowerCase() === 'none');
  });
  return [pair, ...kept].join(';');
}
