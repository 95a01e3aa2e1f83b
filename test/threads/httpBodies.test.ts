import { Readable } from 'node:stream';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { RequestOptions } from '../../src/http/index.ts';
import { knownCodings } from '../../src/http/response/contentCoding.ts';
import { engines } from '../support/engines.ts';
import { httpScene, ok } from '../support/httpScene.ts';
import type { Answer, SeenRequest } from '../support/httpServer.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);

  async function post(options: RequestOptions): Promise<SeenRequest> {
    await scene.open(ok);
    const response = await scene.client.post('/x', options);
    expect(response.error).toBeNull();
    const [seen] = scene.server.requests;
    if (seen === undefined) throw new Error('the server saw no request');
    return seen;
  }

  describe('form', () => {
    it('is sent url-encoded', async () => {
      const seen = await post({ form: { user: 'ada l.', tags: ['a', 'b'], page: 2, none: null, off: undefined, yes: true } });
      expect(seen.body.toString()).toBe('user=ada+l.&tags=a&tags=b&page=2&yes=true');
      expect(seen.headers['content-type']).toBe('application/x-www-form-urlencoded');
    });

    it('takes URLSearchParams', async () => {
      expect((await post({ form: new URLSearchParams('a=1&a=2') })).body.toString()).toBe('a=1&a=2');
    });
  });

  describe('multipart', () => {
    /** Reads a body as the web does. */
    function parsed(seen: SeenRequest): Promise<FormData> {
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- a second opinion on what was sent, in a test
      return new Response(seen.body, { headers: { 'content-type': seen.headers['content-type'] ?? '' } }).formData();
    }

    async function content(value: ReturnType<FormData['get']>): Promise<string> {
      return value instanceof File ? `${value.name} (${value.type}): ${await value.text()}` : JSON.stringify(value);
    }

    it('sends fields and files in one piece', async () => {
      const seen = await post({
        multipart: {
          user: 'ada',
          page: 2,
          none: null,
          tags: ['a', 'b'],
          note: { content: '{}', type: 'application/json' },
          csv: { content: new TextEncoder().encode('x,y'), filename: 'a "b".csv', type: 'text/csv' },
          raw: { content: new Uint8Array([65]).buffer, filename: 'raw' },
        },
      });
      const form = await parsed(seen);
      expect([...form.keys()]).toEqual(['user', 'page', 'tags', 'tags', 'note', 'csv', 'raw']);
      expect(form.getAll('tags')).toEqual(['a', 'b']);
      expect(await content(form.get('csv'))).toBe('a "b".csv (text/csv): x,y');
      expect(await content(form.get('raw'))).toBe('raw (application/octet-stream): A');
      expect(form.get('note')).toBe('{}');
      expect(seen.headers['content-length']).toBe(String(seen.body.byteLength));
    });

    it('sends Blobs and Files while it reads them, with their length', async () => {
      const seen = await post({ multipart: { file: new File(['hello'], 'hello.txt', { type: 'text/plain' }), blob: new Blob(['b']) } });
      const form = await parsed(seen);
      expect(await content(form.get('file'))).toBe('hello.txt (text/plain): hello');
      expect(await content(form.get('blob'))).toBe('blob (application/octet-stream): b');
      expect(seen.headers['content-length']).toBe(String(seen.body.byteLength));
      expect(seen.headers['transfer-encoding']).toBeUndefined();
    });

    it('sends streams of a length that nobody knows in chunks', async () => {
      const seen = await post({ multipart: { file: { content: Readable.from(['one ', 'two']), filename: 'n.txt' } } });
      expect(await content((await parsed(seen)).get('file'))).toBe('n.txt (application/octet-stream): one two');
      expect(seen.headers['transfer-encoding']).toBe('chunked');
    });

    it('takes FormData', async () => {
      const form = new FormData();
      form.append('a', '1');
      form.append('file', new Blob(['x']), 'x.bin');
      const back = await parsed(await post({ multipart: form }));
      expect(back.get('a')).toBe('1');
      expect(await content(back.get('file'))).toBe('x.bin (application/octet-stream): x');
    });

    it('lets nobody write headers through names', async () => {
      const seen = await post({ multipart: { 'a"\r\nx: y': { content: 'v', filename: 'f"\nname' } } });
      expect(seen.body.toString()).toContain('name="a%22%0D%0Ax: y"; filename="f%22%0D%0Aname"');
    });
  });

  describe('body', () => {
    async function* pieces(): AsyncGenerator<string> {
      yield 'one ';
      yield 'two';
    }

    it.each<[string, () => NonNullable<RequestOptions['body']>]>([
      ['a stream of Node', () => Readable.from([Buffer.from('one '), Buffer.from('two')])],
      ['a stream of the web', () => new Blob(['one two']).stream()],
      ['an async generator', pieces],
    ])('takes %s', async (_, body) => {
      const seen = await post({ body: body() });
      expect(seen.body.toString()).toBe('one two');
      expect(seen.headers['transfer-encoding']).toBe('chunked');
      expect(scene.sink.rows).toHaveLength(1);
    });

    it('takes a Blob, with its type and length', async () => {
      const seen = await post({ body: new Blob(['abc'], { type: 'text/plain' }) });
      expect(seen.headers).toMatchObject({ 'content-type': 'text/plain', 'content-length': '3' });
    });

    it('of a stream that breaks is one failure row, and the connection goes', async () => {
      await scene.open(ok);
      const broken = Readable.from((async function* () {
        yield 'some';
        throw new Error('disk gone');
      })());
      const response = await scene.client.post('/x', { body: broken });
      expect(response).toMatchObject({ status: 0, error: 'Error: disk gone' });
      expect(scene.sink.rows).toHaveLength(1);
      await scene.server.whenOpen(0);
      expect((await scene.client.get('/fine')).ok).toBe(true);
    });

    it('of a stream goes along with a redirect only where the body does not', async () => {
      await scene.open((request, response) => {
        if (request.url !== '/end') response.writeHead(request.url === '/307' ? 307 : 303, { location: '/end' });
        response.end('end');
      });
      expect((await scene.client.post('/307', { body: Readable.from(['a']) })).error).toBe("UnrewindableBodyError('Unable to rewind request body for redirect.')");
      expect((await scene.client.post('/303', { body: Readable.from(['a']) })).text()).toBe('end');
      expect(scene.sink.rows).toHaveLength(2);
    });

    it('is one: two are refused', async () => {
      await scene.open(ok);
      await expect(scene.client.post('/x', { form: {}, json: 1 })).rejects.toThrow(/both json and form/u);
      await expect(scene.client.post('/x', { multipart: { a: {} as unknown as string } })).rejects.toThrow(/part 'a' of multipart must be/u);
      await expect(scene.client.post('/x', { multipart: { a: { content: 'b', fileName: 'c' } as unknown as string } })).rejects.toThrow("part 'a' of multipart has a field 'fileName', which is none of content, filename, type");
      expect(scene.sink.rows).toEqual([]);
    });
  });

  describe('auth', () => {
    it.each<[string, RequestOptions['auth'], string]>([
      ['a pair', ['ada', 'p:w'], `Basic ${Buffer.from('ada:p:w').toString('base64')}`],
      ['names', { username: 'adä', password: 'x' }, `Basic ${Buffer.from('adä:x').toString('base64')}`],
      ['a token', { bearer: 'abc' }, 'Bearer abc'],
    ])('by %s', async (_, auth, header) => {
      const seen = await post(auth === undefined ? {} : { auth });
      expect(seen.headers.authorization).toBe(header);
    });

    it('of the class is sent to the host, and a request has its own', async () => {
      await scene.open(ok, { auth: ['class', 'x'] });
      await scene.client.get('/x');
      await scene.client.get('/x', { auth: { bearer: 'own' } });
      expect(scene.server.requests.map(({ headers }) => headers.authorization)).toEqual([`Basic ${Buffer.from('class:x').toString('base64')}`, 'Bearer own']);
      await expect(scene.client.get('/x', { auth: 'ada' as unknown as [string, string] })).rejects.toMatchObject({ code: 'bad-auth' });
    });
  });

  describe('compression', () => {
    const text = 'what was said '.repeat(200);
    const big = 'x'.repeat(3_000_000) + Array.from({ length: 100_000 }, (_, at) => at).join();
    const answering = (coding: string, body: Buffer): Answer => (_, response) => {
      response.writeHead(200, { 'Content-Encoding': coding, 'content-type': 'text/plain' });
      response.end(body);
    };

    it.each([
      ['gzip', gzipSync(text)],
      ['x-gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
      ['br', brotliCompressSync(text)],
      ['gzip, br', brotliCompressSync(gzipSync(text))],
      ['identity', Buffer.from(text)],
      ['GZip', gzipSync(text)],
    ])('%s is decoded, and counts decoded', async (coding, body) => {
      await scene.open(answering(coding, body));
      const response = await scene.client.get('/x');
      expect(response.text()).toBe(text);
      expect(response.bytes).toBe(text.length);
      expect(scene.sink.rows).toEqual([expect.objectContaining({ bytes: text.length, error: null })]);
    });

    it('of a big body is decoded beside the event loop', async () => {
      await scene.open(answering('gzip', gzipSync(big)));
      const response = await scene.client.get('/x', { timeout: 20 });
      expect(response.text()).toBe(big);
      expect(scene.server.open()).toBe(1);
      expect((await scene.client.get('/x')).bytes).toBe(big.length);
      expect(scene.server.accepted()).toBe(1);
    });

    it.each([
      ['gzip', Buffer.from('no gzip at all'), 'ContentDecodingError: gzip: incorrect header check'],
      ['gzip', gzipSync(text).subarray(0, 40), 'ContentDecodingError: gzip: unexpected end of file'],
      ['br', Buffer.from('no brotli'), /^ContentDecodingError: br: /u],
      ['gzip', Buffer.alloc(100_000, 1), 'ContentDecodingError: gzip: incorrect header check'],
    ])('that is broken (%s) is a failure, and the connection stays', async (coding, body, error) => {
      await scene.open(answering(coding, body));
      const response = await scene.client.get('/x');
      expect(response.error).toMatch(error);
      expect(response).toMatchObject({ status: 0, bytes: 0 });
      expect(scene.sink.rows).toHaveLength(1);
      await scene.client.get('/x');
      expect(scene.server.accepted()).toBe(1);
    });

    it('that nobody knows is handed on as it is, as is all of it when told so', async () => {
      await scene.open(answering('compress', Buffer.from('odd')));
      expect((await scene.client.get('/x')).text()).toBe('odd');
      const raw = new HttpClient({ engine, baseUrl: scene.server.url, sink: scene.sink, defaults: { decompress: false } });
      expect((await raw.get('/x')).text()).toBe('odd');
      raw.close();
    });

    it('of an answer without a body is nothing', async () => {
      await scene.open((request, response) => {
        response.writeHead(request.url === '/204' ? 204 : 200, { 'content-encoding': 'gzip' });
        response.end();
      });
      expect((await scene.client.get('/204')).error).toBeNull();
      expect((await scene.client.head('/x')).error).toBeNull();
      expect((await scene.client.get('/x')).error).toBeNull();
    });

    it('is asked for when told so', async () => {
      await scene.open(ok);
      await scene.client.get('/x');
      for (const compression of [true, ['br', 'gzip'] as const]) {
        const asking = new HttpClient({ engine, baseUrl: scene.server.url, sink: scene.sink, defaults: { compression } });
        await asking.get('/x');
        asking.close();
      }
      expect(scene.server.requests.map(({ headers }) => headers['accept-encoding'])).toEqual([undefined, knownCodings.join(', '), 'br, gzip']);
      const odd = new HttpClient({ engine, baseUrl: scene.server.url, sink: scene.sink, defaults: { compression: ['lzma' as 'br'] } });
      await expect(odd.get('/x')).rejects.toThrow(/'lzma' cannot be decoded/u);
    });
  });
});
