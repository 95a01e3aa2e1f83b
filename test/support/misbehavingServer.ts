/**
 * A server that does what servers should not: each path is one way to go wrong. Counts the requests that reached it
 * whole, path by path, and the connections that are open.
 */
import { gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { startRawServer } from './httpServer.ts';
import type { TestServer } from './httpServer.ts';

export type MisbehavingServer = {
  readonly server: TestServer;
  /** Requests that arrived whole, by path. */
  readonly counts: ReadonlyMap<string, number>;
};

/** What the server does with a request, and what the client is to make of it: null for a success. */
export type Misbehaviour = { readonly answer: (socket: Socket) => void; readonly error: RegExp | null; readonly bytes?: number };

const head = (...lines: readonly string[]): string => `HTTP/1.1 ${lines.join('\r\n')}\r\n\r\n`;
const ok = head('200 OK', 'Content-Length: 2');
const bigBytes = 10 * 1024 * 1024;
const gzipped = gzipSync('what was said '.repeat(100));

/** In pieces with a turn of the event loop between them. */
function drip(socket: Socket, pieces: readonly (string | Buffer)[], then: (socket: Socket) => void = () => undefined): void {
  const [first, ...rest] = pieces;
  if (first === undefined || socket.destroyed) return then(socket);
  socket.write(first, () => setTimeout(() => drip(socket, rest, then), 5));
}

const end = (socket: Socket): void => void socket.end();
const reset = (socket: Socket): void => void socket.resetAndDestroy();

/** Of requests that get no whole answer. */
export const impatientSec = 0.3;
const timedOut = /^TimeoutError: no complete answer within 0\.3 s$/u;
const noAnswer = /^RemoteDisconnected: the server closed the connection without an answer$/u;
const brokenOff = /^IncompleteRead: the server closed the connection before the end of the body$/u;
const wasReset = /^ConnectionResetError: read ECONNRESET$/u;

export const misbehaviours: Readonly<Record<string, Misbehaviour>> = {
  '/fine': { answer: (socket) => socket.write(`${ok}ok`), error: null, bytes: 2 },
  '/silent': { answer: () => undefined, error: timedOut },
  '/slow-headers': { answer: (socket) => drip(socket, ['HTTP/1.1 200', ' OK\r\nContent', '-Length: 2\r', '\n\r\nok']), error: null, bytes: 2 },
  '/endless-headers': { answer: (socket) => drip(socket, ['HTTP/1.1 200 OK\r\n', ...Array.from({ length: 400 }, (_, at) => `X-${at}: 1\r\n`)]), error: timedOut },
  '/slow-body': { answer: (socket) => drip(socket, [head('200 OK', 'Content-Length: 4'), 'a', 'b', 'c', 'd']), error: null, bytes: 4 },
  '/endless-body': { answer: (socket) => drip(socket, [head('200 OK', 'Transfer-Encoding: chunked'), ...Array.from({ length: 400 }, () => '1\r\nx\r\n')]), error: timedOut },
  '/half-body': { answer: (socket) => drip(socket, [head('200 OK', 'Content-Length: 30'), 'half'], end), error: brokenOff },
  '/half-chunk': { answer: (socket) => drip(socket, [head('200 OK', 'Transfer-Encoding: chunked'), '5\r\nab'], end), error: brokenOff },
  '/missing-last-chunk': { answer: (socket) => drip(socket, [head('200 OK', 'Transfer-Encoding: chunked'), '2\r\nab\r\n'], end), error: brokenOff },
  '/close': { answer: end, error: noAnswer },
  '/close-in-headers': { answer: (socket) => drip(socket, ['HTTP/1.1 200 OK\r\nContent-'], end), error: noAnswer },
  '/reset': { answer: reset, error: wasReset },
  '/reset-in-status': { answer: (socket) => drip(socket, ['HTTP/1.1 2'], reset), error: wasReset },
  '/reset-in-headers': { answer: (socket) => drip(socket, ['HTTP/1.1 200 OK\r\nContent-'], reset), error: wasReset },
  '/reset-in-body': { answer: (socket) => drip(socket, [head('200 OK', 'Content-Length: 30'), 'half'], reset), error: wasReset },
  '/reset-after': { answer: (socket) => drip(socket, [`${ok}ok`], reset), error: null, bytes: 2 },
  '/close-after': { answer: (socket) => drip(socket, [`${ok}ok`], end), error: null, bytes: 2 },
  '/close-announced': { answer: (socket) => socket.end(`${head('200 OK', 'Content-Length: 2', 'Connection: close')}ok`), error: null, bytes: 2 },
  '/too-long': { answer: (socket) => socket.write(`${ok}ok and more`), error: null, bytes: 2 },
  '/length-no-number': { answer: (socket) => socket.write(`${head('200 OK', 'Content-Length: two')}ok`), error: /^HTTPParseError: /u },
  '/two-lengths': { answer: (socket) => socket.write(`${head('200 OK', 'Content-Length: 2', 'Content-Length: 3')}ok`), error: /^IncompleteRead: the body is not as long as its content-length says$|^HTTPParseError: .*Content-Length already present/u },
  '/no-length': { answer: (socket) => socket.end(`${head('200 OK', 'Connection: close')}to the end`), error: null, bytes: 10 },
  '/bad-chunk': { answer: (socket) => socket.write(`${head('200 OK', 'Transfer-Encoding: chunked')}zz\r\n`), error: /^HTTPParseError: /u },
  '/no-http': { answer: (socket) => socket.write('220 mail.example.org ESMTP\r\n'), error: /^HTTPParseError: /u },
  '/http-0.9': { answer: (socket) => socket.end('<html>hello</html>'), error: /^HTTPParseError: /u },
  '/status-999': { answer: (socket) => socket.write(head('999 Odd', 'Content-Length: 0')), error: /^HTTPError\('999 Server Error: Odd/u },
  '/no-reason': { answer: (socket) => socket.write(head('404 ', 'Content-Length: 0')), error: /^HTTPError\('404 Client Error:  for url/u },
  '/bad-gzip': { answer: (socket) => socket.write(`${head('200 OK', 'Content-Encoding: gzip', 'Content-Length: 5')}nogzi`), error: /^ContentDecodingError: gzip: incorrect header check$/u },
  '/half-gzip': {
    answer: (socket) => drip(socket, [head('200 OK', 'Content-Encoding: gzip', `Content-Length: ${gzipped.byteLength - 9}`), gzipped.subarray(0, -9)]),
    error: /^ContentDecodingError: gzip: unexpected end of file$/u,
  },
  '/good-gzip': { answer: (socket) => drip(socket, [head('200 OK', 'Content-Encoding: gzip', `Content-Length: ${gzipped.byteLength}`), gzipped]), error: null, bytes: 1400 },
  '/continue': { answer: (socket) => drip(socket, [head('100 Continue'), head('100 Continue'), `${ok}ok`]), error: null, bytes: 2 },
  '/early-hints': { answer: (socket) => drip(socket, [head('103 Early Hints', 'Link: </a.css>; rel=preload'), head('102 Processing'), `${ok}ok`]), error: null, bytes: 2 },
  '/switching': { answer: (socket) => socket.write(head('101 Switching Protocols', 'Upgrade: x', 'Connection: upgrade')), error: /^ConnectionError: bad upgrade: 101/u },
  '/switching-to-nothing': { answer: (socket) => socket.write(`${head('101 Switching Protocols')}${ok}ok`), error: /^ConnectionError: bad upgrade: 101/u },
  '/status-099': { answer: (socket) => socket.write(head('099 Odd', 'Content-Length: 0')), error: /^HTTPParseError: Response does not match the HTTP\/1\.1 protocol \(Invalid status code\)$/u },
  '/hints-then-close': { answer: (socket) => drip(socket, [head('103 Early Hints')], end), error: noAnswer },
  '/204': { answer: (socket) => socket.write(head('204 No Content')), error: null, bytes: 0 },
  '/204-with-body': { answer: (socket) => socket.write(`${head('204 No Content', 'Content-Length: 2')}ok`), error: null, bytes: 0 },
  '/304': { answer: (socket) => socket.write(head('304 Not Modified', 'Content-Length: 1000')), error: null, bytes: 0 },
  '/trailers': { answer: (socket) => socket.write(`${head('200 OK', 'Transfer-Encoding: chunked', 'Trailer: X')}2\r\nok\r\n0\r\nX: 1\r\n\r\n`), error: null, bytes: 2 },
  '/big': { answer: (socket) => socket.write(Buffer.concat([Buffer.from(head('200 OK', `Content-Length: ${bigBytes}`)), Buffer.alloc(bigBytes, 97)])), error: null, bytes: bigBytes },
  '/header-bomb': { answer: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${'X-Bomb: 1234567890\r\n'.repeat(5000)}\r\n`), error: /^HeadersOverflowError: / },
  '/long-header': { answer: (socket) => socket.write(head('200 OK', `X: ${'a'.repeat(100_000)}`)), error: /^HeadersOverflowError: / },
  '/cookie-bomb': { answer: (socket) => socket.write(`${head('200 OK', ...Array.from({ length: 50 }, () => 'Set-Cookie: =;;;=; Path; Max-Age=x; Expires=never'), 'Content-Length: 2')}ok`), error: null, bytes: 2 },
  '/loop': { answer: (socket) => socket.write(head('302 Found', 'Location: /loop', 'Content-Length: 0')), error: /^TooManyRedirects\('Exceeded 30 redirects\.'\)$/u },
  '/redirect-nowhere': { answer: (socket) => socket.write(head('302 Found', 'Location: http://', 'Content-Length: 0')), error: /^InvalidURL: / },
  '/redirect-then-close': { answer: (socket) => socket.end(head('302 Found', 'Location: /fine', 'Content-Length: 0', 'Connection: close')), error: null, bytes: 2 },
};

export async function startMisbehavingServer(): Promise<MisbehavingServer> {
  const counts = new Map<string, number>();
  const server = await startRawServer((_, socket, bytes) => {
    // Requests of these tests have no body and come in one piece.
    for (const [, path] of bytes.toString('latin1').matchAll(/^[A-Z]+ (\S+) HTTP\/1\.1\r\n/gmu)) {
      if (path === undefined) continue;
      counts.set(path, (counts.get(path) ?? 0) + 1);
      misbehaviours[path]?.answer(socket);
    }
  });
  return { server, counts };
}
