import { HttpClient } from '../../src/http/httpClient.ts';
import { engines } from '../support/engines.ts';
import { httpScene, ok } from '../support/httpScene.ts';
import { startHttpServer, startRawServer } from '../support/httpServer.ts';
import type { Answer, SeenRequest } from '../support/httpServer.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);

  function lastSeen(): SeenRequest {
    const seen = scene.server.requests.at(-1);
    if (seen === undefined) throw new Error('the server saw no request');
    return seen;
  }

  describe('methods', () => {
    it.each(['get', 'post', 'put', 'patch', 'delete', 'head', 'options'] as const)('%s sends its method and records it in upper case', async (method) => {
      await scene.open(ok);
      const response = await scene.client[method]('/x');
      expect(lastSeen()).toMatchObject({ method: method.toUpperCase(), url: '/x' });
      expect(response).toMatchObject({ status: 200, ok: true, error: null });
      expect(scene.sink.rows).toEqual([expect.objectContaining({ phase: 1, method: method.toUpperCase(), name: '/x', error: null })]);
    });

    it('request takes any method in any case', async () => {
      await scene.open(ok);
      await scene.client.request('propfind', '/x');
      expect(lastSeen().method).toBe('PROPFIND');
      expect(scene.sink.rows[0]?.method).toBe('PROPFIND');
    });

    it('all use one connection, also after a HEAD and a DELETE with a body', async () => {
      await scene.open(ok);
      await scene.client.head('/x');
      await scene.client.delete('/x', { json: 1 });
      await scene.client.get('/x', { body: 'odd' });
      await scene.client.options('/x');
      expect(scene.server.accepted()).toBe(1);
      expect(lastSeen().method).toBe('OPTIONS');
    });
  });

  describe('what is sent', () => {
    it.each([
      ['json', { json: { a: [1, 'é'] } }, '{"a":[1,"é"]}', 'application/json'],
      ['a string', { body: 'é' }, 'é', undefined],
      ['bytes', { body: new Uint8Array([97, 98]) }, 'ab', undefined],
      ['a view into a larger buffer', { body: new Uint8Array([97, 98, 99]).subarray(1) }, 'bc', undefined],
      ['an array buffer', { body: new Uint8Array([97]).buffer }, 'a', undefined],
      ['nothing', {}, '', undefined],
    ])('%s', async (_, options, body, contentType) => {
      await scene.open(ok);
      await scene.client.post('/x', options);
      expect(lastSeen().body.toString()).toBe(body);
      expect(lastSeen().headers['content-type']).toBe(contentType);
      expect(lastSeen().headers['content-length']).toBe(String(Buffer.byteLength(body)));
    });

    it('default headers, the user\'s and the request\'s, the nearest winning', async () => {
      await scene.open(ok, { headers: { 'X-User': 'u', accept: 'text/html' } });
      await scene.client.get('/x', { headers: { 'x-user': 'r', 'x-many': ['1', '2'] } });
      expect(lastSeen().headers).toMatchObject({ 'user-agent': 'boomer-node', accept: 'text/html', 'x-user': 'r', 'x-many': '1, 2', connection: 'keep-alive' });
    });

    it('the credentials of the host as basic authorization', async () => {
      await scene.open(ok);
      const ada = new HttpClient({ engine, baseUrl: scene.server.url.replace('//', '//ada:secret@'), sink: scene.sink });
      await ada.get('/x');
      ada.close();
      expect(lastSeen().headers.authorization).toBe(`Basic ${Buffer.from('ada:secret').toString('base64')}`);
    });
  });

  describe('rows', () => {
    it('are named by the joined path with its query (those of FastHttpUser by the URL as it is written), or by name', async () => {
      await scene.open(ok);
      await scene.client.get('/a b?q=1');
      await scene.client.get('/a', { query: { page: 2 } });
      await scene.client.get('/item/17', { name: '/item/[id]' });
      await scene.client.get('/empty', { name: '' });
      await scene.client.get(`${scene.server.url}/abs?x#f`);
      await new HttpClient({ engine, baseUrl: `${scene.server.url}/api`, sink: scene.sink }).get('/x');
      const written = ['/a b?q=1', '/a', '/item/[id]', '/empty', `${scene.server.url}/abs?x#f`, '/x'];
      expect(scene.sink.rows.map((row) => row.name)).toEqual(engine.namesByUrl ? written : ['/a%20b?q=1', '/a?page=2', '/item/[id]', '/empty', '/abs?x', '/api/x']);
      expect(scene.server.requests.map((request) => request.url)).toEqual(['/a%20b?q=1', '/a?page=2', '/item/17', '/empty', '/abs?x', '/api/x']);
    });

    it('carry the phase in which the request began', async () => {
      await scene.open((_, response) => {
        scene.sink.currentPhase = 2;
        response.end();
      });
      await scene.client.get('/x');
      expect(scene.sink.rows[0]?.phase).toBe(1);
    });

    it('time from the call to the last byte, and say when that was', async () => {
      await scene.open((_, response) => {
        response.write('a');
        setTimeout(() => response.end('b'), 50);
      });
      const beforeMs = performance.now();
      const response = await scene.client.get('/x');
      const afterMs = performance.now();
      const [row] = scene.sink.rows;
      expect(row?.elapsedMs).toBeGreaterThanOrEqual(49);
      expect(row?.elapsedMs).toBeLessThanOrEqual(afterMs - beforeMs);
      expect(row?.endMs).toBeLessThanOrEqual(afterMs);
      expect(row?.endMs).toBeGreaterThanOrEqual(beforeMs + 49);
      expect(response.elapsedMs).toBe(row?.elapsedMs);
    });
  });

  describe('answers', () => {
    it.each([
      [200, 'hi', null],
      [204, '', null],
      [304, '', null],
      [404, 'no', `HTTPError('404 Client Error: Not Found for url: /x')`],
      [500, 'no', `HTTPError('500 Server Error: Internal Server Error for url: /x')`],
    ])('status %i', async (status, body, error) => {
      await scene.open((_, response) => {
        response.writeHead(status);
        response.end(body);
      });
      const response = await scene.client.get('/x');
      expect(response).toMatchObject({ status, ok: error === null, bytes: body.length, error, url: `${scene.server.url}/x` });
      expect(response.text()).toBe(body);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ bytes: body.length, error })]);
      if (error !== null) expect(() => response.raiseForStatus()).toThrow(error);
    });

    it('a failure is named by the row, so that URLs group', async () => {
      await scene.open((_, response) => {
        response.writeHead(404);
        response.end();
      });
      await scene.client.get('/item/1', { name: '/item/[id]' });
      expect(scene.sink.rows[0]?.error).toBe(`HTTPError('404 Client Error: Not Found for url: /item/[id]')`);
    });

    it('headers and JSON are there without awaiting', async () => {
      await scene.open((_, response) => {
        response.writeHead(200, { ETag: '"7"', 'set-cookie': ['a=1', 'b=2'], 'content-type': 'application/json' });
        response.end('{"total":3}');
      });
      const response = await scene.client.get('/x');
      expect(response.headers.get('etag')).toBe('"7"');
      expect(response.headers.getAll('set-cookie')).toEqual(['a=1', 'b=2']);
      expect(response.json<{ total: number }>().total).toBe(3);
      expect(response.body).toHaveLength(11);
    });

    it('a HEAD has headers and no body', async () => {
      await scene.open((_, response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.end();
      });
      const response = await scene.client.head('/x');
      expect(response.headers.get('content-length')).toBe('1000');
      expect(response.bytes).toBe(0);
      expect(scene.sink.rows[0]).toMatchObject({ bytes: 0, error: null });
    });

    it('a chunked body is put together', async () => {
      await scene.open((_, response) => {
        response.write('one ');
        setImmediate(() => {
          response.write('two ');
          setImmediate(() => response.end('three'));
        });
      });
      const response = await scene.client.get('/x');
      expect(response.text()).toBe('one two three');
      expect(response.bytes).toBe(13);
    });

    it('a body of 5 MB arrives whole, byte for byte', async () => {
      const big = Buffer.alloc(5 * 1024 * 1024, Buffer.from(Array.from({ length: 251 }, (_, at) => at)));
      await scene.open((request, response) => response.end(request.body));
      const response = await scene.client.put('/x', { body: big });
      expect(response.bytes).toBe(big.byteLength);
      expect(big.equals(response.body)).toBe(true);
      expect(scene.sink.rows[0]?.bytes).toBe(big.byteLength);
    });

    it('informational answers are passed over', async () => {
      await scene.open((_, response) => {
        response.writeProcessing();
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.end('ok');
      });
      expect((await scene.client.get('/x')).text()).toBe('ok');
      expect(scene.sink.rows).toHaveLength(1);
    });

    it('a body that ends with the connection is whole', async () => {
      scene.use(await startRawServer((_, socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nall of it')));
      expect((await scene.client.get('/x')).text()).toBe('all of it');
      expect((await scene.client.get('/x')).ok).toBe(true);
      expect(scene.sink.rows.map((row) => row.error)).toEqual([null, null]);
      expect(scene.server.accepted()).toBe(2);
    });
  });

  describe('redirects', () => {
    const table: Answer = (request, response) => {
      const to: Readonly<Record<string, readonly [status: number, location: string | null]>> = {
        '/first': [302, '/second'],
        '/second': [301, 'third?x=1'],
        '/loop': [302, '/loop'],
        '/kept': [307, '/echo'],
        '/gone': [302, '/404'],
        '/bad': [302, 'ftp://h/'],
        '/nowhere': [302, ''],
        '/mute': [302, null],
      };
      const [status, location] = to[request.url] ?? [request.url === '/404' ? 404 : 200, null];
      response.writeHead(status, location === null ? {} : { location });
      response.end(status === 200 ? `${request.method} ${request.body.toString()}` : 'moved');
    };

    it('are followed as one row of the first name, with the last answer', async () => {
      await scene.open(table);
      const response = await scene.client.post('/first', { json: 1 });
      expect(scene.server.requests.map((request) => `${request.method} ${request.url}`)).toEqual(['POST /first', 'GET /second', 'GET /third?x=1']);
      expect(response).toMatchObject({ status: 200, url: `${scene.server.url}/third?x=1` });
      expect(response.text()).toBe('GET ');
      expect(scene.sink.rows).toEqual([expect.objectContaining({ method: 'POST', name: '/first', bytes: 4, error: null })]);
      expect(scene.server.accepted()).toBe(1);
    });

    it('are the history of the answer, as of one that never came', async () => {
      await scene.open(table);
      const response = await scene.client.get('/first');
      expect(response.history.map(({ status, url, headers }) => [status, url, headers.get('location')])).toEqual([[302, `${scene.server.url}/first`, '/second'], [301, `${scene.server.url}/second`, 'third?x=1']]);
      expect((await scene.client.get('/echo')).history).toEqual([]);
      expect((await scene.client.get('/loop')).history).toHaveLength(30);
      const streamed = await scene.client.get('/first', { stream: true });
      expect(streamed.history).toHaveLength(2);
      await streamed.discard();
    });

    it('keep method and body after a 307', async () => {
      await scene.open(table);
      expect((await scene.client.post('/kept', { body: 'data' })).text()).toBe('POST data');
    });

    it('fail with the last status under the first name', async () => {
      await scene.open(table);
      expect((await scene.client.get('/gone')).error).toBe(`HTTPError('404 Client Error: Not Found for url: /gone')`);
      expect(scene.sink.rows).toHaveLength(1);
    });

    it('end after 30, as with Locust', async () => {
      await scene.open(table);
      const response = await scene.client.get('/loop');
      expect(response).toMatchObject({ status: 0, error: `TooManyRedirects('Exceeded 30 redirects.')` });
      expect(scene.server.requests).toHaveLength(31);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ name: '/loop', error: response.error })]);
    });

    it('fail when they lead nowhere, and are answers when they name no place', async () => {
      await scene.open(table);
      expect((await scene.client.get('/bad')).error).toBe('InvalidURL: the location of a redirect is no http(s) URL');
      expect(await scene.client.get('/nowhere')).toMatchObject({ status: 302, ok: true });
      expect(await scene.client.get('/mute')).toMatchObject({ status: 302, ok: true });
      expect(scene.server.requests).toHaveLength(3);
      expect(scene.sink.rows).toHaveLength(3);
    });

    it('are not followed when told so, nor by HEAD', async () => {
      await scene.open(table);
      expect(await scene.client.get('/first', { allowRedirects: false })).toMatchObject({ status: 302, ok: true });
      expect(await scene.client.head('/first')).toMatchObject({ status: 302, ok: true });
      expect(scene.server.requests).toHaveLength(2);
    });

    it('lead to other origins without the credentials', async () => {
      await scene.open(table);
      const other = await startHttpServer(ok);
      const from = await startHttpServer((_, response) => {
        response.writeHead(302, { location: `${other.url}/there` });
        response.end();
      });
      const response = await scene.client.get(`${from.url}/x`, { headers: { authorization: 'secret', 'x-kept': '1' } });
      expect(response.url).toBe(`${other.url}/there`);
      expect(other.requests[0]?.headers).toMatchObject({ 'x-kept': '1' });
      expect(other.requests[0]?.headers.authorization).toBeUndefined();
      expect(scene.sink.rows).toEqual([expect.objectContaining({ name: engine.namesByUrl ? `${from.url}/x` : '/x', error: null })]);
      scene.client.close();
      await Promise.all([other.close(), from.close()]);
    });
  });
});
