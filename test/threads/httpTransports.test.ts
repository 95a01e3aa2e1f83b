import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import type { Server as HttpServer } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { Http2SecureServer, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { Engine } from '../../src/http/connection/connectionPool.ts';
import { fastEngine } from '../../src/http/connection/fast/fastConnection.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { undiciEngine } from '../../src/http/connection/undici/undiciEngine.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';
import { cert, key } from '../support/testCertificate.ts';
import { until } from '../support/until.ts';

let sink: RecordingSink;
let endings: (() => unknown)[];

beforeEach(() => {
  sink = recordingSink();
  endings = [];
});

afterEach(async () => {
  for (const end of endings.reverse()) await end();
});

function open(baseUrl: string, defaults: HttpDefaults = {}, engine: Engine = undiciEngine): HttpClient {
  const client = new HttpClient({ baseUrl, sink, defaults, engine });
  endings.push(() => client.close());
  return client;
}

async function listening(server: Server | Http2SecureServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
  });
  endings.push(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    return closed;
  });
  return (server.address() as AddressInfo).port;
}

const errors = (): (string | null)[] => sink.rows.map((row) => row.error);

describe.each(engines)('%s: TLS', (_kind, engine) => {
  it('trusts the authorities it is given, or anybody when told so', async () => {
    const port = await listening(createTlsServer({ cert, key }, (_, response) => response.end('secret')));
    expect((await open(`https://localhost:${port}`, { tls: { ca: cert } }, engine).get('/x')).text()).toBe('secret');
    expect((await open(`https://127.0.0.1:${port}`, { tls: { ca: cert, servername: 'localhost' } }, engine).get('/x')).text()).toBe('secret');
    expect((await open(`https://127.0.0.1:${port}`, { tls: { rejectUnauthorized: false } }, engine).get('/x')).text()).toBe('secret');
    expect((await open(`https://localhost:${port}`, {}, engine).get('/x')).error).toBe('SSLError: self-signed certificate');
  });

  it('shows its certificate to a server that asks for one', async () => {
    const server = createTlsServer({ cert, key, ca: cert, requestCert: true, rejectUnauthorized: true }, (_, response) => response.end('known'));
    const port = await listening(server);
    expect((await open(`https://localhost:${port}`, { tls: { ca: cert, cert, key } }, engine).get('/x')).text()).toBe('known');
    const stranger = await open(`https://localhost:${port}`, { tls: { ca: cert } }, engine).get('/x');
    expect(stranger.error).toMatch(/^(SSLError|ConnectionResetError|RemoteDisconnected)/u);
    expect(sink.rows).toHaveLength(2);
  });

  it('says what is wrong with a certificate that is none', async () => {
    await expect(open('https://localhost:1', { tls: { ca: cert, key: '/etc/key.pem', cert } }, engine).get('/x')).rejects.toThrow(/not the name of a file/u);
  });
});

describe('HTTP/2', () => {
  let server: Http2SecureServer;
  let sessions: ServerHttp2Session[];
  let port: number;
  let seen: string[];
  let waiting: ServerHttp2Stream[];

  beforeEach(async () => {
    sessions = [];
    seen = [];
    waiting = [];
    server = createSecureServer({ cert, key, allowHTTP1: true });
    server.on('session', (session) => sessions.push(session));
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      const path = headers[':path'] ?? '';
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        seen.push(`${headers[':method'] ?? ''} ${path}`);
        if (path === '/silent' || path === '/wait') {
          waiting.push(stream);
          return;
        }
        if (path === '/reset') return stream.close(2);
        stream.respond({ ':status': path === '/404' ? 404 : 200, 'set-cookie': 'h2=1; Path=/', 'x-cookie': headers.cookie ?? '' });
        if (path === '/half') {
          stream.write('half');
          setTimeout(() => stream.session?.destroy(), 20);
          return;
        }
        stream.end(chunks.length === 0 ? 'ok' : Buffer.concat(chunks));
      });
    });
    port = await listening(server);
  });

  const client = (defaults: HttpDefaults = {}): HttpClient => open(`https://localhost:${port}`, { http2: true, tls: { ca: cert }, ...defaults });

  it('serves requests one after the other and in parallel over one connection', async () => {
    const user = client();
    expect((await user.get('/x')).text()).toBe('ok');
    expect((await user.post('/echo', { json: { a: 1 } })).text()).toBe('{"a":1}');
    await Promise.all(Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? user.get('/x') : user.post('/echo', { body: 'b' }))));
    expect(sessions).toHaveLength(1);
    expect(seen).toHaveLength(22);
    expect(errors()).toEqual(Array.from({ length: 22 }, () => null));
  });

  it('lets requests overtake each other', async () => {
    const user = client();
    await user.get('/x');
    const slow = user.get('/wait');
    await until('the server to hold a stream', () => waiting.length === 1);
    expect((await user.post('/echo', { body: 'fast' })).text()).toBe('fast');
    waiting[0]?.respond({ ':status': 200 });
    waiting[0]?.end('late');
    expect((await slow).text()).toBe('late');
    expect(sessions).toHaveLength(1);
  });

  it('makes one connection for requests that begin together', async () => {
    const user = client();
    await Promise.all(Array.from({ length: 10 }, () => user.get('/x')));
    expect(sessions).toHaveLength(1);
    expect(sink.rows).toHaveLength(10);
  });

  it('records as over HTTP/1.1: errors, cookies, headers', async () => {
    const user = client();
    expect((await user.get('/404')).error).toBe(`HTTPError('404 Client Error: Not Found for url: /404')`);
    expect((await user.get('/x')).headers.get('x-cookie')).toBe('h2=1');
    expect((await user.head('/x')).bytes).toBe(0);
    expect(sink.rows.map((row) => row.method)).toEqual(['GET', 'GET', 'HEAD']);
  });

  it('fails a request whose stream is reset, and no other', async () => {
    const user = client();
    await user.get('/x');
    const [reset, fine] = await Promise.all([user.get('/reset'), user.get('/x')]);
    expect(reset.error).toBe('StreamReset: the server reset the stream (NGHTTP2_INTERNAL_ERROR)');
    expect(fine.ok).toBe(true);
    expect(sessions).toHaveLength(1);
  });

  it('fails a body that breaks off with its connection, and sends nothing again', async () => {
    const user = client();
    const response = await user.get('/half');
    expect(response.error).toMatch(/^(IncompleteRead|StreamReset|ConnectionResetError)/u);
    expect((await user.get('/x')).ok).toBe(true);
    expect(seen).toEqual(['GET /half', 'GET /x']);
    expect(sink.rows).toHaveLength(2);
    expect(sessions).toHaveLength(2);
  });

  it('gives up a request that takes too long, and keeps the connection', async () => {
    const user = client();
    await user.get('/x');
    expect((await user.get('/silent', { timeout: 0.1 })).error).toBe('TimeoutError: no complete answer within 0.1 s');
    expect((await user.get('/x')).ok).toBe(true);
    expect(sessions).toHaveLength(1);
  });

  it('waits for an answer no longer because of informational ones', async () => {
    const user = client({ networkTimeout: 1 });
    const silent = user.get('/wait');
    await until('the server to hold a stream', () => waiting.length === 1);
    const hints = setInterval(() => waiting[0]?.closed === false && waiting[0].additionalHeaders({ ':status': 103 }), 200);
    endings.push(() => clearInterval(hints));
    expect((await silent).error).toBe('TimeoutError: no answer within 1 s');
    expect((await user.get('/x')).ok).toBe(true);
  });

  it('connects again after the server has closed', async () => {
    const user = client();
    await user.get('/x');
    sessions[0]?.destroy();
    await until('the session to end', () => sessions[0]?.destroyed === true);
    await until('an answer', async () => (await user.get('/x')).ok);
    expect(sessions.length).toBeGreaterThanOrEqual(2);
    expect(sink.rows).toHaveLength(seen.length + errors().filter((error) => error !== null).length);
  });

  it('finishes what a server that says GOAWAY has taken, and sends the rest again, once', async () => {
    const user = client();
    await user.get('/x');
    const slow = [user.get('/wait'), user.post('/wait', { body: 'b' })];
    await until('the server to hold streams', () => waiting.length === 2);
    const last = waiting.at(-1)?.id ?? 0;
    sessions[0]?.goaway(0, last);
    // Some are under way before the client hears of it, some are not even written.
    async function* pieces(): AsyncGenerator<Uint8Array> {
      await new Promise(setImmediate);
      yield Buffer.from('streamed');
    }
    const rest = Array.from({ length: 10 }, (_, at) => (at % 3 === 2 ? user.post('/echo', { body: 'again' }) : user.get('/x')));
    await Promise.all(rest);
    expect((await user.post('/echo', { body: pieces() })).text()).toBe('streamed');
    for (const stream of waiting) {
      stream.respond({ ':status': 200 });
      stream.end('late');
    }
    expect((await Promise.all(slow)).map((response) => response.text())).toEqual(['late', 'late']);
    expect(errors().filter((error) => error !== null)).toEqual([]);
    expect(sink.rows).toHaveLength(14);
    expect(sessions).toHaveLength(2);
    await until('the first connection to end', () => sessions[0]?.destroyed === true);
  });

  it('aborts what is under way, what waits, and what connects, and works on', async () => {
    const user = client({ concurrency: 1 });
    const reason = new Error('stopped');
    const early = user.get('/x');
    user.abort(reason);
    await expect(early).rejects.toBe(reason);
    await user.get('/x');
    const silent = user.get('/silent');
    const behind = user.get('/x');
    await until('the server to hold a stream', () => waiting.length === 1);
    user.abort(reason);
    await expect(silent).rejects.toBe(reason);
    await expect(behind).rejects.toBe(reason);
    expect((await user.get('/x')).ok).toBe(true);
    expect(errors()).toEqual([null, null]);
  });

  it('closes its connection with the user', async () => {
    const user = client();
    await Promise.all([user.get('/x'), user.get('/x')]);
    const silent = user.get('/silent');
    await until('the server to hold a stream', () => waiting.length === 1);
    user.close();
    await expect(silent).rejects.toMatchObject({ code: 'client-closed' });
    await until('all sessions to end', () => sessions.every(({ destroyed }) => destroyed));
  });

  it('streams a body', async () => {
    const user = client();
    const response = await user.post('/echo', { body: 'streamed', stream: true });
    let text = '';
    for await (const chunk of response) text += Buffer.from(chunk).toString();
    expect(text).toBe('streamed');
    expect(sink.rows).toEqual([expect.objectContaining({ bytes: 8, error: null })]);
  });

  it('falls back to HTTP/1.1 with a server that speaks nothing else', async () => {
    let accepted = 0;
    const old = createTlsServer({ cert, key }, (_, response) => response.end('old'));
    old.on('secureConnection', () => (accepted += 1));
    const oldPort = await listening(old);
    const user = open(`https://localhost:${oldPort}`, { http2: true, tls: { ca: cert } });
    const answers = await Promise.all(Array.from({ length: 3 }, () => user.get('/x')));
    expect(answers.map((answer) => answer.text())).toEqual(['old', 'old', 'old']);
    for (let round = 0; round < 5; round += 1) expect((await user.get('/x')).ok).toBe(true);
    expect(accepted).toBeLessThanOrEqual(3);
    expect(sink.rows).toHaveLength(8);
  });

  it('fails with an untrusted certificate, every time and without hanging', async () => {
    const user = client({ tls: {} });
    for (let round = 0; round < 3; round += 1) expect((await user.get('/x')).error).toBe('SSLError: self-signed certificate');
    expect(sink.rows).toHaveLength(3);
  });

  it('fails when nobody listens', async () => {
    const user = open('https://127.0.0.1:1', { http2: true });
    const both = await Promise.all([user.get('/x'), user.get('/y')]);
    expect(both.map(({ error }) => error)).toEqual(['ConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:1', 'ConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:1']);
  });

  it('is no matter for plain origins', async () => {
    const plain = await startHttpServer((_, response) => response.end('plain'));
    endings.push(() => plain.close());
    expect((await open(plain.url, { http2: true }).get('/x')).text()).toBe('plain');
  });
});

describe.each(engines)('%s: a unix socket', (_kind, engine) => {
  it('reaches the host, and other origins as usual', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'boomer-node-socket-'));
    endings.push(() => rmSync(folder, { recursive: true }));
    const socketPath = join(folder, 's');
    const server = createHttpServer((request, response) => response.end(`${request.headers.host ?? ''}${request.url ?? ''}`));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    endings.push(() => new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    }));
    const other = await startHttpServer((_, response) => response.end('tcp'));
    endings.push(() => other.close());
    const user = open('http://docker', { socketPath }, engine);
    expect((await user.get('/info')).text()).toBe('docker/info');
    expect((await user.get(`${other.url}/x`)).text()).toBe('tcp');
    expect((await open('http://docker', { socketPath: join(folder, 'none') }, engine).get('/x')).error).toMatch(/ENOENT docker$/u);
  });
});

describe('a proxy', () => {
  /** Forwards whole URLs and opens tunnels; says what it was asked for. */
  async function startProxy(password: string | null = null): Promise<{ readonly url: string; readonly asked: string[] }> {
    const asked: string[] = [];
    const expected = password === null ? undefined : `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    const server: HttpServer = createHttpServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''}`);
      if (request.headers['proxy-authorization'] !== expected) {
        response.writeHead(407);
        response.end();
        return;
      }
      request.pipe(httpRequest(request.url ?? '', { method: request.method, headers: request.headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      }));
    });
    server.on('connect', (request, socket: Socket) => {
      asked.push(`CONNECT ${request.url ?? ''}`);
      if (request.headers['proxy-authorization'] !== expected) return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      const [host, targetPort] = (request.url ?? '').split(':');
      const target = connect(Number(targetPort), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy()).on('close', () => target.destroy());
      return undefined;
    });
    const proxyPort = await listening(server);
    return { url: `http://127.0.0.1:${proxyPort}`, asked };
  }

  it('is asked for whole URLs of plain origins', async () => {
    const server = await startHttpServer((_, response) => response.end('behind'));
    endings.push(() => server.close());
    const proxy = await startProxy();
    const user = open(server.url, { proxy: proxy.url });
    expect((await user.get('/x?y')).text()).toBe('behind');
    expect((await user.post('/z', { json: 1 })).ok).toBe(true);
    const host = server.url.slice('http://'.length);
    expect(proxy.asked).toEqual([`GET ${server.url}/x?y ${host}`, `POST ${server.url}/z ${host}`]);
    expect(server.requests.map(({ url }) => url)).toEqual(['/x?y', '/z']);
    expect(sink.rows.map(({ name }) => name)).toEqual(['/x?y', '/z']);
  });

  it.each([false, true])('opens tunnels to https origins (HTTP/2: %p)', async (http2) => {
    const answer = (_: unknown, response: { end: (text: string) => void }): void => response.end('behind');
    const server = http2 ? createSecureServer({ cert, key }, answer) : createTlsServer({ cert, key }, answer);
    const port = await listening(server);
    const proxy = await startProxy();
    const user = open(`https://localhost:${port}`, { proxy: proxy.url, tls: { ca: cert }, http2 });
    for (let round = 0; round < 3; round += 1) expect((await user.get('/x')).text()).toBe('behind');
    expect(proxy.asked).toEqual([`CONNECT localhost:${port}`]);
  });

  it('opens tunnels to IPv6 addresses', async () => {
    const proxy = await startProxy('geheim');
    expect((await open('https://[::1]:2', { proxy: proxy.url }).get('/x')).error).toMatch(/^ProxyError: Tunnel connection failed: 407/u);
    expect(proxy.asked).toEqual(['CONNECT [::1]:2']);
  });

  it('is told who one is', async () => {
    const server = await startHttpServer((_, response) => response.end('behind'));
    endings.push(() => server.close());
    const tlsPort = await listening(createTlsServer({ cert, key }, (_, response) => response.end('behind')));
    const proxy = await startProxy('geheim');
    const known = proxy.url.replace('//', '//user:geheim@');
    expect((await open(server.url, { proxy: known }).get('/x')).text()).toBe('behind');
    expect((await open(`https://localhost:${tlsPort}`, { proxy: known, tls: { ca: cert } }).get('/x')).text()).toBe('behind');
    expect((await open(server.url, { proxy: proxy.url }).get('/x')).status).toBe(407);
    expect((await open(`https://localhost:${tlsPort}`, { proxy: proxy.url }).get('/x')).error).toBe('ProxyError: Tunnel connection failed: 407 Proxy Authentication Required');
  });

  it.each(['http', 'https'])('that is not there fails the requests to %s, and says which', async (scheme) => {
    const user = open(`${scheme}://127.0.0.1:2`, { proxy: 'http://127.0.0.1:1' });
    expect((await user.get('/x')).error).toBe('ProxyError: Cannot connect to proxy http://127.0.0.1:1: ECONNREFUSED');
    expect(sink.rows).toHaveLength(1);
  });

  it('that keeps silent fails in time, and can be given up', async () => {
    const silent = createHttpServer();
    silent.on('connect', () => undefined);
    const port = await listening(silent);
    const user = open('https://127.0.0.1:2', { proxy: `http://127.0.0.1:${port}`, connectionTimeout: 1 });
    expect((await user.get('/x')).error).toBe(`ProxyError: no way through http://127.0.0.1:${port} within 1 s`);
    const reason = new Error('stopped');
    const again = user.get('/x');
    user.abort(reason);
    await expect(again).rejects.toBe(reason);
  });

  it('of the environment is used only when asked for', async () => {
    const server = await startHttpServer((_, response) => response.end('behind'));
    endings.push(() => server.close());
    const proxy = await startProxy();
    process.env['http_proxy'] = proxy.url;
    endings.push(() => delete process.env['http_proxy']);
    await open(server.url).get('/direct');
    await open(server.url, { proxy: 'environment' }).get('/proxied');
    expect(proxy.asked).toHaveLength(1);
  });
});

describe.each(engines)('%s: a shared pool', (_kind, engine) => {
  const defaults: HttpDefaults = { pool: 'shared', headers: { 'x-class': 'a' } };

  it('serves all users of a class, and ends with the last', async () => {
    const server = await startHttpServer((request, response) => {
      if (request.url !== '/silent') response.end('ok');
    });
    endings.push(() => server.close());
    const [ada, bob] = [open(server.url, defaults, engine), open(server.url, defaults, engine)];
    await ada.get('/x');
    await bob.get('/x');
    expect(server.accepted()).toBe(1);
    await Promise.all([ada.get('/x'), bob.get('/x'), bob.get('/x')]);
    expect(server.accepted()).toBe(3);
    ada.close();
    ada.close();
    expect((await bob.get('/x')).ok).toBe(true);
    expect(server.accepted()).toBe(3);
    bob.close();
    await server.whenOpen(0);
    expect((await open(server.url, defaults, engine).get('/x')).ok).toBe(true);
  });

  it('gives up what one user has under way and nothing of the others', async () => {
    const server = await startHttpServer((request, response) => {
      if (request.url === '/x') setTimeout(() => response.end('ok'), 50);
    });
    endings.push(() => server.close());
    const limited: HttpDefaults = { ...defaults, concurrency: 2 };
    const [ada, bob] = [open(server.url, limited, engine), open(server.url, limited, engine)];
    const silent = ada.get('/silent');
    const fine = bob.get('/x');
    const [adaWaits, bobWaits] = [ada.get('/x'), bob.get('/x')];
    await server.whenSeen(2);
    const reason = new Error('stopped');
    ada.abort(reason);
    await expect(silent).rejects.toBe(reason);
    await expect(adaWaits).rejects.toBe(reason);
    expect((await fine).ok).toBe(true);
    expect((await bobWaits).ok).toBe(true);
    expect(errors()).toEqual([null, null]);
  });

  it('keeps the cookies of users apart', async () => {
    const server = await startHttpServer((request, response) => {
      if (request.url === '/set') response.setHeader('set-cookie', 'a=1; Path=/');
      response.end(request.headers.cookie ?? '');
    });
    endings.push(() => server.close());
    const [ada, bob] = [open(server.url, defaults, engine), open(server.url, defaults, engine)];
    await ada.get('/set');
    expect((await ada.get('/x')).text()).toBe('a=1');
    expect((await bob.get('/x')).text()).toBe('');
  });
});

describe('FastHttpUser', () => {
  it.each<[string, HttpDefaults]>([
    ['HTTP/2', { http2: true }],
    ['a proxy', { proxy: 'http://proxy:3128' }],
    ['a proxy', { proxy: 'environment' }],
  ])('leaves %s to HttpUser, and says so', async (what, defaults) => {
    await expect(open('http://127.0.0.1:1', defaults, fastEngine).get('/x')).rejects.toThrow(`FastHttpUser cannot use ${what}`);
    await expect(open('http://127.0.0.1:1', defaults, fastEngine).get('/x')).rejects.toThrow(/extend HttpUser instead/u);
    expect(sink.rows).toEqual([]);
  });
});
