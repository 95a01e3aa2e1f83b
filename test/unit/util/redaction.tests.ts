import { isSecret, redactData, redactText, redactUrl } from '../../../src/util/redaction.ts';

it.each([
  ['http://user:geheim@host/path', 'http://[redacted]@host/path'],
  ['http://geheim@host', 'http://[redacted]@host'],
  ['postgres://u:p@geheim@db:5432/x', 'postgres://[redacted]@db:5432/x'],
  ['http://h/x?page=2&access_token=geheim&key=geheim#f', 'http://h/x?page=2&access_token=[redacted]&key=[redacted]#f'],
  ['/x?token=geheim', '/x?token=[redacted]'],
  ['http://h/cb#access_token=geheim&state=1', 'http://h/cb#access_token=[redacted]&state=1'],
])('redactUrl takes the secret out of %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
  expect(redactText(`cannot reach ${url}`)).toBe(`cannot reach ${shown}`);
  expect(redactText(redactText(url))).toBe(shown);
});

it.each(['http://host/a@b', 'file:///home/me@work/a.ts', 'http://h/?author=ann&page=2', 'mail me@example.org', '// see foo', '/x?q=a:b@c'])('%s stays as it is', (url) => {
  expect(redactUrl(url)).toBe(url);
  expect(redactText(url)).toBe(url);
});

it.each([
  ['{"user":"ada","password" : "a\\"geheim","token":12,"nested":{"api_key":null}}', '{"user":"ada","password" : "[redacted]","token":"[redacted]","nested":{"api_key":"[redacted]"}}'],
  ['{"tokens":["geheim","]geheim"],"page":1}', '{"tokens":"[redacted]","page":1}'],
  ['{"secrets":{"a":{"b":"geheim"},"c":["geheim"]},"page":1}', '{"secrets":"[redacted]","page":1}'],
  ['{"tokens":["one","gehei', '{"tokens":"[redacted]"'],
  ['{"refresh_token":"gehei', '{"refresh_token":"[redacted]"'],
  ["{ token: 'geheim', list: [ 1 ], cookies: [ 'geheim' ] }", '{ token: [redacted], list: [ 1 ], cookies: [redacted] }'],
  ['user=ada&password=geheim&page=2', 'user=ada&password=[redacted]&page=2'],
  ['login failed: password=geheim, user=ada', 'login failed: password=[redacted], user=ada'],
  ['Authorization: Bearer geheim1', 'Authorization: [redacted]'],
  ['> x-api-key: geheim\n> accept: */*', '> x-api-key: [redacted]\n> accept: */*'],
  ['sent Bearer geheim.geheim-1= to it', 'sent Bearer [redacted] to it'],
  ["HTTPError('404 Client Error: Not Found for url: /x?token=geheim')", "HTTPError('404 Client Error: Not Found for url: /x?token=[redacted]')"],
])('redactText takes the secret out of %s', (text, shown) => {
  expect(redactText(text)).toBe(shown);
  expect(redactText(shown)).toBe(shown);
});

it.each([
  'AuthError: wrong password: try again',
  'TypeError: cannot read token of undefined\n    at login (/app/auth.ts:12:5)\n    at file:///app/token.ts:3:1',
  '[2026-11-02 07:08:09,045] host/WARNING/boomer: 3 tokens, no session',
  '{"page":1,"author":"ann"}',
])('%j stays as it is', (text) => {
  expect(redactText(text)).toBe(text);
});

it('knows an author from an authorization', () => {
  expect(['author', 'authors', 'authority', 'page', 'monkey', 'passes', 'passenger', 'compass', 'bypass'].filter(isSecret)).toEqual([]);
  expect(['Authorization', 'authorisation', 'x-auth', 'OTP', 'otp_code', 'pwd', 'pass', 'user_pass', 'userPass', 'X-Api-Key', 'sessionid'].filter((name) => !isSecret(name))).toEqual([]);
});

it('redactData goes into lists and objects', () => {
  expect(redactData({ host: 'http://u:geheim@h', list: ['a?token=geheim'], token: 'geheim', none: null, apiKey: null, n: 1 })).toEqual({
    host: 'http://[redacted]@h',
    list: ['a?token=[redacted]'],
    token: '[redacted]',
    none: null,
    apiKey: null,
    n: 1,
  });
});

it('costs time in proportion to the text', () => {
  const startMs = performance.now();
  for (const piece of ['token=', '"token":[', '//', '?a', "'", 'x-y', '{"a":', 'Bearer ', '//a']) redactText(piece.repeat(20_000));
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
