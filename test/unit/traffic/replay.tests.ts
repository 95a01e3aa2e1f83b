import { BoomerError } from '../../../src/util/boomerError.ts';
import { exchangeOf, type Exchange, type Pair, type RecordedBody, type RecordedRequest } from '../../../src/traffic/recording.ts';
import { openUnread } from '../../../src/traffic/readers/openExchanges.ts';
import { CaptureSelection, checkCapture, standInWarning, visitorKinds, type OpenCapture, type VisitorKind } from '../../../src/traffic/replay/replayCapture.ts';
import { ReplayClock, SecondSpreader, speedOf } from '../../../src/traffic/replay/replayClock.ts';
import { pathOf, replayedRequest, sentHeaders, whyLeftOut } from '../../../src/traffic/replay/replayedRequest.ts';
import { requestPattern } from '../../../src/traffic/replay/requestPattern.ts';
import { har } from '../../support/har.ts';
import { trafficOf } from '../../support/traffic.ts';

const requestOf = (...parts: Parameters<typeof recorded>): RecordedRequest => recorded(...parts).request;
const recorded = (method: string, url: string, headers: readonly Pair[] = [], body: RecordedBody | null = null, startedMs: number | null = 0): Exchange => exchangeOf('here', { method, url, headers, body }, { startedMs });

describe('the moments of a replay', () => {
  it.each([['2', 2], ['2x', 2], ['0.5 x', 0.5], ['200%', 2], ['2×', 2], ['0', null], ['x', null], ['-1', null], ['1e3', null]])('have a speed: %j', (text, speed) => {
    expect(speedOf(text)).toBe(speed);
  });

  it('are those that were recorded, from the first one on, faster or slower', () => {
    const clock = new ReplayClock(2);
    expect([1_700_000_000_100, 1_700_000_000_300, 1_700_000_001_100].map((ms) => clock.dueMs(ms))).toEqual([0, 100, 500]);
  });

  it('never go back', () => {
    const clock = new ReplayClock(1);
    expect([100, 300, 200, 400].map((ms) => clock.dueMs(ms))).toEqual([0, 200, 200, 300]);
  });

  it('go on in the next round, a mean pause behind the last', () => {
    const clock = new ReplayClock(2);
    for (const ms of [0, 100, 400]) clock.dueMs(ms);
    clock.nextRound();
    expect([0, 100].map((ms) => clock.dueMs(ms))).toEqual([300, 350]);
  });

  it('are a second apart where there is one request alone', () => {
    const clock = new ReplayClock(2);
    clock.dueMs(5);
    clock.nextRound();
    expect(clock.dueMs(5)).toBe(500);
  });

  it('are spread over the second where nothing finer was noted', () => {
    const spreader = new SecondSpreader<string>();
    const all = [['a', 1000], ['b', 1000], ['c', 1000], ['d', 1000], ['e', 2000], ['f', 2000], ['g', 3000]] as const;
    expect([...all.flatMap(([item, ms]) => spreader.add(item, ms)), ...spreader.rest()].map(({ item, recordedMs }) => [item, recordedMs])).toEqual([['a', 1000], ['b', 1250], ['c', 1500], ['d', 1750], ['e', 2000], ['f', 2500], ['g', 3000]]);
  });

  it('are spread over the second however many there are', () => {
    const spreader = new SecondSpreader<number>();
    const all = [...Array.from({ length: 50_000 }, (_, id) => spreader.add(id, 1000)).flat(), ...spreader.add(50_000, 2000), ...spreader.rest()];
    expect(all.map(({ item }) => item)).toEqual(Array.from({ length: 50_001 }, (_, id) => id));
    const moments = all.map(({ recordedMs }) => recordedMs);
    expect(moments.every((ms, at) => at === 0 || ms > (moments[at - 1] ?? 0))).toBe(true);
    expect([20_000, 40_000, 50_000].map((at) => moments[at])).toEqual([1500, 1750, 2000]);
  });

  it('stay as they are where finer ones were noted, also those at a whole second', () => {
    const spreader = new SecondSpreader<string>();
    const all = [['a', 1000], ['b', 1000], ['c', 1100], ['d', 2000], ['e', 2000], ['f', 2001]] as const;
    expect([...all.flatMap(([item, ms]) => spreader.add(item, ms)), ...spreader.rest()].map(({ item, recordedMs }) => [item, recordedMs])).toEqual(all);
  });
});

describe('a pattern of requests', () => {
  it.each([
    ['GET /api/*', 'GET', '/api/items/1?q=2', true],
    ['GET /api/*', 'POST', '/api/items', false],
    ['/api/*', 'POST', '/api/', true],
    ['/api', 'GET', '/api/items', false],
    ['/api', 'GET', '/api?x=1', true],
    ['post,put /cart', 'PUT', '/cart', true],
    ['DELETE', 'DELETE', '/anything', true],
    ['*.css', 'GET', '/a/b.css', true],
    ['/list?page=*', 'GET', '/list?page=2', true],
    ['/list?page=*', 'GET', '/list', false],
    ['/a.c', 'GET', '/abc', false],
  ])('%j of %s %s: %j', (pattern, method, path, isMeant) => {
    expect(requestPattern(pattern, 'here')(method, path)).toBe(isMeant);
  });

  it.each(['', 'api', 'GET api', 'GET /a /b', '"GET"'])('refuses %j', (pattern) => {
    expect(() => requestPattern(pattern, '--only')).toThrow(BoomerError);
  });
});

describe('a visitor', () => {
  const exchange = recorded('GET', 'http://h/', [['Cookie', 'theme=dark; JSESSIONID=abcd'], ['X-Forwarded-For', '1.2.3.4'], ['User-Agent', 'Firefox']]);
  const visitorOf = (session: VisitorKind, of = exchange): string | null => new CaptureSelection({ only: [], session }, { kind: 'capture' }, null).visitorOf(of);

  it('is known as sessions are, by the cookie alone, by the address alone, or not at all', () => {
    expect(visitorKinds.map((kind) => visitorOf(kind))).toEqual(['cookie JSESSIONID=abcd', 'cookie JSESSIONID=abcd', 'address 1.2.3.4 Firefox', null]);
    const analytics = recorded('GET', 'http://h/', [['Cookie', '_ga=GA1.2.3']]);
    expect(visitorKinds.map((kind) => visitorOf(kind, analytics))).toEqual(['visitor _ga=GA1.2.3', null, null, null]);
    const plain = recorded('GET', 'http://h/', [['authorization', 'Bearer x'], ['X-Real-IP', '::1']]);
    expect(visitorKinds.map((kind) => visitorOf(kind, plain))).toEqual(['authorization Bearer x', null, 'address ::1 ', null]);
  });
});

describe('a recorded request', () => {
  it('goes out with its headers, but for those of the connection', () => {
    const { headers } = replayedRequest(requestOf('GET', 'http://shop/', [['Host', 'shop'], ['Connection', 'keep-alive, X-Hop'], ['X-Hop', '1'], ['Keep-Alive', 'timeout=5'], ['TE', 'trailers'], ['Content-Length', '3'], ['Transfer-Encoding', 'chunked'], ['Accept-Encoding', 'gzip'], ['User-Agent', 'Firefox'], ['Cookie', 'a=1'], ['cookie', 'b=2'], ['X-Tag', '1'], ['x-tag', '2'], ['authorization', 'Bearer x'], ['not a name', 'x']]));
    expect({ ...headers }).toEqual({ 'accept-encoding': 'gzip', 'user-agent': 'Firefox', cookie: 'a=1; b=2', 'x-tag': ['1', '2'], authorization: 'Bearer x' });
  });

  it('takes the headers away that the client would add', () => {
    expect(sentHeaders({ accept: '*/*' })).toEqual([['accept', '*/*'], ['user-agent', null], ['content-type', null]]);
  });

  it('has the path as it was written, and the name of its row', () => {
    const { path, name } = replayedRequest(requestOf('GET', 'https://shop.example:8443/item/17/a%20b?q=ä&x=/#top'));
    expect([path, name]).toEqual(['/item/17/a%20b?q=ä&x=/', '/item/[id]/a%20b']);
    expect(['http://h', 'http://h?x=1', 'http://h//a'].map(pathOf)).toEqual(['/', '/?x=1', '//a']);
  });

  it('sends the same bytes, compressed ones too', () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0, 255]);
    expect(replayedRequest(requestOf('POST', 'http://h/', [], { kind: 'bytes', bytes })).body).toBe(bytes);
    expect(replayedRequest(requestOf('POST', 'http://h/', [], { kind: 'fields', fields: [['a', 'b c'], ['a', 'ü']] })).body).toBe('a=b+c&a=%C3%BC');
    expect(replayedRequest(requestOf('POST', 'http://h/', [['X-Name', 'ü']])).headers['x-name']).toBe('Ã¼');
  });

  it('sends the parts of a form behind the boundary that its type names', () => {
    const parts = [{ name: 'a', filename: null, type: null, text: '1', bytes: 1 }, { name: 'f', filename: 'x".txt', type: 'text/plain', text: 'hello', bytes: 5 }];
    const { body } = replayedRequest(requestOf('POST', 'http://h/', [['content-type', 'multipart/form-data; boundary=XX']], { kind: 'parts', parts }));
    expect(body).toBe('--XX\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--XX\r\nContent-Disposition: form-data; name="f"; filename="x%22.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--XX--\r\n');
  });

  it('sends a form as it was, where all of it was recorded', () => {
    const whole = '--XX\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n1\r\n--XX--\r\n';
    const parts = [{ name: 'a', filename: null, type: null, text: null, bytes: 1 }];
    const exchange = recorded('POST', 'http://h/', [['content-type', 'multipart/form-data; boundary=XX']], { kind: 'parts', parts, whole });
    expect([whyLeftOut(exchange), replayedRequest(exchange.request).body]).toEqual([null, whole]);
  });

  it.each([
    ['without a time', recorded('GET', 'http://h/', [], null, null)],
    ['to open a WebSocket or another protocol', recorded('GET', 'http://h/', [['Upgrade', 'websocket']])],
    ['to open a WebSocket or another protocol', recorded('GET', 'wss://h/')],
    [null, recorded('GET', 'http://h/', [['Connection', 'Upgrade, HTTP2-Settings'], ['Upgrade', 'h2c'], ['HTTP2-Settings', 'AAEA']])],
    ['to a proxy or to the server as a whole', recorded('CONNECT', 'http://h/')],
    ['whose body was not recorded', recorded('POST', 'http://h/', [], { kind: 'missing', bytes: 3, what: null })],
    ['whose body was not recorded', recorded('POST', 'http://h/', [], { kind: 'parts', parts: [{ name: 'f', filename: 'a.png', type: null, text: null, bytes: 9 }] })],
    [null, recorded('POST', 'http://h/', [], { kind: 'text', text: 'x' })],
  ])('may be one %s', (why, exchange) => {
    expect(whyLeftOut(exchange)).toBe(why);
  });
});

describe('a capture', () => {
  const openOf = (content: string): OpenCapture => (path, notes) => openUnread(trafficOf(content, path), notes);
  const choice = { only: [], session: 'visitor' } as const;

  it('that is a HAR is one visitor of one site', async () => {
    const notes = { kind: '', remarks: [] };
    const selection = new CaptureSelection(choice, notes, 'https://shop.example');
    const taken: (string | null)[] = [];
    const content = har([{ url: 'https://shop.example/' }, { url: 'https://cdn.example/x.js' }, { url: 'https://shop.example/cart', headers: { cookie: 'sid=1' } }]);
    for await (const batch of openOf(content)('a.har', notes)) taken.push(...batch.map((unread) => unread.read()).filter((exchange) => selection.takes(exchange)).map((exchange) => selection.visitorOf(exchange)));
    expect([taken, [...selection.leftOut]]).toEqual([['visitor', 'visitor'], [['to other sites than https://shop.example', 1]]]);
  });

  it.each([
    ['by another scheme', [{ url: 'http://shop.example/', status: 301 }, { url: 'https://shop.example/' }, { url: 'https://shop.example/cart' }], 'https://shop.example'],
    ['without www', [{ url: 'https://shop.example/', status: 301 }, { url: 'https://www.shop.example/' }], 'https://www.shop.example'],
    ["from another site's request", [{ url: 'https://cdn.example/x.js', type: 'text/javascript' }, { url: 'https://tracker.example/t', resource: 'xhr' }, { url: 'https://shop.example:443/' }], 'https://shop.example'],
    ['without a page', [{ url: 'https://a.example/1', type: 'application/json' }, { url: 'https://b.example/1', type: 'application/json' }, { url: 'https://b.example/2', type: 'application/json' }], 'https://b.example'],
  ] as const)('that is a HAR is of the site that was visited, begun %s', async (_, entries, origin) => {
    await expect(checkCapture('a.har', 'a.har', openOf(har(entries)), choice)).resolves.toEqual({ looked: entries.filter(({ url }) => new URL(url).origin === origin).length, withStandIns: 0, origin });
  });

  it('has to have something to send', async () => {
    const post = '1.2.3.4 - - [29/Nov/2026:10:00:00 +0000] "POST /cart HTTP/1.1" 200 12 "-" "x"\n';
    await expect(checkCapture('a.log', 'a.log', openOf(post), choice)).rejects.toThrow('a.log: there is nothing to replay: left out were 1 request whose body was not recorded');
    await expect(checkCapture('a.log', 'a.log', openOf(post.replace('POST', 'GET')), { ...choice, only: [requestPattern('DELETE', 'x')] })).rejects.toThrow('1 request that no pattern names');
    await expect(checkCapture('a.log', 'a.log', openOf(post.replace('POST', 'GET')), choice)).resolves.toEqual({ looked: 1, withStandIns: 0, origin: null });
    await expect(checkCapture('a.json', 'a.json', openOf('{"openapi":"3.0.0"}'), choice)).rejects.toThrow('expected a capture of GoReplay (.gor), an access log or a HAR');
    await expect(checkCapture('a.gor', 'a.gor', openOf(''), choice)).rejects.toThrow('the file is empty');
  });

  it('in which stand-ins are where secrets were is told so', async () => {
    const content = har([{ url: 'https://shop.example/' }, { url: 'https://shop.example/a?token=redacted-k3f9xa-12' }, { url: 'https://shop.example/b', headers: { cookie: 'sid=redacted-k3f9xa-1; a=b' } }, { url: 'https://shop.example/redacted-words' }]);
    const start = await checkCapture('a.har', 'a.har', openOf(content), choice);
    expect(start).toEqual({ looked: 4, withStandIns: 2, origin: 'https://shop.example' });
    expect(standInWarning('a.har', start)).toContain('a.har: 2 of 4 requests have stand-ins (redacted-…)');
    expect(standInWarning('a.har', { ...start, withStandIns: 0 })).toBeNull();
  });
});
