/** Requests with bodies to servers that do not want them, answers cut anywhere on real sockets, and what must never be sent. */
import { createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import { Turn } from '../../src/engine/thread/pacing/turn.ts';
import { UserSignal } from '../../src/engine/thread/users/userSignal.ts';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults, RequestOptions } from '../../src/http/index.ts';
import { engines } from '../support/engines.ts';
import { startRawServer } from '../support/httpServer.ts';
import type { TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';
import { cert, key } from '../support/testCertificate.ts';
import { until } from '../support/until.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe.each(engines)('%s', (_kind, engine) => {
  let server: TestServer;
  let client: HttpClient;
  let sink: RecordingSink;

  beforeEach(() => {
    sink = recordingSink();
  });

  afterEach(async () => {
    client.close();
    await server.whenOpen(0);
    await server.close();
  });

  async function open(serve: (index: number, socket: Socket, bytes: Buffer) => void, defaults: HttpDefaults = {}): Promise<void> {
    server = await startRawServer(serve);
    client = new HttpClient({ engine, baseUrl: server.url, sink, defaults });
  }

  /** An endless body, and whether its source was told that nobody wants more. */
  function endless(): { readonly body: AsyncIterable<Uint8Array>; readonly isReleased: () => boolean } {
    let isReleased = false;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(32 * 1024);
          await new Promise(setImmediate);
        }
      } finally {
        isReleased = true;
      }
    }
    return { body: pieces(), isReleased: () => isReleased };
  }

  describe('a body', () => {
    it('that the server answers before its end is not sent on, and its connection not used again', async () => {
      const answered = new Set<number>();
      await open((index, socket) => {
        if (answered.has(index)) return;
        answered.add(index);
        socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n');
      });
      const { body, isReleased } = endless();
      expect((await client.post('/big', { body })).error).toBe("HTTPError('413 Client Error: Too Large for url: /big')");
      await until('the stream to be released', isReleased, { everyMs: 2 });
      await server.whenOpen(0);
      expect((await client.get('/next')).status).toBe(413);
      expect([sink.rows.length, server.accepted()]).toEqual([2, 2]);
    });

    it('whose answer comes before a reset has that answer', async () => {
      let isReset = (): void => undefined;
      await open((_, socket) => {
        socket.pause(); // what lies unread makes the end a reset
        socket.end('HTTP/1.1 413 Too Large\r\nContent-Length: 8\r\nConnection: close\r\n\r\ntoo much', () => {
          socket.resetAndDestroy();
          setImmediate(isReset);
        });
      });
      async function* pieces(rest: number): AsyncGenerator<Uint8Array> {
        const reset = new Promise<void>((resolve) => (isReset = resolve));
        yield new Uint8Array(100_000);
        await reset;
        for (let at = 0; at < rest; at += 1) yield new Uint8Array(100_000);
      }
      for (let round = 0; round < 30; round += 1) {
        const response = await client.post('/big', { body: round % 3 === 0 ? new Uint8Array(20_000_000) : pieces(round) });
        expect([round, response.status, response.error]).toEqual([round, 413, "HTTPError('413 Client Error: Too Large for url: /big')"]);
      }
    });

    it('that the server never reads keeps to its timeout', async () => {
      await open((_, socket) => void socket.pause());
      const { body, isReleased } = endless();
      expect((await client.post('/stuck', { body, timeout: 0.3 })).error).toBe('TimeoutError: no complete answer within 0.3 s');
      expect((await client.post('/stuck', { body: new Uint8Array(30_000_000), timeout: 0.3 })).error).toBe('TimeoutError: no complete answer within 0.3 s');
      await until('the stream to be released', isReleased, { everyMs: 2 });
      server.hangUp(); // a paused socket does not hear of its end
      expect(sink.rows).toHaveLength(2);
    });

    it('that breaks with its connection is one failure', async () => {
      await open((_, socket) => void socket.resetAndDestroy());
      const { body, isReleased } = endless();
      expect((await client.post('/reset', { body })).error).toMatch(/^(?:ConnectionResetError: (?:read|write) ECONNRESET|BrokenPipeError: write EPIPE)$/u);
      await until('the stream to be released', isReleased, { everyMs: 2 });
      expect((await client.post('/reset', { body: new Uint8Array(30_000_000) })).status).toBe(0);
      expect(sink.rows).toHaveLength(2);
    });

    it('is let go when the user is stopped, and nothing is recorded', async () => {
      let seenBytes = 0;
      await open((_, __, bytes) => void (seenBytes += bytes.byteLength));
      const { body, isReleased } = endless();
      const ended = client.post('/endless', { body }).catch((error: unknown) => error);
      await until('the body to be under way', () => seenBytes > 200_000, { everyMs: 2 });
      const reason = new Error('stopped');
      client.abort(reason);
      expect(await ended).toBe(reason);
      await until('the stream to be released', isReleased, { everyMs: 2 });
      await server.whenOpen(0);
      expect(sink.rows).toEqual([]);
    });
  });

  it('reads an answer that is cut at any byte, over one connection', async () => {
    const answer = Buffer.from('HTTP/1.1 103 Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y \r\n\r\n3;a="b"\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n');
    let cut = 0;
    await open((_, socket) => {
      const at = cut;
      socket.setNoDelay(true);
      socket.write(answer.subarray(0, at), () => setImmediate(() => socket.write(answer.subarray(at))));
    });
    for (cut = 1; cut < answer.byteLength; cut += 1) {
      const response = await client.get('/cut');
      expect([cut, response.error, response.text()]).toEqual([cut, null, 'abcde']);
    }
    expect(server.accepted()).toBe(1);
  });

  it('counts what the server counts while connections end in every way', async () => {
    let seenCount = 0;
    let refusedCount = 0;
    await open((_, socket) => {
      seenCount += 1;
      if (seenCount % 7 === 3) {
        refusedCount += 1;
        socket.resetAndDestroy();
      } else if (seenCount % 5 === 2) {
        socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok');
      } else {
        socket.write(ok);
      }
    });
    const clients = Array.from({ length: 10 }, () => new HttpClient({ engine, baseUrl: server.url, sink }));
    await Promise.all(clients.map(async (user) => {
      for (let at = 0; at < 40; at += 1) await user.get('/x');
    }));
    for (const user of clients) user.close();
    expect([sink.rows.length, seenCount]).toEqual([400, 400]);
    expect(sink.rows.filter(({ error }) => error !== null)).toHaveLength(refusedCount);
  });

  it.each<[string, string, RequestOptions]>([
    ['a line end in a value', 'GET', { headers: { x: 'a\r\ninjected: 1' } }],
    ['a line feed in a value', 'GET', { headers: { x: 'a\ninjected: 1' } }],
    ['a line end in one of several values', 'GET', { headers: { x: ['a', 'b\r\ninjected: 1'] } }],
    ['a line end in a name', 'GET', { headers: { 'x: a\r\ninjected': '1' } }],
    ['a line end in the host', 'GET', { headers: { host: 'a\r\ninjected: 1' } }],
    ['a line end in a cookie', 'GET', { headers: { cookie: 'a\r\ninjected: 1' } }],
    ['a line end in a token', 'GET', { auth: { bearer: 'a\r\ninjected: 1' } }],
    ['a line end in the method', 'GET / HTTP/1.1\r\ninjected: 1\r\n', {}],
    ['a character beyond Latin-1', 'GET', { headers: { x: 'ł' } }],
    ['a name with a space', 'GET', { headers: { 'x y': '1' } }],
    ['a framing of its own', 'GET', { headers: { 'transfer-encoding': 'chunked' } }],
    ['a length that is none', 'GET', { headers: { 'content-length': '1\r\n' } }],
  ])('refuses %s, and sends and records nothing', async (_, method, options) => {
    await open((__, socket) => void socket.write(ok));
    await expect(client.request(method, '/x', options)).rejects.toMatchObject({ code: 'bad-request', message: expect.stringContaining('cannot be sent as it is') as string });
    expect([sink.rows, sink.droppedPhases]).toEqual([[], [1]]);
    expect((await client.get('/a\r\ninjected: 1', { query: { 'q\r\n': '\r\n' } })).url).toBe(`${server.url}/a%0D%0Ainjected:%201?q%0D%0A=%0D%0A`);
  });

  it.each<[string, string, RequestOptions]>([
    ['a header', 'GET', { headers: { x: 'Zoë 😀' } }],
    ['a method', 'GET /', {}],
    ['a length that is not the body’s', 'POST', { body: 'four', headers: { 'content-length': '5' } }],
  ])('refuses %s only after a turn of the event loop: a task that sends it again and again holds up nobody', async (_, method, options) => {
    await open((__, socket) => void socket.write(ok));
    const user = new HttpClient({ engine, baseUrl: server.url, sink, tasks: { afterTask: () => undefined, refuse: (reason) => new UserSignal(new Turn(), () => undefined).refuse(reason) } });
    const told: unknown[] = [];
    let isOver = false;
    const again = async (): Promise<void> => {
      while (!isOver && told.length < 1000) await user.request(method, '/x', options).catch((error: unknown) => told.push(error));
    };
    const trying = again();
    await new Promise(setImmediate);
    isOver = true;
    await trying;
    user.close();
    expect(told[0]).toMatchObject({ code: 'bad-request' });
    expect(told.length).toBeLessThan(10);
  });
});

describe.each(engines)('%s over TLS', (_kind, engine) => {
  let sockets: TLSSocket[];
  let sink: RecordingSink;
  let endings: (() => unknown)[];

  beforeEach(() => {
    sockets = [];
    sink = recordingSink();
    endings = [];
  });

  afterEach(async () => {
    for (const end of endings.reverse()) await end();
  });

  async function open(serve: (socket: TLSSocket) => void): Promise<HttpClient> {
    const server = createServer({ cert, key }, (socket) => {
      sockets.push(socket.on('error', () => undefined));
      socket.on('data', () => serve(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = new HttpClient({ engine, baseUrl: `https://localhost:${(server.address() as AddressInfo).port}`, sink, defaults: { tls: { ca: cert } } });
    endings.push(() => {
      client.close();
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    });
    return client;
  }

  it('replaces a connection that the server has closed while it was idle', async () => {
    const client = await open((socket) => void socket.write(ok));
    for (let at = 0; at < 3; at += 1) {
      expect((await client.get('/x')).error).toBeNull();
      const socket = sockets[at];
      socket?.end();
      await until('the connection to end', () => socket?.destroyed === true, { everyMs: 2 });
    }
    expect([sockets.length, sink.rows.length]).toEqual([3, 3]);
  });

  it('reads a body of many records, whole and as a stream that holds the server back', async () => {
    const bytes = 16 * 1024 * 1024;
    const body = Buffer.alloc(bytes, 'many records ');
    let drainedCount = 0;
    const client = await open((socket) => {
      socket.on('drain', () => (drainedCount += 1)).write(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes}\r\n\r\n`);
      socket.write(body);
    });
    expect(Buffer.compare((await client.get('/whole')).body, body)).toBe(0);
    await until('the first answer to have left', () => drainedCount === 1, { everyMs: 2 });
    const stream = await client.get('/stream', { stream: true });
    const pieces: Uint8Array[] = [];
    for await (const piece of stream) {
      if (pieces.length === 0) expect(drainedCount).toBe(1);
      pieces.push(piece);
      await new Promise(setImmediate);
    }
    expect(Buffer.compare(Buffer.concat(pieces), body)).toBe(0);
    expect(sink.rows.map((row) => [row.error, row.bytes])).toEqual([[null, bytes], [null, bytes]]);
  });
});
