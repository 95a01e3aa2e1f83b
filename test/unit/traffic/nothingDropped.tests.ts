/** What somebody wrote into a curl command, a collection, a description is sent, or said to be left out. */
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { capture } from '../../support/capture.ts';
import { har, type HarEntry } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

const imported = async (content: string | Uint8Array | object, source = 'a'): Promise<Imported> =>
  importTraffic([await recordingOf(typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content), source)], { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null });
/** The requests of a scenario, each on one line. */
const calls = async (content: string | Uint8Array | object): Promise<readonly string[]> => ((await imported(content)).text.match(/(?<=this\.client\.)\w+\([^;]*(?=;)/gu) ?? []).map((call) => call.replace(/,?\n\s*(?=\})/gu, ' ').replace(/\n\s*/gu, ' '));
const leftOut = async (content: string | Uint8Array | object): Promise<readonly string[]> => (await imported(content)).summary.filter((line) => line.startsWith('left out'));
const postman = (request: object): object => ({ info: { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' }, item: [{ name: 'a', request }] });
const described = (operation: object): object => ({ openapi: '3.1.0', servers: [{ url: 'https://s.example' }], paths: { '/a': { post: { operationId: 'a', ...operation } } } });

describe('credentials', () => {
  it.each<[string, string | object]>([
    ['of a URL', 'curl https://ada:hunter%402@s.example/x'],
    ['of a URL, as of -u', 'curl -u ada:hunter@2 https://s.example/x'],
    ['of a URL of Postman', postman({ url: 'https://ada:hunter%402@s.example/x' })],
  ])('%s are sent', async (_, content) => {
    const { text, secrets } = await imported(content);
    expect(text).toContain('authorization: `Basic ${secrets.basicCredentials}`');
    expect(text).toContain("static host = 'https://s.example';");
    expect(text).not.toMatch(/hunter|ada:/u);
    expect(secrets.map(({ what }) => what)).toEqual(['header authorization of GET /x: user:password in base64']);
  });

  it('of a URL that are variables leave its host as it is', async () => {
    const { text, secrets } = await imported('curl "https://$NAME:$WORD@s.example/x"');
    expect(text).toContain("static host = 'https://s.example';");
    expect(secrets.map(({ variable }) => variable)).toEqual(['BASIC_CREDENTIALS']);
  });

  it('that Postman makes of what the server says are told of', async () => {
    expect(await leftOut(postman({ url: 'https://s.example/x', auth: { type: 'digest', digest: [{ key: 'username', value: 'u' }] } }))).toEqual(['left out: credentials of 1 request by digest, which the scenario has to make by itself']);
    expect(await leftOut(postman({ url: 'https://s.example/x', auth: { type: 'noauth' } }))).toEqual([]);
  });
});

describe('of curl', () => {
  it('headers in any script are sent as the bytes that they were', async () => {
    expect(await calls("curl -H 'X-City: 東京' -H \"X-Both: $TOKEN ä\" https://s.example/x")).toEqual(["get('/x', { headers: { 'x-city': Buffer.from('東京').toString('latin1'), 'x-both': Buffer.from(`${secrets.token} ä`).toString('latin1') } })"]);
  });

  it('headers and cookies in other files are told of', async () => {
    expect(await leftOut('curl -H @h.txt -b jar.txt https://s.example/x\ncurl -b jar.txt https://s.example/y')).toEqual(['left out: headers and cookies that stand in other files: h.txt, jar.txt']);
  });

  it.each([
    ['curl -d @- https://s.example/x <<EOF\n{"a":\n"it\'s $NAME"}\nEOF\ncurl https://s.example/y', "post('/x', { form: { '{\"a\":\"it\\'s ${secrets.name}\"}': '' } })"],
    ["curl --json @- https://s.example/x <<'EOF' | jq\n{\"a\": \"$NAME\"}\nEOF\ncurl https://s.example/y", "post('/x', { headers: { accept: 'application/json' }, json: { a: '$NAME' } })"],
    ['curl --data-binary @- -H "content-type: text/plain" https://s.example/x <<-\tEOF\n\ta "b" \\$c \\"d\\"\n\tEOF\ncurl https://s.example/y', "post('/x', { headers: { 'content-type': 'text/plain' }, body: 'a \"b\" $c \\\\\"d\\\\\"\\n' })"],
    ["curl --json @- https://s.example/x <<< '{\"a\":1}'\ncurl https://s.example/y", "post('/x', { headers: { accept: 'application/json' }, json: { a: 1 } })"],
    ['curl --data-urlencode q@- https://s.example/x <<EOF\na b\nEOF\ncurl https://s.example/y', "post('/x', { form: { q: 'a b\\n' } })"],
    ['curl -T - -H "content-type: text/plain" https://s.example/x <<EOF\na\nEOF\ncurl https://s.example/y', "put('/x', { headers: { 'content-type': 'text/plain' }, body: 'a\\n' })"],
  ])('what a command reads from the lines behind it is its body: %j', async (text, call) => {
    const [first, second] = await calls(text);
    // A template where there is a variable in it, a text else.
    expect(first?.replaceAll('`', "'")).toContain(call.includes('${') ? '${secrets.name}' : call);
    expect(second).toBe("get('/y')");
    expect((await leftOut(text)).filter((line) => !line.endsWith('1 other commands'))).toEqual([]);
  });

  it('a text up to a line that never comes is refused with its line', async () => {
    await expect(imported("curl -d @- https://s.example/x \\\n <<EOF\nit's me\n", 'a.sh')).rejects.toThrow('a.sh, line 3: a text up to EOF begins here and never ends: it was cut off');
  });

  it('variables keep their names', async () => {
    const { text, secrets } = await imported('curl -H "authorization: Bearer $OAUTH2_TOKEN" -H "x-a: $S3_KEY" -H "x-b: $my_key" https://s.example/x -H "api-key: k3y-abc-123"');
    expect(secrets.map(({ variable, property }) => [variable, property])).toEqual([['OAUTH2_TOKEN', 'oauth2Token'], ['S3_KEY', 's3Key'], ['MY_KEY', 'myKey'], ['API_KEY', 'apiKey']]);
    expect(text).toContain("oauth2Token: secret('OAUTH2_TOKEN'),");
  });

  it('a variable that stands for the name of something is there by its name', async () => {
    const { text } = await imported('curl -F "f=@$FILE" -F "$FIELD=1" -X "$METHOD" https://s.example/x');
    expect(text).toMatch(/this\.client\.request\('METHOD', '\/x', \{\s+multipart: \{\s+f: \{\s+content: .*\n\s+filename: 'FILE',\s+\},\s+FIELD: '1',/u);
    expect(text).not.toMatch(/[\uE000-\uF8FF]/u);
  });

  it('credentials that are made of what the server says are told of', async () => {
    expect(await leftOut('curl --digest -u ada:pw https://s.example/x')).toEqual(['left out: --digest, --ntlm or --negotiate of 1 command, whose credentials go out as Basic']);
  });

  it('-k is an option, and no letter of a value', async () => {
    expect(await leftOut('curl -uback:pw https://s.example/x\ncurl -Kconf https://s.example/y')).toEqual([]);
    expect(await leftOut('curl -sk https://s.example/x')).toHaveLength(1);
  });
});

describe('of a description', () => {
  it.each<[string, object, string]>([
    ['lists with bars', { style: 'pipeDelimited' }, "query: { ids: '1|1' }"],
    ['lists with blanks', { style: 'spaceDelimited', explode: false }, "query: { ids: '1 1' }"],
    ['lists with bars that are fields each', { style: 'pipeDelimited', explode: true }, 'query: { ids: [1, 1] }'],
    ['lists', {}, 'query: { ids: [1, 1] }'],
    ['lists as one value', { explode: false }, "query: { ids: '1,1' }"],
  ])('%s are sent as it says', async (_, style, query) => {
    const { text } = await imported(described({ parameters: [{ name: 'ids', in: 'query', required: true, schema: { type: 'array', items: { type: 'integer' }, minItems: 2 }, ...style }] }));
    expect(text).toContain(`${query} satisfies AQuery`);
  });

  it('an object that is one value is sent as one', async () => {
    expect(await calls(described({ parameters: [{ name: 'at', in: 'query', required: true, explode: false, example: { x: 1, y: 2 }, schema: { type: 'object' } }] }))).toEqual([expect.stringContaining("query: { at: 'x,1,y,2' }")]);
  });

  it('several files are files, and lists are a part for each element', async () => {
    const { text } = await imported(described({ requestBody: { content: { 'multipart/form-data': { schema: { type: 'object', properties: { files: { type: 'array', minItems: 2, items: { type: 'string', format: 'binary' } }, tags: { type: 'array', minItems: 2, items: { type: 'string' } } } } } } } }));
    expect(text.match(/new Uint8Array\(1024\), \/\/ stands for the file/gu)).toHaveLength(2);
    expect(text).toContain("tags: ['text', 'text'],");
  });

  it('a parameter that no header can be called is none', async () => {
    const { text } = await imported(described({ parameters: ['x-a', 'x b'].map((name) => ({ name, in: 'header', required: true, example: '1', schema: { type: 'string' } })) }));
    expect(text).toContain("type AHeaders = { 'x-a': string };");
    expect(text).toContain("headers: { 'x-a': '1' } satisfies AHeaders");
  });

  it('examples of a schema are examples', async () => {
    const { text } = await imported(described({ parameters: [{ name: 'page', in: 'query', schema: { type: 'integer', examples: [2] } }, { name: 'size', in: 'query', schema: { type: 'integer' } }] }));
    expect(text).toContain('query: { page: 2 } satisfies AQuery');
  });
});

it('a capture is one, whatever went by', async () => {
  const requests = ['Try:\ncurl https://o.example/x\n', '\nopenapi: 3.0.0\n'].map((body, index) => ({ atMs: index * 1000, path: `/docs${index}`, method: 'POST', body, headers: { 'content-type': 'text/plain' } }));
  expect((await recordingOf(capture(requests), 'c.gor')).kind).toBe('capture of GoReplay');
});

it('a field for a file that was left empty is sent empty', async () => {
  const entry: HarEntry = { method: 'POST', url: 'https://s.example/u', headers: { 'content-type': 'multipart/form-data; boundary=X' }, body: { mimeType: 'x', text: '--X\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--X\r\nContent-Disposition: form-data; name="photo"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n--X--\r\n' } };
  expect(await calls(har([entry]))).toEqual(["post('/u', { multipart: { a: '1', photo: { content: '', filename: '', type: 'application/octet-stream' } } })"]);
  const listed: HarEntry = { ...entry, body: { mimeType: 'multipart/form-data', params: [{ name: 'photo', fileName: '', contentType: 'application/octet-stream' }] } };
  expect(await calls(har([listed]))).toEqual(["post('/u', { multipart: { photo: { content: '', filename: '', type: 'application/octet-stream' } } })"]);
});

it.each([
  ['www.dhl.de', 'api.dhl.de', 'DhlUser', 2],
  ['www.shop.co.uk', 'api.shop.co.uk', 'ShopUser', 2],
  ['shop.com.br', 'other.com.br', 'ShopUser', 1],
  ['www.shop.example', 'api.shop.example', 'ShopUser', 2],
])('%s and %s are of one site, or not', async (site, other, className, count) => {
  const { text, summary } = await imported(har([{ url: `https://${site}/`, resource: 'document' }, { url: `https://${other}/a`, resource: 'fetch', at: 0.2 }]));
  expect(text).toContain(`class ${className} `);
  expect(summary[0]).toMatch(new RegExp(`^${count} request`, 'u'));
});

it('pauses are between the shortest and the longest, without the longest tenth', async () => {
  let at = 0;
  const pages = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((pauseSec, index) => ({ url: `https://s.example/p${index}`, resource: 'document', at: (at += pauseSec + 0.1) - 0.1 }));
  expect((await imported(har(pages))).text).toContain('waitTime = between(1, 9);');
});

it('a value between letters of two halves is found by whole ones', async () => {
  const token = 'tok-aB3dE5fG7hI9jK1lM3nO5';
  const entries: readonly HarEntry[] = [{ url: 'https://s.example/a', type: 'text/plain', answer: `🔑🔑:${token}🔑 more`, resource: 'fetch' }, { url: 'https://s.example/b', headers: { 'x-t': token }, at: 0.2, resource: 'fetch' }];
  const { text } = await imported(har(entries));
  expect(text).toContain("cut(a.text(), '🔑🔑:', '🔑')");
  expect(text).not.toContain('\uFFFD');
});
