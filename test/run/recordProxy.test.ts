/** The proxy of `boomer-node record`: what a client and a target see of each other through it is what they see without it. */
import { createHash, randomBytes } from 'node:crypto';
import { Agent, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { maxBodyBytes } from '../../src/record/bodyTap.ts';
import { ReverseProxy } from '../../src/record/reverseProxy.ts';
import { ProxyScene } from '../support/proxyScene.ts';
import { until } from '../support/until.ts';

const digest = (bytes: Buffer): string => `${bytes.length} bytes ${createHash('sha1').update(bytes).digest('hex')}`;

type Case = {
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: readonly string[];
  /** Pieces of the body, each sent when the one before is on its way. */
  readonly body?: readonly Buffer[];
  readonly trailers?: Readonly<Record<string, string>>;
  readonly answer: (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;
  /** The target decides before it has the body. */
  readonly isEarly?: boolean;
};

const big = randomBytes(30_000_000);
const ok = (_: IncomingMessage, response: ServerResponse): void => void response.end('ok');

const cases: readonly Case[] = [
  { name: 'a length, headers in their order and spelling', headers: ['X-A', '1', 'x-a', '2', 'Accept-Encoding', 'gzip, br', 'Cookie', 'a=1; b=2'], answer: (_, response) => response.writeHead(200, 'Fine', ['X-B', '1', 'x-b', '2', 'Set-Cookie', 'a=1; Path=/', 'Set-Cookie', 'b=2', 'Content-Length', '2']).end('ok') },
  { name: 'a path as it is', path: '/a%2Fb//c/../d;x=1?q=%20+&q=ä'.replace('ä', '%C3%A4'), answer: ok },
  { name: 'header bytes beyond ASCII', headers: ['X-A', Buffer.from('über').toString('latin1')], answer: (incoming, response) => response.writeHead(200, ['X-B', `${incoming.headers['x-a'] as string}\u00e9`]).end() },
  { name: 'a head of 20 kB', headers: ['X-A', 'x'.repeat(20_000)], answer: (_, response) => response.writeHead(200, { 'x-b': 'y'.repeat(14_000) }).end() },
  { name: 'an answer in chunks', answer: (_, response) => {
    response.write('one');
    setImmediate(() => response.end('two'));
  } },
  { name: 'a packed answer', answer: (_, response) => response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': gzipSync('packed').length }).end(gzipSync('packed')) },
  { name: 'an empty answer', answer: (_, response) => response.writeHead(200, { 'content-length': 0 }).end() },
  { name: 'an answer that ends with its connection', answer: (incoming) => incoming.socket.end('HTTP/1.1 200 OK\r\nX-Raw: 1\r\n\r\nuntil the end') },
  { name: 'an answer of HTTP/1.0', answer: (incoming) => incoming.socket.end('HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok') },
  { name: 'no content', answer: (_, response) => response.writeHead(204, { 'x-b': '1' }).end() },
  { name: 'not modified', headers: ['If-None-Match', '"v1"'], answer: (_, response) => response.writeHead(304, { etag: '"v1"', 'content-length': 99 }).end() },
  { name: 'a head alone', method: 'HEAD', answer: (_, response) => response.writeHead(200, { 'content-length': 1234 }).end() },
  { name: 'a failure', answer: (_, response) => response.writeHead(503, 'Back Soon', { 'retry-after': '5' }).end('busy') },
  { name: '30 MB down', answer: (_, response) => response.end(big) },
  { name: '30 MB up', method: 'POST', headers: ['Content-Length', String(big.length)], body: [big], answer: (_, response, body) => response.end(digest(body)) },
  { name: '30 MB up in chunks', method: 'PUT', headers: ['Transfer-Encoding', 'chunked'], body: [big], answer: (_, response, body) => response.end(digest(body)) },
  { name: 'an empty body', method: 'POST', headers: ['Content-Length', '0'], answer: ok },
  { name: 'no body where one could be', method: 'POST', answer: ok },
  { name: 'a body where none is usual', method: 'DELETE', headers: ['Content-Length', '3'], body: [Buffer.from('all')], answer: ok },
  { name: 'a method of WebDAV', method: 'PROPFIND', headers: ['Depth', '1'], answer: ok },
  { name: 'options of the server', method: 'OPTIONS', path: '*', answer: ok },
  { name: 'trailers of an answer', headers: ['TE', 'trailers'], answer: (_, response) => {
    response.writeHead(200, { trailer: 'X-Sum' }).write('body');
    response.addTrailers([['X-Sum', '1'], ['X-Sum', '2']]);
    response.end();
  } },
  { name: 'trailers of a request', method: 'POST', headers: ['Transfer-Encoding', 'chunked', 'Trailer', 'X-Sum'], body: [Buffer.from('a'), Buffer.from('b')], trailers: { 'X-Sum': '2' }, answer: ok },
  { name: 'a body that is waited for', method: 'POST', headers: ['Expect', '100-continue', 'Content-Length', '4'], body: [Buffer.from('body')], answer: ok },
  { name: 'a body that is not wanted', method: 'POST', headers: ['Expect', '100-continue', 'Content-Length', '4'], body: [Buffer.from('body')], isEarly: true, answer: (_, response) => response.writeHead(401, { connection: 'close' }).end('no') },
  { name: 'hints before the answer', answer: (_, response) => {
    response.writeProcessing();
    response.writeEarlyHints({ link: '</a.css>; rel=preload' });
    response.end('ok');
  } },
];

/** What is another connection's own, or names who speaks. */
const own = /^(?:host|connection|keep-alive|date|te|transfer-encoding)$/iu;
const shownHeaders = (raw: readonly string[]): readonly string[] => Array.from({ length: raw.length / 2 }, (_, index) => `${raw[2 * index] ?? ''}: ${raw[2 * index + 1] ?? ''}`).filter((line) => !own.test(line.split(':', 1)[0] ?? ''));

/** What both sides saw. */
type Sight = { readonly client: unknown; readonly target: unknown };

async function seenThrough(url: string, { method = 'GET', path = '/', headers = [], body = [], trailers, isEarly }: Case, seenByTarget: () => unknown): Promise<Sight> {
  const agent = new Agent();
  const interim: string[] = [];
  const client = await new Promise((resolve, reject) => {
    const sent = request(url, { method, path, agent, headers: ['Host', new URL(url).host, ...headers] });
    sent
      .on('error', reject)
      .on('information', ({ statusCode, rawHeaders }) => interim.push(`${statusCode} ${shownHeaders(rawHeaders).join()}`))
      .on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () => resolve({ interim, status: incoming.statusCode, reason: incoming.statusMessage, headers: shownHeaders(incoming.rawHeaders), body: digest(Buffer.concat(chunks)), trailers: incoming.rawTrailers }));
      });
    const send = (): void => {
      for (const piece of body) sent.write(piece);
      if (trailers !== undefined) sent.addTrailers(trailers);
      sent.end();
    };
    if (!headers.includes('Expect')) send();
    else {
      sent.flushHeaders();
      if (isEarly !== true) sent.on('continue', send);
    }
  });
  agent.destroy();
  return { client, target: seenByTarget() };
}

test.each(cases)('$name: the same as without it', async (own) => {
  let seen: unknown = null;
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    response.sendDate = false;
    const chunks: Buffer[] = [];
    const note = (): void => void (seen = { method: incoming.method, url: incoming.url, headers: shownHeaders(incoming.rawHeaders), body: digest(Buffer.concat(chunks)), trailers: incoming.rawTrailers });
    if (own.isEarly === true) {
      note();
      own.answer(incoming, response, Buffer.alloc(0));
      return;
    }
    incoming
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        note();
        own.answer(incoming, response, Buffer.concat(chunks));
      });
  };
  await using scene = await ProxyScene.open(answer, { server: { maxHeaderSize: 100_000 } });
  if (own.isEarly === true) scene.server.on('checkContinue', answer);
  const without = await seenThrough(scene.serverUrl, own, () => seen);
  const through = await seenThrough(scene.proxy.url, own, () => seen);
  expect(through).toEqual(without);
  const { url, problem, answer: noted, body } = await scene.exchange();
  expect([problem, url]).toEqual([null, scene.serverUrl + (own.path === '*' ? '/*' : (own.path ?? '/'))]);
  // All is counted, and only so much kept.
  expect(body.bytes.length).toBe(Math.min(body.totalBytes, maxBodyBytes));
  if (own.name.includes('30 MB')) expect(Math.max(body.totalBytes, noted?.body.totalBytes ?? 0)).toBe(big.length);
});

/** A raw connection: what is sent, and all that comes back until it is closed. */
function raw(url: string, first: string): { readonly socket: Socket; readonly received: () => string; readonly closed: Promise<void> } {
  const { port } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  let received = '';
  socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1'))).on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  socket.write(first, 'latin1');
  return { socket, received: () => received, closed };
}

test('pieces pass as they come, in both directions at once', async () => {
  await using scene = await ProxyScene.open((incoming, response) => {
    response.flushHeaders();
    incoming.on('data', (chunk: Buffer) => response.write(`<${chunk.toString()}>`)).on('end', () => response.end());
  });
  const sent = request(scene.proxy.url, { method: 'POST', headers: { 'transfer-encoding': 'chunked' } });
  sent.flushHeaders();
  const incoming = await new Promise<IncomingMessage>((resolve, reject) => sent.on('response', resolve).on('error', reject));
  const echoes = incoming[Symbol.asyncIterator]();
  for (const word of ['one', 'two', 'three']) {
    sent.write(word);
    expect(String(((await echoes.next()) as { readonly value: unknown }).value)).toBe(`<${word}>`);
  }
  sent.end();
  expect(await echoes.next()).toEqual({ value: undefined, done: true });
});

test('who reads slowly is waited for: the target is held back, and nothing is gathered', async () => {
  let written = 0;
  await using scene = await ProxyScene.open((_, response) => {
    const piece = Buffer.alloc(1_000_000);
    const more = (): void => {
      while (written < 200) {
        written += 1;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on('drain', more);
    more();
  });
  const sent = request(scene.proxy.url);
  sent.end();
  const incoming = await new Promise<IncomingMessage>((resolve) => sent.on('response', resolve));
  // Not read at all at first: what is underway is in the kernel's buffers and in ours.
  let before = -1;
  await until('the target is held back', () => {
    const isStill = before === written;
    before = written;
    return isStill;
  }, { everyMs: 300 });
  expect(written).toBeLessThan(60);
  let read = 0;
  for await (const chunk of incoming) read += (chunk as Buffer).length;
  expect([read, written]).toEqual([200_000_000, 200]);
  const { answer } = await scene.exchange();
  expect([answer?.body.totalBytes, answer?.body.bytes.length]).toEqual([200_000_000, maxBodyBytes]);
});

test('a client that breaks off is gone for the target too', async () => {
  const [come, gone]: [string[], string[]] = [[], []];
  await using scene = await ProxyScene.open((incoming, response) => {
    incoming.on('error', () => undefined).on('data', () => come.push(incoming.url ?? ''));
    response.on('close', () => gone.push(incoming.url ?? ''));
    if (incoming.url === '/down') response.write('some');
  });
  const up = raw(scene.proxy.url, 'POST /up HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nsome');
  await until('the target has some', () => come.length === 1, { everyMs: 5 });
  up.socket.destroy();
  const { problem, body, answer } = await scene.exchange(0);
  expect([problem, body.totalBytes, answer]).toEqual(['the client broke off', 4, null]);
  const down = raw(scene.proxy.url, 'GET /down HTTP/1.1\r\nHost: x\r\n\r\n');
  await until('the answer begins', () => down.received().includes('some'), { everyMs: 5 });
  down.socket.destroy();
  expect(await scene.exchange(1)).toMatchObject({ problem: 'the client broke off', answer: { status: 200, body: { totalBytes: 4 } } });
  await until('the target knows', () => gone.length === 2, { everyMs: 5 });
});

test('a target that breaks off is gone for the client too', async () => {
  await using scene = await ProxyScene.open((incoming, response) => {
    if (incoming.url === '/length') response.writeHead(200, { 'content-length': 10 });
    response.write('some', () => response.destroy());
  });
  for (const [index, path] of ['/length', '/chunks'].entries()) {
    const { received, closed } = raw(scene.proxy.url, `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await closed;
    // Whoever reads this knows that it is not all.
    expect(received()).toMatch(path === '/length' ? /content-length: 10\r\n[^]*\r\n\r\nsome$/u : /\r\n\r\n4\r\nsome\r\n$/u);
    expect((await scene.exchange(index)).problem).toContain('the target broke off');
  }
});

test('a target that is not there, speaks no TLS or no HTTP is said in an answer and in the record', async () => {
  const server = createTcpServer((socket) => socket.on('error', () => undefined).resume().end('SSH-2.0\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await using refused = await ProxyScene.open(() => undefined, { proxy: { target: new URL('http://127.0.0.1:1') } });
  await using noTls = await ProxyScene.open(() => undefined, { proxy: { target: new URL(`https://127.0.0.1:${port}`) } });
  await using noHttp = await ProxyScene.open(() => undefined, { proxy: { target: new URL(`http://127.0.0.1:${port}`) } });
  await using untrusted = await ProxyScene.open(() => undefined, { isTls: true });
  for (const [scene, why] of [[refused, 'does not listen'], [noTls, 'speaks no TLS'], [noHttp, 'does not answer in HTTP/1.1'], [untrusted, '--insecure takes any']] as const) {
    const answer = await fetch(`${scene.proxy.url}/`, { method: 'POST', body: 'x'.repeat(100_000) });
    expect([answer.status, await answer.text()]).toEqual([502, expect.stringContaining(why)]);
    const { answer: none, problem } = await scene.exchange();
    expect([none, problem]).toEqual([null, expect.stringContaining(why)]);
  }
  await new Promise((resolve) => server.close(resolve));
});

test('a target with a certificate of its own is reached when any is taken', async () => {
  await using scene = await ProxyScene.open((_, response) => response.writeHead(302, { location: '/next', 'set-cookie': 'a=1; Secure' }).end('tls'), { isTls: true, proxy: { isInsecure: true } });
  const answer = await fetch(scene.proxy.url, { redirect: 'manual' });
  expect([answer.status, answer.headers.get('set-cookie'), await answer.text()]).toEqual([302, 'a=1', 'tls']);
});

test('a connection of the client has one to the target, and each ends with the other', async () => {
  const warnings: Error[] = [];
  const warn = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warn);
  await using scene = await ProxyScene.open((_, response) => response.end('ok'));
  const { connections } = scene;
  const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';
  const first = raw(scene.proxy.url, get);
  await until('the first is answered', () => first.received().endsWith('ok'), { everyMs: 5 });
  const second = raw(scene.proxy.url, get);
  await until('the second is answered', () => second.received().endsWith('ok'), { everyMs: 5 });
  // Many at once on one connection are answered in their order.
  first.socket.write(get.repeat(20));
  await until('all are answered', () => first.received().split('HTTP/1.1 200 OK').length === 22, { everyMs: 5 });
  expect([connections.length, warnings]).toEqual([2, []]);
  process.off('warning', warn);
  const secondGone = new Promise((resolve) => connections[1]?.on('close', resolve));
  second.socket.destroy();
  await secondGone;
  connections[0]?.end();
  await first.closed;
});

test('another protocol follows an upgrade, or the answer that refuses it', async () => {
  await using scene = await ProxyScene.open((incoming, response) => response.end(`plain ${incoming.headers.upgrade ?? ''}`));
  scene.server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
    if (incoming.url !== '/echo') {
      socket.end('HTTP/1.1 401 No\r\nContent-Length: 6\r\n\r\nlog in');
      return;
    }
    socket.write('HTTP/1.1 101 Go On\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-A: 1\r\n\r\nhello ');
    socket.pipe(socket);
  });
  const asking = (path: string, protocol = 'websocket'): string => `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n\r\n`;
  const echo = raw(scene.proxy.url, `${asking('/echo')}first `);
  await until('it is greeted', () => echo.received().endsWith('\r\n\r\nhello first '), { everyMs: 5 });
  expect(echo.received()).toMatch(/^HTTP\/1\.1 101 Go On\r\nX-A: 1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n/u);
  echo.socket.write('second');
  await until('it is echoed', () => echo.received().endsWith('second'), { everyMs: 5 });
  echo.socket.end();
  await echo.closed;
  expect(await scene.exchange(0)).toMatchObject({ isTunnel: true, problem: null, body: { totalBytes: 12, bytes: Buffer.alloc(0) }, answer: { status: 101, body: { totalBytes: 18 } } });
  const refused = raw(scene.proxy.url, asking('/no'));
  await refused.closed;
  expect(refused.received()).toMatch(/^HTTP\/1\.1 401 No\r\n[^]*\r\n\r\nlog in$/u);
  // Clients of Java ask for HTTP/2 so, and take HTTP/1.1.
  const plain = raw(scene.proxy.url, `POST / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAM\r\nContent-Length: 4\r\n\r\nbody`);
  for (const count of [1, 2]) {
    await until('it is answered', () => plain.received().match(/\r\n\r\nplain/gu)?.length === count, { everyMs: 5 });
    if (count === 1) plain.socket.write(asking('/', 'h2c'));
  }
  plain.socket.destroy();
  expect((await scene.exchange(2)).body.bytes.toString()).toBe('body');
  expect((await scene.exchange(2)).problem).toBeNull();
});

test('an open tunnel ends with the recording, a request is waited for, but not for ever', async () => {
  let answer = (): void => undefined;
  await using scene = await ProxyScene.open((incoming, response) => {
    response.write('begin ');
    if (incoming.url === '/soon') answer = () => void response.end('end');
  });
  scene.server.on('upgrade', (_: IncomingMessage, socket: Socket) => socket.write('HTTP/1.1 101 Go\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nopen'));
  const tunnel = raw(scene.proxy.url, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n');
  const soon = raw(scene.proxy.url, 'GET /soon HTTP/1.1\r\nHost: x\r\n\r\n');
  const never = raw(scene.proxy.url, 'GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
  for (const { received } of [tunnel, soon, never]) await until('it has begun', () => /open|begin/u.test(received()), { everyMs: 5 });
  const stopped = scene.proxy.stop(60_000);
  await tunnel.closed;
  answer();
  await until('one is answered', () => soon.received().includes('end'), { everyMs: 5 });
  // No new one begins.
  await expect(fetch(scene.proxy.url)).rejects.toThrow();
  await scene.proxy.stop(0);
  await stopped;
  await never.closed;
  expect(scene.exchanges.map(({ url, problem }) => [new URL(url).pathname, problem])).toEqual([['/', null], ['/soon', null], ['/never', 'not done when the recording ended']]);
});

test('a port that is taken, and a client that takes it for a proxy of all the world, are told what to do', async () => {
  await using scene = await ProxyScene.open((incoming, response) => response.end(incoming.url));
  const options = { target: new URL(scene.serverUrl), port: Number(new URL(scene.proxy.url).port), keepsHost: false, isInsecure: false, onExchange: () => undefined, mayBegin: () => null };
  await expect(ReverseProxy.start(options)).rejects.toThrow('is taken: name another with --port, or --port 0');
  const foreign = raw(scene.proxy.url, 'GET http://other.example/a HTTP/1.1\r\nHost: other.example\r\n\r\n');
  await foreign.closed;
  expect(foreign.received()).toMatch(/^HTTP\/1\.1 421 [^]*http:\/\/other\.example\/a is not reached through here/u);
  const tunnel = raw(scene.proxy.url, 'CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n');
  await tunnel.closed;
  expect(tunnel.received()).toMatch(/^HTTP\/1\.1 405 [^]*set no proxy/u);
  const own = raw(scene.proxy.url, `GET ${scene.serverUrl}/a?b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  await own.closed;
  expect(own.received()).toMatch(/\/a\?b\r\n0\r\n\r\n$|\/a\?b$/u);
});
