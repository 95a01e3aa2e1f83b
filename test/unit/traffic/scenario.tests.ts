/** What a scenario is made of recorded traffic. */
import { HttpUser, SequentialTaskSet, TaskSet, User } from '../../../src/index.ts';
import { importTraffic, type Imported, type ImportOptions } from '../../../src/traffic/importTraffic.ts';
import { capture } from '../../support/capture.ts';
import { har, type HarEntry } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

const plain: ImportOptions = { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null };
const imported = async (entries: readonly HarEntry[], options: Partial<ImportOptions> = {}): Promise<Imported> => importTraffic([await recordingOf(har(entries), 'shop.har')], { ...plain, ...options });
const ofCurl = async (text: string): Promise<Imported> => importTraffic([await recordingOf(text, 'shop.sh')], plain);
/** The one request of a scenario. */
const call = async (entry: HarEntry): Promise<string> => /await ([\s\S]*?);(?: \/\/.*)?\n {2}\}/u.exec((await imported([entry])).text)?.[1] ?? '';

const json = 'application/json';
const page = (url: string, more: Partial<HarEntry> = {}): HarEntry => ({ url, resource: 'document', ...more });

it('writes a walk as a colleague would', async () => {
  const { text, summary } = await imported([
    page('https://www.shop.example/', { page: 'home', at: 0 }),
    { url: 'https://www.shop.example/app.js', type: 'text/javascript', at: 0.1 },
    { url: 'https://tracker.example/t', at: 0.1, resource: 'xhr' },
    { url: 'https://api.shop.example/items?page=1', at: 0.2, resource: 'fetch', type: json, page: 'home', headers: { Accept: json, 'User-Agent': 'Chrome', 'sec-fetch-mode': 'cors' } },
    page('https://www.shop.example/item/17', { page: 'item', at: 3.3 }),
    { method: 'POST', url: 'https://www.shop.example/cart', at: 8.3, resource: 'fetch', page: 'item', body: { mimeType: json, text: '{"item":17,"note":null}' }, headers: { 'content-type': json } },
  ]);
  expect(text).toBe(`/**
 * Made by boomer-node import of shop.har (HAR of Chromium).
 */
import { HttpUser, SequentialTaskSet, between, task } from 'boomer-node';

class ShopWalk extends SequentialTaskSet<ShopUser> {
  /** Page home */
  @task
  async home() {
    await this.client.get('/');
    await this.client.get('https://api.shop.example/items', {
      query: { page: '1' },
      headers: { accept: 'application/json' },
      name: '/items',
    });
  }

  /** Page item */
  @task
  async item() {
    await this.client.get('/item/17', { name: '/item/[id]' });
  }

  @task
  async cart() {
    await this.client.post('/cart', { json: { item: 17, note: null } });
  }

  @task
  leave() {
    this.interrupt();
  }
}

export class ShopUser extends HttpUser {
  static host = 'https://www.shop.example';
  static tasks = [ShopWalk];
  waitTime = between(3, 4.9);
}
`);
  expect(summary).toEqual(['4 requests in 3 tasks of ShopUser', 'left out: 1 static file (--static keeps them)', 'left out: 1 request to other sites (--third-party keeps them)']);
});

it('keeps what it is told to keep', async () => {
  const entries: readonly HarEntry[] = [page('https://s.example/', { headers: { Referer: 'https://from.example/' } }), { url: 'https://s.example/a.css', type: 'text/css' }, { url: 'https://other.example/x' }];
  const { text } = await imported(entries, { keepsStatic: true, keepsThirdParties: true, keptHeaders: new Set(['referer']) });
  expect(text).toContain("this.client.get('/', { headers: { referer: 'https://from.example/' } })");
  expect(text).toContain("this.client.get('/a.css')");
  expect(text).toContain("this.client.get('https://other.example/x')");
  expect((await imported(entries, { host: 'https://other.example' })).text).toContain("static host = 'https://other.example'");
});

it('leaves redirects to the client, unless they lead elsewhere', async () => {
  const to = (location: string): Partial<HarEntry> => ({ status: 302, answerHeaders: [['location', location]] });
  const { text } = await imported([page('https://s.example/a', to('/b')), page('https://s.example/b', to('https://s.example/c')), page('https://s.example/c'), page('https://s.example/out', { ...to('https://login.other.example/'), at: 9 }), page('https://login.other.example/', { at: 9.1 })]);
  expect(text.match(/this\.client\.\w+\(.*/gu)).toEqual(["this.client.get('/a');", "this.client.get('/out', {"]);
  expect(text).toContain('allowRedirects: false, // it leads to another site');
});

it('leaves no redirect to the client that leads to what was not recorded: each request is one of its own', async () => {
  const to = (location: string): Partial<HarEntry> => ({ status: 302, answerHeaders: [['location', location]] });
  const sso = 'https://login.other.example/in';
  const { text } = await imported([page('https://s.example/a', to('/b')), page('https://s.example/b', to('/never')), page('https://s.example/in', to(sso)), page(sso, to('https://s.example/back?code=1')), page('https://s.example/back?code=1')]);
  expect(text.match(/this\.client\.\w+\(.*|\/\/ (?:where|it|the rec).*/gu)).toEqual([
    "this.client.get('/a', {", '// where it leads is a request of its own',
    "this.client.get('/b', {", '// the recording does not have where it leads',
    "this.client.get('/in', {", '// it leads to another site',
    "this.client.get('/back', { query: { code: '1' }, name: '/back' });",
  ]);
});

it.each<[string, Partial<HarEntry> & { url: string }, string]>([
  ['a query that an object cannot hold', { url: 'https://s.example/a?x&y=1&x=2' }, "this.client.get('/a?x&y=1&x=2', { name: '/a' })"],
  ['a field that has its name for its value', { url: 'https://s.example/a?=&a-b=a-b' }, "this.client.get('/a', { query: { '': '', 'a-b': 'a-b' }, name: '/a' })"],
  ['values of one name', { url: 'https://s.example/a?x=1&x=2&z=a%20b' }, "this.client.get('/a', { query: { x: ['1', '2'], z: 'a b' }, name: '/a' })"],
  ['a verb in the query', { url: 'https://s.example/rpc?action=list&page=2' }, "this.client.get('/rpc', { query: { action: 'list', page: '2' }, name: '/rpc?action=list' })"],
  ['a form', { url: 'https://s.example/f', method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: { mimeType: 'x', text: 'a=1&b=%C3%A4+b' } }, "this.client.post('/f', { form: { a: '1', b: 'ä b' } })"],
  ['JSON of another type', { url: 'https://s.example/f', method: 'PATCH', headers: { 'content-type': 'application/vnd.api+json' }, body: { mimeType: 'x', text: '[1,{"__proto__":2}]' } }, "this.client.patch('/f', { headers: { 'content-type': 'application/vnd.api+json' }, json: [1, { ['__proto__']: 2 }] })"],
  ['numbers that are longer than JavaScript\'s', { url: 'https://s.example/f', method: 'PUT', headers: { 'content-type': json }, body: { mimeType: json, text: '{"id":12345678901234567890}' } }, `this.client.put('/f', { headers: { 'content-type': 'application/json' }, body: '{"id":12345678901234567890}' })`],
  ['GraphQL', { url: 'https://s.example/graphql', method: 'POST', headers: { 'content-type': json }, body: { mimeType: json, text: '{"operationName":"Items","query":"query Items { a }"}' } }, "this.client.post('/graphql', { json: { operationName: 'Items', query: 'query Items { a }' }, name: '/graphql Items' })"],
  ['a method of its own', { url: 'https://s.example/dav', method: 'PROPFIND' }, "this.client.request('PROPFIND', '/dav')"],
  ['what would end a text', { url: 'https://s.example/f', method: 'POST', headers: { 'content-type': 'text/plain' }, body: { mimeType: 'text/plain', text: "a'\\\n\u2028`${x}" } }, "this.client.post('/f', { headers: { 'content-type': 'text/plain' }, body: 'a\\'\\\\\\n\\u2028`${x}' })"],
])('sends %s as it was', async (_, entry, code) => {
  expect(await call(entry)).toBe(code);
});

it.each<[string, Partial<HarEntry> & { url: string }, string]>([
  ['a remark about a name with line ends', { url: 'https://s.example/b?x%0A}});globalThis.pwned%3D1;({q:{=3fa85f64-5717-4562-b3fc-2c963f66afa6' }, `this.client.get('/b', {
      query: {
        'x\\n}});globalThis.pwned=1;({q:{': '3fa85f64-5717-4562-b3fc-2c963f66afa6', // not correlated: no answer of the recording brought x }});globalThis.pwned=1;({q:{
      },
      name: '/b',
    })`],
  ['names that are no variables', { url: 'https://s.example/f', method: 'POST', headers: { 'content-type': json }, body: { mimeType: json, text: '{"null":null,"true":true,"false":false}' } }, "this.client.post('/f', { json: { null: null, true: true, false: false } })"],
  ['letters that not every compiler takes for such', { url: 'https://s.example/f', method: 'POST', headers: { 'content-type': json }, body: { mimeType: json, text: '{"a²":1,"größe":2}' } }, "this.client.post('/f', { json: { 'a²': 1, 'größe': 2 } })"],
])('writes %s as data', async (_, entry, code) => {
  expect(await call(entry)).toBe(code);
});

it('calls nothing as something else is called', async () => {
  const classes = [HttpUser, SequentialTaskSet, User, TaskSet, Object];
  // Optional ones no class has.
  const taken = [...new Set([...classes.flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype)), 'context', 'onStart', 'onStop', 'waitTime'])].filter((name) => /^[a-z]\w*$/iu.test(name));
  const { text } = await ofCurl(taken.map((name) => `curl https://s.example/${name}\n`).join(''));
  const made = [...text.matchAll(/async (\w+)\(/gu)].map(([, name = '']) => name);
  expect(made).toHaveLength(taken.length);
  expect(made.filter((name) => taken.includes(name))).toEqual([]);
  expect((await ofCurl('curl https://http.cat/200')).text).toContain('export class HttpUser2 extends HttpUser {');
  expect((importTraffic([await recordingOf(capture(['btc', 'eth'].map((crypto, index) => ({ atMs: index, path: `/price?crypto=${crypto}`, headers: { 'x-request-id': `3fa85f64-5717-4562-b3fc-2c963f66afa${index}` } }))), 'c.gor')], plain)).text).toMatch(/const \{ crypto2 \} = [^]*query: \{ crypto: crypto2 \}[^]*crypto\.randomUUID\(\)/u);
});

it('takes no page behind a path that is named like a secret for one', async () => {
  const { text, secrets } = await imported([page('https://s.example/users/password/new'), page('https://s.example/auth/login.php', { at: 5 }), page('https://s.example/password/forgot', { at: 9, page: 'forgot' }), page('https://s.example/session/aB3dE5fG7hI9jK1lM3nO5', { at: 12 })]);
  expect(text.match(/client\.get\(.*/gu)).toEqual(["client.get('/users/password/new');", "client.get('/auth/login.php');", "client.get('/password/forgot');", 'client.get(`/session/${secrets.sessionId}`, { name: \'/session/[id]\' });']);
  expect(text).toContain('/** Page forgot */');
  expect(secrets.map(({ variable }) => variable)).toEqual(['SESSION_ID']);
});

it('has stand-ins for files', async () => {
  // What our own recorder has of files is all of it, and no text: what it was sent with is seen all the same.
  const upload = Buffer.concat([Buffer.from('--x\r\nContent-Disposition: form-data; name="t"\r\n\r\ngruß\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="ä.png"\r\nContent-Type: image/png\r\n\r\n'), Buffer.from([0, 255, 254]), Buffer.from('\r\n--x--\r\n')]);
  expect(await call({ url: 'https://s.example/up', method: 'POST', body: { mimeType: 'multipart/form-data', text: upload.toString('base64'), encoding: 'base64' }, headers: { 'content-type': 'multipart/form-data; boundary=x' } })).toBe(`this.client.post('/up', {
      multipart: {
        t: 'gruß',
        f: {
          content: new Uint8Array(3), // stands for the file, which the recording does not have
          filename: 'ä.png',
          type: 'image/png',
        },
      },
    })`);
  expect(await call({ url: 'https://s.example/up', method: 'POST', body: { mimeType: 'multipart/form-data', params: [{ name: 't', value: 'x' }, { name: 'f', fileName: 'a.png', contentType: 'image/png' }] }, headers: { 'content-type': 'multipart/form-data; boundary=x' } })).toBe(`this.client.post('/up', {
      multipart: {
        t: 'x',
        f: {
          content: new Uint8Array(1024), // stands for the file, which the recording does not have
          filename: 'a.png',
          type: 'image/png',
        },
      },
    })`);
});

it('names tasks after methods that are no names', async () => {
  const search = (at: number): HarEntry => ({ method: 'M-SEARCH', url: 'https://s.example/', at });
  expect((await imported([search(0), search(9)])).text.match(/async \S+(?=\()/gu)).toEqual(['async home', 'async mSearchHome']);
});

it('takes of a longer text the key alone', async () => {
  const key = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
  expect(await call({ url: 'https://s.example/soap', method: 'POST', headers: { 'content-type': 'text/xml' }, body: { mimeType: 'text/xml', text: `<in><t>${key}</t></in>` } })).toBe(
    "this.client.post('/soap', { headers: { 'content-type': 'text/xml' }, body: `<in><t>${secrets.key}</t></in>` })",
  );
});

it('writes no secret, and says what to set', async () => {
  const secret = ['s3cret-pass', 'abcdef123456', 'c00kie-value', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'k3y-of-api'];
  const { text, secrets } = await imported([
    page('https://s.example/in', { headers: { cookie: `sid=${secret[2] ?? ''}; _ga=GA1.2` } }),
    { method: 'POST', url: 'https://s.example/in', resource: 'fetch', headers: { authorization: `Bearer ${secret[1] ?? ''}`, 'x-api-key': secret[4] ?? '', 'content-type': json }, body: { mimeType: json, text: JSON.stringify({ user: 'ada', password: secret[0], other: secret[3] }) } },
    { url: `https://s.example/t/${secret[1] ?? ''}/x?again=${secret[0] ?? ''}`, resource: 'fetch' },
  ]);
  for (const value of secret) expect(text).not.toContain(value);
  expect(secrets.map(({ variable, what }) => [variable, what])).toEqual([
    ['COOKIES', "cookies of https://s.example, as a browser's cookie header has them"],
    ['X_API_KEY', 'header x-api-key of POST /in'],
    ['TOKEN', 'header authorization of POST /in'],
    ['PASSWORD', 'JSON.password of POST /in'],
    ['OTHER', 'JSON.other of POST /in'],
  ].toSorted(([a], [b]) => secrets.findIndex(({ variable }) => variable === a) - secrets.findIndex(({ variable }) => variable === b)));
  expect(text).toContain('headers: { authorization: `Bearer ${secrets.token}`');
  expect(text).toContain('this.client.get(`/t/${secrets.token}/x`, { query: { again: secrets.password }');
});

it('writes no cookie that a request repeats elsewhere', async () => {
  const { text, secrets } = await imported([{ url: 'https://s.example/a;jsessionid=ab12cd34ef?x=1-ab12cd34ef-2', resource: 'fetch', headers: { cookie: 'JSESSIONID=ab12cd34ef; lang=de' } }]);
  expect(text).not.toContain('ab12cd34ef');
  expect(text.replace(/\s+/gu, ' ')).toContain('this.client.get(`/a;jsessionid=${encodeURIComponent(secrets.jsessionid)}`, { query: { x: `1-${secrets.jsessionid}-2` }');
  expect(secrets.map(({ variable, what }) => [variable, what.split(' of ', 1)[0]])).toEqual([['COOKIES', 'cookies'], ['JSESSIONID', 'jsessionid in segment 1']]);
});

it('keeps the type of an empty body', async () => {
  expect((await ofCurl("curl -d '' https://s.example/a")).text).toContain("this.client.post('/a', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })");
  expect((await ofCurl("curl https://s.example/a -H 'content-type: application/json'")).text).toContain("this.client.get('/a')");
});

it('writes curl commands as tasks of their own, with what variables stand for', async () => {
  const { text, secrets } = await ofCurl('curl "https://$HOST/items/7" -H "Authorization: Bearer $TOKEN"\ncurl https://s.example/cart -d id=7\ncurl https://s.example/cart\n');
  expect(text).toContain('  waitTime = between(1, 5); // nothing was recorded of how long people wait\n');
  expect(text.match(/async \w+/gu)).toEqual(['async items', 'async cart', 'async getCart']);
  expect(text).toContain('authorization: `Bearer ${secrets.token}`');
  expect(secrets.map(({ variable }) => variable)).toContain('TOKEN');
});

it('keeps apart curl commands that send other fields', async () => {
  const { text } = await ofCurl('curl https://s.example/items\ncurl https://s.example/items?page=1\ncurl https://s.example/items?page=2\n');
  expect(text.match(/this\.client.*/gu)).toEqual(["this.client.get('/items');", "this.client.get('/items', { query: { page }, name: '/items' });"]);
  expect(text).toContain("{ page: '1' },\n  { page: '2' },");
});

it('says when nothing is left', async () => {
  await expect(imported([{ url: 'https://s.example/a.png', type: 'image/png' }])).rejects.toThrow('shop.har (HAR of Chromium): no request is left for a scenario: left out were 1 static file (--static keeps them)');
});
