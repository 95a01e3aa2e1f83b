import { clientSettings } from '../../../src/http/clientSettings.ts';
import type { HttpDefaults } from '../../../src/http/httpDefaults.ts';
import { proxyFor } from '../../../src/http/connection/proxy.ts';
import { nameOf } from '../../../src/http/request/requestTarget.ts';
import type { RequestNaming } from '../../../src/http/request/requestTarget.ts';
import { undiciEngine } from '../../../src/http/connection/undici/undiciEngine.ts';

describe('the settings of a class', () => {
  it('are worked out once for all users with the same host', () => {
    const defaults: HttpDefaults = { timeout: 5 };
    expect(clientSettings('http://h', defaults, undiciEngine)).toBe(clientSettings('http://h', defaults, undiciEngine));
    expect(clientSettings('http://other', defaults, undiciEngine)).not.toBe(clientSettings('http://h', defaults, undiciEngine));
    expect(clientSettings('http://h', { timeout: 5 }, undiciEngine)).not.toBe(clientSettings('http://h', defaults, undiciEngine));
  });

  it.each<[HttpDefaults, RegExp]>([
    [{ tls: { rejectUnauthorised: false } } as HttpDefaults, /unknown TLS setting 'rejectUnauthorised' \(did you mean 'rejectUnauthorized'\?\): there are ca, cert/u],
    [{ timout: 5 } as HttpDefaults, /unknown HTTP setting 'timout' \(did you mean 'timeout'\?\)/u],
    [{ pool: 'global' as 'user' }, /pool must be 'user' or 'shared'/u],
    [{ concurrency: 0 }, /concurrency must be a whole number/u],
    [{ maxRedirects: -1 }, /maxRedirects must be a whole number/u],
    [{ headersTimeout: 0 }, /headersTimeout must be seconds/u],
    [{ proxy: 'socks5://proxy:1' }, /proxy is not an http\(s\) URL/u],
    [{ proxy: 'http://user:geheim@:x' }, /^proxy is not an http\(s\) URL: write it like http:\/\/proxy:3128$/u],
    [{ requestName: 'item/[id]' }, /requestName must be/u],
    [{ auth: {} as [string, string] }, /auth must be/u],
  ])('%j is refused', (defaults, message) => {
    expect(() => clientSettings('http://h', defaults, undiciEngine)).toThrow(message);
  });

  it('give connections their timeouts, and HTTP/2 to https alone', () => {
    const settings = clientSettings('https://h', { http2: true, networkTimeout: 10, bodyTimeout: 3, socketPath: '/s' }, undiciEngine);
    expect(settings.timeouts).toEqual({ headersMs: 10_000, bodyMs: 3000, connectMs: 60_000 });
    expect(settings.poolSettings('https://h')).toMatchObject({ maxConnections: 100, wiring: { http2: true, socketPath: '/s' } });
    expect(settings.poolSettings('http://h')).toMatchObject({ maxConnections: 10, wiring: { http2: false, socketPath: null } });
    expect(clientSettings('http://h', { pool: 'shared' }, undiciEngine).poolSettings('http://h').maxConnections).toBe(Infinity);
    expect(clientSettings('http://h', { pool: 'shared', concurrency: 7 }, undiciEngine).poolSettings('http://h').maxConnections).toBe(7);
  });
});

describe('proxyFor', () => {
  const env = { HTTP_PROXY: 'http://plain:1', https_proxy: 'secure:2', NO_PROXY: 'localhost, .internal *.corp,10.0.0.1:8080,[::1]' };

  it.each([
    ['http://shop', 'http://plain:1'],
    ['https://shop', 'http://secure:2'],
    ['http://localhost:9', null],
    ['http://a.internal', null],
    ['http://internal', null],
    ['https://a.b.corp', null],
    ['http://notinternal', 'http://plain:1'],
    ['http://10.0.0.1:8080', null],
    ['http://10.0.0.1:9090', 'http://plain:1'],
    ['http://[::1]:8080', null],
  ])('%s goes through %s', (origin, proxy) => {
    expect(proxyFor(origin, 'environment', env)?.origin ?? null).toBe(proxy);
  });

  it.each([
    ['127.0.0.0/8', 'http://127.9.9.9', true],
    ['127.0.0.0/8', 'http://128.0.0.1', false],
    ['10.0.0.0/99 10.1.1.1', 'http://10.1.1.1', true],
    ['fd00::/8', 'http://[fd12::7]:80', true],
    ['::1', 'http://[::1]:8080', true],
    ['[::1]:8080', 'http://[::1]:8080', true],
    ['[::1]:8080', 'http://[::1]', false],
    ['::1', 'http://[::2]', false],
    ['127.0.0.0/8', 'http://[::ffff:127.0.0.1]', true],
    ['.shop.example', 'http://shop.example', true],
    ['*.shop.example:8080', 'http://a.shop.example:8080', true],
    ['shop.example:443', 'https://a.shop.example', true],
    ['shop.example:80', 'https://shop.example', false],
    ['Shop.Example.', 'http://shop.example', true],
    ['shop.example', 'http://myshop.example', false],
    ['1.2.3', 'http://0.1.2.3', false],
  ])('NO_PROXY %s exempts %s: %p', (noProxy, origin, isExempt) => {
    expect(proxyFor(origin, 'environment', { http_proxy: 'p', https_proxy: 'p', no_proxy: noProxy }) === null).toBe(isExempt);
  });

  it('takes any password', () => {
    expect(proxyFor('http://shop', 'http://user:p%zz@given:3', {})?.authorization).toBe(`Basic ${Buffer.from('user:p%zz').toString('base64')}`);
  });

  it('knows * and ALL_PROXY, and takes an empty variable for none', () => {
    expect(proxyFor('http://shop', 'environment', { ...env, no_proxy: '*' })).toBeNull();
    expect(proxyFor('http://shop', 'environment', { ALL_PROXY: 'http://all:1', http_proxy: '' })?.origin).toBe('http://all:1');
    expect(proxyFor('http://shop', 'environment', {})).toBeNull();
  });

  it('looks at no environment unless told so', () => {
    expect(proxyFor('http://shop', undefined, env)).toBeNull();
    expect(proxyFor('http://shop', null, env)).toBeNull();
    expect(proxyFor('http://localhost', 'http://u%40x:p@given:3', env)).toEqual({ origin: 'http://given:3', authorization: `Basic ${Buffer.from('u@x:p').toString('base64')}` });
  });
});

describe('nameOf', () => {
  it.each<[RequestNaming, string, string | null]>([
    ['/item/[id]', '/item/7?x=/y', '/item/[id]'],
    ['/item/{id}/edit', '/item/7/edit', '/item/{id}/edit'],
    ['/item/:id', '/item/7', '/item/:id'],
    ['/item/:id', '/item/7/8', null],
    ['/a.b/[x]', '/a-b/7', null],
    ['/[lang]/item-[id].html', '/de/item-7.html', '/[lang]/item-[id].html'],
    [['/item/new', '/item/[id]'], '/item/new', '/item/new'],
    [() => undefined, '/x?y', null],
    [(method, path) => method + path, '/x?y', 'GET/x?y'],
  ])('%p of %s is %s', (naming, path, name) => {
    expect(nameOf(naming)('GET', path)).toBe(name);
  });
});
