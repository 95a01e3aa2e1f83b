import { parseBaseUrl, resolveTarget, withQuery } from '../../../../src/http/request/requestTarget.ts';

/** Rows as Locust 2.47's HttpSession names them: recorded from it for these hosts, paths and params. */
const locustRows: readonly (readonly [host: string, url: string, name: string])[] = [
  ['http://h:1', '/x', '/x'],
  ['http://h:1', '/x?a=1', '/x?a=1'],
  ['http://h:1', '/x#f', '/x'],
  ['http://h:1', '', '/'],
  ['http://h:1', '?q=1', '/?q=1'],
  ['http://h:1', '/a b', '/a%20b'],
  ['http://h:1', '/ü', '/%C3%BC'],
  ['http://h:1', '/é?k=é', '/%C3%A9?k=%C3%A9'],
  ['http://h:1', '/{id}|^`"<>\\', '/%7Bid%7D%7C%5E%60%22%3C%3E%5C'],
  ['http://h:1', '/a/../b', '/b'],
  ['http://h:1', '/[1]', '/%5B1%5D'],
  ['http://h:1', 'http://other/abs?z=1', '/abs?z=1'],
  ['http://h:1', 'HTTPS://other', '/'],
  ['http://h:1/api', '/x', '/api/x'],
  ['http://h:1/api/', 'x', '/api/x'],
];

describe('the path of a request', () => {
  it.each(locustRows)('joins %s and %s as Locust does: %s', (host, url, name) => {
    expect(resolveTarget(parseBaseUrl(host), url).path).toBe(name);
  });

  it.each([
    ['http://h/', '/x', '/x'],
    ['http://h/', '/a b?q=/', '/a%20b?q=/'],
    ['http://h/', '', '/'],
    ['http://h/', 'x', '/x'],
    ['http://h/api/', '/x', '/api/x'],
    ['http://h', '//x', '//x'],
  ])('has one slash between %s and %s, where Locust would have two', (host, url, path) => {
    expect(resolveTarget(parseBaseUrl(host), url)).toEqual({ origin: 'http://h', path });
  });

  it('keeps dots that are no path segment', () => {
    const base = parseBaseUrl('http://h');
    expect(resolveTarget(base, '/.well-known/a?x=/../b').path).toBe('/.well-known/a?x=/../b');
  });

  it('replaces half a surrogate pair instead of throwing', () => {
    expect(resolveTarget(parseBaseUrl('http://h'), '/\ud800').path).toBe('/%EF%BF%BD');
  });
});

describe('the origin of a request', () => {
  it('is the host for a path and its own for an absolute URL', () => {
    const base = parseBaseUrl('http://H:8080/api');
    expect(resolveTarget(base, '/x').origin).toBe('http://h:8080');
    expect(resolveTarget(base, 'https://Other:443/x').origin).toBe('https://other');
    expect(resolveTarget(null, 'http://[::1]:1/x').origin).toBe('http://[::1]:1');
  });

  it('keeps the credentials of a host as basic authorization, decoded', () => {
    expect(parseBaseUrl('http://ada:p%40ss@h:1')).toEqual({
      origin: 'http://h:1',
      prefix: '',
      authorization: `Basic ${Buffer.from('ada:p@ss').toString('base64')}`,
    });
    expect(parseBaseUrl('http://ada@h').authorization).toBeNull();
    expect(parseBaseUrl('http://ada:p%zz%c3%a9%@h').authorization).toBe(`Basic ${Buffer.from('ada:p%zzé%').toString('base64')}`);
  });
});

describe('what is no target', () => {
  it.each([
    ['no-host', null, '/x', /static host/u],
    ['bad-request-url', 'http://h', 'x', /begin with a slash/u],
    ['bad-request-url', 'http://h', 'ftp://a/b', /begin with a slash/u],
    ['bad-request-url', 'http://h', 'http://a:b:c/', /no valid host/u],
    ['credentials-in-url', 'http://h', 'http://a:b@c/', /authorization header/u],
    ['bad-request-url', 'http://h', 3 as unknown as string, /not number/u],
  ])('throws %s for host %s and %s', (code, host, url, message) => {
    const resolve = (): unknown => resolveTarget(host === null ? null : parseBaseUrl(host), url);
    expect(resolve).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) as string }) as Error);
  });

  it.each(['localhost:8080', 'ftp://h', ''])('throws bad-host for the host %p', (host) => {
    expect(() => parseBaseUrl(host)).toThrow(expect.objectContaining({ code: 'bad-host' }) as Error);
  });
});

describe('withQuery', () => {
  it('writes values as requests does: arrays repeat, null and undefined vanish, a space is a plus', () => {
    expect(withQuery('/x', { a: 1, b: ['c d', 'e'], n: null, u: undefined, t: true })).toBe('/x?a=1&b=c+d&b=e&t=true');
  });

  it('adds to a query that is there', () => {
    expect(withQuery('/x?q=1', { a: 'ü' })).toBe('/x?q=1&a=%C3%BC');
    expect(withQuery('/x?', { a: 1 })).toBe('/x?a=1');
    expect(withQuery('/x?q=1', {})).toBe('/x?q=1');
    expect(withQuery('/x', new URLSearchParams('a=1&a=2'))).toBe('/x?a=1&a=2');
  });
});
