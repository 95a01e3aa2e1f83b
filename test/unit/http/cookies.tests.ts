import { CookieJar, PlainCookies } from '../../../src/http/cookies.ts';

const origin = 'http://h:8080';

describe('what needs no rules', () => {
  it.each([
    ['a=1; Path=/', '/'],
    ['a=; path=/; HttpOnly', '/deep/er'],
    ['a=b=c; HttpOnly; SameSite=Strict; Path=/', '/deep/er'],
    ['a=1', '/top'],
    ['a=1', '/top?x=/y'],
  ])('%s at %s is kept', (line, path) => {
    const cookies = new PlainCookies();
    expect(cookies.tryKeep(origin, path, line)).toBe(true);
    expect(cookies.header(origin)).toBe(line.split(';')[0]);
  });

  it.each([
    ['a=1; Path=/x', '/'],
    ['a=1; Domain=h; Path=/', '/'],
    ['a=1; Path=/; Max-Age=5', '/'],
    ['a=1; Path=/; Expires=Wed, 21 Oct 2099 07:28:00 GMT', '/'],
    ['a=1', '/deep/er'],
    ['a="1"; Path=/', '/'],
    ['a=1; Path=/; Secure', '/'],
    ['__Host-a=1; Path=/', '/'],
    ['=1; Path=/', '/'],
    ['', '/'],
  ])('%s at %s is left to the rules', (line, path) => {
    const cookies = new PlainCookies();
    expect(cookies.tryKeep(origin, path, line)).toBe(false);
    expect(cookies.header(origin)).toBeNull();
  });
});

describe('plain cookies', () => {
  it('belong to a host, whatever its port', () => {
    const cookies = new PlainCookies();
    cookies.tryKeep(origin, '/', 'a=1; Path=/');
    expect(cookies.header('http://h')).toBe('a=1');
    expect(cookies.header('https://h:8443')).toBe('a=1');
    expect(cookies.header('http://hh:8080')).toBeNull();
    cookies.tryKeep('http://[::1]:80', '/', 'six=1; Path=/');
    expect(cookies.header('http://[::1]:8080')).toBe('six=1');
  });

  it('that are secure go to https alone, and are not replaced from without', () => {
    const cookies = new PlainCookies();
    cookies.tryKeep('https://h', '/', 's=1; Path=/; Secure');
    cookies.tryKeep('https://h', '/', 'p=1; Path=/');
    expect(cookies.header('https://h')).toBe('s=1; p=1');
    expect(cookies.header('http://h')).toBe('p=1');
    expect(cookies.tryKeep('http://h', '/', 's=evil; Path=/')).toBe(true);
    expect(cookies.header('https://h')).toBe('s=1; p=1');
  });
});

it('the jar keeps Secure cookies from servers without TLS, but for loopback, as browsers do', () => {
  const jar = new CookieJar(null);
  jar.keep('https://h', '/', ['s=1; Path=/; Secure; Max-Age=100']);
  jar.keep('http://localhost', '/', ['l=1; Path=/; Secure']);
  expect(jar.header('https://h', '/')).toBe('s=1');
  expect(jar.header('http://h', '/')).toBeNull();
  expect(jar.header('http://localhost', '/')).toBe('l=1');
});

/** The same lines through both must send the same: whatever order they come in, one needing rules among them. */
it('the jar sends the same with and without its rules', () => {
  const lines = ['a=1; Path=/', 'b=2; Path=/; HttpOnly', 'a=3; Path=/', 'c=4', 'b=; Path=/', 'd=5; SameSite=Lax; Path=/'];
  const plain = new CookieJar(null);
  const byRules = new CookieJar(null);
  byRules.keep(origin, '/', ['first=1; Path=/; Max-Age=100']);
  byRules.keep(origin, '/', ['first=1; Path=/; Max-Age=0']);
  for (const line of lines) {
    plain.keep(origin, '/', [line]);
    byRules.keep(origin, '/', [line]);
    expect(byRules.header(origin, '/x')).toBe(plain.header(origin, '/x'));
  }
  plain.keep(origin, '/', ['rules=1; Path=/only']);
  expect(plain.header(origin, '/x')).toBe(byRules.header(origin, '/x'));
  expect(plain.header(origin, '/only/x')).toBe(`rules=1; ${byRules.header(origin, '/x') ?? ''}`);
});

it.each(['0', '-1', '-9999999999999'])('the jar deletes a cookie whose Max-Age is %s', (maxAge) => {
  const jar = new CookieJar(null);
  jar.keep('https://h', '/', ['a=1; Path=/; Max-Age=100', `a=1; Path=/; Max-Age=${maxAge}`]);
  expect(jar.header('https://h', '/')).toBeNull();
});

it.each(['test', 'local', 'example', 'localhost', 'db', 'shop.test'])('the jar keeps cookies with rules of the host %s', (host) => {
  const jar = new CookieJar(null);
  jar.keep(`http://${host}:8080`, '/shop/', ['a=1; Path=/shop; Max-Age=100']);
  expect(jar.header(`http://${host}:8080`, '/shop/x')).toBe('a=1');
  expect(jar.header(`http://${host}`, '/')).toBeNull();
});
