/** Headers of one user, and what a client refuses to be given. */
import { engines } from '../support/engines.ts';
import { httpScene } from '../support/httpScene.ts';
import { startHttpServer, type Answer } from '../support/httpServer.ts';

describe.each(engines)('%s', (_kind, engine) => {
  const scene = httpScene(engine);

  /** Answers with the headers that came; `/to?to=…` leads there. */
  const mirror: Answer = (request, response) => {
    const to = new URL(request.url, 'http://h').searchParams.get('to');
    if (to !== null) response.writeHead(302, { location: to });
    response.end(JSON.stringify(request.headers));
  };

  /** Of the request to `path`: what it had under these names. */
  async function sent(names: readonly string[], path = '/', options = {}): Promise<unknown> {
    const came = (await scene.client.get(path, options)).json<Record<string, string>>();
    return Object.fromEntries(names.flatMap((name) => (came[name] === undefined ? [] : [[name, came[name]]])));
  }

  it('are those of the class, the user and the request, the nearest first', async () => {
    await scene.open(mirror, { headers: { 'x-class': 'c', 'x-token': 'class' } });
    const names = ['x-class', 'x-token', 'x-own'];
    expect(await sent(names)).toEqual({ 'x-class': 'c', 'x-token': 'class' });
    scene.client.headers = { 'X-Token': 'user', 'x-class': null };
    expect(await sent(names)).toEqual({ 'x-token': 'user' });
    scene.client.headers['x-own'] = 1;
    expect(await sent(names, '/', { headers: { 'x-token': 'request' } })).toEqual({ 'x-token': 'request', 'x-own': '1' });
    expect(await sent(names, '/', { headers: { 'x-token': null } })).toEqual({ 'x-own': '1' });
    expect(await sent(names, '/', { query: { a: 1 } })).toEqual({ 'x-token': 'user', 'x-own': '1' });
    delete scene.client.headers['X-OWN'];
    expect(await sent(names)).toEqual({ 'x-token': 'user' });
  });

  it('have one value for one name, however it is written, and several lines where there are several', async () => {
    await scene.open(mirror);
    scene.client.headers['authorization'] = 'one';
    scene.client.headers['Authorization'] = 'two';
    expect(await sent(['authorization'])).toEqual({ authorization: 'two' });
    expect('AUTHORIZATION' in scene.client.headers).toBe(true);
    scene.client.headers = [['x-a', '1'], ['X-A', '2']];
    expect(await sent(['authorization', 'x-a'])).toEqual({ 'x-a': '1, 2' });
    scene.client.headers = new Headers({ 'x-b': '3' });
    expect(await sent(['x-a', 'x-b'])).toEqual({ 'x-b': '3' });
  });

  it('go along with a redirect, credentials only to the same host', async () => {
    await scene.open(mirror);
    scene.client.headers = { authorization: 'secret', 'x-own': '1' };
    expect(await sent(['authorization', 'x-own'], `/to?to=${encodeURIComponent('/x')}`)).toEqual({ authorization: 'secret', 'x-own': '1' });
    const other = scene.server.url.replace('127.0.0.1', 'localhost');
    expect(await sent(['authorization', 'x-own'], `/to?to=${encodeURIComponent(`${other}/x`)}`)).toEqual({ 'x-own': '1' });
  });

  it('with a cookie written by hand are sent as they are, in place of the jar\'s', async () => {
    await scene.open(mirror);
    scene.client.cookies.set('sid', '1');
    scene.client.headers = { cookie: 'sid=2' };
    expect(await sent(['cookie'])).toEqual({ cookie: 'sid=2' });
  });

  it('credentials of the user go to its host alone, over those of the class and under those of a request', async () => {
    await scene.open(mirror, { auth: ['class', 'secret'] });
    const other = scene.server.url.replace('127.0.0.1', 'localhost');
    const names = ['authorization'];
    expect(scene.client.auth).toEqual(['class', 'secret']);
    scene.client.auth = { bearer: 'token' };
    expect(await sent(names)).toEqual({ authorization: 'Bearer token' });
    expect(await sent(names, `${other}/`)).toEqual({});
    expect(await sent(names, `/to?to=${encodeURIComponent(`${other}/`)}`)).toEqual({});
    expect(await sent(names, '/', { auth: ['ada', 'x'] })).toEqual({ authorization: `Basic ${btoa('ada:x')}` });
    scene.client.headers = { 'x-own': '1' };
    expect(await sent([...names, 'x-own'])).toEqual({ authorization: 'Bearer token', 'x-own': '1' });
    scene.client.auth = null;
    expect(await sent(names)).toEqual({});
    scene.client.auth = undefined;
    expect(await sent(names)).toEqual({ authorization: `Basic ${btoa('class:secret')}` });
    expect(() => { scene.client.auth = 'ada' as unknown as null; }).toThrow(expect.objectContaining({ code: 'bad-auth' }) as Error);
  });

  it('paths of a user with a base of its own lead there, with its cookies and its credentials', async () => {
    const tenant = await startHttpServer((request, response) => {
      response.setHeader('set-cookie', 'tenant=7; Path=/');
      mirror(request, response);
    });
    try {
      for (const pool of ['user', 'shared'] as const) {
        await scene.open(mirror, { pool, auth: ['class', 'secret'] });
        const { client, server } = scene;
        expect(client.baseUrl).toBe(server.url);
        const before = client.get('/slow');
        const from = tenant.requests.length;
        client.baseUrl = `${tenant.url}/v2`;
        expect(await sent(['authorization', 'host'], '/x')).toEqual({ authorization: `Basic ${btoa('class:secret')}`, host: tenant.url.slice(7) });
        await client.get('/x');
        expect(tenant.requests.slice(from).map(({ url, headers }) => [url, headers.cookie])).toEqual([['/v2/x', undefined], ['/v2/x', 'tenant=7']]);
        expect(client.cookies.get('tenant')).toBe('7');
        client.baseUrl = server.url;
        expect((await before).ok).toBe(true);
        await client.get('/y');
        expect(server.accepted()).toBe(1);
        expect(() => { client.baseUrl = 'tenant7.example'; }).toThrow("the host 'tenant7.example' is not an http(s) URL");
        expect(client.baseUrl).toBe(server.url);
        client.close();
        await Promise.all([server.whenOpen(0), tenant.whenOpen(0)]);
        await server.close();
      }
    } finally {
      await tenant.close();
    }
  });

  it.each([
    ['verify', 'write static http = { tls: { rejectUnauthorized: false } }'],
    ['timeout', 'write static http = { timeout } in the class, or timeout in the options of a request'],
    ['header', 'did you mean client.headers?'],
    ['base_url', 'write client.baseUrl'],
    ['whatever', 'it has headers, auth, baseUrl, requestName, cookies; what holds for all requests of a class is static http = { … }'],
  ])('a property that would be ignored is refused: %s', async (name, remedy) => {
    await scene.open(mirror);
    expect(() => Object.assign(scene.client, { [name]: 1 })).toThrow(
      expect.objectContaining({ code: 'unknown-client-property', message: `client.${name} is nothing that a client has, and would be ignored: ${remedy}` }) as Error,
    );
    expect(() => Object.assign(scene.client, { headers: 'x-token: 1' })).toThrow('client.headers must be an object of names and values, got "x-token: 1"');
    scene.client.requestName = 'own';
    expect((await scene.client.get('/')).status).toBe(200);
  });
});
