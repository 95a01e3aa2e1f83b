/**
 * The error texts of failed requests. Locust groups failures by them, so they never hold what changes from request to
 * request: no local ports, no resolved addresses, no byte counts, no full URLs; hosts are written as in the scenario.
 *
 *   status ≥ 400           HTTPError('404 Client Error: Not Found for url: /x')   as Locust's HttpUser, url = row name
 *   refused                ConnectionRefusedError: connect ECONNREFUSED host:port
 *   reset                  ConnectionResetError: read ECONNRESET
 *   closed, no answer      RemoteDisconnected: the server closed the connection without an answer
 *   closed in the body     IncompleteRead: the server closed the connection before the end of the body
 *   own `timeout`          TimeoutError: no complete answer within 5 s
 *   network timeout        TimeoutError: no answer within 60 s | no data of the body for 60 s
 *   connection timeout     ConnectTimeout: connect host:port took more than 60 s
 *   name resolution        NameResolutionError: getaddrinfo ENOTFOUND host
 *   not HTTP               HTTPParseError: Response does not match the HTTP/1.1 protocol (…)
 *   TLS                    SSLError: self-signed certificate
 *   redirects              TooManyRedirects('Exceeded 30 redirects.')
 *   stream and redirect    UnrewindableBodyError('Unable to rewind request body for redirect.')
 *   compression            ContentDecodingError: gzip: incorrect header check
 *   too long a body        BodyTooLarge: the body is longer than 64 MB (http.maxBodyBytes) | … than there is memory for
 *   HTTP/2                 StreamReset: the server reset the stream | RemoteDisconnected, IncompleteRead as above
 *   proxy                  ProxyError: Cannot connect to proxy http://proxy:3128: ECONNREFUSED
 *   own verdict            CatchResponseError('empty cart')   of check, failure() and rest()
 *   anything else          its name or code, and its message without addresses
 */
import { errorLine } from '../../util/errorText.ts';
import type { ConnectionTimeouts } from '../connection/connection.ts';

/** What the texts need to know of a request. */
export type FailureScene = {
  /** `host:port` as in the scenario; the port only when it is not the scheme's own. */
  readonly host: string;
  /** Headers of the answer have arrived. */
  readonly hasAnswer: boolean;
  readonly timeouts: ConnectionTimeouts;
};

/** For an answer of status 400 or more; `name` is the row's, as Locust writes it. */
export function statusErrorText(status: number, reason: string, name: string): string {
  const side = status < 500 ? 'Client' : 'Server';
  return `HTTPError(${pythonRepr(`${status} ${side} Error: ${reason} for url: ${name}`)})`;
}

/** For what `check`, `failure()` and `rest()` object to: text as Locust's CatchResponseError, an Error as Python would write it. */
export function verdictText(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}(${pythonRepr(reason.message)})`;
  return `CatchResponseError(${pythonRepr(typeof reason === 'string' ? reason : errorLine(reason))})`;
}

/** For a body that is not what its `content-encoding` says. */
export function decodingErrorText(contentEncoding: string, error: Error): string {
  return `ContentDecodingError: ${contentEncoding}: ${error.message}`;
}

/** For a body that is longer than it may be: than `maxBytes`, or, for null, than there is memory for in this thread. */
export function bodyTooLargeText(maxBytes: number | null): string {
  if (maxBytes === null) return 'BodyTooLarge: the bodies under way are longer than this load thread has memory for (http.maxBodyBytes limits each)';
  const size = maxBytes > 0 && maxBytes % megabyte === 0 ? `${maxBytes / megabyte} MB` : `${maxBytes} bytes`;
  return `BodyTooLarge: the body is longer than ${size} (http.maxBodyBytes)`;
}

const megabyte = 1024 * 1024;

/** For a request that its own `timeout` ended. */
export function timeoutErrorText(timeoutSec: number): string {
  return `TimeoutError: no complete answer within ${timeoutSec} s`;
}

/** For a request that got no (whole) answer. */
export function failureText(error: Error, scene: FailureScene): string {
  const code = codeOf(error);
  switch (code) {
    case 'ECONNREFUSED':
      return `ConnectionRefusedError: connect ECONNREFUSED ${scene.host}`;
    case 'ECONNRESET':
      return `ConnectionResetError: ${syscallOf(error, 'read')} ECONNRESET`;
    case 'EPIPE':
      return 'BrokenPipeError: write EPIPE';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `NameResolutionError: getaddrinfo ${code} ${scene.host.replace(/:\d+$/u, '')}`;
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'boomer-connect-timeout':
      return `ConnectTimeout: connect ${scene.host} took more than ${scene.timeouts.connectMs / 1000} s`;
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'boomer-headers-timeout':
      return `TimeoutError: no answer within ${scene.timeouts.headersMs / 1000} s`;
    case 'UND_ERR_BODY_TIMEOUT':
    case 'boomer-body-timeout':
      return `TimeoutError: no data of the body for ${scene.timeouts.bodyMs / 1000} s`;
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'IncompleteRead: the body is not as long as its content-length says';
    case 'UND_ERR_INFO':
    case 'ERR_HTTP2_STREAM_ERROR':
    case 'ERR_HTTP2_SESSION_ERROR':
      return streamErrorText(error, scene.hasAnswer);
    case 'UND_ERR_SOCKET':
    case 'boomer-closed':
    case 'boomer-upgrade':
      return socketErrorText(error, scene.hasAnswer);
    case null:
    default:
      return otherErrorText(error, code, scene.host);
  }
}

/** Errors that blame the caller: nothing was sent. */
const misuseCodes: ReadonlySet<unknown> = new Set(['boomer-misuse', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH']);

/** True when the request could not be sent as the scenario wrote it. */
export function isMisuse(error: Error): boolean {
  return 'code' in error && misuseCodes.has(error.code);
}

/** True for a length without a body where it is allowed (RFC 9110 §8.6: of a 304) or does no harm; undici has closed the connection then. */
export function isWholeAfterAll(error: Error, status: number): boolean {
  return (status === 304 || status === 204) && 'code' in error && error.code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}

function closedText(hasAnswer: boolean): string {
  return hasAnswer ? 'IncompleteRead: the server closed the connection before the end of the body' : 'RemoteDisconnected: the server closed the connection without an answer';
}

/** undici's own errors, and ours, about a socket that went away. */
function socketErrorText(error: Error, hasAnswer: boolean): string {
  if (error.message === 'bad response') return 'ConnectionError: bad response: 100 Continue to a request that did not ask for it';
  if (error.message === 'bad upgrade') return 'ConnectionError: bad upgrade: 101 Switching Protocols to a request that did not ask for it';
  if (!/closed|GOAWAY/u.test(error.message)) return `ConnectionError: ${error.message}`;
  return closedText(hasAnswer);
}

/** HTTP/2: what happened to a stream, or to the connection that had it. */
function streamErrorText(error: Error, hasAnswer: boolean): string {
  const code = /NGHTTP2_\w+/u.exec(error.message)?.[0];
  if (code !== undefined) return `StreamReset: the server reset the stream (${code})`;
  if (!/closed|aborted/u.test(error.message)) return `ConnectionError: ${error.message}`;
  return closedText(hasAnswer);
}

function otherErrorText(error: Error, code: string | null, host: string): string {
  if (error.name === 'HTTPParserError') return `HTTPParseError: ${error.message}`;
  if (code === null) return `${error.name}: ${error.message}`;
  if (tlsCode.test(code)) return `SSLError: ${tlsReason(error)}`;
  // Node's file system begins its messages with the code, its sockets never do.
  if (error.message.startsWith(`${code}: `)) return `the body could not be read: ${error.message}`;
  // A system error's message ends with the address that the name resolved to; an AggregateError of several has none.
  if (/^E[A-Z]+$/u.test(code)) return `${error.name === 'Error' ? 'OSError' : error.name}: ${syscallOf(error, 'connect')} ${code} ${host}`;
  return `${error.name === 'Error' ? code : error.name}: ${error.message}`;
}

/** Of node's TLS layer, OpenSSL's records, and its verdicts on certificates. */
const tlsCode = /^ERR_(?:TLS|SSL)_|^EPROTO$|CERT|SIGNATURE|^(?:CRL|HOSTNAME)_/u;

/**
 * OpenSSL's message begins with the address of a thread and ends with a line of its source; its `reason` is the words alone. To a certificate
 * that nobody vouches for Node 24 and later add advice, which would make two failures of one where workers differ in their Node.
 */
function tlsReason(error: Error): string {
  if ('reason' in error && typeof error.reason === 'string' && error.message.includes(':error:')) return error.reason;
  return error.message.replace(/; if the root CA is installed locally, .*$/u, '');
}

function codeOf(error: Error): string | null {
  return 'code' in error && typeof error.code === 'string' ? error.code : null;
}

function syscallOf(error: Error, absent: string): string {
  return 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : absent;
}

/** A string as Python's `repr` writes it. */
function pythonRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'\u0000-\u001f\u007f-\u00a0\u00ad]/gu, (character) => {
    if (character === "'") return quote === "'" ? "\\'" : character;
    return escapes[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
  return quote + escaped + quote;
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
