/** curl commands as people write and browsers copy them. */
import type { Exchange } from '../../../src/traffic/recording.ts';
import { recordingOf } from '../../support/traffic.ts';

const read = async (text: string): Promise<readonly Exchange[]> => (await recordingOf(text, 'a.sh')).exchanges;
const one = async (text: string): Promise<Exchange['request']> => {
  const [exchange] = await read(text);
  if (exchange === undefined) throw new Error('nothing was read');
  return exchange.request;
};

describe('a curl command', () => {
  it.each([
    ["curl 'https://shop.example/a?b=c'", 'GET', 'https://shop.example/a?b=c'],
    ['curl shop.example/a -X put', 'PUT', 'http://shop.example/a'],
    ['curl -sSLXDELETE https://shop.example/a', 'DELETE', 'https://shop.example/a'],
    ['curl -I https://shop.example', 'HEAD', 'https://shop.example'],
    ['curl -G https://shop.example/s -d q=lamp --data-urlencode "n=a b"', 'GET', 'https://shop.example/s?q=lamp&n=a+b'],
    ["curl -g 'https://shop.example/[1-2]'", 'GET', 'https://shop.example/[1-2]'],
    ["curl --url-query '+a=b%20c' --url-query 'd=e f' https://shop.example/s", 'GET', 'https://shop.example/s?a=b%20c&d=e+f'],
    ["curl --url-query a=b 'https://shop.example/s?x=1&'", 'GET', 'https://shop.example/s?x=1&a=b'],
    ['curl https://shop.example/`cat id`/$(date -d "$(now)" +%s)/x', 'GET', 'https://shop.example/\uE0F0cat_id\uE0F1/\uE0F0date_d_now_s\uE0F1/x'],
    ['$ time curl --url https://shop.example --proxy http://proxy:3128 -o out.html', 'GET', 'https://shop.example'],
    ['TOKEN=1 /usr/bin/curl -kvL# https://shop.example/$ID/x', 'GET', 'https://shop.example/\uE0F0ID\uE0F1/x'],
  ])('%s', async (command, method, url) => {
    expect(await one(command)).toMatchObject({ method, url });
  });

  it('sends data as curl does', async () => {
    expect(await one("curl https://s.example -d a=1 --data-raw '@b=2'")).toMatchObject({ method: 'POST', headers: [['content-type', 'application/x-www-form-urlencoded']], body: { kind: 'text', text: 'a=1&@b=2' } });
    expect(await one(`curl https://s.example --json '{"a":1}'`)).toMatchObject({ method: 'POST', headers: [['content-type', 'application/json'], ['accept', 'application/json']], body: { text: '{"a":1}' } });
    expect(await one('curl https://s.example --data-binary @big.json')).toMatchObject({ body: { kind: 'missing', what: 'big.json' } });
    expect(await one('curl https://s.example -T up.bin')).toMatchObject({ method: 'PUT', body: { kind: 'missing', what: 'up.bin' } });
    expect((await one('curl https://s.example -F title=x -F "file=@/tmp/a.png;type=image/png" -F note=\'<n.txt\'')).body).toEqual({
      kind: 'parts',
      parts: [
        { name: 'title', filename: null, type: null, text: 'x', bytes: null },
        { name: 'file', filename: 'a.png', type: 'image/png', text: null, bytes: null },
        { name: 'note', filename: null, type: null, text: null, bytes: null },
      ],
    });
  });

  it('has the headers that options stand for, and not those that are taken away', async () => {
    expect((await one("curl https://s.example -u ada:pw -H 'X-A: b: c' -H 'Accept:' -H 'X-Empty;' -b 'sid=1' -b b=2 -A me -e https://from.example")).headers).toEqual([
      ['X-A', 'b: c'],
      ['X-Empty', ''],
      ['authorization', 'Basic YWRhOnB3'],
      ['user-agent', 'me'],
      ['referer', 'https://from.example'],
      ['cookie', 'sid=1; b=2'],
    ]);
  });

  it('asks for what other commands would say, in the place where they stand', async () => {
    const { headers, body } = await one('curl https://s.example -H "authorization: Bearer $(get-token \'a b\')" -d @<(make body | sort); echo done');
    expect([headers[0], body]).toMatchObject([['authorization', 'Bearer \uE0F0get_token_a_b\uE0F1'], { kind: 'missing', what: expect.stringContaining('make_body_sort') as string }]);
    await expect(one('curl https://s.example/$(cat id')).rejects.toThrow('a command within the command begins here and never ends');
  });

  it('that takes any certificate is told how a scenario does', async () => {
    expect((await recordingOf('curl -sk https://s.example\ncurl -o k https://s.example', 'a.sh')).remarks).toEqual(['-k of 1 command (static http = { tls: { rejectUnauthorized: false } } takes any certificate)']);
  });

  it('that sends an empty body says of which type', async () => {
    expect(await one("curl -d '' https://s.example")).toMatchObject({ method: 'POST', headers: [['content-type', 'application/x-www-form-urlencoded']], body: { kind: 'text', text: '' } });
  });

  it('has parts that end at a semicolon, as curl cuts them', async () => {
    expect((await one(`curl -F 'a=x;y' -F 'b="x;y";type=text/html' --form-string 'c=@x;type=y' https://s.example`)).body).toMatchObject({ parts: [{ name: 'a', text: 'x', type: null }, { name: 'b', text: 'x;y', type: 'text/html' }, { name: 'c', text: '@x;type=y', type: null }] });
  });

  it('asks for all that a pattern stands for', async () => {
    expect((await read('curl "http://s.example/{a,b}/[08-10]" "http://[::1]:80/x" "http://s.example/[a-e:2]"')).map(({ request: { url } }) => url.replace('http://', ''))).toEqual([
      's.example/a/08', 's.example/a/09', 's.example/a/10', 's.example/b/08', 's.example/b/09', 's.example/b/10', '[::1]:80/x', 's.example/a', 's.example/c', 's.example/e',
    ]);
  });

  it('is one of several in a file, with its line', async () => {
    const exchanges = await read("# first\ncurl https://s.example/1 \\\n  -H 'a: b'\n\necho done; curl https://s.example/2 https://s.example/3 --next -d x https://s.example/4 > out 2>&1\n");
    expect(exchanges.map(({ place, request: { method, url } }) => [place, method, url])).toEqual([
      ['line 2', 'GET', 'https://s.example/1'],
      ['line 5', 'GET', 'https://s.example/2'],
      ['line 5', 'GET', 'https://s.example/3'],
      ['line 5', 'POST', 'https://s.example/4'],
    ]);
  });

  it('has quotes of bash', async () => {
    expect(await one(`curl https://s.example --data-raw $'it\\'s \\u0041\\n\\x42\\xc3\\xa4\\101' -H "x: \\"q\\" \\$5"`)).toMatchObject({ body: { text: "it's A\nBäA" }, headers: [['x', '"q" $5'], ['content-type', 'application/x-www-form-urlencoded']] });
  });

  it('has quotes of cmd, as Chromium writes them now and wrote them before', async () => {
    const now = 'curl ^"https://s.example/a?x=1^&y=^%^20^" ^\r\n  -H ^"x-q: ^\\^"q^\\^"^" ^\r\n  --data-raw ^"^{^\\^"a^\\^":^\\^"1^\r\n\r\n2^\\^"^}^"\r\n';
    expect(await one(now)).toMatchObject({ method: 'POST', url: 'https://s.example/a?x=1&y=%20', headers: [['x-q', '"q"'], ['content-type', 'application/x-www-form-urlencoded']], body: { text: '{"a":"1\n2"}' } });
    const before = 'curl "https://s.example/a?x=1&y=2" ^\r\n  -H "x-q: 1" ^\r\n  --data-raw "{\\"a\\":\\"b c\\"}"\r\n';
    expect(await one(before)).toMatchObject({ url: 'https://s.example/a?x=1&y=2', body: { text: '{"a":"b c"}' } });
  });

  it.each([
    ["curl 'https://s.example\n-H 'a: b'", /^a\.sh, line 2: a quote begins here and never ends/u],
    ['echo\ncurl -H "a: b"', 'a.sh, line 2: this curl command has no URL'],
    ['curl https://s.example -H', 'a.sh, line 1: -H expects a value: the command was cut off'],
    ['curl ftp://s.example/file', 'a.sh, line 1: "ftp://s.example/file" is no http(s) URL'],
  ])('that is broken is named with its line: %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
