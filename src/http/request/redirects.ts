/**
 * Where a redirect leads, as Locust's HttpUser follows it (requests sessions.py, `resolve_redirects`,
 * `rebuild_method`, `should_strip_auth`).
 */
import type { Target, WireRequest } from '../connection/connection.ts';
import { withoutHeaders } from './requestHeaders.ts';
import { resolveTarget } from './requestTarget.ts';

const followed: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const bodyHeaders: ReadonlySet<string> = new Set(['content-length', 'content-type', 'transfer-encoding']);
const ownCookie: ReadonlySet<string> = new Set(['cookie']);
const hostHeaders: ReadonlySet<string> = new Set(['cookie', 'host']);
const credentialHeaders: ReadonlySet<string> = new Set([...hostHeaders, 'authorization', 'proxy-authorization']);

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Whether an answer of this status may say where to go on. */
export function isRedirect(status: number): boolean {
  return followed.has(status);
}

/**
 * `location` as it came, each byte a letter; user and password in it are dropped, as by Locust. What is meant for one origin
 * (credentials, a host written by hand) does not go to another. Throws when it is no http(s) URL, absolute or relative to where the answer came from.
 */
export function nextTarget(status: number, location: string, origin: string, request: WireRequest): Target {
  const url = new URL(asUtf8(location), origin + request.path);
  url.username = url.password = '';
  const target = resolveTarget(null, url.href);
  const method = nextMethod(status, request.method);
  let { headers, body } = request;
  if (status !== 307 && status !== 308) {
    body = null;
    headers = withoutHeaders(headers, bodyHeaders);
  }
  headers = withoutHeaders(headers, target.origin === origin ? ownCookie : isUpgrade(origin, target.origin) ? hostHeaders : credentialHeaders); // the jar says what goes on, as in requests
  return { origin: target.origin, request: { method, path: target.path, headers, isOneOff: request.isOneOff || headers !== request.headers, memo: null, cookie: null, body } };
}

/** The same host by TLS, on the usual ports: it may have what it was sent in the open. */
function isUpgrade(from: string, to: string): boolean {
  return /^http:\/\/[^:]+$/u.test(from) && to === from.replace('http:', 'https:');
}

/** Servers that write other letters than ASCII mean UTF-8, as browsers and requests read it. */
function asUtf8(location: string): string {
  try {
    return utf8.decode(Buffer.from(location, 'latin1'));
  } catch {
    return location;
  }
}

function nextMethod(status: number, method: string): string {
  if (status === 303 || status === 302) return method === 'HEAD' ? method : 'GET';
  return status === 301 && method === 'POST' ? 'GET' : method;
}
