import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { RequestOptions } from '../../src/http/index.ts';
import { engines } from '../support/engines.ts';
import { httpScene } from '../support/httpScene.ts';
import { startRawServer } from '../support/httpServer.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);

  const head = 'HTTP/1.1 200 OK\r\nContent-Length: ';

  async function expectFailure(error: string | RegExp, url = '/x', options: RequestOptions = {}): Promise<void> {
    const response = await scene.client.get(url, options);
    expect(response).toMatchObject({ status: 0, ok: false, bytes: 0 });
    expect(response.error).toMatch(error);
    expect(response.text()).toBe('');
    expect(response.headers.get('content-length')).toBeNull();
    expect(() => response.raiseForStatus()).toThrow(String(response.error));
    expect(scene.sink.rows).toEqual([expect.objectContaining({ method: 'GET', bytes: 0, error: response.error })]);
  }

  describe('a broken exchange is one failure row and no exception', () => {
    it('refused', async () => {
      await scene.open((_, response) => response.end());
      const { port } = scene.server;
      await scene.server.close();
      await expectFailure(`ConnectionRefusedError: connect ECONNREFUSED 127.0.0.1:${port}`);
    });

    it('refused on every address of a name', async () => {
      await scene.open((_, response) => response.end());
      const { port } = scene.server;
      await scene.server.close();
      await expectFailure(`ConnectionRefusedError: connect ECONNREFUSED localhost:${port}`, `http://localhost:${port}/x`);
    });

    it('a name that does not resolve', async () => {
      await scene.open((_, response) => response.end());
      await expectFailure(/^NameResolutionError: getaddrinfo (ENOTFOUND|EAI_AGAIN) no-such-host\.invalid$/u, 'http://no-such-host.invalid/x');
    });

    it.each([
      ['closed without an answer', (socket: Socket) => socket.end(), /^RemoteDisconnected: /u],
      ['reset without an answer', (socket: Socket) => socket.resetAndDestroy(), /^ConnectionResetError: read ECONNRESET$/u],
      ['closed within the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'), /^RemoteDisconnected: |^HTTPParseError: /u],
      ['closed after an informational answer', (socket: Socket) => socket.end('HTTP/1.1 102 Processing\r\n\r\n'), /^RemoteDisconnected: /u],
      ['closed within the body', (socket: Socket) => socket.end(`${head}30\r\n\r\nabc`), /^IncompleteRead: /u],
      ['closed within the body, as announced', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 30\r\n\r\nabc'), /^IncompleteRead: /u],
      ['closed within a chunk', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc'), /^IncompleteRead: /u],
      ['no HTTP at all', (socket: Socket) => socket.end('220 mail.example.org ESMTP\r\n'), /^HTTPParseError: Response does not match the HTTP\/1\.1 protocol/u],
      ['a bad chunk', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'), /^HTTPParseError: /u],
      ['closed after a 100-continue that nobody asked for', (socket: Socket) => socket.end('HTTP/1.1 100 Continue\r\n\r\n'), /^RemoteDisconnected: /u],
      ['an upgrade nobody asked for', (socket: Socket) => socket.end('HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'), /^ConnectionError: bad upgrade: 101/u],
      ['headers without end', (socket: Socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}\r\n\r\n`), /^HeadersOverflowError: /u],
    ])('%s', async (_, answer, error) => {
      scene.use(await startRawServer((_index, socket) => answer(socket)));
      await expectFailure(error);
    });

    it('reset in the middle of the body', async () => {
      scene.use(await startRawServer((_, socket) => {
        socket.write(`${head}30\r\n\r\nabc`, () => setTimeout(() => socket.resetAndDestroy(), 20));
      }));
      await expectFailure(/^ConnectionResetError: read ECONNRESET$/u);
    });

    it('more than the announced length is a success, and the rest poisons nothing', async () => {
      scene.use(await startRawServer((_, socket) => socket.write(`${head}3\r\n\r\nabcEXTRA`)));
      expect((await scene.client.get('/x')).text()).toBe('abc');
      await scene.server.whenOpen(0);
      expect((await scene.client.get('/x')).text()).toBe('abc');
      expect(scene.sink.rows.map((row) => row.error)).toEqual([null, null]);
      expect(scene.server.accepted()).toBe(2);
    });
  });

  describe('timeouts', () => {
    it('its own, before the headers', async () => {
      await scene.open(() => undefined);
      await expectFailure('TimeoutError: no complete answer within 0.1 s', '/x', { timeout: 0.1 });
      expect(scene.sink.rows[0]?.elapsedMs).toBeGreaterThanOrEqual(99);
      await scene.server.whenOpen(0);
    });

    it('its own, within a body that goes on and on', async () => {
      let drip: NodeJS.Timeout | null = null;
      await scene.open((_, response) => {
        drip = setInterval(() => response.write('x'), 10);
        response.on('close', () => clearInterval(drip ?? undefined));
      });
      await expectFailure('TimeoutError: no complete answer within 0.1 s', '/x', { timeout: 0.1 });
      await scene.server.whenOpen(0);
    });

    it('the user\'s, under the request\'s', async () => {
      await scene.open(() => undefined, { timeout: 0.05 });
      await expectFailure('TimeoutError: no complete answer within 0.05 s');
      const longer = await scene.client.get('/x', { timeout: 0.1 });
      expect(longer.error).toBe('TimeoutError: no complete answer within 0.1 s');
    });

    it('of the network: no headers, no more of the body', async () => {
      await scene.open((request, response) => {
        if (request.url === '/body') response.write('a');
      }, { networkTimeout: 1 });
      const [silent, stalled] = await Promise.all([scene.client.get('/headers'), scene.client.get('/body')]);
      expect(silent.error).toBe('TimeoutError: no answer within 1 s');
      expect(stalled.error).toBe('TimeoutError: no data of the body for 1 s');
      expect(scene.sink.rows).toHaveLength(2);
    });

    it('of the network, also while informational answers come', async () => {
      await scene.open((_, response) => {
        const hints = setInterval(() => response.writeProcessing(), 200);
        response.on('close', () => clearInterval(hints));
      }, { networkTimeout: 1 });
      await expectFailure('TimeoutError: no answer within 1 s');
    });

    it('of the connection', async () => {
      scene.use(await startRawServer(() => undefined), { connectionTimeout: 1 });
      await expectFailure(`ConnectTimeout: connect 127.0.0.1:${scene.server.port} took more than 1 s`, `https://127.0.0.1:${scene.server.port}/x`);
      await scene.server.whenOpen(0);
    });

    it('leaves a client that works on', async () => {
      await scene.open((request, response) => {
        if (request.url === '/fast') response.end('ok');
      });
      await scene.client.get('/slow', { timeout: 0.05 });
      expect((await scene.client.get('/fast', { timeout: 5 })).text()).toBe('ok');
      expect(scene.sink.rows).toHaveLength(2);
    });
  });

  describe('a connection that the server closes while it is idle', () => {
    it('is replaced without a failure', async () => {
      await scene.open((_, response) => response.end('ok'));
      for (let round = 0; round < 5; round += 1) {
        expect((await scene.client.get('/x')).ok).toBe(true);
        scene.server.hangUp();
        await scene.server.whenOpen(0);
        await pause(2); // no server calls idle what it has just answered
      }
      expect(scene.sink.rows).toHaveLength(5);
      expect(scene.server.requests).toHaveLength(5);
      expect(scene.server.accepted()).toBe(5);
    });

    it('is a failure when it closes upon the request, which is not sent again', async () => {
      let seen = 0;
      scene.use(await startRawServer((_, socket) => {
        seen += 1;
        if (seen === 2) socket.end();
        else socket.write(`${head}2\r\n\r\nok`);
      }));
      expect((await scene.client.get('/x')).ok).toBe(true);
      expect((await scene.client.get('/x')).error).toMatch(/^RemoteDisconnected: /u);
      expect((await scene.client.get('/x')).ok).toBe(true);
      expect(seen).toBe(3);
      expect(scene.sink.rows).toHaveLength(3);
    });
  });

  describe('what cannot be sent is no request: it rejects and is not recorded', () => {
    it.each<[string, string, RequestOptions, string]>([
      ['an unknown option', '/x', { data: {} } as RequestOptions, 'unknown-request-option'],
      ['two bodies', '/x', { json: 1, body: '' }, 'two-bodies'],
      ['a body of an odd type', '/x', { body: 3 as unknown as string }, 'bad-request-body'],
      ['a path without a slash', 'x', {}, 'bad-request-url'],
      ['a timeout of 0', '/x', { timeout: 0 }, 'bad-timeout'],
      ['a header with a line break', '/x', { headers: { a: 'b\r\nc: d' } }, 'bad-request'],
      ['a header name with a space', '/x', { headers: { 'a b': 'c' } }, 'bad-request'],
      ['a content length that is not the body\'s', '/x', { body: 'abc', headers: { 'content-length': 7 } }, 'bad-request'],
    ])('%s', async (_, url, options, code) => {
      await scene.open((_request, response) => response.end('ok'), { concurrency: 1 });
      await expect(scene.client.post(url, options)).rejects.toMatchObject({ name: 'BoomerError', code });
      expect(scene.sink.rows).toEqual([]);
      expect(scene.server.requests).toEqual([]);
      expect((await scene.client.get('/fine')).ok).toBe(true);
    });

    it('a method that is none', async () => {
      await scene.open((_, response) => response.end('ok'));
      await expect(scene.client.request('GE T', '/x')).rejects.toMatchObject({ code: 'bad-request' });
      expect(scene.sink.rows).toEqual([]);
    });

    it('a relative path without a host names the three places to set it', async () => {
      await scene.open((_, response) => response.end('ok'));
      const homeless = new HttpClient({ engine, baseUrl: null, sink: scene.sink });
      await expect(homeless.get('/x')).rejects.toThrow(/static host.*--host.*web UI/u);
      expect((await homeless.get(`${scene.server.url}/x`)).ok).toBe(true);
      homeless.close();
    });

    it('a broken sink does not leave the user waiting', async () => {
      await scene.open((_, response) => response.end('ok'));
      const broken = new HttpClient({
        engine,
        baseUrl: scene.server.url,
        sink: {
          phase: () => 1,
          arrived: () => undefined,
          dropped: () => undefined,
          report: () => {
            throw new Error('sink');
          },
        },
      });
      await expect(broken.get('/x')).rejects.toThrow('sink');
      broken.close();
    });
  });
});
