/** Which headers of a recorded request matter: those that the site's own code, or a person, wrote. The others are the browser's or the client's. */
import { cookiePairs, headerOf, isHeaderName, mimeType, type Pair } from '../recording.ts';
import type { Step } from './step.ts';

/** Of the connection, of the browser, of its cache, and what the client adds by itself. */
const notSent: ReadonlySet<string> = new Set([
  'accept-charset', 'accept-encoding', 'accept-language', 'access-control-request-headers', 'access-control-request-method', 'cache-control', 'connection', 'content-length', 'cookie', 'cookie2', 'dnt', 'downlink',
  'device-memory', 'dpr', 'ect', 'expect', 'host', 'http2-settings', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since', 'keep-alive', 'origin', 'pragma', 'priority', 'proxy-authorization',
  'proxy-connection', 'purpose', 'range', 'referer', 'rtt', 'save-data', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'upgrade-insecure-requests', 'user-agent', 'viewport-width', 'width', 'via', 'forwarded', 'x-forwarded-for',
  'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip', 'x-client-data', 'x-chrome-offline', 'x-original-url', 'x-postman-token', 'postman-token',
]);

/** Those of a request with this method. `bodyKind`: how the body is sent, which names its type by itself. Names are in small letters. */
export function requestHeaders(method: string, headers: readonly Pair[], bodyKind: string | null, kept: ReadonlySet<string>): readonly Pair[] {
  const sent = new Map<string, string>();
  for (const [written, value] of headers) {
    const name = written.toLowerCase();
    if (!isHeaderName(name) || /[\0-\u0008\n-\u001F\u007F]/u.test(value)) continue;
    if (kept.has(name) || !(notSent.has(name) || name.startsWith('sec-') || isBrowsers(name, value) || isImplied(method, name, value, bodyKind))) sent.set(name, sent.has(name) ? `${sent.get(name) ?? ''}, ${value}` : value);
  }
  return [...sent];
}

/** What browsers ask for when nobody says what to ask for. */
function isBrowsers(name: string, value: string): boolean {
  return name === 'accept' && (value.trim() === '*/*' || value === '' || /text\/html|^image\/|^text\/css/u.test(value));
}

function isImplied(method: string, name: string, value: string, bodyKind: string | null): boolean {
  if (name !== 'content-type') return false;
  const type = mimeType(value);
  if (bodyKind === 'json') return type === 'application/json';
  if (bodyKind === 'form') return type === 'application/x-www-form-urlencoded';
  // The boundary is the client's; what has no body mostly has no type, but for an empty one that was sent.
  return bodyKind === 'multipart' || (bodyKind === null && (method === 'GET' || method === 'HEAD'));
}

/** Cookies that a browser had before the recording began, as no answer of it brings them: one header, null without any. Those of analytics are nobody's. */
export function startCookies(steps: readonly Step[], origin: string | null): string | null {
  const set = new Set<string>();
  const found = new Map<string, string>();
  for (const { visit, origin: own } of steps) {
    if (own === origin) for (const [name, value] of cookiePairs(headerOf(visit.request.headers, 'cookie') ?? '')) if (!set.has(name) && !found.has(name) && !analytics.test(name)) found.set(name, value);
    for (const { answer } of [visit, ...visit.redirects]) {
      for (const [name, value] of answer?.headers ?? []) if (name.toLowerCase() === 'set-cookie') for (const line of value.split('\n')) set.add(line.split('=', 1)[0]?.trim() ?? '');
    }
  }
  return found.size === 0 ? null : [...found].map(([name, value]) => `${name}=${value}`).join('; ');
}

const analytics = /^(?:_ga|_gid|_gat|_gcl|_fbp|_fbc|_hj|_pk_|_uet|__utm|__gads|__gpi|_clck|_clsk|ajs_|amplitude|mp_|optimizely|_dc_gtm|_parsely|OptanonConsent|AMCV|s_cc$|s_sq$|_scid|_tt_|_pin_|_rdt_|ki_|kndctr)/u;
