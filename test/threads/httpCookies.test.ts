import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import { until } from '../support/until.ts';
import type { Answer, TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';

describe.each(engines)('%s', (_kind, engine) => {
  let server: TestServer;
  let clients: HttpClient[];

  beforeEach(() => {
    clients = [];
  });

  afterEach(async () => {
    for (const client of clients) client.close();
    await server.close();
  });

  function open(defaults: HttpDefaults = {}): HttpClient {
    const client = new HttpClient({ engine, baseUrl: server.url, sink: recordingSink(), defaults });
    clients.push(client);
    return client;
  }

  /** Sets what the query says, answers with the cookies that came. */
  const mirror: Answer = (request, response) => {
    const url = new URL(request.url, 'http://h');
    const set = url.searchParams.getAll('set');
    const to = url.searchParams.get('to');
    response.writeHead(to === null ? 200 : 302, { ...(set.length === 0 ? {} : { 'set-cookie': set }), ...(to === null ? {} : { location: to }) });
    response.end(request.headers.cookie ?? '');
  };

  async function sent(client: HttpClient, path = '/x'): Promise<string> {
    return (await client.get(path)).text();
  }

  describe('cookies', () => {
    beforeEach(async () => {
      server = await startHttpServer(mirror);
    });

    it('are kept and sent, each user\'s its own', async () => {
      const [ada, bob] = [open(), open()];
      await ada.get('/x', { query: { set: ['sid=1; Path=/; HttpOnly', 'lang=de; Path=/'] } });
      expect(await sent(ada)).toBe('sid=1; lang=de');
      expect(await sent(ada, '/deep/path?query')).toBe('sid=1; lang=de');
      expect(await sent(bob)).toBe('');
    });

    it('are replaced, and taken away by an expiry in the past', async () => {
      const client = open();
      await client.get('/x', { query: { set: ['a=1; Path=/', 'b=1; Path=/'] } });
      await client.get('/x', { query: { set: ['a=2; Path=/'] } });
      expect(await sent(client)).toBe('a=2; b=1');
      await client.get('/x', { query: { set: ['a=; Path=/; Max-Age=0'] } });
      expect(await sent(client)).toBe('b=1');
      await client.get('/x', { query: { set: ['a=3; Path=/; SameSite=Lax'] } });
      expect((await sent(client)).split('; ').sort()).toEqual(['a=3', 'b=1']);
    });

    it('go to their path alone', async () => {
      const client = open();
      await client.get('/x', { query: { set: ['all=1; Path=/', 'api=1; Path=/api'] } });
      expect(await sent(client)).toBe('all=1');
      expect((await sent(client, '/api/x')).split('; ').sort()).toEqual(['all=1', 'api=1']);
      expect(await sent(client, '/apix')).toBe('all=1');
    });

    it('without a path go to the folder that set them', async () => {
      const client = open();
      await client.get('/a/b/c', { query: { set: ['deep=1'] } });
      await client.get('/top', { query: { set: ['top=1'] } });
      expect(await sent(client, '/a/b/d')).toBe('deep=1; top=1');
      expect(await sent(client)).toBe('top=1');
    });

    it('that expire are sent no more', async () => {
      const client = open();
      await client.get('/x', { query: { set: ['short=1; Path=/; Max-Age=1', 'long=1; Path=/'] } });
      expect(await sent(client)).toBe('short=1; long=1');
      await new Promise((resolve) => setTimeout(resolve, 1100));
      expect(await sent(client)).toBe('long=1');
    });

    it('that expire are sent no more although requests go on', async () => {
      const client = open();
      await client.get('/x', { query: { set: ['short=1; Path=/; Max-Age=1', 'deep=1; Path=/x; Max-Age=1', 'long=1; Path=/', 'ever=1; Path=/; Max-Age=99999999999999'] } });
      expect((await sent(client)).split('; ').sort()).toEqual(['deep=1', 'ever=1', 'long=1', 'short=1']);
      await until('the cookies to expire', async () => (await sent(client)).split('; ').sort().join() === 'ever=1,long=1', { everyMs: 100, timeoutMs: 20_000 });
    });

    it('of another domain are not taken, and neither is what is no cookie', async () => {
      const client = open();
      await client.get('/x', { query: { set: ['d=1; Path=/; Domain=other.example', '', 'a=1; Path=/'] } });
      expect(await sent(client)).toBe('a=1');
    });

    it('of a redirect are kept, and sent to where it leads', async () => {
      const client = open();
      expect((await client.post('/login', { query: { set: ['sid=7; Path=/'], to: '/home' } })).text()).toBe('sid=7');
    });

    it('follow a redirect to another host only if they belong there', async () => {
      const other = await startHttpServer(mirror);
      const client = open();
      const there = other.url.replace('127.0.0.1', 'localhost');
      await client.get('/x', { query: { set: ['here=1; Path=/'] } });
      await client.get(`${there}/x?set=there%3D1%3B%20Path%3D/`);
      expect((await client.get('/x', { query: { to: `${there}/y` } })).text()).toBe('there=1');
      client.close();
      await other.close();
    });

    it('written by hand go alone', async () => {
      const client = open();
      await client.get('/x', { query: { set: ['jar=1; Path=/'] } });
      expect((await client.get('/x', { headers: { Cookie: 'hand=1' } })).text()).toBe('hand=1');
      expect((await client.get('/x', { headers: { Cookie: 'hand=1' }, query: { to: '/y' } })).text()).toBe('jar=1');
    });

    it('written by hand for the class go alone, unless a request takes them away', async () => {
      const client = open({ headers: { cookie: 'class=1' } });
      await client.get('/x', { query: { set: ['jar=1; Path=/'] } });
      expect(await sent(client)).toBe('class=1');
      expect((await client.get('/x', { headers: { accept: 'a' } })).text()).toBe('class=1');
      expect((await client.get('/x', { headers: { cookie: null } })).text()).toBe('jar=1');
    });

    it('can be read, set and cleared', async () => {
      const client = open();
      client.cookies.set('a', '1');
      client.cookies.set('b=2; Path=/b');
      expect(client.cookies.get('a')).toBe('1');
      expect(client.cookies.get('b')).toBeNull();
      expect(client.cookies.get('b', `${server.url}/b`)).toBe('2');
      expect(await sent(client, '/b')).toBe('b=2; a=1');
      client.cookies.clear();
      expect(await sent(client, '/b')).toBe('');
      expect(() => client.cookies.set('a', '1', 'nowhere')).toThrow(/needs the URL/u);
    });

    it('can be switched off', async () => {
      const client = open({ cookies: false });
      await client.get('/x', { query: { set: ['a=1; Path=/'] } });
      expect(await sent(client)).toBe('');
    });
  });
});
