/** Where secrets are found by their names, in whatever a text is, and that none gets into a scenario. */
import { runInNewContext } from 'node:vm';
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { isBare, secretsIn, written, type TextParts } from '../../../src/traffic/secretsInText.ts';
import { har, type HarEntry } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

/** Names and values, in order. */
const found = (parts: TextParts): readonly (readonly [string, string])[] => parts.flatMap((part) => (typeof part === 'string' ? [] : 'within' in part ? found(part.within) : [[part.name, part.value] as const]));
/** With what was there before. */
const again = (parts: TextParts): string => parts.map((part) => (typeof part === 'string' ? part : written('within' in part ? again(part.within) : part.value, part.writing))).join('');

const password = ['password', 'hunter22'] as const;

/** With the types under which they come: as a body, and as the text of a field. */
const texts: readonly (readonly [type: string, text: string, secrets: readonly (readonly [string, string])[]])[] = [
  ['application/json', '{"user":"ada","password":"hunter22"}', [password]],
  ['text/plain;charset=UTF-8', '{ "a": [1, {"password" : "hunter22"}], "b": null }', [password]],
  ['', '{"apiKeys":["s3cr3t-abc123","s3cr3t-abc124"],"n":["a"]}', [['apiKeys', 's3cr3t-abc123'], ['apiKeys', 's3cr3t-abc124']]],
  ['', '{"credentials":{"password":{"value":"hunter22"},"n":"ada"}}', [password]],
  ['', '{"passwordRules":{"min":8},"pin":1234,"pinCount":2}', [['pin', '1234']]],
  ['', '[{"name":"password","value":"hunter22"},{"name":"user","value":"ada"}]', [password]],
  ['', '{"body":"{\\"password\\":\\"hunter22\\"}"}', [password]],
  ['', '{"a":"{\\"b\\":\\"{\\\\\\"password\\\\\\":\\\\\\"hunter22\\\\\\"}\\"}"}', [password]],
  ['', '{"query":"mutation { login(user: \\"ada\\", password: \\"pw\\") { token } }"}', [['password', 'pw']]],
  ['', '{"next":"/cb?code=1&token=abc12345"}', [['token', 'abc12345']]],
  ['', '{"id":12345678901234567890,"password":"hunter22"}', [password]],
  ['application/x-ndjson', '{"a":1}\n{"password":"hunter22"}\n', [password]],
  ['', ')]}\',\n{"password":"hunter22"}', [password]],
  ['', '","password":"hunter22"}', [password]],
  ['application/x-www-form-urlencoded', 'a=1&password=hunter22&a=2', [password]],
  ['application/x-www-form-urlencoded', '{"user":"ada","password":"hunter22"}', [password]],
  ['text/plain', 'password=hunter22&user=ada', [password]],
  ['', 'user%5Bpassword%5D=hunter%2022&user%5Bname%5D=x', [['user[password]', 'hunter 22']]],
  ['', 'payload=%7B%22password%22%3A%22hunter22%22%7D&a=1', [password]],
  ['text/plain', 'user=ada\r\npassword=hunter22\r\n', [password]],
  ['application/yaml', 'user: ada\npassword: hunter22\nlist:\n  - a\n', [password]],
  ['', 'http://127.0.0.1/cb#access_token=2YotnFZFEjr1zCsicMWpAA&state=1', [['access_token', '2YotnFZFEjr1zCsicMWpAA']]],
  ['', 'https://ada:hunter22@s.example/x', [['credentials', 'ada:hunter22']]],
  ['', '/a;jsessionid=ab12cd34ef', [['jsessionid', 'ab12cd34ef']]],
  ['text/xml', '<s:Envelope><wsse:Password Type="x#PasswordText">hunter22</wsse:Password></s:Envelope>', [['wsse:Password', 'hunter22']]],
  ['application/soap+xml', '<?xml version="1.0"?>\n<in><password>a&amp;b</password><user>ada</user></in>', [['password', 'a&b']]],
  ['', '<login user="ada" password="hunter22"/>', [password]],
  ['', "<login password='hunter22'></login>", [password]],
  ['', '<param name="password">hunter22</param><param name="user">ada</param>', [password]],
  ['', '<set><add key="password" value="hunter22"/></set>', [password]],
  ['', '<password><![CDATA[hunter22<]]></password>', [['password', 'hunter22<']]],
  ['', '<password><text>hunter22</text></password><a>b</a>', [password]],
  ['text/xml', '<member><name>password</name><value><string>hunter22</string></value></member>', [password]],
  ['', '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter22\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a.json"\r\nContent-Type: application/json\r\n\r\n{"password":"hunter22"}\r\n--x--\r\n', [password, password]],
  ['text/xml', '<data><![CDATA[<login><password>hunter22</password></login>]]></data>', [password]],
  ['application/json', '{"query":"mutation Login($user: String!, $password: String!) {\\n  login(\\n    user: $user\\n    password: $password\\n  ) {\\n    id\\n  }\\n}","variables":{"user":"ada","password":"hunter22"}}', [password]],
  ['', 'query: get\npassword: hunter22\n', [password]],
  ['application/x-www-form-urlencoded', '<login><user>ada</user><password>hunter22</password></login>', [password]],
  ['application/x-www-form-urlencoded', '{"id":\uE0F0ID\uE0F1,"password":"hunter22"}', [password]],
  ['application/x-www-form-urlencoded', 'mutation { login(password: "hunter22") { id } }', [password]],
  ['application/x-www-form-urlencoded', 'user: ada\npassword: hunter22\n', [password]],
  ['application/x-www-form-urlencoded', 'password[]=hunter22&a=1', [['password[]', 'hunter22']]],
  ['', 'https://s.example/?password[]=hunter22&a=1', [['password[]', 'hunter22']]],
  ['application/json', '{"username":"ada","pass":"hunter22","passes":["x"],"compass":"north"}', [['pass', 'hunter22']]],
  ['application/x-www-form-urlencoded', 'name=ada&user_pass=hunter22', [['user_pass', 'hunter22']]],
  ['application/x-www-form-urlencoded', 'password=ab[]cdef', [['password', 'ab[]cdef']]],
  ['application/x-www-form-urlencoded', 'a={"b":"x&y","password":"hunter22"}', [password]],
  ['application/yaml', '---\nuser: ada\npassword: hunter22\n', [password]],
  ['', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nMIIE\n-----END RSA PRIVATE KEY-----', [['key', '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES\n\nMIIE\n-----END RSA PRIVATE KEY-----']]],
  ['multipart/form-data', '--x\r\nX-A: b\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter22\r\n--x--\r\n', [password]],
  ['', '{"password":["hunter22","a\n"],"b":1}', [password]],
  ['', '{"password":{"name":"pw","value":"hunter22"},"b":{"id":"f1","value":"ada"}}', [password]],
  ['', '{"changePassword":{"input":{"userId":"7","old":"hunter22","new":"hunter23"}},"password":{"hash":"a1","salt":"b1"}}', [['changePassword', 'hunter22'], ['changePassword', 'hunter23'], ['password', 'a1'], ['password', 'b1']]],
  ['text/html', '<p>["</p>\n<p>session: abc1234</p>\n<input name="token" value="abc12345">', [['token', 'abc12345']]],
  ['text/html', `<script>var p = s.split('["');\nvar token = 'abc12345'; var t = "x";</script>`, [['token', 'abc12345']]],
  ['', '[{"name":"password","id":"f2","value":"hunter22"},{"value":"hunter22","type":1,"name":"password"}]', [password, password]],
  ['', '[{"value":"ada","name":"user"},{"value":"hunter22","name":"password"},{"value":"eve"}]', [password]],
  ['', '{"password":[{"text":"hunter22"}],"resetPassword":{"email":"ada@x.example","lang":"en","new":"hunter23"}}', [password, ['resetPassword', 'hunter23']]],
  ['text/xml', '<s:Body><ChangePasswordRequest><UserId>42</UserId><Lang>en</Lang><NewPassword><a:string>hunter22</a:string></NewPassword></ChangePasswordRequest></s:Body>', [['NewPassword', 'hunter22']]],
  ['text/plain', 'password=correct horse battery\r\nuser=ada', [['password', 'correct horse battery']]],
  ['text/plain', 'user=ada\r\npassword=correct horse battery \r\n', [['password', 'correct horse battery']]],
  ['application/yaml', 'user: ada\npassword: correct horse battery\n', [['password', 'correct horse battery']]],
  ['', 'a: 1\npassword=hunter22&user=ada\n', [password]],
  ['', 'https://tok@s.example/?token=abc12345', [['credentials', 'tok'], ['token', 'abc12345']]],
  ['', 'redacted-k3f9xa-2 and redacted-k3f9xa-12', [['key', 'redacted-k3f9xa-2'], ['key', 'redacted-k3f9xa-12']]],
  ['', '{"a":"redacted-k3f9xa-2"}', [['a', 'redacted-k3f9xa-2']]],
];

const hash = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

describe('secrets in a text', () => {
  it.each(texts)('of the type %j: %s', (type, text, secrets) => {
    expect(found(secretsIn(text, '', type))).toEqual(secrets);
  });

  it.each(texts)('of the type %j leave the rest as it was: %s', (type, text) => {
    const before = again(secretsIn(text, '', type));
    expect([before, decodeURIComponent(before)]).toContain(decodeURIComponent(text));
  });

  it.each([
    ['application/json', '{"token_type":"bearer","password":"","key":"name","user":"ada"}'],
    ['', 'Forgot the password? Say so: we send a link, and no token is asked for.'],
    ['application/javascript', 'const password = "hunter22"'],
    ['text/html', '<password>what is that</password><label for="password">Password</label>'],
    ['', 'https://s.example/a?page=2#top'],
    ['', `https://s.example/blobs/${hash}`],
    ['', `/assets/application-${hash}.js`],
    ['', `/${hash}`],
    ['text/html', `<link href="/assets/application-${hash}.css"><a href="//s.example/${hash}">a</a>`],
    ['application/json', '{"query":"mutation Login(\\n  $password: String!\\n) {\\n  login(\\n    token: $token\\n    password: $password\\n  ) {\\n    token: authToken2\\n  }\\n}"}'],
    ['application/graphql', '# what there is\ntype User {\n  password: String!\n}\n'],
    ['', '{"data":{"loginWithPassword":{"user":{"id":"usr_123","name":"Ada","roles":[1,2]}}}}'],
    ['', '<a><b>text</b></a>'],
  ])('are not found where there is none: %s %s', (type, text) => {
    expect(secretsIn(text, '', type)).toEqual([text]);
  });

  it.each(['{', '[', '{"', '{"a":', '"\\"', '{"a":"\\"', '<a>', '<a b="', '<![CDATA[', 'a=', '&a=', '?a=', 'a:b\n', 'password: "', '--x\r\n', '//a:', '{"a":"{', '<b></a>'])('are looked for in a text of any length that goes on with %j', (piece) => {
    const text = piece.repeat(100_000 / piece.length);
    const start = performance.now();
    expect(again(secretsIn(text, '', ''))).toHaveLength(text.length);
    // Of what looks through the rest at each of its places it would be many seconds.
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it('are looked for in elements without end, of which each closes none', () => {
    const text = `${'<a k="key">'.repeat(1000)}${'</x>'.repeat(400_000)}`;
    const start = performance.now();
    expect(again(secretsIn(text, '', 'text/xml'))).toHaveLength(text.length);
    // Of what looks through all that are open it would be more than five.
    expect(performance.now() - start).toBeLessThan(3000);
  });

  it.each([['x', ''], ['x=', ''], ['aB1', ''], ['x=', 'application/x-www-form-urlencoded']])('are looked for in millions of letters: %j as %j', (piece, type) => {
    const text = piece.repeat(4_000_000 / piece.length);
    expect(secretsIn(text, '', type)).toEqual([text]);
  });

  it('are found where a text breaks off', () => {
    expect(found(secretsIn('{"user":"ada","password":"hunter22', ''))).toEqual([password]);
    expect(found(secretsIn('{"user":"ada","pin":12', ''))).toEqual([['pin', '12']]);
  });

  it('are found where JSON is none any more', () => {
    expect(found(secretsIn('{"a":1,"password":"hunter22\n","x":{"password":"hunter22\t"}}', ''))).toEqual([['password', 'hunter22\n'], ['password', 'hunter22\t']]);
  });

  it('are those of the text as a whole where its name says so', () => {
    expect(secretsIn('{"a":1}', 'password')).toEqual([{ name: 'password', value: '{"a":1}', writing: 'plain' }]);
    expect(isBare(secretsIn('', 'password'))).toBe(true);
    expect(secretsIn('sk_live_12345678', 'x-thing')).toEqual([{ name: 'x-thing', value: 'sk_live_12345678', writing: 'plain' }]);
  });
});

const plain = { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set<string>(), checkEvery: null };
const imported = async (...contents: readonly string[]): Promise<Imported> => importTraffic(await Promise.all(contents.map((content, index) => recordingOf(content, `shop${index}.har`))), plain);

/** What the scenario sends as the body of its one request, once the environment has the values. */
function sentBody(text: string, values: Readonly<Record<string, string>>): unknown {
  const code = / body: (`[^]*?`|'[^]*?'),?(?: \}\)|\n {4,8}\}\));/u.exec(text)?.[1];
  if (code === undefined) throw new Error(`no body in\n${text}`);
  const names = [...(/const secrets = \{([^]*?)\n\};/u.exec(text)?.[1] ?? '').matchAll(/(\w+): secret\('(\w+)'\)/gu)];
  const xmlText = (value: string): string => value.replace(/[&<>"']/gu, (letter) => `&#${letter.charCodeAt(0)};`);
  const secrets = Object.fromEntries(names.map(([, property = '', variable = '']) => [property, values[variable] ?? `?${variable}`]));
  return runInNewContext(code, { secrets, xmlText }) as unknown;
}

const post = (mimeType: string, text: string, more: Partial<HarEntry> = {}): HarEntry => ({ method: 'POST', url: 'https://s.example/login', resource: 'fetch', headers: { 'content-type': mimeType }, body: { mimeType, text }, ...more });

describe('a scenario', () => {
  it.each([
    ['application/x-www-form-urlencoded', '{"user":"ada","password":"hunter22"}', 'PASSWORD'],
    ['text/plain;charset=UTF-8', '{"user":"ada","password":"hunter22"}', 'PASSWORD'],
    ['application/json', '{"id":12345678901234567890,"password":"hunter22"}', 'PASSWORD'],
    ['application/x-www-form-urlencoded', 'a=1&password=hunter22&a=2', 'PASSWORD'],
    ['text/xml', '<a><wsse:Password Type="t">hunter22</wsse:Password></a>', 'PASSWORD'],
    ['text/plain', '{"body":"{\\"password\\":\\"hunter22\\"}"}', 'PASSWORD'],
    ['text/plain', 'user: ada\npassword: hunter22\n', 'PASSWORD'],
    ['application/graphql', 'mutation { login(password: "hunter22") { token } }', 'PASSWORD'],
    ['text/plain', '{"password":"hunter22","note":"not hunter22"}', 'PASSWORD'],
  ])('has no password of a body of %s: %s', async (type, body, variable) => {
    const { text, secrets } = await imported(har([post(type, body)]));
    expect(text).not.toContain('hunter22');
    expect(secrets.map((secret) => secret.variable)).toEqual([variable]);
    expect(sentBody(text, { [variable]: 'hunter22' })).toBe(body);
  });

  it('writes what the environment says as it belongs there', async () => {
    const values = { PASSWORD: 'a"b\\c<&>\' é', TOKEN: 'x&y=z 1' };
    expect(sentBody((await imported(har([post('text/plain', '{"password":"hunter22"}')]))).text, values)).toBe(JSON.stringify({ password: values.PASSWORD }));
    expect(sentBody((await imported(har([post('text/xml', '<a><password>hunter22</password></a>')]))).text, values)).toBe('<a><password>a&#34;b\\c&#60;&#38;&#62;&#39; é</password></a>');
    expect(sentBody((await imported(har([post('text/plain', 'token=abc-12345&0=1')]))).text, values)).toBe('token=x%26y%3Dz%201&0=1');
  });

  it.each([
    ['a query that no object holds', { url: 'https://s.example/x?0=1&password=hunter22', resource: 'fetch' }, '?0=1&password=${encodeURIComponent(secrets.password)}`'],
    ['a parameter that is a URL', { url: 'https://s.example/x?next=/cb%3Fpassword%3Dhunter22', resource: 'fetch' }, 'next: `/cb?password=${encodeURIComponent(secrets.password)}`'],
    ['a parameter of a path', { url: 'https://s.example/x;token=hunter22', resource: 'fetch' }, "`/x;token=${encodeURIComponent(secrets.token)}`"],
    ['JSON in JSON', post('application/json', '{"body":"{\\"password\\":\\"hunter22\\"}"}'), 'body: `{"password":${JSON.stringify(secrets.password)}}`'],
    ['a GraphQL document', post('application/json', '{"query":"mutation { login(password: \\"hunter22\\") { id } }"}'), 'query: `mutation { login(password: ${JSON.stringify(secrets.password)}) { id } }`'],
    ['a member that another names', post('application/json', '{"fields":[{"name":"password","value":"hunter22"}]}'), "{ name: 'password', value: secrets.password }"],
    ['a member of what is called so', post('application/json', '{"password":{"text":"hunter22","min":8}}'), '{ text: secrets.password, min: 8 }'],
    ['a member that one behind it names', post('application/json', '{"fields":[{"id":"f2","value":"hunter22","name":"password"}]}'), "{ id: 'f2', value: secrets.password, name: 'password' }"],
    ['an operation named after it', post('application/json', '{"resetPassword":{"email":"ada@x.example","password":"hunter22"}}'), "{ email: 'ada@x.example', password: secrets.password }"],
    ['the variables of a GraphQL document', post('application/json', '{"query":"mutation Login($user: String!, $password: String!) {\\n  login(\\n    user: $user\\n    password: $password\\n  ) {\\n    id\\n  }\\n}","variables":{"user":"ada","password":"hunter22"}}'), String.raw`user: $user\n password: $password\n )`],
    ['a text within a form', post('application/x-www-form-urlencoded', 'payload=%7B%22password%22%3A%22hunter22%22%7D&a=1'), 'payload: `{"password":${JSON.stringify(secrets.password)}}`'],
  ])('has no password of %s', async (_, entry: HarEntry, code) => {
    const { text } = await imported(har([entry]));
    expect(text).not.toContain('hunter22');
    expect(text.replace(/\s+/gu, ' ')).toContain(code);
  });

  it('asks for stand-ins in a text, as for those by themselves', async () => {
    const { text, secrets } = await imported(har([post('text/plain', '{"password":"redacted-k3f9xa-2"}'), post('text/plain', 'it is redacted-k3f9xa-3', { url: 'https://s.example/b', at: 9 })]));
    expect(text).not.toContain('redacted-');
    expect((await imported(har([post('text/xml', '<a><password>redacted-k3f9xa-2</password></a>')]))).text).toContain('<a><password>${xmlText(secrets.password)}</password></a>');
    expect(secrets.map(({ variable }) => variable)).toEqual(['PASSWORD', 'KEY']);
  });

  it('takes of a text what an answer brought, and asks for the rest', async () => {
    const token = 'aB3dE5fG7hI9jK1lM3nO5';
    const { text } = await imported(har([{ url: 'https://s.example/start', resource: 'fetch', type: 'application/json', answer: JSON.stringify({ ticket: token }) }, post('text/plain', `{"ticket":"${token}","password":"hunter22"}`, { at: 1 })]));
    expect(text).not.toContain('hunter22');
    expect(text).toContain('body: `{"ticket":"${ticket}","password":${JSON.stringify(secrets.password)}}`');
  });

  it('has no password of a curl command that leaves something open', async () => {
    const { text } = await imported('curl https://s.example/login -d "{\\"user\\":\\"$ADA\\",\\"password\\":\\"hunter22\\"}"\n');
    expect(text).toContain('body: `{"user":"${secrets.ada}","password":${JSON.stringify(secrets.password)}}`');
  });

  it('has no passwords of many people, and asks for one', async () => {
    const message = (number: number, user: string, secret: string): string => {
      const body = JSON.stringify({ user, password: secret });
      return `1 ${String(number).padStart(24, '0')} ${1_764_428_400_000 + number}000000\nPOST /login HTTP/1.1\r\nHost: s.example\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };
    const { text, secrets } = await imported([message(1, 'ada0', 'hunter22'), message(2, 'bob0', 's3cretpw'), message(3, 'cy00', 's3cretpx')].join('\n🐵🙈🙉\n'));
    expect(text).not.toMatch(/hunter22|s3cretp/u);
    expect(secrets.map(({ variable }) => variable)).toEqual(['PASSWORD']);
    expect(text).toContain('{ body: `{"user":"bob0","password":${JSON.stringify(secrets.password)}}` },');
  });

  it('has the texts of many people, where keys in them are secret', async () => {
    const log = ['one', 'two', 'six'].map((word, at) => `1.2.3.${at} - - [29/Nov/2026:10:00:00 +0000] "GET /s?q=${word}+sk_live_1234567${at} HTTP/1.1" 200 5 "-" "x"\n`).join('');
    const { text, secrets } = importTraffic([await recordingOf(log, 'shop.log')], plain);
    expect(text).not.toContain('sk_live');
    expect(secrets.map(({ variable }) => variable)).toEqual(['KEY']);
    expect(text).toContain('  { q: `two ${secrets.key}` },');
  });

  it('has no password of a form in another charset, which goes out in that', async () => {
    const head = `1 ${'a'.repeat(24)} 1764428400000000000\nPOST /login HTTP/1.1\r\nHost: s.example\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n`;
    const { text } = importTraffic([await recordingOf(Buffer.from(`${head}name=Jürgen&password=hunter22`, 'latin1'), 'shop.gor')], plain);
    expect(text).toContain("body: Buffer.from(`name=Jürgen&password=${encodeURIComponent(secrets.password)}`, 'latin1')");
    expect(text).not.toMatch(/base64|hunter22/u);
  });

  it('has no passwords of two recordings, and asks for both', async () => {
    const { text, secrets } = await imported(har([post('text/plain', '{"user":"ada","password":"hunter22"}')]), har([post('text/plain', '{"user":"bob","password":"s3cretpw"}')]));
    expect(text).not.toMatch(/hunter22|s3cretpw/u);
    expect(secrets.map(({ variable }) => variable)).toEqual(['PASSWORD', 'PASSWORD_2']);
  });
});
