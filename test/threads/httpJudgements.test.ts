import { InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser } from '../../src/scenario/endings.ts';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpClientOptions } from '../../src/http/httpClient.ts';
import type { JudgedResponse } from '../../src/http/response/httpResponse.ts';
import { rest } from '../../src/http/rest.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import type { Answer, TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';

describe.each(engines)('%s', (_kind, engine) => {
  let server: TestServer;
  let client: HttpClient;
  let sink: RecordingSink;
  let atTaskEnd: (() => void)[];

  /** `/404` is that, `/json/…` answers with what follows, all else is `ok`. */
  const table: Answer = (request, response) => {
    if (request.url === '/404') response.writeHead(404);
    if (request.url === '/silent') return;
    response.end(request.url.startsWith('/json/') ? decodeURIComponent(request.url.slice(6)) : request.url === '/empty' ? '' : 'ok');
  };

  async function open(options: Partial<HttpClientOptions> = {}): Promise<void> {
    server = await startHttpServer(table);
    sink = recordingSink();
    atTaskEnd = [];
    client = new HttpClient({ engine, baseUrl: server.url, sink, tasks: { afterTask: (work) => atTaskEnd.push(work), refuse: (reason) => Promise.reject(reason) }, ...options });
  }

  function endTask(): void {
    for (const work of atTaskEnd.splice(0)) work();
  }

  beforeEach(() => open());

  afterEach(async () => {
    client.close();
    await server.close();
  });

  const errors = (): (string | null)[] => sink.rows.map((row) => row.error);

  describe('check', () => {
    it.each([
      ['true', true, null],
      ['nothing', undefined, null],
      ['null', null, null],
      ['a text', 'empty cart', `CatchResponseError('empty cart')`],
      ['an empty text', '', `CatchResponseError('')`],
      ['false', false, `CatchResponseError('check failed')`],
      ['a promise', Promise.reject(new Error('later')) as unknown as boolean, `CatchResponseError('check returned a promise: a check must answer at once')`],
    ])('that says %s', async (_, said, error) => {
      const response = await client.get('/x', { check: () => said });
      expect(response.error).toBe(error);
      expect(response.ok).toBe(error === null);
      expect(sink.rows).toEqual([expect.objectContaining({ method: 'GET', name: '/x', bytes: 2, error })]);
    });

    it('that throws is a failure, and goes no further', async () => {
      const response = await client.get('/x', { check: (answer) => answer.json<{ total: number }>().total > 0 });
      expect(response.error).toBe(`BoomerError('the answer is not JSON (status 200, no content type)')`);
      expect(response.status).toBe(200);
      expect(errors()).toEqual([response.error]);
    });

    it('sees the answer, but none that has failed already', async () => {
      const seen: string[] = [];
      const check = (response: { text: () => string }): void => void seen.push(response.text());
      await client.get('/x', { check });
      const failed = await client.get('/404', { check });
      expect(seen).toEqual(['ok']);
      expect(failed.error).toMatch(/^HTTPError/u);
      expect(sink.rows).toHaveLength(2);
    });

    it('does not count into the time of the request', async () => {
      let checkedMs = 0;
      await client.get('/x', { check: () => void (checkedMs = performance.now()) });
      expect(sink.rows[0]?.endMs).toBeLessThanOrEqual(checkedMs);
    });
  });

  describe('catchResponse with a block', () => {
    it.each([
      ['nothing said', '/x', () => undefined, null],
      ['nothing said of a failure', '/404', () => undefined, `HTTPError('404 Client Error: Not Found for url: /404')`],
      ['success', '/404', (response: Caught) => response.success(), null],
      ['failure', '/x', (response: Caught) => response.failure('empty cart'), `CatchResponseError('empty cart')`],
      ['failure with an Error', '/x', (response: Caught) => response.failure(new TypeError('no total')), `TypeError('no total')`],
      ['failure with something odd', '/x', (response: Caught) => response.failure(7), `CatchResponseError('7')`],
      ['the last word of several', '/x', (response: Caught) => { response.success(); response.failure('a'); response.failure('b'); }, `CatchResponseError('b')`],
    ])('%s', async (_, url, judge, error) => {
      {
        await using response = await client.get(url, { catchResponse: true });
        judge(response);
        expect(sink.rows).toEqual([]);
        expect(response.error).toBe(error);
      }
      expect(errors()).toEqual([error]);
      endTask();
      expect(sink.rows).toHaveLength(1);
    });

    it.each([
      ['without a verdict', () => undefined, null],
      ['after a verdict', (response: Caught) => response.failure('bad'), `CatchResponseError('bad')`],
    ])('that an exception leaves, %s, is recorded and lets it go on', async (_, judge, error) => {
      const block = async (): Promise<void> => {
        await using response = await client.get('/x', { catchResponse: true });
        judge(response);
        throw new Error('scenario');
      };
      await expect(block()).rejects.toThrow('scenario');
      expect(errors()).toEqual([error]);
    });

    it('works with using as well, and around other requests', async () => {
      {
        using page = await client.get('/page', { catchResponse: true });
        await client.get('/image');
        page.failure('late');
      }
      expect(sink.rows.map((row) => row.name)).toEqual(['/image', '/page']);
      expect(errors()).toEqual([null, `CatchResponseError('late')`]);
    });

    it('keeps the time of the answer', async () => {
      let [askedMs, answeredMs] = [0, 0];
      {
        askedMs = performance.now();
        await using response = await client.get('/x', { catchResponse: true });
        answeredMs = performance.now();
        await new Promise((resolve) => setTimeout(resolve, 60));
        response.success();
      }
      expect(sink.rows[0]?.elapsedMs).toBeLessThanOrEqual(answeredMs - askedMs);
    });

    it('can make a success of a request without an answer', async () => {
      {
        await using response = await client.get('/silent', { timeout: 0.05, catchResponse: true });
        expect(response.status).toBe(0);
        response.success();
      }
      expect(errors()).toEqual([null]);
    });

    it('takes the verdict of a check for its first', async () => {
      {
        await using response = await client.get('/x', { catchResponse: true, check: () => 'bad' });
        expect(response.error).toBe(`CatchResponseError('bad')`);
      }
      expect(errors()).toEqual([`CatchResponseError('bad')`]);
    });
  });

  type Caught = Awaited<ReturnType<typeof caught>>;
  const caught = () => client.get('/x', { catchResponse: true });

  describe('catchResponse without a block', () => {
    it('is recorded when the task ends, once, by what was said', async () => {
      const response = await client.get('/x', { catchResponse: true });
      response.failure('bad');
      await client.get('/404', { catchResponse: true });
      expect(sink.rows).toEqual([]);
      endTask();
      expect(errors()).toEqual([`CatchResponseError('bad')`, expect.stringMatching(/^HTTPError/u)]);
      endTask();
      response[Symbol.dispose]();
      expect(sink.rows).toHaveLength(2);
    });

    it('is recorded in each task anew', async () => {
      for (let round = 1; round <= 3; round += 1) {
        await caught();
        endTask();
        expect(sink.rows).toHaveLength(round);
      }
    });

    it('is recorded when the user ends', async () => {
      await caught();
      client.close();
      expect(errors()).toEqual([null]);
    });

    it('is not recorded when the user is stopped in the middle of it', async () => {
      const response = await caught();
      client.abort(new Error('stopped'));
      endTask();
      response.end();
      client.close();
      expect(sink.rows).toEqual([]);
    });

    it('refuses a verdict that comes too late', async () => {
      const response = await caught();
      response.end();
      expect(() => response.failure('late')).toThrow(/failure\(\) came after the request had been recorded/u);
      expect(() => response.success()).toThrow(expect.objectContaining({ code: 'already-recorded' }) as Error);
      expect(errors()).toEqual([null]);
    });

    it('raiseForStatus goes by the verdict', async () => {
      const response = await client.get('/404', { catchResponse: true });
      expect(() => response.raiseForStatus()).toThrow(/^HTTPError/u);
      response.success();
      expect(() => response.raiseForStatus()).not.toThrow();
      response.failure('own');
      expect(() => response.raiseForStatus()).toThrow(`CatchResponseError('own')`);
    });
  });

  describe('a row named by its answer', () => {
    it('has its new name in a check, in a block and in inspect, and in the text of a bad status', async () => {
      await client.get('/json/{"kind":"a"}', { check: (response) => response.rename(`/json/${response.json<{ kind: string }>().kind}`) });
      await client.get('/x', { name: '/y', check: (response) => { response.rename('/z'); return 'bad'; } });
      {
        await using response = await client.get('/404', { catchResponse: true });
        response.rename('/[status]');
        expect(response.error).toBe("HTTPError('404 Client Error: Not Found for url: /[status]')");
      }
      await rest(client, 'GET', '/json/1', {}, (response) => response.rename('/json/[number]'));
      expect(sink.rows.map(({ name, error }) => [name, error])).toEqual([
        ['/json/a', null],
        ['/z', "CatchResponseError('bad')"],
        ['/[status]', "HTTPError('404 Client Error: Not Found for url: /[status]')"],
        ['/json/[number]', null],
      ]);
    });

    it('keeps its name when the new one comes too late, or is none', async () => {
      let late: JudgedResponse | null = null;
      await client.get('/x', { check: (response) => void (late = response) });
      expect(() => late?.rename('/y')).toThrow(expect.objectContaining({ code: 'already-recorded' }) as Error);
      const response = await client.get('/x', { catchResponse: true });
      expect(() => response.rename('')).toThrow('rename(name) expects the name of a row, got ""');
      response.end();
      expect(() => response.rename('/y')).toThrow(/^rename\(\) came after the request had been recorded/u);
      expect(sink.rows.map(({ name }) => name)).toEqual(['/x', '/x']);
    });
  });

  describe('a silent request', () => {
    it('is in no row, good or bad, judged or not, streamed or not; its response is as any other', async () => {
      expect((await client.get('/x', { silent: true })).text()).toBe('ok');
      expect((await client.get('/404', { silent: true })).error).toMatch(/^HTTPError/u);
      expect((await client.get('/x', { silent: true, check: () => 'bad' })).error).toBe("CatchResponseError('bad')");
      (await client.get('/x', { silent: true, catchResponse: true })).end();
      await (await client.get('/x', { silent: true, stream: true })).discard();
      expect(sink.rows).toEqual([]);
      expect(sink.droppedPhases).toEqual([1, 1, 1, 1, 1]);
      await client.get('/x', { silent: false });
      expect(sink.rows).toHaveLength(1);
    });
  });

  describe('what listeners of requests are told', () => {
    it('is the response, and the context of the user with that of the request over it', async () => {
      let tenant = 'a';
      client.close();
      await server.close();
      await open({ context: () => ({ tenant, page: 0 }) });
      const plain = await client.get('/x');
      tenant = 'b';
      const caught = await client.get('/x', { catchResponse: true, context: { page: 1 } });
      tenant = 'c';
      endTask();
      const streamed = await client.get('/x', { stream: true });
      await streamed.discard();
      const checked = await client.get('/x', { check: () => 'bad' });
      expect(sink.told.map(({ context }) => context)).toEqual([{ tenant: 'a', page: 0 }, { tenant: 'b', page: 1 }, { tenant: 'c', page: 0 }, { tenant: 'c', page: 0 }]);
      expect(sink.told[1]?.response).toBe(caught);
      expect(sink.told[2]?.response).toBe(streamed);
      expect([sink.told[0]?.response.url, sink.told[3]?.response.error]).toEqual([plain.url, checked.error]);
    });

    it('is no context where nobody gave one; what is none is refused', async () => {
      await client.get('/x');
      await client.get('/x', { context: { a: 1 } });
      expect(sink.told.map(({ context }) => context)).toEqual([null, { a: 1 }]);
      await expect(client.get('/x', { context: 'a' as unknown as Record<string, unknown> })).rejects.toMatchObject({ code: 'bad-request-context', message: expect.stringContaining('got "a"') as string });
    });
  });

  it.each([new StopUser(), new InterruptTaskSet(), new RescheduleTask(), new RescheduleTaskImmediately()])('lets %s through, which steers the user and is no failure', async (ending) => {
    const end = (): never => {
      throw ending;
    };
    await expect(rest(client, 'GET', '/json/1', {}, (response) => {
      response.failure('too few');
      end();
    })).rejects.toBe(ending);
    await expect(rest(client, 'GET', '/json/1', {}, () => Promise.reject(ending))).rejects.toBe(ending);
    await expect(client.get('/x', { check: end })).rejects.toBe(ending);
    await expect(client.get('/x', { check: end, catchResponse: true })).rejects.toBe(ending);
    expect(errors()).toEqual([`CatchResponseError('too few')`, null, null, null]);
  });

  it('asks for the end of the task once, however many responses it ends itself', async () => {
    const endOne = async (): Promise<void> => {
      await using response = await client.get('/x', { catchResponse: true });
      expect(response.status).toBe(200);
    };
    for (let at = 0; at < 3; at += 1) await endOne();
    expect(atTaskEnd).toHaveLength(1);
    atTaskEnd.pop()?.();
    await client.get('/x', { catchResponse: true });
    expect(atTaskEnd).toHaveLength(1);
    atTaskEnd.pop()?.();
    expect(errors()).toHaveLength(4);
  });

  describe('rest', () => {
    it('sends and takes JSON', async () => {
      const response = await rest<{ total: number }>(client, 'POST', '/json/{"total":3}', { json: { a: 1 } }, null);
      expect(response.js?.total).toBe(3);
      expect(server.requests[0]?.headers).toMatchObject({ 'content-type': 'application/json', accept: 'application/json' });
      response.end();
      expect(errors()).toEqual([null]);
    });

    it('keeps own headers', async () => {
      (await rest(client, 'GET', '/json/1', { headers: { Accept: 'text/x' } }, null)).end();
      expect(server.requests[0]?.headers.accept).toBe('text/x');
    });

    it('sends nothing of what null takes away, be it a default of its own, of the class or of the user', async () => {
      client.headers = { authorization: 'Bearer secret', 'x-own': '1' };
      (await rest(client, 'POST', '/json/1', { headers: { Authorization: null, accept: null, 'content-type': null, 'user-agent': undefined }, json: { a: 1 } }, null)).end();
      const headers = server.requests[0]?.headers ?? {};
      expect(['authorization', 'accept', 'content-type', 'x-own', 'user-agent'].map((name) => headers[name])).toEqual([undefined, undefined, undefined, '1', 'boomer-node']);
    });

    it('takes an answer that is not JSON for a failure, and an empty one for none', async () => {
      const response = await rest(client, 'GET', '/x', {}, null);
      expect(response.js).toBeUndefined();
      response.end();
      (await rest(client, 'GET', '/empty', {}, null)).end();
      expect(errors()).toEqual([`CatchResponseError('Could not parse response as JSON, response code 200')`, null]);
    });

    it('keeps the reason of a request without an answer', async () => {
      (await rest(client, 'GET', '/silent', { timeout: 0.05 }, null)).end();
      expect(errors()).toEqual(['TimeoutError: no complete answer within 0.05 s']);
    });

    it.each([
      ['nothing', () => undefined, null],
      ['a verdict', (response: Caught) => response.failure('too few'), `CatchResponseError('too few')`],
      ['an error', () => { throw new RangeError('boom'); }, `CatchResponseError('RangeError: boom')`],
      ['an assertion', () => { throw Object.assign(new Error('1 is not 2'), { name: 'AssertionError' }); }, `CatchResponseError('1 is not 2')`],
      ['a rejection', () => Promise.reject(new Error('later')), `CatchResponseError('Error: later')`],
    ])('records by what its function comes to: %s', async (_, inspect, error) => {
      await rest(client, 'GET', '/json/1', {}, inspect);
      expect(errors()).toEqual([error]);
    });
  });

  describe('names', () => {
    it('of all requests are one while renamed', async () => {
      await client.renameRequest('/group', async () => {
        await client.get('/a');
        await client.get('/b', { name: '/own' });
      });
      {
        using block = client.renameRequest('/block');
        await client.get('/c');
        expect(block).toBeDefined();
      }
      client.requestName = '/set';
      await client.get('/d');
      client.requestName = null;
      await client.get('/e');
      expect(sink.rows.map((row) => row.name)).toEqual(['/group', '/own', '/block', '/set', '/e']);
    });

    it('come back after an error', async () => {
      await expect(client.renameRequest('/group', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
      await client.get('/x');
      expect(sink.rows[0]?.name).toBe('/x');
    });

    it('end with their group, in whatever order groups that overlap end', async () => {
      let endLate = (): void => undefined;
      client.requestName = '/base';
      const early = client.renameRequest('/early', () => client.get('/1'));
      const late = client.renameRequest('/late', () => new Promise<void>((resolve) => (endLate = resolve)));
      const block = client.renameRequest('/block');
      await early;
      expect(client.requestName).toBe('/block');
      block[Symbol.dispose]();
      block[Symbol.dispose]();
      expect(client.requestName).toBe('/late');
      endLate();
      await late;
      expect(client.requestName).toBe('/base');
    });

    it('come from templates or a function', async () => {
      const byTemplate = new HttpClient({ engine, baseUrl: server.url, sink, defaults: { requestName: ['/item/[id]', '/user/{name}/cart'] } });
      for (const path of ['/item/7?x=1', '/user/ada/cart', '/item/7/more']) await byTemplate.get(path);
      byTemplate.close();
      const byFunction = new HttpClient({ engine, baseUrl: server.url, sink, defaults: { requestName: (method, path) => (path.startsWith('/a') ? `${method} of a` : null) } });
      for (const path of ['/a?q', '/b']) await byFunction.get(path);
      byFunction.close();
      expect(sink.rows.map((row) => row.name)).toEqual(['/item/[id]', '/user/{name}/cart', '/item/7/more', 'GET of a', '/b']);
    });
  });
});
