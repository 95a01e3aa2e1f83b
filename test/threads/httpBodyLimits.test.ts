/** No answer takes more memory than its client allows, whatever the server sends. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { rest } from '../../src/http/rest.ts';
import { bodyBytesOf, bytesLeft } from '../../src/http/response/bodyLimits.ts';
import { engines } from '../support/engines.ts';
import { startRawServer } from '../support/httpServer.ts';
import type { TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';

const megabyte = 1024 * 1024;
const gzipped = gzipSync('0123456789');
const bomb = gzipSync(gzipSync(Buffer.alloc(300 * megabyte)));

/** Writes `piece` for ever, as fast as it is read. */
function endless(socket: Socket, piece: Buffer): void {
  const write = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on('drain', write);
  write();
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const chunk = Buffer.from(`10000\r\n${'x'.repeat(0x10000)}\r\n`);

const answers: Readonly<Record<string, (socket: Socket) => void>> = {
  '/three': (socket) => (socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${3 * megabyte}\r\n\r\n`), socket.write(Buffer.alloc(3 * megabyte, 97))),
  '/pieces': (socket) => (socket.write(chunked), socket.write('5\r\nhello\r\n0\r\n\r\n')),
  '/gzip': (socket) => (socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${gzipped.byteLength}\r\n\r\n`), socket.write(gzipped)),
  '/missing': (socket) => socket.write('HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno such'),
  '/json': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}'),
  '/ok': (socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789'),
  '/length': (socket) => (socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${1000 * megabyte}\r\n\r\n`), endless(socket, Buffer.alloc(megabyte, 97))),
  '/chunks': (socket) => (socket.write(chunked), endless(socket, chunk)),
  '/close': (socket) => (socket.write('HTTP/1.1 200 OK\r\n\r\n'), endless(socket, Buffer.alloc(megabyte, 97))),
  '/redirect': (socket) => (socket.write('HTTP/1.1 302 Found\r\nLocation: /ok\r\nTransfer-Encoding: chunked\r\n\r\n'), endless(socket, chunk)),
  '/error': (socket) => (socket.write('HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n'), endless(socket, chunk)),
  '/bytes': (socket) => (socket.write(chunked), endless(socket, Buffer.from('1\r\nx\r\n'.repeat(10_000)))),
  '/bomb': (socket) => (socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: ${bomb.byteLength}\r\n\r\n`), socket.write(bomb)),
};

describe.each(engines)('%s', (_kind, engine) => {
  let server: TestServer;
  let sink: RecordingSink;
  let client: HttpClient;

  beforeEach(async () => {
    sink = recordingSink();
    server = await startRawServer((_, socket, bytes) => answers[/^\w+ (\S+)/u.exec(bytes.toString())?.[1] ?? '']?.(socket));
  });

  afterEach(async () => {
    client.close();
    await server.whenOpen(0);
    await server.close();
  });

  function open(defaults: HttpDefaults): void {
    client = new HttpClient({ engine, baseUrl: server.url, sink, defaults });
  }

  it.each([
    ['/ok', 10],
    ['/pieces', 5],
    ['/gzip', gzipped.byteLength],
    ['/three', 3 * megabyte],
  ])('discardBody counts %s as it comes, whatever the limit, and keeps nothing of it', async (path, bytes) => {
    open({ maxBodyBytes: 2 * megabyte });
    const response = await client.get(path, { discardBody: true });
    expect(response).toMatchObject({ status: 200, error: null, bytes });
    for (const look of [() => response.text(), () => response.json(), () => response.body]) expect(look).toThrow(expect.objectContaining({ code: 'body-discarded' }) as Error);
    expect((await client.get('/ok')).text()).toBe('0123456789');
    expect(sink.rows.map((row) => [row.bytes, row.error])).toEqual([[bytes, null], [10, null]]);
  });

  it('discardBody may be the rule: a request may want its body, a failure and rest() always do', async () => {
    open({ discardBody: true });
    await expect(client.get('/ok').then((response) => response.text())).rejects.toThrow('thrown away');
    expect((await client.get('/ok', { discardBody: false })).text()).toBe('0123456789');
    expect((await client.get('/missing')).text()).toBe('no such');
    expect((await rest<{ a: number }>(client, 'GET', '/json', {}, null)).js?.a).toBe(1);
    const judged = await client.get('/ok', { check: (response) => response.text() !== '' });
    expect(judged.error).toMatch(/^BoomerError\(.*thrown away/u);
    const pieces: Uint8Array[] = [];
    for await (const piece of await client.get('/ok', { stream: true })) pieces.push(piece);
    expect(Buffer.concat(pieces).toString()).toBe('0123456789');
  });

  it.each(['/length', '/chunks', '/close', '/redirect', '/error', '/bomb'])('%s fails at the limit, and its user goes on', async (path) => {
    open({ maxBodyBytes: 2 * megabyte });
    const response = await client.get(path);
    expect([response.status, response.error, response.bytes]).toEqual([0, 'BodyTooLarge: the body is longer than 2 MB (http.maxBodyBytes)', 0]);
    expect((await client.get('/ok')).text()).toBe('0123456789');
    expect(sink.rows.map(({ bytes }) => bytes)).toEqual([0, 10]);
  });

  it('takes a body of just the limit, also of a few bytes', async () => {
    open({ maxBodyBytes: 10 });
    expect((await client.get('/ok')).error).toBeNull();
    client.close();
    open({ maxBodyBytes: 9 });
    expect((await client.get('/ok')).error).toBe('BodyTooLarge: the body is longer than 9 bytes (http.maxBodyBytes)');
  });

  it('has no limit for streams, which keep little', async () => {
    open({ maxBodyBytes: 1000 });
    for (const path of ['/chunks', '/bytes']) {
      let bytes = 0;
      for await (const piece of await client.get(path, { stream: true })) {
        bytes += piece.byteLength;
        if (bytes > 100_000) break;
      }
    }
    expect(sink.rows.map(({ error }) => error)).toEqual([null, null]);
  });

  it('takes no more for chunks of one byte than for their bytes', async () => {
    open({ maxBodyBytes: megabyte });
    const before = process.memoryUsage();
    let peak = 0;
    const looking = setInterval(() => (peak = Math.max(peak, process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers)), 5);
    expect((await client.get('/bytes')).error).toMatch(/^BodyTooLarge: /u);
    clearInterval(looking);
    expect(peak - before.heapUsed - before.arrayBuffers).toBeLessThan(80 * megabyte); // an object a byte would be 100 MB and more, beside what is not yet collected
  });
});

it('the memory for bodies is half of what is left, in equal parts', () => {
  expect(bodyBytesOf(4, 8000)).toBe(1000);
  expect(bytesLeft()).toBeGreaterThan(10 * megabyte);
  expect(Number.isFinite(bytesLeft())).toBe(true);
});

it('bodies that a scenario keeps may be more than the heap holds', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=64', fileURLToPath(new URL('keptBodies.mjs', import.meta.url))], {
    timeout: 120_000,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  expect(JSON.parse(stdout)).toEqual({ bytes: 200 * megabyte, areRight: true });
});
