/** Values that answers bring and later requests send. */
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { har, type HarEntry } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

const imported = async (...recordings: readonly (readonly HarEntry[])[]): Promise<Imported> =>
  importTraffic(await Promise.all(recordings.map((entries, index) => recordingOf(har(entries), `shop${index}.har`))), { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null });
/** The lines within tasks. */
const lines = async (...recordings: readonly (readonly HarEntry[])[]): Promise<readonly string[]> => [...((await imported(...recordings)).text.split('\n/** The value', 1)[0] ?? '').matchAll(/^ {4}((?:const|await|this\.#|\/\/ not).*)/gmu)].map(([, line = '']) => line);

const url = (path: string): string => `https://s.example${path}`;
const answers = (path: string, answer: unknown, more: Partial<HarEntry> = {}): HarEntry => ({ url: url(path), answer: JSON.stringify(answer), type: 'application/json', resource: 'fetch', ...more });
const sends = (path: string, json: unknown, more: Partial<HarEntry> = {}): HarEntry => ({ method: 'POST', url: url(path), resource: 'fetch', headers: { 'content-type': 'application/json' }, body: { mimeType: 'application/json', text: JSON.stringify(json) }, ...more });
const token = 'aB3dE5fG7hI9jK1lM3nO5';

describe('a value becomes a variable', () => {
  it('from JSON, where it is of the same name or nobody would type it', async () => {
    expect(await lines([answers('/session', { data: { 'the token': token, userId: 42, lang: 'de' }, list: [[{ id: 7 }]] }), sends('/order', { userId: 42, lang: 'de', token, page: 42 }), answers('/list/7', {})])).toEqual([
      "const session = await this.client.get('/session');",
      "const userId = session.json<{ data: { userId: number } }>().data.userId ?? missing('data.userId');",
      "const theToken = session.json<{ data: { 'the token': string } }>().data['the token'] ?? missing('data.the token');",
      "const listId = session.json<{ list: { id: number }[][] }>().list[0]?.[0]?.id ?? missing('list[0][0].id');",
      "await this.client.post('/order', { json: { userId, lang: 'de', token: theToken, page: 42 } });",
      "await this.client.get(`/list/${listId}`, { name: '/list/[id]' });",
    ]);
  });

  it('from the latest answer that has it, and never from one that only echoes', async () => {
    expect(await lines([sends('/search', { itemId: 77 }, { answer: '{"itemId":77}', type: 'application/json' }), sends('/again', { itemId: 77 })])).toEqual(["await this.client.post('/search', { json: { itemId: 77 } });", "await this.client.post('/again', { json: { itemId: 77 } });"]);
    const page = (path: string, csrf: string): HarEntry => ({ url: url(path), answer: `<input name=_csrf value="${csrf}">` });
    const form = (csrf: string): HarEntry => ({ method: 'POST', url: url('/f'), resource: 'fetch', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: { mimeType: 'x', text: `_csrf=${csrf}` } });
    expect(await lines([page('/a', 'first1first'), form('first1first'), page('/b', 'second2second'), form('second2second')])).toEqual([
      "const a = await this.client.get('/a');",
      "const csrf = field(a.text(), '_csrf');",
      "await this.client.post('/f', { form: { _csrf: csrf } });",
      "const b = await this.client.get('/b');",
      "const csrf = field(b.text(), '_csrf');",
      "await this.client.post('/f', { form: { _csrf: csrf } });",
    ]);
  });

  it('over tasks as a field, which tokens that come anew share', async () => {
    const page = (path: string, csrf: string, at: number): HarEntry => ({ url: url(path), answer: `<meta content='${csrf}' name="csrf-token">`, at, resource: 'document' });
    const { text } = await imported([page('/a', `${token}1`, 0), sends('/x', { a: 1 }, { headers: { 'x-csrf-token': `${token}1`, 'content-type': 'application/json' }, at: 3 }), page('/b', `${token}2`, 6), sends('/y', { a: 1 }, { headers: { 'x-csrf-token': `${token}2`, 'content-type': 'application/json' }, at: 9 })]);
    expect(text.match(/#csrfToken.*/gu)).toEqual(["#csrfToken = '';", "#csrfToken = field(a.text(), 'csrf-token');", "#csrfToken }, json: { a: 1 } });", "#csrfToken = field(b.text(), 'csrf-token');", "#csrfToken }, json: { a: 1 } });"]);
  });

  it('from headers, cookies, redirects, and texts of any kind', async () => {
    expect(
      await lines([
        { url: url('/a'), resource: 'fetch', answerHeaders: [['X-Upload-Id', 'up-1234567890'], ['Set-Cookie', `XSRF-TOKEN=${token}%3D; Path=/`]], answer: `<a:key xml="1">${token}</a:key>`, type: 'text/xml' },
        { url: url('/go'), resource: 'fetch', status: 302, answerHeaders: [['Location', '/done/8812?code=Zz9Yy8Xx7Ww6Vv5Uu4']] },
        { url: url('/done/8812?code=Zz9Yy8Xx7Ww6Vv5Uu4'), resource: 'fetch' },
        sends('/b', { code: 'Zz9Yy8Xx7Ww6Vv5Uu4', text: `key ${token}!` }, { headers: { 'x-upload-id': 'up-1234567890', 'x-xsrf-token': `${token}=`, 'content-type': 'application/json' } }),
        answers('/done/8812/more', {}),
      ]),
    ).toEqual([
      "const a = await this.client.get('/a');",
      "const xUploadId = a.headers.get('x-upload-id') ?? missing('header x-upload-id');",
      `const text = cut(a.text(), '"1">', '<');`,
      "const go = await this.client.get('/go');",
      "const code = new URL(go.url).searchParams.get('code') ?? missing('parameter code');",
      "const doneId = new URL(go.url).pathname.split('/')[2] ?? missing('segment 2 of the path');",
      "await this.client.post('/b', {",
      "await this.client.get(`/done/${doneId}/more`, { name: '/done/[id]/more' });",
    ]);
    expect((await imported([{ url: url('/a'), resource: 'fetch', answerHeaders: [['Set-Cookie', `XSRF-TOKEN=${token}%3D`]] }, sends('/b', {}, { headers: { 'x-xsrf-token': `${token}=`, 'content-type': 'application/json' } })])).text).toContain("'x-xsrf-token': decodeURIComponent(this.client.cookies.get('XSRF-TOKEN') ?? missing('cookie XSRF-TOKEN'))");
  });

  it('from the cookie of another site or path, of the moment at which it was right', async () => {
    const cookie = (from: string, line: string): HarEntry => ({ url: from, resource: 'fetch', answerHeaders: [['Set-Cookie', line]] });
    const set = [cookie('https://api.s.example/in', `t=${token}; Domain=s.example; Path=/`), cookie(url('/b/c'), `own=${token}Own`), cookie(url('/d'), `gone=${token}Gone; Max-Age=0`), cookie(url('/e'), `far=${token}Far; Domain=other.example`)];
    const sent = sends('/x', { t: token, own: `${token}Own`, gone: `${token}Gone`, far: `${token}Far` });
    const { text, secrets } = await imported([...set, sent]);
    expect(text).toContain("t: this.client.cookies.get('t', 'https://api.s.example/') ?? missing('cookie t')");
    expect(text).toContain("own: this.client.cookies.get('own', 'https://s.example/b') ?? missing('cookie own')");
    expect(secrets.map(({ property }) => property)).toEqual([]);
    expect((await imported([cookie(url('/a'), `t=${token}; Path=/`), cookie(url('/b'), 't=later; Path=/'), sends('/x', { t: token })])).text).toContain("const t = this.client.cookies.get('t') ?? missing('cookie t');");
  });

  it('from a log-in: no token is left in the scenario', async () => {
    const { text, secrets } = await imported([sends('/login', { user: 'ada', password: 'pw' }, { answer: JSON.stringify({ token }), type: 'application/json' }), answers('/me', {}, { headers: { Authorization: `Bearer ${token}` } })]);
    expect(text).toContain('headers: { authorization: `Bearer ${token}` }');
    expect(text).not.toContain(token);
    expect(secrets.map(({ variable }) => variable)).toEqual(['PASSWORD']);
  });
});

it('marks what no answer brought', async () => {
  const { text, summary, secrets } = await imported([sends('/a', { nonce: 'x8f3k2m9q1', moment: Date.parse('2026-11-29T10:00:01Z') }), answers('/b/0f8fad5b-d9cb-469f-a165-70867728950e', {}, { headers: { 'x-request-id': '7c9e6679-7425-40de-944b-e07fc1f90ae7' } })]);
  expect(text).toContain("nonce: 'x8f3k2m9q1', // not correlated: no answer of the recording brought nonce");
  expect(text).toContain('moment: Date.now(),');
  expect(text).toContain("    // not correlated: no answer of the recording brought bId\n    await this.client.get('/b/0f8fad5b-d9cb-469f-a165-70867728950e', { headers: { 'x-request-id': crypto.randomUUID() }, name: '/b/[id]' });");
  expect(summary.at(-1)).toBe('not correlated: 2 values, marked in the scenario');
  expect(secrets).toEqual([]);
});

describe('two recordings of one walk', () => {
  const walk = (user: string, password: string, item: number, key: string): readonly HarEntry[] => [
    answers('/start', { version: 123_456_789, ids: [1, item], other: item + 1 }),
    sends('/login', { user, password, version: 123_456_789 }),
    answers(`/things/${user}`, {}),
    sends('/buy', { thing: item, key }),
  ];

  it('show what is constant, what is taken, and what differs', async () => {
    const { text, secrets, summary } = await imported(walk('ada', 'pw-1', 17, 'k1'), walk('bob', 'pw-2', 23, 'k1'));
    expect(text).toContain("const visitors = feed.array([\n  { user: 'ada', password: secrets.password },\n  { user: 'bob', password: secrets.password2 },\n]);");
    expect(text).toContain('this.#visitor = await visitors.next(this.user);');
    expect(text).toContain('json: { user: this.#visitor.user, password: this.#visitor.password, version: 123456789 }');
    expect(text).toContain("this.client.get(`/things/${this.#visitor.user}`, { name: '/things/[thingId]' })");
    expect(text).toContain("ids[1] ?? missing('ids[1]');");
    expect(text).toMatch(/json: \{ thing: \w+, key: 'k1' \}/u);
    expect(secrets.map(({ variable }) => variable)).toEqual(['PASSWORD', 'PASSWORD_2']);
    expect(summary).toContain('different in each recording: 2 values, now of a feeder');
  });

  it('of other walks are sets of their own', async () => {
    const { text } = await imported(walk('ada', 'pw', 1, 'k'), [answers('/x', {}), answers('/y', {}, { at: 5 }), answers('/z', {}, { at: 9 })], [answers('/x', {}), answers('/q', {}, { at: 5 }), answers('/r', {}, { at: 9 })]);
    expect(text).toContain('static tasks = [Shop0Walk, Shop1Walk, Shop2Walk];');
  });
});
