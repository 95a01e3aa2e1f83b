/** The scenario that stands for URLs, as text, and what a run with URLs is asked for. */
import { settingsOf, type Settings } from '../../../src/options/settings.ts';
import { urlScenarioText, type UrlRequests } from '../../../src/cli/run/urlScenario.ts';
import { said, saidWithFiles } from '../said.ts';

const plain: UrlRequests = { urls: ['http://a:1/'], method: null, headers: [], body: null };
const text = (given: Partial<UrlRequests>, isTypeScript = true): string => urlScenarioText({ ...plain, ...given }, isTypeScript);
const context = { randomSeed: () => '7', readText: () => null };
const asked = (args: readonly string[], ...positional: readonly string[]): Settings => settingsOf('run', said(args), { ...context, positional });

describe('the scenario of URLs', () => {
  it('has a task for each, once, named after it; another host is named with it', () => {
    const scenario = text({ urls: ['http://a:1/cart/items.json?page=2', 'http://a:1/', 'http://a:1/', 'http://b/cart', 'http://a:1/cart'] });
    expect(scenario).toContain("static override host = 'http://a:1';");
    expect([...scenario.matchAll(/async (\w+)\(\) \{\s+await (.*);/gu)].map(([, name, call]) => [name, call])).toEqual([
      ['getCartItemsJson', "this.client.get('/cart/items.json?page=2')"],
      ['getRoot', "this.client.get('/')"],
      ['getCart', "this.client.get('http://b/cart')"],
      ['getCart_2', "this.client.get('/cart')"],
    ]);
  });

  it('sends headers and a body, which is JSON where it looks so', () => {
    const scenario = text({ body: { text: '{"a":"it\'s"}' }, headers: [{ name: 'X-A', value: '1' }, { name: 'x-a', value: '2' }, { name: 'Cookie', value: 'a=1' }, { name: 'cookie', value: 'b=2' }] });
    expect(scenario).toContain(`const headers = {\n  'X-A': '1, 2',\n  'Cookie': 'a=1; b=2',\n  'content-type': 'application/json',\n};\n\nconst body = '{"a":"it\\'s"}';`);
    expect(scenario).toContain("this.client.post('/', { headers, body });");
    expect(text({ body: { text: '{"a":1}' }, headers: [{ name: 'Content-Type', value: 'text/x' }] })).not.toContain('json');
    expect(text({ body: { text: 'a=b' } })).not.toContain('headers');
    expect(text({ body: { text: '', url: './b.json' } })).toContain("const body = readFileSync(new URL('./b.json', import.meta.url), 'utf8');");
  });

  it('has any method, and is JavaScript without decorators too', () => {
    expect(text({ method: 'PURGE' })).toContain("this.client.request('PURGE', '/');");
    const script = text({ method: 'DELETE', urls: ['http://a/x', 'http://a/y'] }, false);
    expect(script).toContain('static tasks = { deleteX: 1, deleteY: 1 };');
    expect(script).not.toMatch(/@task|override/u);
  });

  it('refuses what is none', () => {
    expect(() => text({ urls: ['http://a/', 'shop.ts'] })).toThrow('URLs and scenario files do not go together, got "shop.ts" beside a URL');
    expect(() => text({ urls: ['http://'] })).toThrow('"http://" is no URL');
  });
});

describe('what a run with URLs is asked for', () => {
  it('has all its users at once, for 10 s, unless somebody says otherwise', () => {
    expect(asked(['-u', '5'], 'http://a/')).toMatchObject({ users: 5, spawnPerSec: 5, runTimeMs: 10_000, files: ['http://a/'] });
    expect(asked(['-u', '5', '-r', '2', '-i', '9'], 'http://a/')).toMatchObject({ spawnPerSec: 2, runTimeMs: null, iterations: 9 });
    expect(asked(['--stage', '1s:3'], 'http://a/')).toMatchObject({ spawnPerSec: null, runTimeMs: null });
    expect(asked(['--rate', '5/s'], 'http://a/')).toMatchObject({ spawnPerSec: null, runTimeMs: 10_000 });
    expect(asked([], 'a.ts')).toMatchObject({ spawnPerSec: null, runTimeMs: null });
  });

  it('reads the request', () => {
    expect(asked(['-Xput', '--header', 'A: b: c', '--header', 'D:e ', '--body', 'x', '--save', 's.mts'], 'http://a/')).toMatchObject({
      method: 'PUT', headers: [{ name: 'A', value: 'b: c' }, { name: 'D', value: 'e' }], body: 'x', savedScenario: 's.mts',
    });
    expect(() => asked(['--header', 'secret'], 'http://a/')).toThrow('--header expects "Name: value"');
    expect(() => asked(['--header', 'a b: secret'], 'http://a/')).toThrow('got "a b: …"');
    expect(() => asked(['-X', 'a b'], 'http://a/')).toThrow('--request expects a method of HTTP');
    expect(() => asked(['--save', 's.py'], 'http://a/')).toThrow('--save expects a file that ends in');
  });

  it('does not mix scenarios and URLs: what is typed of the other is a mistake, what files say of it is not meant', async () => {
    expect(() => asked(['-X', 'GET'], 'a.ts')).toThrow('--request expects a URL to request');
    expect(() => asked(['--host', 'http://b'], 'http://a/')).toThrow('--host is for a scenario, and http://a/ is a URL');
    const { answers } = await saidWithFiles([], { LOCUST_HOST: 'http://c' }, { 'boomer.config.ts': { default: { host: 'http://b', tags: ['x'], runTime: '3s' } } });
    expect(settingsOf('run', answers, { ...context, positional: ['http://a/'] })).toMatchObject({ host: null, tags: null, runTimeMs: 3_000 });
  });
});
