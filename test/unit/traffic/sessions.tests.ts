/** Whose request it was, and what becomes of many people's walks in one capture. */
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { exchangeOf, type Exchange, type Pair } from '../../../src/traffic/recording.ts';
import { Sessions } from '../../../src/traffic/sessions.ts';
import { recordingOf } from '../../support/traffic.ts';

const asked = (headers: readonly Pair[], setCookies: readonly string[] = [], client: string | null = null): Exchange =>
  exchangeOf('message 1', { method: 'GET', url: 'http://shop.example/', headers, body: null }, { client, answer: { status: 200, headers: setCookies.map((value): Pair => ['Set-Cookie', value]), text: null, type: null } });
const cookie = (value: string): readonly Pair[] => [['Cookie', value]];

describe('a session is told', () => {
  it.each<[string, Exchange, string | null]>([
    ['by its cookie', asked(cookie('lang=de; PHPSESSID=abcd1234')), 'cookie PHPSESSID=abcd1234'],
    ['by the cookie that the first answer gives it', asked(cookie('lang=de'), ['connect.sid=s1234; Path=/; HttpOnly']), 'cookie connect.sid=s1234'],
    ['by authorization', asked([['authorization', 'Bearer abc']]), 'authorization Bearer abc'],
    ['by what analytics know it by', asked(cookie('_ga=GA1.2.3; csrftoken=abcdef')), 'visitor _ga=GA1.2.3'],
    ['by the address before proxies, and the browser', asked([['X-Forwarded-For', '10.0.0.1, 10.0.0.2'], ['User-Agent', 'Mozilla']], [], '192.0.2.1'), 'address 10.0.0.1 Mozilla'],
    ['by the address', asked([], [], '192.0.2.1'), 'address 192.0.2.1 '],
    ['by nothing', asked([]), null],
    ['by no cookie that is taken away', asked([], ['PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/'], '192.0.2.1'), 'address 192.0.2.1 '],
    ['by no cookie that was over in 1970', asked([], ['PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; path=/'], '192.0.2.1'), 'address 192.0.2.1 '],
  ])('%s', (_, exchange, key) => {
    expect(new Sessions().keyOf(exchange)).toBe(key);
  });

  it('by its first cookie, though log-ins give it others', () => {
    const sessions = new Sessions();
    const keys = [asked(cookie('sid=first1')), asked(cookie('sid=first1'), ['sid=second2']), asked(cookie('sid=second2'), ['sid=third3']), asked(cookie('sid=third3')), asked(cookie('sid=other4'))].map((exchange) => sessions.keyOf(exchange));
    expect(keys).toEqual([...Array.from({ length: 4 }, () => 'cookie sid=first1'), 'cookie sid=other4']);
  });
});

describe('a capture of many people', () => {
  let number = 0;
  /** One request with its answer, `atSec` after the start. */
  const exchange = (atSec: number, request: string, sent: Readonly<Record<string, string>>, body: string, answered: string, more: readonly string[] = []): readonly [number, string] => {
    number += 1;
    const id = number.toString(16).padStart(24, '0');
    const head = [`${request} HTTP/1.1`, 'Host: shop.example', ...Object.entries(sent).map(([name, value]) => `${name}: ${value}`)].join('\r\n');
    const time = (1_795_946_400 + atSec).toFixed(3).replace('.', '');
    return [atSec, `1 ${id} ${time}000000\n${head}\r\n\r\n${body}\n🐵🙈🙉\n2 ${id} ${time}000000 1000000\n${['HTTP/1.1 200 OK', 'Content-Type: application/json', ...more].join('\r\n')}\r\n\r\n${answered}\n🐵🙈🙉\n`];
  };
  const json = { 'Content-Type': 'application/json' };
  const buyer = (user: string, startSec: number): readonly (readonly [number, string])[] => [
    exchange(startSec, 'GET /', {}, '', '{}', [`Set-Cookie: sid=s-${user}`]),
    exchange(startSec + 2, 'POST /login', { ...json, Cookie: `sid=s-${user}` }, `{"user":"${user}","password":"pw-${user}"}`, `{"token":"token-of-${user}-12345"}`),
    exchange(startSec + 5, 'POST /order', { ...json, Cookie: `sid=s-${user}`, Authorization: `Bearer token-of-${user}-12345` }, '{"item":7}', '{}'),
  ];
  const reader = (user: string, startSec: number): readonly (readonly [number, string])[] => [exchange(startSec, 'GET /news', { Cookie: `sid=s-${user}` }, '', '{}'), exchange(startSec + 3, 'GET /news/archive', { Cookie: `sid=s-${user}` }, '', '{}'), exchange(startSec + 4, 'GET /imprint', { Cookie: `sid=s-${user}` }, '', '{}')];
  const imported = async (walks: readonly (readonly (readonly [number, string])[])[]): Promise<Imported> => importTraffic([await recordingOf(walks.flat().toSorted(([a], [b]) => a - b).map(([, text]) => text).join(''), 'shop.gor')], { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null });

  it('becomes a walk for each way that people go, as often as they go it, with what differs as data and tokens from answers', async () => {
    const { text, summary, secrets } = await imported([buyer('ada', 0), buyer('bob', 1), buyer('cyd', 1.5), reader('dan', 0.5)]);
    expect(text).toContain('  static tasks = new Map<TaskItem, number>([[OrderWalk, 3], [ImprintWalk, 1]]);');
    expect(text).toContain("import { HttpUser, SequentialTaskSet, between, feed, task, type TaskItem } from 'boomer-node';");
    expect(text.match(/class \w+Walk[\s\S]*?\n\}/gu)?.map((walk) => walk.match(/this\.client\.\w+\('[^']*'/gu))).toEqual([
      ["this.client.get('/'", "this.client.post('/login'", "this.client.post('/order'"],
      ["this.client.get('/news'", "this.client.get('/news/archive'", "this.client.get('/imprint'"],
    ]);
    expect(text).toMatch(/user: 'ada', password: secrets\.\w+ \},\n {2}\{ user: 'bob'/u);
    expect(text).toContain('authorization: `Bearer ${this.#token}`');
    expect(text).not.toMatch(/pw-|token-of|s-ada/u);
    expect(secrets.map(({ variable }) => variable)).toEqual(['PASSWORD', 'PASSWORD_2', 'PASSWORD_3', 'COOKIES']);
    expect(summary[0]).toBe('6 requests in 5 tasks of ShopUser');
  });

  it('of whom no few ways are those of most is rows, as often as they were asked for', async () => {
    const { text } = await imported(Array.from({ length: 40 }, (_, user) => [exchange(user, `GET /a${'bcdefghij'.charAt(user % 9)}/x`, { Cookie: `sid=user-${user}` }, '', '{}')]));
    expect(text).not.toContain('SequentialTaskSet');
  });

  it('says how many go other ways', async () => {
    const { summary } = await imported([buyer('ada', 0), buyer('bob', 1), [exchange(3, 'GET /odd', { Cookie: 'sid=odd-one' }, '', '{}')]]);
    expect(summary).toContain('left out: 1 of 3 sessions of shop.gor, which go other ways');
  });
});

it('a log has sessions by address and browser, and none where all come from one address', async () => {
  const line = (client: string, second: number, path: string): string => `${client} - - [29/Nov/2026:10:00:${String(second).padStart(2, '0')} +0000] "GET ${path} HTTP/1.1" 200 1 "-" "Mozilla"\n`;
  const two = line('10.0.0.1', 0, '/') + line('10.0.0.2', 1, '/') + line('10.0.0.1', 4, '/cart') + line('10.0.0.2', 6, '/cart');
  expect((await recordingOf(two, 'a.log')).walks.map((walk) => walk.map(({ place }) => place))).toEqual([['line 1', 'line 3'], ['line 2', 'line 4']]);
  expect((await recordingOf(two.replaceAll('10.0.0.2', '10.0.0.1'), 'a.log')).walks).toEqual([]);
});

it('who comes back after half an hour comes anew', async () => {
  const line = (client: string, time: string): string => `${client} - - [29/Nov/2026:${time} +0000] "GET / HTTP/1.1" 200 1 "-" "Mozilla"\n`;
  const { walks } = await recordingOf(line('10.0.0.1', '10:00:00') + line('10.0.0.2', '10:00:00') + line('10.0.0.1', '10:29:00') + line('10.0.0.1', '11:00:00'), 'a.log');
  expect(walks.map((walk) => walk.map(({ place }) => place))).toEqual([['line 1', 'line 3'], ['line 2'], ['line 4']]);
});
