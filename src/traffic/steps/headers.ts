/** Which headers of a recorded request matter: those that the site's own code, or a person, wrote. The others are the browser's or the client's. */
import { mimeType, type Pair } from '../recording.ts';

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
    if (!/^[!#$%&'*+.^`|~\w-]+$/u.test(name) || /[^\t\u0020-\u00FF\uE0F0\uE0F1]/u.test(value)) continue;
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
