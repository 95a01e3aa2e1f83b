/** What of a recording is hidden, where, and that the same value is found again. */
import { gorFormat } from '../../../src/record/gor.ts';
import { harFormat } from '../../../src/record/har.ts';
import { HiddenSecrets } from '../../../src/record/hiddenSecrets.ts';
import type { PassedExchange } from '../../../src/record/passedExchange.ts';
import { readable, type ReadableExchange } from '../../../src/record/readableExchange.ts';
import { kept, passed } from './passed.ts';

const hidden = (secrets: HiddenSecrets, own: Partial<PassedExchange>): ReadableExchange => secrets.hide(readable(passed(own)));
const fresh = (): HiddenSecrets => new HiddenSecrets('aaaaaa');
const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const one = 'redacted-aaaaaa-1';
const two = 'redacted-aaaaaa-2';

/** An answer's body, with what stands there in the end. */
const shownBody = (text: string, type: string, secrets = fresh()): unknown => {
  const content = hidden(secrets, { answer: { status: 200, statusText: 'OK', httpVersion: '1.1', headers: [['Content-Type', type]], body: { bytes: Buffer.from(text), totalBytes: Buffer.byteLength(text) } } }).answer?.body.content;
  return content !== undefined && 'text' in content ? content.text : content;
};

describe('secrets of a recording', () => {
  it.each([
    [['Authorization', 'Bearer abc'], ['Authorization', `Bearer ${one}`]],
    [['authorization', 'Basic dTpw'], ['authorization', `Basic ${one}`]],
    [['Authorization', 'abc'], ['Authorization', one]],
    [['Cookie', 'a=1; sid=xyz=; b='], ['Cookie', `a=${one}; sid=${two}; b=`]],
    [['Set-Cookie', 'sid="abc"; Path=/; Domain=s.example'], ['Set-Cookie', `sid="${one}"; Path=/; Domain=s.example`]],
    [['X-Api-Key', 'k-1234'], ['X-Api-Key', one]],
    [['X-Thing', 'sk_live_12345678'], ['X-Thing', one]],
    [['Location', 'https://u:p@s.example/?token=abcdef1&a=b#c'], ['Location', `https://${one}@s.example/?token=${two}&a=b#c`]],
    [['Location', 'http://127.0.0.1/cb#access_token=2YotnFZFEjr1zCsicMWpAA&state=1'], ['Location', `http://127.0.0.1/cb#access_token=${one}&state=1`]],
    [['Location', `http://s.example/blobs/${hash}`], ['Location', `http://s.example/blobs/${hash}`]],
    [['Referer', `http://s.example/${hash}?token=abcdef1`], ['Referer', `http://s.example/${hash}?token=${one}`]],
    [['WWW-Authenticate', 'Basic realm="x1234567"'], ['WWW-Authenticate', 'Basic realm="x1234567"']],
    [['X-Token-Type', 'bearer'], ['X-Token-Type', 'bearer']],
  ] as const)('are hidden in the header %j', (header, expected) => {
    expect(hidden(fresh(), { headers: [header] }).headers).toEqual([expected]);
  });

  it('are hidden in a URL', () => {
    expect(hidden(fresh(), { url: 'http://s.example/a?q=1&access_token=abc%2B12&page=2' }).url).toBe(`http://s.example/a?q=1&access_token=${one}&page=2`);
    expect(hidden(fresh(), { url: 'http://s.example/a;jsessionid=ABC12345?q=1' }).url).toBe(`http://s.example/a;jsessionid=${one}?q=1`);
  });

  it.each([
    ['http://127.0.0.1:3000/blobs/', hash],
    ['http://127.0.0.1:3000/v2/app/manifests/sha256:', hash],
    ['https://api.example/files/5f1d7a9e2b3c4d6f8a0b1c2d3e4f5a6b', ''],
    ['http://s1.example/o/auth', ''],
  ])('leave a URL what it is: %s%s', (start, end) => {
    const url = start + end;
    const secrets = fresh();
    const { host, hostname, origin } = new URL(url);
    for (const value of [url, origin, host, hostname, encodeURIComponent(new URL(url).pathname)]) {
      const text = JSON.stringify({ authorization_endpoint: value, sessionUrl: value });
      const shown = hidden(secrets, { url, answer: { status: 200, statusText: 'OK', httpVersion: '1.1', headers: [], body: kept(text) } });
      expect([shown.url, secrets.known(`"${origin}/x"`)]).toEqual([url, `"${origin}/x"`]);
    }
    const shown = hidden(secrets, { url });
    for (const format of [harFormat('1'), gorFormat(false)]) expect(format.entry(shown, 1)?.toString()).toContain(end);
  });

  it.each([
    ['application/json', '{"user":"ada","password":"x","pin": 1234, "list":[{"csrfToken" : "a\\"b1234"}],"token_type":"bearer"}', `{"user":"ada","password":"${one}","pin": 0, "list":[{"csrfToken" : "${two}"}],"token_type":"bearer"}`],
    ['application/json', '{"a":"eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl"}', `{"a":"${one}"}`],
    ['text/event-stream', 'data: {"sessionId":"s-12345"}\n\n', `data: {"sessionId":"${one}"}\n\n`],
    ['application/x-www-form-urlencoded', 'user=ada&password=a+b%26&csrf=', `user=ada&password=${one}&csrf=`],
    ['text/html', '<input type="hidden" name="csrf" value="a1b2c3&amp;"><input value=hunter type=password name=p><meta name="description" content="words">', `<input type="hidden" name="csrf" value="${one}"><input value="${two}" type=password name=p><meta name="description" content="words">`],
    ['text/html', '<a href="/reset?token=abc12345&amp;x=1">the token</a><div data-session="s-12345">', `<a href="/reset?token=${one}&amp;x=1">the token</a><div data-session="${two}">`],
    ['text/html', "<script>var s = {csrfToken: 'q-12345', label: 'Enter your password'};</script>", `<script>var s = {csrfToken: '${one}', label: 'Enter your password'};</script>`],
    ['text/xml', '<a><password>x</password><name>y</name></a>', `<a><password>${one}</password><name>y</name></a>`],
    ['text/xml', '<wsse:Password Type="x#PasswordText">hunter22</wsse:Password><login password="hunter22"/>', `<wsse:Password Type="x#PasswordText">${one}</wsse:Password><login password="${one}"/>`],
    ['text/plain', 'password=hunter22&user=ada', `password=${one}&user=ada`],
    ['application/json', '{"body":"{\\"password\\":\\"hunter22\\"}","apiKeys":["s3cr3t-abc123"]}', `{"body":"{\\"password\\":\\"${one}\\"}","apiKeys":["${two}"]}`],
    ['application/json', '{"url":"https://u:p@s.example/?token=abc12345","password":{"value":"hunter22","min":8}}', `{"url":"https://${one}@s.example/?token=${two}","password":{"value":"redacted-aaaaaa-3","min":8}}`],
    ['application/javascript', 'let token="abc12345"; const key = "AKIAABCDEFGHIJKL";', `let token="abc12345"; const key = "${one}";`],
    ['text/plain', '-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n', `${one}\n`],
  ])('are hidden in a body of %s: %s', (type, text, expected) => {
    expect(shownBody(text, type)).toBe(expected);
  });

  it('are hidden in the fields of a multipart body whose file is no text', () => {
    const bytes = Buffer.concat([Buffer.from('--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'), Buffer.from([255, 0, 1]), Buffer.from('\r\n--x--\r\n')]);
    const { content } = hidden(fresh(), { headers: [['Content-Type', 'multipart/form-data; boundary=x']], body: { bytes, totalBytes: bytes.length } }).body;
    const shown = 'bytes' in content ? content.bytes.toString('latin1') : '';
    expect(shown).toBe(bytes.toString('latin1').replace('hunter2', one));
  });

  it('have the same stand-in wherever they stand, in other spellings too', () => {
    const secrets = fresh();
    hidden(secrets, { headers: [['Authorization', 'Bearer tok+en/1=']] });
    const known = (text: string): string => secrets.known(text);
    expect(known('{"api":"tok+en/1="}')).toBe(`{"api":"${one}"}`);
    expect(known('/a?b=tok%2Ben%2F1%3D&c')).toBe(`/a?b=${one}&c`);
    // A longer word is another one.
    expect(known('xtok+en/1= atok')).toBe('xtok+en/1= atok');
    const other = fresh();
    hidden(other, { headers: [['X-Api-Key', 'abcdef1'], ['X-Key', 'abcdef1-2']] });
    expect(other.known('abcdef1, abcdef12, abcdef1-2, (abcdef1)')).toBe(`${one}, abcdef12, ${two}, (${one})`);
  });

  it('that are words or small numbers are hidden at their place, and the words stay words', () => {
    const secrets = fresh();
    expect(shownBody('{"password":"secret","a":"secret"}', 'application/json', secrets)).toBe(`{"password":"${one}","a":"secret"}`);
    expect(secrets.known('a secret')).toBe('a secret');
    expect(secrets.count).toBe(0);
  });

  it.each([
    ['text/html', '"'], ['text/html', '<input '], ['text/html', 'name="'], ['text/html', '?a='], ['text/html', '//x'], ['text/html', 'token-1'], ['text/html', '-----BEGIN '], ['text/html', '-eyJaaaaaaaaaaaa'],
    ['text/xml', '<a>'], ['multipart/form-data', 'content-disposition:; name="a"\r\n'], ['multipart/form-data', 'content-disposition:; name="'],
  ])('are looked for in %s of any length, also one that goes on with %j', (type, piece) => {
    const secrets = fresh();
    for (let number = 0; number < 200; number += 1) hidden(secrets, { headers: [['X-Token', `token-${number}-x`]] });
    const text = piece.repeat(100_000 / piece.length);
    const start = performance.now();
    expect(shownBody(text, type, secrets)).toHaveLength(piece.startsWith('-----') ? one.length + 2 : text.length);
    // Of what looks through the rest at each of its places it would be many seconds.
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('have the same stand-in however many there are, and those that are too many are counted', () => {
    const secrets = new HiddenSecrets('aaaaaa', { maxNumbered: 10, maxKnown: 10 });
    const token = (number: number): string => `tok-${number}-abcdef`;
    const sent = (number: number): string => hidden(secrets, { headers: [['Authorization', `Bearer ${token(number)}`]] }).headers[0]?.[1] ?? '';
    const standIns = Array.from({ length: 100 }, (_, number) => sent(number));
    expect(new Set(standIns).size).toBe(100);
    expect(standIns.every((standIn) => /^Bearer redacted-aaaaaa-\d+$/u.test(standIn))).toBe(true);
    expect(Array.from({ length: 100 }, (_, number) => sent(number))).toEqual(standIns);
    const all = Array.from({ length: 100 }, (_, number) => token(number)).join(' ');
    const left = secrets.known(all).match(/tok-\d+-abcdef/gu) ?? [];
    expect(left.length).toBeGreaterThan(50);
    expect(left.length).toBeLessThan(90);
    // The first and the last ones are found wherever they stand.
    expect(left).not.toContain(token(9));
    expect(left).not.toContain(token(99));
    expect(secrets.forgotten).toBeGreaterThanOrEqual(left.length);
  });
});
