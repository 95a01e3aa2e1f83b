/** `--allow-host`: no connection to any other host, whichever way a request would go there. */
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { allowHosts } from '../../src/http/connection/allowedHosts.ts';
import { HttpClient } from '../../src/http/httpClient.ts';
import type { HttpDefaults } from '../../src/http/index.ts';
import { undiciEngine } from '../../src/http/connection/undici/undiciEngine.ts';
import { engines } from '../support/engines.ts';
import { startHttpServer } from '../support/httpServer.ts';
import type { TestServer } from '../support/httpServer.ts';
import { recordingSink } from '../support/recordingSink.ts';
import type { RecordingSink } from '../support/recordingSink.ts';

let server: TestServer;
let other: TestServer;
let sink: RecordingSink;
let clients: HttpClient[];

beforeEach(async () => {
  other = await startHttpServer((_, response) => response.end('other'));
  server = await startHttpServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: `${other.url}/x` });
    response.end('here');
  });
  sink = recordingSink();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  allowHosts(null);
  await Promise.all([server.close(), other.close()]);
});

const refusal = (host: string): string => `HostNotAllowed: ${host} is not among the hosts of --allow-host`;

describe.each(engines)('%s', (_kind, engine) => {
  function open(baseUrl: string | null, defaults: HttpDefaults = {}): HttpClient {
    const client = new HttpClient({ engine, baseUrl, sink, defaults });
    clients.push(client);
    return client;
  }

  it('is a failed request, for hosts, absolute URLs and redirects alike', async () => {
    allowHosts([`127.0.0.1:${server.port}`]);
    const user = open(server.url);
    const away = other.url.slice('http://'.length);
    expect((await user.get('/x')).text()).toBe('here');
    for (const url of [`${other.url}/x`, '/away']) expect((await user.get(url, { name: url })).error).toBe(refusal(away));
    expect((await open(other.url).get('/x')).error).toBe(refusal(away));
    expect((await user.get('/x')).text()).toBe('here');
    expect([sink.rows.length, other.accepted(), server.requests.length]).toEqual([5, 0, 3]);
  });

  it('holds up nobody who asks for it again and again', async () => {
    allowHosts(['127.0.0.1:1']);
    const user = open(server.url);
    let isOver = false;
    const again = async (): Promise<void> => {
      while (!isOver && sink.rows.length < 1000) await user.get('/x');
    };
    const asking = again();
    await new Promise(setImmediate);
    isOver = true;
    await asking;
    expect(sink.rows.length).toBeLessThan(10);
  });

  it('knows networks, also for names, by what they are looked up to be', async () => {
    allowHosts(['127.0.0.0/8']);
    expect((await open(`http://localhost:${server.port}`).get('/x')).text()).toBe('here');
    expect((await open(server.url).get('/x')).text()).toBe('here');
    allowHosts(['10.0.0.0/8']);
    expect((await open(`http://localhost:${server.port}`, {}).get('/x')).error).toBe('HostNotAllowed: localhost is not among the hosts of --allow-host');
    expect((await open(`https://localhost:${server.port}`, {}).get('/x')).error).toBe('HostNotAllowed: localhost is not among the hosts of --allow-host');
    expect(server.accepted()).toBe(2);
  });

  it('takes a name for that name alone', async () => {
    allowHosts(['localhost']);
    expect((await open(`http://localhost:${server.port}`).get('/x')).text()).toBe('here');
    expect((await open(server.url).get('/x')).error).toBe(refusal(server.url.slice('http://'.length)));
  });
});

it('holds for HTTP/2, for proxies and for what is behind them', async () => {
  const asked: string[] = [];
  const proxy = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('proxied');
  });
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 502 No\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const proxyPort = (proxy.address() as AddressInfo).port;
  const get = async (url: string, defaults: HttpDefaults): Promise<string | null> => {
    const client = new HttpClient({ engine: undiciEngine, baseUrl: url, sink, defaults });
    clients.push(client);
    return (await client.get('/x')).error;
  };
  const through = { proxy: `http://127.0.0.1:${proxyPort}` };
  allowHosts(['shop.example', '10.0.0.0/8']);
  expect(await get('https://other.example', { http2: true, ...through })).toBe(refusal('other.example'));
  expect(await get('http://shop.example', { ...through })).toBe(refusal(`127.0.0.1:${proxyPort}`));
  expect(await get('https://127.0.0.1:1', { http2: true })).toBe(refusal('127.0.0.1:1'));
  expect(asked).toEqual([]);
  allowHosts(['*.shop.example', `127.0.0.1:${proxyPort}`]);
  expect(await get('http://a.shop.example', { ...through })).toBeNull();
  expect(await get('https://a.shop.example', { ...through })).toMatch(/502/u);
  expect(await get('http://shop.example', { ...through })).toBe(refusal('shop.example'));
  expect(asked).toEqual(['http://a.shop.example/x', 'a.shop.example:443']);
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
});
