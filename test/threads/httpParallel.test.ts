import { HttpClient } from '../../src/http/httpClient.ts';
import { engines } from '../support/engines.ts';
import { httpScene, ok } from '../support/httpScene.ts';
import { startHttpServer, startRawServer } from '../support/httpServer.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);

  describe('requests of one user', () => {
    it('one after the other share one connection', async () => {
      await scene.open(ok);
      for (let at = 0; at < 100; at += 1) await scene.client.get('/x');
      expect(scene.server.accepted()).toBe(1);
      expect(scene.sink.rows).toHaveLength(100);
    });

    it('in parallel really are under way together', async () => {
      const held: (() => void)[] = [];
      await scene.open((_, response) => {
        held.push(() => response.end('ok'));
        if (held.length === 5) for (const release of held) release();
      });
      const responses = await Promise.all(Array.from({ length: 5 }, (_, at) => scene.client.get(`/${at}`)));
      expect(responses.map((response) => response.ok)).toEqual([true, true, true, true, true]);
      expect(scene.server.accepted()).toBe(5);
    });

    it('wait in line beyond the limit of connections, and their time includes it', async () => {
      await scene.open((_, response) => setTimeout(() => response.end('ok'), 30), { concurrency: 2 });
      const responses = await Promise.all(Array.from({ length: 6 }, (_, at) => scene.client.get(`/${at}`)));
      expect(scene.server.requests.map((request) => request.url)).toHaveLength(6);
      expect(scene.server.accepted()).toBe(2);
      expect(responses[5]?.elapsedMs).toBeGreaterThanOrEqual(85);
      expect(scene.sink.rows).toHaveLength(6);
    });

    it('wait in line behind failures and timeouts too', async () => {
      await scene.open((request, response) => {
        if (request.url === '/cut') response.destroy();
        if (request.url === '/fast') response.end('ok');
      }, { concurrency: 1 });
      const [cut, late, fast] = await Promise.all([scene.client.get('/cut'), scene.client.get('/silent', { timeout: 0.1 }), scene.client.get('/fast')]);
      expect(cut.error).toMatch(/^RemoteDisconnected|^ConnectionReset/u);
      expect(late.error).toMatch(/^TimeoutError/u);
      expect(fast.ok).toBe(true);
      expect(scene.sink.rows).toHaveLength(3);
    });

    it('wait in line while nothing can be connected', async () => {
      await scene.open(ok, { concurrency: 1 });
      await scene.server.close();
      const responses = await Promise.all(Array.from({ length: 5 }, () => scene.client.get('/x')));
      expect(responses.map((response) => response.error?.split(':')[0])).toEqual(Array.from({ length: 5 }, () => 'ConnectionRefusedError'));
      expect(scene.sink.rows).toHaveLength(5);
    });

    it('give up at their timeout while they wait in line, unsent', async () => {
      await scene.open((request, response) => {
        if (request.url === '/slow') setTimeout(() => response.end('ok'), 150);
      }, { concurrency: 1 });
      const [slow, waiting] = await Promise.all([scene.client.get('/slow'), scene.client.get('/never', { timeout: 0.05 })]);
      expect(slow.ok).toBe(true);
      expect(waiting.error).toBe('TimeoutError: no complete answer within 0.05 s');
      await scene.client.get('/slow');
      expect(scene.server.requests.map((request) => request.url)).toEqual(['/slow', '/slow']);
      expect(scene.sink.rows).toHaveLength(3);
    });

    it('to several origins have connections of their own', async () => {
      await scene.open(ok);
      const other = await startHttpServer(ok);
      for (let at = 0; at < 3; at += 1) {
        await scene.client.get('/x');
        await scene.client.get(`${other.url}/y`);
      }
      expect([scene.server.accepted(), other.accepted()]).toEqual([1, 1]);
      scene.client.close();
      await other.close();
    });

    it('follow redirects from a connection that others wait for', async () => {
      await scene.open((request, response) => {
        if (request.url === '/from') response.writeHead(302, { location: '/to' });
        response.end(request.url);
      }, { concurrency: 1 });
      const bodies = await Promise.all(['/from', '/a', '/from', '/b'].map(async (url) => (await scene.client.get(url)).text()));
      expect(bodies).toEqual(['/to', '/a', '/to', '/b']);
      expect(scene.server.accepted()).toBe(1);
      expect(scene.sink.rows).toHaveLength(4);
    });
  });

  describe('counts', () => {
    it('agree between server and rows: every answer that was sent whole is a success, everything else a failure', async () => {
      let answered = 0;
      let broken = 0;
      let index = 0;
      scene.use(await startRawServer((_, socket) => {
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
      const users = Array.from({ length: 20 }, () => new HttpClient({ engine, baseUrl: scene.server.url, sink: scene.sink }));
      const perUser = 50;
      await Promise.all(
        users.map(async (user) => {
          for (let at = 0; at < perUser; at += 1) await user.get('/x');
          user.close();
        }),
      );
      expect(scene.sink.rows).toHaveLength(users.length * perUser);
      expect(answered + broken).toBe(users.length * perUser);
      expect(scene.sink.rows.filter((row) => row.error === null)).toHaveLength(answered);
      expect(scene.sink.rows.filter((row) => row.error !== null)).toHaveLength(broken);
    });
  });
});
