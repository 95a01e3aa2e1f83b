/** `boomer-node replay`, and classes that replay: what a capture holds arrives at a server, once, in its visitors' order, at its moments. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { complaintsAbout } from '../support/compile.ts';
import { capture } from '../support/capture.ts';
import { har } from '../support/har.ts';
import { startHttpServer, type TestServer } from '../support/httpServer.ts';
import { boomer, folderWith, root, tidy } from '../cli/command.ts';

let server: TestServer;
beforeEach(async () => (server = await startHttpServer((request, response) => {
  if (request.url === '/login') response.setHeader('set-cookie', 'session=theirs; Path=/');
  if (request.url === '/moved') response.writeHead(302, { location: '/hello' });
  response.end('{}');
})));
afterEach(async () => await server.close());
afterAll(tidy);

/** What a server saw of it, request by request. */
const seen = (): readonly string[] => server.requests.map(({ method, url, body }) => `${method} ${url}${body.length === 0 ? '' : ` ${body.toString()}`}`);

test('a capture is sent once, in each visitor\'s order, faster than it was recorded, by all threads', async () => {
  const requests = Array.from({ length: 3_000 }, (_, id) => ({ atMs: id * 2, path: `/item/${id}`, headers: { cookie: `session=visitor-${id % 60}` }, ...(id % 10 === 0 ? { method: 'POST', body: `n=${id}` } : {}) }));
  const cwd = await folderWith({ 'traffic.gor': capture(requests) });
  const { code, stderr } = await boomer(['replay', 'traffic.gor', '--host', server.url, '--speed', '300%', '--threads', '2', '--summary-export', 'out.json'], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('PASS · 3 000 requests') as string });
  expect(stderr).toContain('traffic.gor has been replayed to its end');
  expect(stderr).toMatch(/3 000 recorded requests at their moments: 99 % at most .* ms after their moment, the latest .* ms/u);
  const ids = server.requests.map(({ url }) => Number(url.slice('/item/'.length)));
  expect(ids.toSorted((a, b) => a - b)).toEqual(requests.map((_, id) => id));
  for (let visitor = 0; visitor < 60; visitor += 1) {
    const own = ids.filter((id) => id % 60 === visitor);
    expect(own).toEqual(own.toSorted((a, b) => a - b));
  }
  expect(server.requests.find(({ url }) => url === '/item/10')).toMatchObject({ method: 'POST', body: Buffer.from('n=10') });
  const summary = JSON.parse(await readFile(join(cwd, 'out.json'), 'utf8')) as object;
  expect(summary).toMatchObject({ meta: { ended: { kind: 'replayed' } }, arrivals: { perSec: null, started: 3_000, dropped: 0, lateP99Ms: expect.any(Number) as number } });
});

const browser = { 'x-forwarded-for': '1.2.3.4', 'user-agent': 'Firefox' };

test('headers and bodies go out as recorded, and cookies that the server has set take the place of theirs', async () => {
  const cwd = await folderWith({
    'traffic.gor': capture([
      { atMs: 0, path: '/login', headers: { ...browser, cookie: 'theme=dark; session=recorded', connection: 'keep-alive' } },
      { atMs: 30, path: '/a?b=%20c&d=1', method: 'PUT', headers: { ...browser, cookie: 'theme=dark; session=recorded', 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: Buffer.from([0x1f, 0x8b, 0, 255, 10]) },
      { atMs: 60, path: '/moved', headers: browser },
    ]),
  });
  const { code } = await boomer(['replay', 'traffic.gor', '--host', server.url, '--header', 'X-Test: 1', '--session', 'address'], { cwd });
  expect(code).toBe(0);
  const [login, put, moved] = server.requests;
  expect(server.requests).toHaveLength(3);
  expect(login?.headers).toMatchObject({ cookie: 'theme=dark; session=recorded', 'user-agent': 'Firefox', 'x-test': '1', host: new URL(server.url).host });
  expect(login?.headers['accept']).toBeUndefined();
  expect(put).toMatchObject({ method: 'PUT', url: '/a?b=%20c&d=1', body: Buffer.from([0x1f, 0x8b, 0, 255, 10]), headers: { cookie: 'theme=dark; session=theirs', 'content-encoding': 'gzip', 'content-length': '5' } });
  expect(moved?.headers['cookie']).toBe('session=theirs');
});

test('a loop goes on with new visitors until the time is up; a log and a HAR are replayed too', async () => {
  const line = (id: number, method = 'GET'): string => `10.0.0.${id} - - [29/Nov/2026:10:00:00 +0000] "${method} /item/${id} HTTP/1.1" 200 12 "-" "x"\n`;
  const cwd = await folderWith({
    'access.log': line(1) + line(2) + line(3, 'POST') + line(4),
    'visit.har': har([{ url: 'https://shop.example/' }, { url: 'https://cdn.example/x.js' }, { url: 'https://shop.example/cart', at: 0.05, headers: { cookie: 'sid=redacted-k3f9xa-1' } }]),
  });
  const log = await boomer(['replay', 'access.log', '--host', server.url, '--speed', '20x'], { cwd });
  expect([log.code, seen()]).toEqual([0, ['GET /item/1', 'GET /item/2', 'GET /item/4']]);
  expect(log.stderr).toContain('access.log: left out: 1 request whose body was not recorded');
  const visit = await boomer(['replay', 'visit.har', '--host', server.url], { cwd });
  expect([visit.code, seen().slice(3)]).toEqual([0, ['GET /', 'GET /cart']]);
  expect(visit.stderr).toContain('visit.har: left out: 1 request to other sites than https://shop.example');
  expect(visit.stderr).toContain('visit.har: 1 of 2 requests have stand-ins (redacted-…)');
  const loop = await boomer(['replay', 'access.log', '--host', server.url, '--speed', '20x', '--loop', '-t', '1s', '--only', 'GET /item/1'], { cwd });
  expect([loop.code, loop.stderr]).toEqual([0, expect.stringContaining('the time was up') as string]);
  expect(seen().slice(5).length).toBeGreaterThan(3);
  expect(new Set(seen().slice(5))).toEqual(new Set(['GET /item/1']));
});

test('a class of a scenario replays beside others, and its requests are rewritten', async () => {
  const cwd = await folderWith({
    'traffic.gor': capture(Array.from({ length: 50 }, (_, id) => ({ atMs: id * 10, path: `/item/${id}` }))),
    'scenario.ts': `
      import { HttpUser, ReplayUser, replay, task } from 'boomer-node';
      export class Captured extends ReplayUser {
        static override replay = replay(new URL('traffic.gor', import.meta.url), {
          only: ['GET /item/1*', '/item/2*'],
          rewrite(request) {
            if (request.path === '/item/20') return null;
            request.path = '/v2' + request.path;
            return request.path === '/v2/item/1' ? { ...request, name: 'first' } : undefined;
          },
        });
      }
      export class Other extends HttpUser {
        waitTime = () => 0.1;
        @task async other() { await this.client.get('/other'); }
      }
    `,
  });
  expect(complaintsAbout({ 'scenario.ts': await readFile(join(cwd, 'scenario.ts'), 'utf8') })).toEqual([]);
  const { code, stderr } = await boomer(['run', 'scenario.ts', '--host', server.url, '-u', '3', '-r', '100', '--threshold', 'lateness: max<5000', '--threshold', 'GET /v2/item/[id]: count==20'], { cwd });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(seen().filter((line) => line !== 'GET /other').toSorted()).toEqual(Array.from({ length: 50 }, (_, id) => id).filter((id) => /^[12]/u.test(String(id)) && id !== 20).map((id) => `GET /v2/item/${id}`).toSorted());
  expect(seen()).toContain('GET /other');
  expect(stderr).toMatch(/✓ lateness: max<5000/u);
});

test('the example, and the scenario that --save keeps', async () => {
  const example = await boomer(['run', 'examples/replay.ts', '--host', server.url], { cwd: root });
  expect({ code: example.code, stderr: example.stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('PASS · 30 requests') as string });
  expect(server.requests.every(({ headers }) => headers['x-replayed'] === '1')).toBe(true);
  const cwd = await folderWith({ 'a b.gor': capture([{ atMs: 0, path: '/x' }]) });
  expect((await boomer(['replay', 'a b.gor', '--host', server.url, '--speed', '2x', '--only', 'GET', '--header', "x-a: it's", '--save', 'kept.ts'], { cwd })).code).toBe(0);
  const text = await readFile(join(cwd, 'kept.ts'), 'utf8');
  expect(complaintsAbout({ 'kept.ts': text })).toEqual([]);
  expect((await boomer(['run', 'kept.ts'], { cwd })).code).toBe(0);
  expect(server.requests.slice(30).map(({ url, headers }) => [url, headers['x-a']])).toEqual([['/x', "it's"], ['/x', "it's"]]);
});

const noHost = ['--host', 'http://127.0.0.1:1'];
test.each<readonly [string, readonly string[], string]>([
  ['an empty file', ['replay', 'empty.gor', ...noHost], 'the file is empty'],
  ['another kind', ['replay', 'api.json', ...noHost], 'expected a capture of GoReplay (.gor), an access log or a HAR'],
  ['nothing to send', ['replay', 'posts.log', ...noHost], 'there is nothing to replay: left out were 1 request whose body was not recorded'],
  ['users', ['replay', 'a.gor', ...noHost, '-u', '5'], '--users contradicts replay'],
  ['a scenario with users', ['run', 'scenario.mjs', ...noHost, '-u', '5'], '--users and the static replay of Captured contradict each other'],
  ['a scenario with an odd option', ['run', 'odd.mjs', ...noHost], 'replay has no option "sped": did you mean speed?'],
])('%s ends with 2 and says what is wrong', async (_, args, said) => {
  const scenario = (options: string): string => `import { ReplayUser, replay } from 'boomer-node';\nexport class Captured extends ReplayUser { static replay = replay('a.gor'${options}); }\n`;
  const cwd = await folderWith({
    'a.gor': capture([{ atMs: 0, path: '/' }]),
    'empty.gor': '',
    'api.json': '{"openapi":"3.1.0","paths":{}}',
    'posts.log': '1.2.3.4 - - [29/Nov/2026:10:00:00 +0000] "POST /cart HTTP/1.1" 200 12 "-" "x"\n',
    'scenario.mjs': scenario(''),
    'odd.mjs': scenario(', { sped: 2 }'),
  });
  const { code, stderr } = await boomer(args, { cwd });
  expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(said) as string });
});
