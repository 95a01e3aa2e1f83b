import { HttpClient } from '../../src/client/http.ts';
import type { HttpDefaults } from '../../src/client/http.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer, startRawServer } from '../support/httpServer.ts';
import type { Answer, TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';

describe.each(engines)('%s', (_kind, engine) => {
  let server: TestServer;
  let client: HttpClient;
  let sink: RecordingSink;

  function use(started: TestServer, defaults: HttpDefaults = {}): void {
    server = started;
    sink = recordingSink();
    client = new HttpClient({ engine, baseUrl: server.url, sink, defaults });
  }

  afterEach(async () => {
    client.close();
    await server.close();
  });

  const ok: Answer = (_, response) => response.end('ok');

  describe('requests of one user', () => {
    it('one after the other share one connection', async () => {
      use(await startHttpServer(ok));
      for (let at = 0; at < 100; at += 1) await client.get('/x');
      expect(server.accepted()).toBe(1);
      expect(sink.rows).toHaveLength(100);
    });

    it('in parallel really are under way together', async () => {
      const held: (() => void)[] = [];
      use(await startHttpServer((_, response) => {
        held.push(() => response.end('ok'));
        if (held.length === 5) for (const release of held) release();
      }));
      const responses = await Promise.all(Array.from({ length: 5 }, (_, at) => client.get(`/${at}`)));
      expect(responses.map((response) => response.ok)).toEqual([true, true, true, true, true]);
      expect(server.accepted()).toBe(5);
    });

    it('wait in line beyond the limit of connections, and their time includes it', async () => {
      use(await startHttpServer((_, response) => setTimeout(() => response.end('ok'), 30)), { concurrency: 2 });
      const responses = await Promise.all(Array.from({ length: 6 }, (_, at) => client.get(`/${at}`)));
      expect(server.requests.map((request) => request.url)).toHaveLength(6);
      expect(server.accepted()).toBe(2);
      expect(responses[5]?.elapsedMs).toBeGreaterThanOrEqual(85);
      expect(sink.rows).toHaveLength(6);
    });

    it('wait in line behind failures and timeouts too', async () => {
      use(await startHttpServer((request, response) => {
        if (request.url === '/cut') response.destroy();
        if (request.url === '/fast') response.end('ok');
      }), { concurrency: 1 });
      const [cut, late, fast] = await Promise.all([client.get('/cut'), client.get('/silent', { timeout: 0.1 }), client.get('/fast')]);
      expect(cut.error).toMatch(/^RemoteDisconnected|^ConnectionReset/u);
      expect(late.error).toMatch(/^TimeoutError/u);
      expect(fast.ok).toBe(true);
      expect(sink.rows).toHaveLength(3);
    });

    it('wait in line while nothing can be connected', async () => {
      use(await startHttpServer(ok), { concurrency: 1 });
      await server.close();
      const responses = await Promise.all(Array.from({ length: 5 }, () => client.get('/x')));
      expect(responses.map((response) => response.error?.split(':')[0])).toEqual(Array.from({ length: 5 }, () => 'ConnectionRefusedError'));
      expect(sink.rows).toHaveLength(5);
    });

    it('give up at their timeout while they wait in line, unsent', async () => {
      use(await startHttpServer((request, response) => {
        if (request.url === '/slow') setTimeout(() => response.end('ok'), 150);
      }), { concurrency: 1 });
      const [slow, waiting] = await Promise.all([client.get('/slow'), client.get('/never', { timeout: 0.05 })]);
      expect(slow.ok).toBe(true);
      expect(waiting.error).toBe('TimeoutError: no complete answer within 0.05 s');
      await client.get('/slow');
      expect(server.requests.map((request) => request.url)).toEqual(['/slow', '/slow']);
      expect(sink.rows).toHaveLength(3);
    });

    it('to several origins have connections of their own', async () => {
      use(await startHttpServer(ok));
      const other = await startHttpServer(ok);
      for (let at = 0; at < 3; at += 1) {
        await client.get('/x');
        await client.get(`${other.url}/y`);
      }
      expect([server.accepted(), other.accepted()]).toEqual([1, 1]);
      client.close();
      await other.close();
    });

    it('follow redirects from a connection that others wait for', async () => {
      use(await startHttpServer((request, response) => {
        if (request.url === '/from') response.writeHead(302, { location: '/to' });
        response.end(request.url);
      }), { concurrency: 1 });
      const bodies = await Promise.all(['/from', '/a', '/from', '/b'].map(async (url) => (await client.get(url)).text()));
      expect(bodies).toEqual(['/to', '/a', '/to', '/b']);
      expect(server.accepted()).toBe(1);
      expect(sink.rows).toHaveLength(4);
    });
  });

  describe('counts', () => {
    it('agree between server and rows: every answer that was sent whole is a success, everything else a failure', async () => {
      let answered = 0;
      let broken = 0;
      let index = 0;
      use(await startRawServer((_, socket) => {
        index += 1;
        switch (index % 7) {
          case 1:
            broken += 1;
            socket.resetAndDestroy();
            break;
          case 3:
            broken += 1;
            socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc');
            break;
          case 5:
            answered += 1;
            socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok');
            break;
          default:
            answered += 1;
            socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        }
      }));
      const users = Array.from({ length: 20 }, () => new HttpClient({ engine, baseUrl: server.url, sink }));
      const perUser = 50;
      await Promise.all(
        users.map(async (user) => {
          for (let at = 0; at < perUser; at += 1) await user.get('/x');
          user.close();
        }),
      );
      expect(sink.rows).toHaveLength(users.length * perUser);
      expect(answered + broken).toBe(users.length * perUser);
      expect(sink.rows.filter((row) => row.error === null)).toHaveLength(answered);
      expect(sink.rows.filter((row) => row.error !== null)).toHaveLength(broken);
    });
  });
});
