import { HttpClient } from '../../src/http/httpClient.ts';
import { engines } from '../support/engines.ts';
import { httpScene } from '../support/httpScene.ts';
import { startHttpServer, startRawServer } from '../support/httpServer.ts';
import type { Answer } from '../support/httpServer.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);

  const reason = new Error('the user was stopped');
  /** Answers `/fast`, begins `/body` and leaves it, keeps silent otherwise. */
  const someSilence: Answer = (request, response) => {
    if (request.url === '/fast') response.end('ok');
    if (request.url === '/body') response.write('a');
  };

  describe('abort', () => {
    it('rejects what is under way with the reason and records nothing', async () => {
      await scene.open(someSilence);
      const silent = scene.client.get('/silent');
      const begun = scene.client.get('/body');
      await scene.server.whenSeen(2);
      scene.client.abort(reason);
      await expect(silent).rejects.toBe(reason);
      await expect(begun).rejects.toBe(reason);
      await scene.server.whenOpen(0);
      expect(scene.sink.rows).toEqual([]);
    });

    it('leaves nothing under way: what is aborted is told of as dropped, also what waits for its verdict', async () => {
      await scene.open(someSilence);
      const silent = scene.client.get('/silent');
      await scene.client.get('/fast', { catchResponse: true });
      await scene.server.whenSeen(2);
      scene.client.abort(reason);
      await expect(silent).rejects.toBe(reason);
      expect(scene.sink.droppedPhases).toEqual([1, 1]);
      scene.client.close();
      expect(scene.sink.droppedPhases).toHaveLength(2);
    });

    it('rejects at once what is still connecting, and gives the connection up', async () => {
      scene.use(await startRawServer(() => undefined));
      const handshake = scene.client.get(`https://127.0.0.1:${scene.server.port}/x`);
      await scene.server.whenOpen(1);
      scene.client.abort(reason);
      await expect(handshake).rejects.toBe(reason);
      await scene.server.whenOpen(0);
      expect(scene.sink.rows).toEqual([]);
    });

    it('rejects what has not left yet', async () => {
      await scene.open(someSilence);
      const unsent = scene.client.get('/fast');
      scene.client.abort(reason);
      await expect(unsent).rejects.toBe(reason);
      expect(scene.sink.rows).toEqual([]);
    });

    it('rejects what waits for a connection, and its timeout with it', async () => {
      await scene.open(someSilence, { concurrency: 1 });
      const first = scene.client.get('/silent');
      const waiting = scene.client.get('/fast', { timeout: 0.4 });
      await scene.server.whenSeen(1);
      scene.client.abort(reason);
      await expect(first).rejects.toBe(reason);
      await expect(waiting).rejects.toBe(reason);
      await new Promise((resolve) => setTimeout(resolve, 450)); // past the timeout, which must not report any more
      expect(scene.sink.rows).toEqual([]);
      expect(scene.server.requests).toHaveLength(1);
    });

    it('keeps idle connections, and leaves a client that works on', async () => {
      await scene.open(someSilence);
      await Promise.all([scene.client.get('/fast'), scene.client.get('/fast')]);
      const silent = scene.client.get('/silent');
      await scene.server.whenSeen(3);
      scene.client.abort(reason);
      await expect(silent).rejects.toBe(reason);
      expect((await scene.client.get('/fast')).ok).toBe(true);
      expect(scene.server.accepted()).toBe(2);
      expect(scene.sink.rows).toHaveLength(3);
    });

    it('works again and again, one row per request that ended', async () => {
      await scene.open(someSilence);
      for (let round = 1; round <= 20; round += 1) {
        const silent = scene.client.get('/silent');
        if (round % 2 === 0) await scene.server.whenSeen(scene.server.requests.length + 1);
        scene.client.abort(reason);
        await expect(silent).rejects.toBe(reason);
        expect((await scene.client.get('/fast')).ok).toBe(true);
        expect(scene.sink.rows).toHaveLength(round);
      }
      await scene.server.whenOpen(1);
    });

    it('makes no unhandled rejection of a request that nobody awaits', async () => {
      await scene.open(someSilence);
      const unhandled: unknown[] = [];
      const listener = (error: unknown): number => unhandled.push(error);
      process.on('unhandledRejection', listener);
      void scene.client.get('/silent');
      await scene.server.whenSeen(1);
      scene.client.abort(reason);
      await scene.server.whenOpen(0);
      await new Promise((resolve) => setImmediate(resolve));
      process.off('unhandledRejection', listener);
      expect(unhandled).toEqual([]);
    });

    it('may come from within a report', async () => {
      await scene.open(someSilence, { concurrency: 1 });
      const stopping = new HttpClient({
        engine,
        baseUrl: scene.server.url,
        sink: { phase: () => 1, arrived: () => undefined, dropped: () => undefined, report: () => stopping.abort(reason) },
        defaults: { concurrency: 1 },
      });
      const [first, waiting] = await Promise.allSettled([stopping.get('/fast'), stopping.get('/fast')]);
      expect(first.status).toBe('fulfilled');
      expect(waiting).toEqual({ status: 'rejected', reason });
      expect((await stopping.get('/fast')).ok).toBe(true);
      stopping.close();
    });

    it('does nothing when nothing is under way', async () => {
      await scene.open(someSilence);
      scene.client.abort(reason);
      await scene.client.get('/fast');
      scene.client.abort(reason);
      expect((await scene.client.get('/fast')).ok).toBe(true);
      expect(scene.server.accepted()).toBe(1);
    });
  });

  describe('close', () => {
    it('releases every socket, idle or not, and may be called twice', async () => {
      await scene.open(someSilence);
      const other = await startHttpServer(someSilence);
      await Promise.all([scene.client.get('/fast'), scene.client.get('/fast'), scene.client.get(`${other.url}/fast`)]);
      const silent = scene.client.get('/silent');
      await scene.server.whenSeen(3);
      expect(scene.server.open()).toBe(2);
      expect(other.open()).toBe(1);
      scene.client.close();
      scene.client.close();
      await expect(silent).rejects.toMatchObject({ code: 'client-closed' });
      await Promise.all([scene.server.whenOpen(0), other.whenOpen(0)]);
      expect(scene.sink.rows).toHaveLength(3);
      await other.close();
    });

    it('leaves a client that says why it makes no requests', async () => {
      await scene.open(someSilence);
      scene.client.close();
      await expect(scene.client.get('/fast')).rejects.toMatchObject({ code: 'client-closed' });
      expect(scene.server.accepted()).toBe(0);
    });

    it('leaves no socket behind after a thousand users', async () => {
      await scene.open(someSilence);
      for (let round = 0; round < 20; round += 1) {
        const clients = Array.from({ length: 50 }, () => new HttpClient({ engine, baseUrl: scene.server.url, sink: scene.sink }));
        await Promise.all(clients.map((each) => each.get('/fast')));
        for (const each of clients) each.close();
        await scene.server.whenOpen(0);
      }
      expect(scene.server.accepted()).toBe(1000);
      expect(scene.sink.rows).toHaveLength(1000);
    });
  });
});
