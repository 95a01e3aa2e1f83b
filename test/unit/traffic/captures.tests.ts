/** Access logs and captures: what many people sent. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { importTraffic } from '../../../src/traffic/importTraffic.ts';
import type { Recording } from '../../../src/traffic/recording.ts';
import { recordingOf } from '../../support/traffic.ts';

const read = (text: string | Uint8Array): Promise<Recording> => recordingOf(text, 'shop.log');
const scenario = async (text: string): Promise<string> => importTraffic([await read(text)], { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null }).text;
const line = (request: string, status = 200): string => `10.0.0.1 - - [29/Nov/2026:10:00:00 +0100] "${request} HTTP/1.1" ${status} 612 "-" "Mozilla"\n`;

describe('an access log', () => {
  it.each([
    ['combined', line('GET /a?b=1'), 'http://variable.invalid/a?b=1', Date.parse('2026-11-29T09:00:00Z')],
    ['with the virtual host', `www.shop.example:443 ${line('GET /a')}`, 'http://www.shop.example/a', Date.parse('2026-11-29T09:00:00Z')],
    ['of a load balancer', 'http 2026-11-29T10:00:00.1Z app/lb 10.0.0.1:2 10.0.0.2:80 0.0 0.0 0.0 200 200 34 366 "GET http://shop.example:80/a HTTP/1.1" "curl" - -\n', 'http://shop.example:80/a', Date.parse('2026-11-29T10:00:00.1Z')],
    ['JSON of nginx', '{"time_iso8601":"2026-11-29T10:00:00+00:00","request_method":"GET","request_uri":"/a?b=1","status":"200","http_host":"shop.example","scheme":"https"}\n', 'https://shop.example/a?b=1', Date.parse('2026-11-29T10:00:00Z')],
    ['JSON of Caddy', '{"ts":1795946400.5,"request":{"method":"GET","host":"shop.example","uri":"/a"},"status":200}\n', 'http://shop.example/a', 1_795_946_400_500],
    ['JSON with a request line', '{"time":"2026-11-29T10:00:00Z","request":"GET /a HTTP/2.0","response":200}\n', 'http://variable.invalid/a', Date.parse('2026-11-29T10:00:00Z')],
    ['JSON of ECS', '{"@timestamp":"2026-11-29T10:00:00Z","http":{"request":{"method":"get"},"response":{"status_code":200}},"url":{"original":"/a"}}\n', 'http://variable.invalid/a', Date.parse('2026-11-29T10:00:00Z')],
    ['JSON of Traefik', '{"RequestMethod":"GET","RequestPath":"/a","RequestHost":"shop.example","DownstreamStatus":200,"StartUTC":"2026-11-29T10:00:00Z"}\n', 'http://shop.example/a', Date.parse('2026-11-29T10:00:00Z')],
  ])('%s', async (_, text, url, startedMs) => {
    expect((await read(text)).exchanges).toMatchObject([{ place: 'line 1', request: { method: 'GET', url }, answer: { status: 200 }, startedMs }]);
    expect((await read(gzipSync(text))).exchanges).toHaveLength(1);
  });

  it('is one task where queries differ in what they leave out, each of which is sent as it was logged', async () => {
    const text = await scenario(['/s?q=lamp', '/s?q=chair&page=2', '/s', '/s?sort=up&q=sofa', '/s?tag=1&tag=2', '/s?tag=3&tag=4', '/s?tag=1'].map((path) => line(`GET ${path}`)).join(''));
    expect(text).toContain(`feed.array([
  { q: 'lamp' },
  { q: 'chair', page: '2' },
  {},
  { q: 'sofa', sort: 'up' },
  { tag: '1' },
]`);
    expect(text).toContain("const { q, page, sort, tag } = await sRows.next(this);\n    await this.client.get('/s', { query: { q, page, sort, tag }, name: '/s' });");
    expect(text).toContain("[\n  { tag: '1', tag2: '2' },\n  { tag: '3', tag2: '4' },\n]");
    expect(text).toContain('query: { tag: [tag, tag2] }');
    expect(text.match(/@task.*/gu)).toEqual(['@task(5)', '@task(2)']);
  });

  it('becomes tasks as frequent as their rows, with rows of data', async () => {
    const text = [line('GET /'), line('GET /'), ...Array.from({ length: 8 }, (_, at) => line(`GET /item/${at % 4}?from=mail`)), line('GET /a.css'), line('POST /cart', 302), line('POST /cart', 302), line('GET /gone', 404), '"\\x16\\x03" 400\n'].join('');
    expect(await scenario(text)).toBe(`/**
 * Made by boomer-node import of shop.log (access log).
 */
import { HttpUser, between, feed, task } from 'boomer-node';

const itemRows = feed.array([
  { itemId: '0' },
  { itemId: '1' },
  { itemId: '2' },
  { itemId: '3' },
], { name: 'itemRows', order: 'random' });

export class ShopUser extends HttpUser {
  waitTime = between(1, 5); // nothing was recorded of how long people wait

  @task
  async home() {
    await this.client.get('/');
  }

  @task(4)
  async item() {
    const { itemId } = await itemRows.next(this);
    await this.client.get(\`/item/\${itemId}\`, { query: { from: 'mail' }, name: '/item/[id]' });
  }

  @task
  async cart() {
    await this.client.post('/cart', {
      body: new Uint8Array(1024), // the recording does not have this body
      allowRedirects: false, // where it leads is a request of its own
    });
  }
}
`);
    expect((await read(text)).remarks).toEqual(['1 answered with 400 and more', '1 of its lines, which are no requests, the first being line 15']);
  });

  it('with ends of paths that are one of many has them as data', async () => {
    const text = await scenario(Array.from({ length: 12 }, (_, at) => line(`GET /blog/${'abcdefghijkl'.charAt(at)}-post`)).join('') + line('GET /about/us'));
    expect(text.match(/this\.client.*/gu)).toEqual(["this.client.get(`/blog/${blogId}`, { name: '/blog/[blogId]' });", "this.client.get('/about/us');"]);
  });

  it('may be long: samples are kept, all are counted', async () => {
    const { exchanges } = await read(Array.from({ length: 10_000 }, (_, at) => line(`GET /item/${at}`)).join(''));
    expect(exchanges).toHaveLength(50);
    expect(exchanges.reduce((sum, { times }) => sum + times, 0)).toBe(10_000);
  });

  it('whose lines are mostly something else is refused with the line', async () => {
    await expect(read(`${line('GET /')}x\ny\n`)).rejects.toThrow('shop.log, line 2: this and most other lines are no requests of an access log');
    await expect(read(gzipSync(line('GET /')).subarray(0, 30))).rejects.toThrow('shop.log: its gzip is damaged');
  });
});

describe('a capture of GoReplay', () => {
  const id = (number: number): string => number.toString(16).padStart(24, 'a');
  const message = (kind: number, number: number, text: string): string => `${kind} ${id(number)} ${1_795_946_400_000_000_000 + number}${kind === 1 ? '' : ' 2500000'}\n${text}\n🐵🙈🙉\n`;
  const request = 'POST /order HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\n\r\n{"id":7}';

  it('has requests with their answers', async () => {
    const chunked = 'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n';
    expect(await read(message(1, 1, request) + message(1, 2, 'GET / HTTP/1.0\r\n\r\n') + message(2, 1, chunked) + message(3, 1, 'HTTP/1.1 500 No\r\n\r\n'))).toMatchObject({
      kind: 'capture of GoReplay',
      remarks: [],
      exchanges: [
        { place: 'message 1', request: { method: 'POST', url: 'http://shop.example/order', body: { kind: 'text', text: '{"id":7}' } }, answer: { status: 201, text: 'abcde' }, startedMs: 1_795_946_400_000, elapsedMs: 2.5 },
        { request: { method: 'GET', url: 'http://variable.invalid/', body: null }, answer: null },
      ],
    });
  });

  it('becomes a scenario with the bodies that were sent', async () => {
    const text = await scenario(message(1, 1, request) + message(1, 2, request.replace('7', '8')));
    expect(text).toContain('const orderRows = feed.array([\n  { id: 7 },\n  { id: 8 },\n]');
    expect(text).toContain("this.client.post('/order', { json: { id } });");
  });

  it('has members that some bodies lack, and values of any type, as they were sent', async () => {
    const bodies = ['{"id":7,"gift":true}', '{"id":8,"to":{"name":"Ada"}}', '{"id":"x","gift":null}', '{"id":9,"list":[1]}', '{"id":9,"list":[1,2]}'];
    const text = await scenario(bodies.map((body, at) => message(1, at, request.replace('{"id":7}', body))).join(''));
    expect(text).toContain("feed.array([\n  { id: 7, gift: true },\n  { id: 'x', gift: null },\n]");
    expect(text.match(/json: .*(?= \})/gu)).toEqual(['json: { id, gift }', "json: { id: 8, to: { name: 'Ada' } }", 'json: { id: 9, list: [1] }', 'json: { id: 9, list: [1, 2] }']);
  });

  it('has what came to the port that is no request counted, and reads the rest', async () => {
    const none = [message(1, 2, '\u0016\u0003\u0001'), message(1, 3, 'GET http://[/ HTTP/1.1\r\n\r\n'), message(2, 1, 'SSH-2.0\r\n\r\n'), `what?\n🐵🙈🙉\n`];
    const { exchanges, remarks } = await read([message(1, 1, request), ...none, ...[4, 5, 6, 7].map((number) => message(1, number, 'GET /b HTTP/1.1\r\nHost: shop.example\r\n\r\n'))].join(''));
    expect(exchanges.map(({ request: { url } }) => url)).toEqual(['http://shop.example/order', ...Array.from({ length: 4 }, () => 'http://shop.example/b')]);
    expect(remarks).toEqual(['4 of its messages, which are no requests and no answers in HTTP/1, the first being message 2']);
  });

  it.each(['${jndi:ldap://x/a}', '', 'a/b', 'user@h', 'h:port', '[::1'])('whose host is %j does not say where a request went', async (host) => {
    const { exchanges } = await read(message(1, 1, `M-SEARCH /d HTTP/1.1\r\nHost: ${host}\r\n\r\n`));
    expect(exchanges.map(({ request: { method, url } }) => [method, url])).toEqual([['M-SEARCH', 'http://variable.invalid/d']]);
  });

  it.each([['gzip', gzipSync('{"a":1}')], ['br', brotliCompressSync('{"a":1}')], ['deflate', deflateSync('{"a":1}')], ['identity', Buffer.from('{"a":1}')]])('has answers that were packed by %s', async (coding, bytes) => {
    const answered = [message(1, 1, request), Buffer.from(`2 ${id(1)} 1795946400000000001 1\nHTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: ${coding}\r\n\r\n`), bytes, '\n🐵🙈🙉\n'];
    const { exchanges, remarks } = await read(Buffer.concat(answered.map((piece) => Buffer.from(piece))));
    expect([exchanges[0]?.answer?.text, remarks]).toEqual(['{"a":1}', []]);
  });

  it('has answers in another charset, and says which contents cannot be read', async () => {
    const answered = (number: number, head: string, body: Uint8Array): readonly (string | Uint8Array)[] => [message(1, number, request), `2 ${id(number)} 1795946400000000001 1\nHTTP/1.1 200 OK\r\n${head}\r\n\r\n`, body, '\n🐵🙈🙉\n'];
    const pieces = [...answered(1, 'Content-Type: text/html; charset=iso-8859-1', Buffer.from('grün', 'latin1')), ...answered(2, 'Content-Type: text/html\r\nContent-Encoding: gzip', Buffer.from('no gzip')), ...answered(3, 'Content-Type: application/pdf', Buffer.from([255, 0]))];
    const { exchanges, remarks } = await read(Buffer.concat(pieces.map((piece) => Buffer.from(piece))));
    expect(exchanges.map(({ answer }) => answer?.text)).toEqual(['grün', null, null]);
    expect(remarks).toEqual(['the contents of 1 answer that cannot be unpacked or read as text: no values are taken from them']);
  });

  it('may ask for the server as a whole', async () => {
    expect((await read(message(1, 1, 'OPTIONS * HTTP/1.1\r\nHost: shop.example\r\n\r\n'))).exchanges[0]?.request.url).toBe('http://shop.example/*');
  });

  it('that breaks off is read up to there; what is none is refused with its number', async () => {
    expect((await read(`${message(1, 1, request)}1 ${id(2)} 17959464`)).remarks).toEqual(['the last message, which breaks off']);
    for (const half of ['POST /b HTTP/1.1\r\nHost: s.exa', 'POST /b HTTP/1.1\r\nHost: s.example\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhal', 'POST /b HTTP/1.1\r\nHost: s.example\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhalf\r\n0\r\nof it']) {
      const { exchanges, remarks } = await read(`${message(1, 1, request)}1 ${id(2)} 1795946400000000002\n${half}`);
      expect([exchanges.length, remarks]).toEqual([1, ['the last message, which breaks off']]);
    }
    await expect(read(`${message(1, 1, request)}${message(1, 2, 'what?')}${message(1, 3, 'x')}`)).rejects.toThrow('shop.log, message 2: this and most other messages are no requests and no answers in HTTP/1');
    await expect(read(message(2, 1, 'HTTP/1.1 200 OK\r\n\r\n'))).rejects.toThrow('shop.log: a capture without a request');
  });
});
