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

  const reason = new Error('the user was stopped');
  /** Answers `/fast`, begins `/body` and leaves it, keeps silent otherwise. */
  const someSilence: Answer = (request, response) => {
    if (request.url === '/fast') response.end('ok');
    if (request.url === '/body') response.write('a');
  };

  describe('abort', () => {
    it('rejects what is under way with the reason and records nothing', async () => {
      use(await startHttpServer(someSilence));
      const silent = client.get('/silent');
      const begun = client.get('/body');
      await server.whenSeen(2);
      client.abort(reason);
      await expect(silent).rejects.toBe(reason);
      await expect(begun).rejects.toBe(reason);
      await server.whenOpen(0);
      expect(sink.rows).toEqual([]);
    });

    it('rejects at once what is still connecting, and gives the connection up', async () => {
      use(await startRawServer(() => undefined));
      const handshake = client.get(`https://127.0.0.1:${server.port}/x`);
      await server.whenOpen(1);
      client.abort(reason);
      await expect(handshake).rejects.toBe(reason);
      await server.whenOpen(0);
      expect(sink.rows).toEqual([]);
    });

    it('rejects what has not left yet', async () => {
      use(await startHttpServer(someSilence));
      const unsent = client.get('/fast');
      client.abort(reason);
      await expect(unsent).rejects.toBe(reason);
      expect(sink.rows).toEqual([]);
    });

    it('rejects what waits for a connection, and its timeout with it', async () => {
      use(await startHttpServer(someSilence), { concurrency: 1 });
      const first = client.get('/silent');
      const waiting = client.get('/fast', { timeout: 0.05 });
      await server.whenSeen(1);
      client.abort(reason);
      await expect(first).rejects.toBe(reason);
      await expect(waiting).rejects.toBe(reason);
      await new Promise((resolve) => setTimeout(resolve, 60)); // past the timeout, which must not report any more
      expect(sink.rows).toEqual([]);
      expect(server.requests).toHaveLength(1);
    });

    it('keeps idle connections, and leaves a client that works on', async () => {
      use(await startHttpServer(someSilence));
      await Promise.all([client.get('/fast'), client.get('/fast')]);
      const silent = client.get('/silent');
      await server.whenSeen(3);
      client.abort(reason);
      await expect(silent).rejects.toBe(reason);
      expect((await client.get('/fast')).ok).toBe(true);
      expect(server.accepted()).toBe(2);
      expect(sink.rows).toHaveLength(3);
    });

    it('works again and again, one row per request that ended', async () => {
      use(await startHttpServer(someSilence));
      for (let round = 1; round <= 20; round += 1) {
        const silent = client.get('/silent');
        if (round % 2 === 0) await server.whenSeen(server.requests.length + 1);
        client.abort(reason);
        await expect(silent).rejects.toBe(reason);
        expect((await client.get('/fast')).ok).toBe(true);
        expect(sink.rows).toHaveLength(round);
      }
      await server.whenOpen(1);
    });

    it('makes no unhandled rejection of a request that nobody awaits', async () => {
      use(await startHttpServer(someSilence));
      const unhandled: unknown[] = [];
      const listener = (error: unknown): number => unhandled.push(error);
      process.on('unhandledRejection', listener);
      void client.get('/silent');
      await server.whenSeen(1);
      client.abort(reason);
      await server.whenOpen(0);
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', listener);
      expect(unhandled).toEqual([]);
    });

    it('may come from within a report', async () => {
      use(await startHttpServer(someSilence), { concurrency: 1 });
      const stopping = new HttpClient({
        engine,
        baseUrl: server.url,
        sink: { phase: () => 1, report: () => stopping.abort(reason) },
        defaults: { concurrency: 1 },
      });
      const [first, waiting] = await Promise.allSettled([stopping.get('/fast'), stopping.get('/fast')]);
      expect(first.status).toBe('fulfilled');
      expect(waiting).toEqual({ status: 'rejected', reason });
      expect((await stopping.get('/fast')).ok).toBe(true);
      stopping.close();
    });

    it('does nothing when nothing is under way', async () => {
      use(await startHttpServer(someSilence));
      client.abort(reason);
      await client.get('/fast');
      client.abort(reason);
      expect((await client.get('/fast')).ok).toBe(true);
      expect(server.accepted()).toBe(1);
    });
  });

  describe('close', () => {
    it('releases every socket, idle or not, and may be called twice', async () => {
      use(await startHttpServer(someSilence));
      const other = await startHttpServer(someSilence);
      await Promise.all([client.get('/fast'), client.get('/fast'), client.get(`${other.url}/fast`)]);
      const silent = client.get('/silent');
      await server.whenSeen(3);
      expect(server.open()).toBe(2);
      expect(other.open()).toBe(1);
      client.close();
      client.close();
      await expect(silent).rejects.toMatchObject({ code: 'client-closed' });
      await Promise.all([server.whenOpen(0), other.whenOpen(0)]);
      expect(sink.rows).toHaveLength(3);
      await other.close();
    });

    it('leaves a client that says why it makes no requests', async () => {
      use(await startHttpServer(someSilence));
      client.close();
      await expect(client.get('/fast')).rejects.toMatchObject({ code: 'client-closed' });
      expect(server.accepted()).toBe(0);
    });

    it('leaves no socket behind after a thousand users', async () => {
      use(await startHttpServer(someSilence));
      for (let round = 0; round < 20; round += 1) {
        const clients = Array.from({ length: 50 }, () => new HttpClient({ engine, baseUrl: server.url, sink }));
        await Promise.all(clients.map((each) => each.get('/fast')));
        for (const each of clients) each.close();
        await server.whenOpen(0);
      }
      expect(server.accepted()).toBe(1000);
      expect(sink.rows).toHaveLength(1000);
    });
  });
});
