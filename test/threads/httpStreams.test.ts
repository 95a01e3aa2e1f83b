import { engines } from '../support/engines.ts';
import { httpScene } from '../support/httpScene.ts';
import type { Answer } from '../support/httpServer.ts';
import { until } from '../support/until.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);
  /** Bytes of `/endless` that the server was allowed to write. */
  let writtenBytes = 0;

  const chunk = Buffer.alloc(64 * 1024, 97);

  const table: Answer = (request, response) => {
    switch (request.url) {
      case '/three':
        response.write('one ');
        setTimeout(() => {
          response.write('two ');
          setTimeout(() => response.end('three'), 20);
        }, 20);
        return;
      case '/big':
        response.end(Buffer.alloc(20 * 1024 * 1024, 97));
        return;
      case '/endless': {
        const write = (): void => {
          let isOpen = true;
          while (isOpen && !response.destroyed) {
            isOpen = response.write(chunk);
            writtenBytes += chunk.byteLength;
          }
        };
        response.on('drain', write);
        write();
        return;
      }
      case '/broken':
        response.write('half');
        setTimeout(() => response.destroy(), 20);
        return;
      case '/404':
        response.writeHead(404);
        response.end('gone');
        return;
      case '/moved':
        response.writeHead(302, { location: '/three' });
        response.end('there');
        return;
      default:
        response.end('ok');
    }
  };

  beforeEach(async () => {
    writtenBytes = 0;
    await scene.open(table);
  });

  describe('a streamed response', () => {
    it('is there with its headers, is read piece by piece, and recorded at its last byte', async () => {
      const response = await scene.client.get('/three', { stream: true });
      expect(response).toMatchObject({ status: 200, ok: true, elapsedMs: null, bytes: null, url: `${scene.server.url}/three` });
      expect(scene.sink.rows).toEqual([]);
      const pieces: string[] = [];
      for await (const piece of response) pieces.push(Buffer.from(piece).toString());
      expect(pieces).toEqual(['one ', 'two ', 'three']);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ name: '/three', bytes: 13, error: null })]);
      expect(scene.sink.rows[0]?.elapsedMs).toBeGreaterThanOrEqual(39);
      expect(response).toMatchObject({ bytes: 13, elapsedMs: scene.sink.rows[0]?.elapsedMs });
    });

    it('can be thrown away', async () => {
      const response = await scene.client.get('/big', { stream: true });
      await response.discard();
      expect(response.bytes).toBe(20 * 1024 * 1024);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ bytes: 20 * 1024 * 1024, error: null })]);
      expect((await scene.client.get('/ok')).text()).toBe('ok');
      expect(scene.server.accepted()).toBe(1);
    });

    it('holds the server back while nobody reads', async () => {
      const response = await scene.client.get('/endless', { stream: true });
      let before = -1;
      await until('the server to stop writing', () => {
        const isStill = writtenBytes > 0 && writtenBytes === before;
        before = writtenBytes;
        return isStill;
      });
      expect(writtenBytes).toBeLessThan(32 * 1024 * 1024);
      let readBytes = 0;
      for await (const piece of response) {
        readBytes += piece.byteLength;
        if (readBytes > 2 * before) break;
      }
      expect(writtenBytes).toBeGreaterThan(before);
    });

    it('ends where its reader stops, which ends the connection', async () => {
      const response = await scene.client.get('/endless', { stream: true });
      for await (const piece of response) {
        expect(piece.byteLength).toBeGreaterThan(0);
        break;
      }
      expect(scene.sink.rows).toEqual([expect.objectContaining({ name: '/endless', error: null })]);
      expect(response.bytes).toBeGreaterThan(0);
      await scene.server.whenOpen(0);
      expect((await scene.client.get('/ok')).ok).toBe(true);
      expect(scene.sink.rows).toHaveLength(2);
    });

    it('that breaks off ends, and says so', async () => {
      const response = await scene.client.get('/broken', { stream: true });
      let text = '';
      for await (const piece of response) text += Buffer.from(piece).toString();
      expect(text).toBe('half');
      expect(response.error).toMatch(/^IncompleteRead: /u);
      expect(() => response.raiseForStatus()).toThrow(/^IncompleteRead/u);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ error: response.error })]);
    });

    it('with a bad status is a failure from the first', async () => {
      const response = await scene.client.get('/404', { stream: true });
      expect(response.error).toBe(`HTTPError('404 Client Error: Not Found for url: /404')`);
      await response.discard();
      expect(scene.sink.rows).toEqual([expect.objectContaining({ bytes: 4, error: response.error })]);
    });

    it('comes after redirects', async () => {
      const response = await scene.client.get('/moved', { stream: true });
      await response.discard();
      expect(response.url).toBe(`${scene.server.url}/three`);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ name: '/moved', bytes: 13, error: null })]);
    });

    it('of a request without an answer is empty', async () => {
      await scene.server.close();
      const response = await scene.client.get('/three', { stream: true });
      expect(response).toMatchObject({ status: 0, bytes: 0, ok: false });
      await response.discard();
      expect(scene.sink.rows).toEqual([expect.objectContaining({ error: expect.stringMatching(/^ConnectionRefusedError/u) as string })]);
    });

    it('keeps to its timeout', async () => {
      const response = await scene.client.get('/endless', { stream: true, timeout: 0.1 });
      await response.discard();
      expect(response.error).toBe('TimeoutError: no complete answer within 0.1 s');
      expect(scene.sink.rows).toHaveLength(1);
      await scene.server.whenOpen(0);
    });

    it('rejects its reader when the user is stopped, and is not recorded', async () => {
      const response = await scene.client.get('/endless', { stream: true });
      const reason = new Error('stopped');
      const reading = response.discard();
      scene.client.abort(reason);
      await expect(reading).rejects.toBe(reason);
      expect(scene.sink.rows).toEqual([]);
      await scene.server.whenOpen(0);
    });

    it('is read once', async () => {
      const response = await scene.client.get('/three', { stream: true });
      await response.discard();
      await expect(response.discard()).rejects.toThrow(/can be read once/u);
    });

    it('is nothing to judge', async () => {
      await expect(scene.client.get('/three', { stream: true, check: () => true })).rejects.toThrow(/leave stream out/u);
    });
  });
});
