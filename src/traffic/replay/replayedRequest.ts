/** A recorded request as it is sent again: what of it goes out, and why some cannot. */
import { headerOf, isHeaderName, mimeType, type Exchange, type Pair, type RecordedBody, type RecordedRequest } from '../recording.ts';
import { rowName } from '../rowNames.ts';

/** Headers with names in small letters; several of one name are a list. */
export type ReplayHeaders = Record<string, string | readonly string[]>;

/** A request that is about to be sent. */
export type ReplayRequest = {
  /** In capitals. */
  method: string;
  /** With its query; the host is the user's. */
  path: string;
  headers: ReplayHeaders;
  body: string | Uint8Array | null;
  /** Of the row: the path with `[id]` where values vary. */
  name: string;
};

/** Of one connection, not of the request (RFC 9110 §7.6.1); and what the client says by itself. */
const notSent: ReadonlySet<string> = new Set(['connection', 'content-length', 'expect', 'host', 'http2-settings', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
/** The client adds these to a request that has none: one that was recorded without goes out without. */
const addedByClient = ['user-agent', 'accept', 'content-type'];

/** The path of an absolute URL with its query, as it was written; `/` without one. */
export function pathOf(url: string): string {
  const [path = ''] = url.replace(/^[a-z]+:\/\/[^/?#]*/iu, '').split('#', 1);
  return path.startsWith('/') ? path : `/${path}`;
}

/** Why it cannot be sent again, as the end of `12 requests …`; null: it can. */
export function whyLeftOut({ request: { method, url, headers, body }, startedMs }: Exchange): string | null {
  if (startedMs === null) return 'without a time';
  if (/^wss?:/iu.test(url) || isUpgraded(headers)) return 'to open a WebSocket or another protocol';
  if (method === 'CONNECT' || pathOf(url) === '/*' || !/^[!#$%&'*+.^`|~\w-]+$/u.test(method)) return 'to a proxy or to the server as a whole';
  return isMissing(body) ? 'whose body was not recorded' : null;
}

/** Of clients that ask for HTTP/2 without TLS, as those of Java do, a request is one like any other: it is hardly ever given. */
function isUpgraded(headers: readonly Pair[]): boolean {
  const protocol = headerOf(headers, 'upgrade');
  return protocol !== null && protocol.trim().toLowerCase() !== 'h2c';
}

function isMissing(body: RecordedBody | null): boolean {
  return body !== null && (body.kind === 'missing' || (body.kind === 'parts' && body.whole === undefined && body.parts.some(({ text }) => text === null)));
}

/** Null in a header takes the client's own away. */
export function sentHeaders(headers: ReplayHeaders): readonly (readonly [string, string | readonly string[] | null])[] {
  const sent: (readonly [string, string | readonly string[] | null])[] = Object.entries(headers);
  for (const name of addedByClient) if (!(name in headers)) sent.push([name, null]);
  return sent;
}

/** As it goes out, unless somebody changes it. Only for what `whyLeftOut` lets through. */
export function replayedRequest({ method, url, headers, body }: RecordedRequest): ReplayRequest {
  const path = pathOf(url);
  return { method, path, headers: headersOf(headers), body: bodyOf(body, headerOf(headers, 'content-type')), name: rowOf(path) };
}

function headersOf(recorded: readonly Pair[]): ReplayHeaders {
  const headers: ReplayHeaders = Object.create(null) as ReplayHeaders;
  const ofConnection = new Set((headerOf(recorded, 'connection') ?? '').toLowerCase().split(/\s*,\s*/u));
  for (const [written, value] of recorded) {
    const name = written.toLowerCase();
    if (notSent.has(name) || ofConnection.has(name) || !isHeaderName(name)) continue;
    const sent = latin(value);
    if (sent === null) continue;
    const before = headers[name];
    headers[name] = before === undefined ? sent : name === 'cookie' ? `${String(before)}; ${sent}` : [...[before].flat(), sent];
  }
  return headers;
}

/** As a header may have it: what was read as UTF-8 goes out as the same bytes. Null: it can be none. */
function latin(value: string): string | null {
  if (/^[\t\u0020-\u007E]*$/u.test(value)) return value;
  return /[\0\r\n]/u.test(value) ? null : Buffer.from(value).toString('latin1');
}

function bodyOf(body: RecordedBody | null, contentType: string | null): string | Uint8Array | null {
  switch (body?.kind) {
    case 'text':
      return body.text;
    case 'bytes':
      return body.bytes;
    case 'fields':
      return fieldsText(body.fields);
    case 'parts':
      return body.whole ?? multipartText(body.parts, contentType);
    case 'missing':
    case undefined:
      return null;
  }
}

function fieldsText(fields: readonly Pair[]): string {
  const params = new URLSearchParams();
  for (const [name, value] of fields) params.append(name, value);
  return params.toString();
}

function multipartText(parts: Extract<RecordedBody, { kind: 'parts' }>['parts'], contentType: string | null): string {
  const boundary = mimeType(contentType) === 'multipart/form-data' ? (/boundary="?([^";]+)/iu.exec(contentType ?? '')?.[1] ?? '') : '';
  const written = parts.map(({ name, filename, type, text }) => {
    const file = filename === null ? '' : `; filename="${quotedName(filename)}"`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${quotedName(name)}"${file}\r\n${type === null ? '' : `Content-Type: ${type}\r\n`}\r\n${text ?? ''}\r\n`;
  });
  return `${written.join('')}--${boundary}--\r\n`;
}

/** As browsers write it (HTML, multipart/form-data encoding algorithm). */
function quotedName(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

const noQuery = new URLSearchParams();
const names = new Map<string, string>();
/** For paths that come again and again; of others none is kept for long. */
const maxNames = 1_000;

/** The name of a path's row. */
export function rowOf(path: string): string {
  const known = names.get(path);
  if (known !== undefined) return known;
  const at = path.indexOf('?');
  const [bare, query] = at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
  const name = rowName(bare.split('/').slice(1), query === '' ? noQuery : new URLSearchParams(query), null);
  if (names.size >= maxNames) names.clear();
  names.set(path, name);
  return name;
}
