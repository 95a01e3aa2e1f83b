/** Requests and answers at the edge of what HTTP allows, bodies that break, and connections that end in odd moments. */
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { Readable } from 'node:stream';
import { createReadStream, type ReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults, RequestOptions } from '../../src/http/index.ts';
import { engines } from '../support/engines.ts';
import { outcomeOfOurs } from '../support/answerOutcome.ts';
import { startRawServer } from '../support/httpServer.ts';
import type { TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';
import { cert, key } from '../support/testCertificate.ts';
import { until } from '../support/until.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const folder = mkdtempSync(join(tmpdir(), 'boomer-node-test-'));

afterAll(() => rmSync(folder, { recursive: true }));

/** Files that are read, and what opens one more. */
function someFiles(): readonly [readonly ReadStream[], () => ReadStream] {
  writeFileSync(join(folder, 'file'), 'x');
  const files: ReadStream[] = [];
  const open = (): ReadStream => {
    const file = createReadStream(join(folder, 'file'));
    files.push(file);
    return file;
  };
  return [files, open];
}

describe.each(engines)('%s', (kind, engine) => {
  let server: TestServer;
  let client: HttpClient;
  let sink: RecordingSink;
  let astray: unknown[];
  const stray = (error: unknown): void => void astray.push(error);

  beforeEach(() => {
    sink = recordingSink();
    astray = [];
    process.on('uncaughtException', stray);
  });

  afterEach(async () => {
    client.close();
    await server?.close();
    process.off('uncaughtException', stray);
    expect(astray).toEqual([]);
  });

  async function open(serve: (index: number, socket: Socket, bytes: Buffer) => void, defaults: HttpDefaults = {}): Promise<void> {
    server = await startRawServer(serve);
    client = new HttpClient({ engine, baseUrl: server.url, sink, defaults });
  }

  it('a flood of informational answers is passed over', async () => {
    await open((_, socket) => void socket.write('HTTP/1.1 102\r\n\r\n'.repeat(20_000) + ok));
    expect((await client.get('/x', { timeout: 5 })).text()).toBe('ok');
  });

  it('nothing is sent on a connection whose end the request has announced', async () => {
    await open((_, socket) => void socket.write(ok));
    for (let at = 0; at < 3; at += 1) expect((await client.get('/x', { headers: { connection: 'close' } })).error).toBeNull();
    expect(server.accepted()).toBe(3);
  });

  it('a header that is no text is sent as text, or refused', async () => {
    let got = '';
    await open((_, socket, bytes) => {
      got += bytes.toString('latin1');
      socket.write(ok);
    });
    await client.get('/x', { headers: { x: true } } as unknown as RequestOptions);
    expect(got).toContain('\r\nx: true\r\n');
    await expect(client.get('/x', { headers: { x: new Date(0) } } as unknown as RequestOptions)).rejects.toThrow(/invalid x header/u);
  });

  it('CONNECT is refused', async () => {
    await open((_, socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    await expect(client.request('CONNECT', '/x', { timeout: 1 })).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('a body that cannot be read is an error of this request alone', async () => {
    await open((_, socket, bytes) => (/0\r\n\r\n$/u.test(bytes.toString()) && socket.write(ok)));
    const body = new Blob(['abc']).stream();
    body.getReader();
    await expect(client.post('/x', { body, timeout: 1 })).rejects.toThrow(/somebody else reads/u);
  });

  (kind === 'HttpUser' ? it.skip : it)('an iterable that throws is a failure of its request', async () => { // in undici an assertion of its own fails then
    await open((_, socket) => void socket.write(ok));
    const body = { [Symbol.asyncIterator]: () => { throw new Error('mine'); } };
    expect((await client.post('/x', { body, timeout: 1 })).error).toBe('Error: mine');
  });

  it('a file that is not there is a failure also while the connection is still being made', async () => {
    await open(() => undefined);
    client.close();
    client = new HttpClient({ engine, baseUrl: server.url.replace('http', 'https'), sink, defaults: { connectionTimeout: 1 } }); // nobody shakes hands
    await client.post('/x', { body: createReadStream(join(folder, 'none')) });
    expect(sink.rows).toEqual([expect.objectContaining({ error: expect.stringContaining('ConnectTimeout') as string })]);
  });

  it('a file is closed when its request fails before anything is sent', async () => {
    await open(() => undefined);
    client.close();
    client = new HttpClient({ engine, baseUrl: 'http://127.0.0.1:1', sink });
    writeFileSync(join(folder, 'file'), 'x');
    const files = Array.from({ length: 5 }, () => createReadStream(join(folder, 'file')));
    for (const body of files) await client.post('/x', { body });
    await until('the files to be closed', () => files.every(({ closed }) => closed), { everyMs: 2 });
    expect(sink.rows).toHaveLength(5);
  });

  it('a part that is not there is a failure also while the connection is still being made', async () => {
    await open(() => undefined);
    client.close();
    client = new HttpClient({ engine, baseUrl: server.url.replace('http', 'https'), sink, defaults: { connectionTimeout: 1 } }); // nobody shakes hands
    await client.post('/x', { multipart: { first: 'text', second: { content: createReadStream(join(folder, 'none')), filename: 'a' } } });
    expect(sink.rows).toEqual([expect.objectContaining({ error: expect.stringContaining('ConnectTimeout') as string })]);
  });

  it('parts are closed when their request fails before anything is sent, and when it is none', async () => {
    await open(() => undefined);
    client.close();
    client = new HttpClient({ engine, baseUrl: 'http://127.0.0.1:1', sink });
    const [files, file] = someFiles();
    for (let at = 0; at < 3; at += 1) await client.post('/x', { multipart: { a: file(), b: [file(), { content: file(), filename: 'c' }] } });
    await expect(client.post('/x', { multipart: { a: file(), b: Symbol('b') } } as unknown as RequestOptions)).rejects.toMatchObject({ code: 'bad-request-body' });
    await expect(client.post('/x', { body: file(), timeout: -1 })).rejects.toMatchObject({ code: 'bad-timeout' });
    client.close();
    await expect(client.post('/x', { body: file() })).rejects.toMatchObject({ code: 'client-closed' });
    await until('the files to be closed', () => files.every(({ closed }) => closed), { everyMs: 2 });
    expect([files.length, sink.rows.length]).toEqual([12, 3]);
  });

  it('a part that somebody else reads is refused', async () => {
    await open(() => undefined);
    const part = new Blob(['abc']).stream();
    part.getReader();
    await expect(client.post('/x', { multipart: { part } })).rejects.toThrow(/somebody else reads/u);
  });

  it('a body that a redirect drops is closed while the request goes on', async () => {
    await open((_, socket, bytes) => {
      const asked = bytes.toString();
      if (asked.startsWith('GET')) socket.write('HTTP/1.1 200 OK\r\n\r\n'); // and does not end
      else if (asked.includes('expected')) socket.write('HTTP/1.1 303 See Other\r\nLocation: /next\r\nContent-Length: 0\r\n\r\n');
    });
    let isClosed = false;
    const body = new Readable({ read: () => undefined, destroy: (error, done) => { isClosed = true; done(error); } });
    body.push('expected');
    const response = client.post('/x', { body, timeout: 20 }).catch(() => null);
    await until('the body to be closed', () => isClosed, { everyMs: 2 });
    client.abort(new Error('enough'));
    await response;
    expect(sink.rows).toEqual([]);
  });

  it.each([
    ['that is not there', 'none', /^the body could not be read: ENOENT: no such file or directory, open '.*none'$/u],
    ['that is a folder', '.', /^the body could not be read: EISDIR: illegal operation on a directory, read$/u],
  ])('a file %s is not shown as a failure of the target', async (_, name, text) => {
    await open((_, socket, bytes) => (/0\r\n\r\n$/u.test(bytes.toString()) && socket.write(ok)));
    expect((await client.post('/x', { body: createReadStream(join(folder, name)) })).error).toMatch(text);
    expect((await client.post('/x', { multipart: { part: createReadStream(join(folder, name)) } })).error).toMatch(text);
  });

  it('a socket that cannot even be opened is a failure, and leaves room for the next', async () => {
    await open(() => undefined);
    client.close();
    client = new HttpClient({ engine, baseUrl: 'http://127.0.0.1:1', sink, defaults: { concurrency: 1, socketPath: 5 as unknown as string } });
    for (let at = 0; at < 2; at += 1) expect((await client.get('/x', { timeout: 5 })).error).toMatch(/path" property must be of type string/u);
    expect(sink.rows).toHaveLength(2);
  });

  it('a handshake that the server ends is told as by undici', async () => {
    await open((_, socket) => void socket.end());
    client.close();
    client = new HttpClient({ engine, baseUrl: server.url.replace('http', 'https'), sink });
    expect((await client.get('/x')).error).toBe('ConnectionResetError: read ECONNRESET');
  });

  it('a certificate is verified for the host, on a unix socket too', async () => {
    const socketPath = join(folder, `s${kind}`);
    const tls: Server = createServer({ cert, key }, (socket) => socket.on('error', () => undefined).on('data', () => socket.write(ok)));
    await new Promise<void>((resolve) => tls.listen(socketPath, resolve));
    await open(() => undefined);
    client.close();
    client = new HttpClient({ engine, baseUrl: 'https://127.0.0.1', sink, defaults: { socketPath, tls: { ca: cert } } });
    const named = new HttpClient({ engine, baseUrl: 'https://localhost', sink, defaults: { socketPath, tls: { ca: cert } } });
    expect((await named.get('/x')).error).toBeNull();
    expect((await client.get('/x')).error).toMatch(/^SSLError: Hostname\/IP does not match/u);
    named.close();
    tls.close();
  });

  it('keep-alive: timeout=0 is the end of the connection', async () => {
    await open((_, socket) => void socket.write('HTTP/1.1 200 OK\r\nKeep-Alive: timeout=0\r\nContent-Length: 2\r\n\r\nok'));
    for (let at = 0; at < 3; at += 1) await client.get('/x');
    expect(server.accepted()).toBe(3);
  });

  it('a scenario that takes its time between two pieces of a body is not told that there was no answer', async () => {
    await open((_, socket, bytes) => (/0\r\n\r\n$/u.test(bytes.toString()) && socket.write(ok)), { networkTimeout: 1 });
    async function* slow(): AsyncGenerator<string> {
      yield 'a';
      await new Promise((resolve) => setTimeout(resolve, 2300));
      yield 'b';
    }
    expect((await client.post('/x', { body: slow() })).error).toBeNull();
  });
});

it.each([
  ['zeros before a chunk size', 'Transfer-Encoding: chunked\r\n\r\n00000000000000000002\r\nok\r\n0\r\n\r\n', 'ok'],
  ['zeros before a length', 'Content-Length: 00000000000000000002\r\n\r\nok', 'ok'],
  ['extensions of many chunks', `Transfer-Encoding: chunked\r\n\r\n${'1;abcdefghij\r\nx\r\n'.repeat(3000)}0\r\n\r\n`, 'x'.repeat(3000)],
  ['an extension without a name', 'Transfer-Encoding: chunked\r\n\r\n2;\r\nok\r\n0\r\n\r\n', null],
  ['a second extension without a name', 'Transfer-Encoding: chunked\r\n\r\n2;a;\r\nok\r\n0\r\n\r\n', null],
])('%s', (_, rest, body) => {
  expect(outcomeOfOurs([Buffer.from(`HTTP/1.1 200 OK\r\n${rest}`)], 'GET')?.body ?? null).toBe(body);
});
