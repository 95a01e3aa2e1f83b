/** `boomer-node import`: from a file to a scenario that compiles, runs, and sends what was recorded. */
import { existsSync } from 'node:fs';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDir } from '../../locust/demo/paths.ts';
import { complaintsAbout } from '../support/compile.ts';
import { har, type HarEntry } from '../support/har.ts';
import { startHttpServer, type Answer, type TestServer } from '../support/httpServer.ts';
import { recordedVisit, startShop } from '../support/shop.ts';
import { boomer, folderWith, tidy } from './command.ts';

afterAll(tidy);

/** Imports, compiles, and runs so many tasks of one user. */
async function walked(cwd: string, files: readonly string[], tasks: number, more: readonly string[] = [], users = 1): Promise<{ readonly scenario: string; readonly told: string }> {
  const { code, stdout, stderr } = await boomer(['import', ...files, '-o', 'out.ts'], { cwd });
  expect([code, stdout]).toEqual([0, '']);
  const scenario = await readFile(join(cwd, 'out.ts'), 'utf8');
  expect(complaintsAbout({ 'out.ts': scenario })).toEqual([]);
  const run = await boomer(['run', 'out.ts', '-u', String(users), '-r', String(users), '-i', String(tasks), '--threads', '1', ...more], { cwd });
  expect([run.code, run.stderr]).toEqual([0, expect.stringContaining('Aggregated')]);
  return { scenario, told: stderr };
}

async function serving(answer: Answer, use: (server: TestServer) => Promise<void>): Promise<void> {
  const server = await startHttpServer(answer);
  try {
    await use(server);
  } finally {
    await server.close();
  }
}

test('a HAR becomes a scenario that sends what was recorded', async () => {
  await serving((_, response) => response.end('ok'), async ({ url, requests }) => {
    const entries: readonly HarEntry[] = [
      { url: `${url}/`, resource: 'document', headers: { 'sec-ch-ua': 'x' } },
      { url: `${url}/logo.png`, type: 'image/png' },
      { url: `${url}/items?q=a%20b&tag=1&tag=2`, resource: 'fetch', headers: { accept: 'application/json', 'x-shop': 'de' } },
      { method: 'POST', url: `${url}/login`, at: 0.3, resource: 'document', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: { mimeType: 'x', text: 'user=ada&password=s3cret%26' } },
      { method: 'PUT', url: `${url}/cart/17`, at: 0.4, resource: 'fetch', headers: { 'content-type': 'application/json' }, body: { mimeType: 'x', text: '{"count":2,"gift":"it\'s"}' } },
    ];
    const cwd = await folderWith({ 'shop.har': har(entries) });
    const { scenario, told } = await walked(cwd, ['shop.har'], 2, ['-e', 'PASSWORD=s3cret&']);
    expect(scenario).not.toContain('s3cret');
    expect(told).toBe('out.ts: 4 requests in 2 tasks of ShopUser\nleft out: 1 static file (--static keeps them)\nTo be set before it runs (-e NAME=VALUE, --env-file FILE):\n  PASSWORD  form field password of POST /login\n');
    expect(requests.map(({ method, url: path, body }) => [method, path, body.toString()])).toEqual([
      ['GET', '/', ''],
      ['GET', '/items?q=a+b&tag=1&tag=2', ''],
      ['POST', '/login', 'user=ada&password=s3cret%26'],
      ['PUT', '/cart/17', '{"count":2,"gift":"it\'s"}'],
    ]);
    expect(requests[1]?.headers).toMatchObject({ accept: 'application/json', 'x-shop': 'de' });
    expect(requests[0]?.headers).not.toHaveProperty('sec-ch-ua');
    // Without what it needs it says so, and sends nothing.
    const sent = requests.length;
    const { code, stderr } = await boomer(['run', 'out.ts', '-i', '1'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('set PASSWORD before the run')]);
    expect(requests).toHaveLength(sent);
  });
});

test.each([
  ['one recording', ['ada'], ['ada']],
  ['two recordings with other users', ['ada', 'bob'], ['ada', 'bob']],
])('a walk with log-in and tokens, of %s, is walked by 20 users without a failure', async (_, recorded, ordering) => {
  const shop = await startShop();
  try {
    const files = Object.fromEntries(await Promise.all(recorded.map(async (user, index): Promise<[string, string]> => [`walk${index}.har`, await recordedVisit(shop.url, user, `lamp${index}`)])));
    const { length } = shop.orders;
    const cwd = await folderWith(files);
    // Six tasks and the leave-taking, two walks of each user.
    const { scenario, told } = await walked(cwd, Object.keys(files), 7 * 40, ['-e', 'PASSWORD=pw-ada', '-e', 'PASSWORD_2=pw-bob'], 20);
    expect(shop.refused).toEqual([]);
    const orders = shop.orders.slice(length);
    // Whoever was in the middle of a walk when the last task began did not get to it.
    expect(orders.length).toBeGreaterThanOrEqual(20);
    expect([...new Set(orders)].toSorted()).toEqual(ordering);
    expect(scenario).not.toContain('pw-');
    expect(told).toContain('taken from answers: 8 values\n');
    expect(told).not.toContain('not correlated');
  } finally {
    await shop.close();
  }
});

test('curl commands become a scenario, on stdout too', async () => {
  await serving((_, response) => response.end('ok'), async ({ url, requests }) => {
    const cwd = await folderWith({ 'calls.txt': `curl '${url}/order' -H 'x-a: 1' --json '{"a":[1,2]}'\n` });
    const { scenario } = await walked(cwd, ['calls.txt'], 1);
    expect(requests).toMatchObject([{ method: 'POST', url: '/order', headers: { 'x-a': '1', 'content-type': 'application/json' } }]);
    expect(requests[0]?.body.toString()).toBe('{"a":[1,2]}');
    expect((await boomer(['import', 'calls.txt'], { cwd })).stdout).toBe(scenario);
  });
});

test('a Postman collection with its environment, and a description of an API in YAML, become scenarios that run', async () => {
  const replies: Readonly<Record<string, string>> = { '/login': '{"data":{"token":"t0k3n-of-login"}}' };
  await serving((request, response) => response.setHeader('content-type', 'application/json').end(replies[request.url] ?? '{}'), async ({ url, requests }) => {
    const collection = {
      info: { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      item: [
        { name: 'Log in', request: { method: 'POST', url: '{{base}}/login', body: { mode: 'raw', raw: '{"user":"ada","password":"{{password}}"}' } }, event: [{ listen: 'test', script: { exec: "pm.environment.set('token', pm.response.json().data.token)" } }] },
        { name: 'Orders', request: { method: 'GET', url: '{{base}}/orders', header: [{ key: 'Authorization', value: 'Bearer {{token}}' }] } },
      ],
    };
    const api = `openapi: 3.0.3\nservers: [{ url: '${url}/api' }]\npaths:\n  /items/{id}:\n    put:\n      parameters: [{ name: id, in: path, required: true, schema: { type: integer, example: 7 } }]\n      requestBody: { content: { application/json: { schema: { type: object, properties: { name: { type: string }, count: { type: integer, minimum: 2 } } } } } }\n`;
    const cwd = await folderWith({ 'shop.json': JSON.stringify(collection), 'env.json': JSON.stringify({ values: [{ key: 'base', value: url }, { key: 'password', value: 's3cret' }] }), 'api.yaml': api });
    const { scenario } = await walked(cwd, ['shop.json', 'env.json'], 2, ['-e', 'PASSWORD=pw']);
    expect(scenario).not.toContain('s3cret');
    await walked(cwd, ['api.yaml'], 1);
    expect(requests.map(({ method, url: path, headers, body }) => [method, path, headers.authorization, body.toString()])).toEqual([
      ['POST', '/login', undefined, '{"user":"ada","password":"pw"}'],
      ['GET', '/orders', 'Bearer t0k3n-of-login', ''],
      ['PUT', '/api/items/7', undefined, '{"name":"text","count":2}'],
    ]);
  });
});

test('an access log becomes a scenario that sends each request as it was logged, with the parameters that it had', async () => {
  await serving((_, response) => response.end('ok'), async ({ url, requests }) => {
    const paths = ['/s?q=lamp', '/s?q=chair&page=2', '/s'];
    const log = paths.map((path, at) => `10.0.0.${at} - - [29/Nov/2026:10:00:0${at} +0100] "GET ${path} HTTP/1.1" 200 1 "-" "x"\n`).join('');
    const cwd = await folderWith({ 'shop.log': log });
    await walked(cwd, ['shop.log'], 30, ['-H', url], 10);
    expect([...new Set(requests.map((request) => request.url))].toSorted()).toEqual(paths.toSorted());
  });
});

test('answers that do not fit the schema of their description are failures, one in so many is looked at', async () => {
  const bodies = ['[{"id":1,"kind":"lamp"}]', '[{"id":"x","kind":"lamp"}]', 'no JSON'];
  let asked = 0;
  await serving((_, response) => response.setHeader('content-type', 'application/json').end(bodies[asked++ % bodies.length]), async ({ url }) => {
    const item = { type: 'object', required: ['id'], properties: { id: { type: 'integer' }, kind: { enum: ['lamp', 'chair'] }, like: { $ref: '#/Item' } } };
    const api = { openapi: '3.0.3', servers: [{ url }], paths: { '/items': { get: { operationId: 'listItems', responses: { 200: { description: '', content: { 'application/json': { schema: { type: 'array', items: { $ref: './schemas.yaml#/Item' } } } } } } } } } };
    const cwd = await folderWith({ 'api.json': JSON.stringify(api), 'schemas.yaml': JSON.stringify({ Item: item }) });
    await symlink(join(projectDir, 'node_modules/ajv'), join(cwd, 'node_modules/ajv'));
    const failures = async (share: string): Promise<string> => {
      asked = 0;
      const { code, stderr } = await boomer(['import', 'api.json', '--check-schema', share, '-o', 'out.ts'], { cwd });
      expect([code, stderr]).toEqual([0, expect.stringContaining('answers of 1 operation are compared with their schemas: npm install --save-dev ajv\n')]);
      const scenario = await readFile(join(cwd, 'out.ts'), 'utf8');
      expect(complaintsAbout({ 'out.ts': scenario })).toEqual([]);
      await writeFile(join(cwd, 'out.ts'), scenario.replace('between(1, 5)', 'between(0, 0)'));
      return (await boomer(['run', 'out.ts', '-u', '1', '-i', '6', '--threads', '1'], { cwd })).stderr;
    };
    const each = await failures('1');
    expect(each).toContain('does not fit its schema: data/[n]/id must be integer');
    expect(each).toMatch(/GET\s+\/items\s+6\s+4\(/u);
    expect(await failures('1/3')).toMatch(/GET\s+\/items\s+6\s+0\(/u);
    expect((await boomer(['import', 'api.json', '--check-schema', '5%'], { cwd })).stderr).toContain('--check-schema expects the share of answers that are looked at, 1/100 or 1, got "5%"');
  });
});

test('what cannot be read ends with exit code 2, and leaves what was there', async () => {
  const cwd = await folderWith({ 'cut.har': har([{ url: 'http://s.example/' }]).slice(0, -9), 'old.ts': 'old', 'empty.har': '' });
  const { code, stdout, stderr } = await boomer(['import', 'cut.har', '-o', 'old.ts'], { cwd });
  expect([code, stdout, stderr]).toEqual([2, '', 'boomer-node: cut.har, entry 1: the file ends in the middle: it was cut off, record or copy it again\n']);
  expect(await readFile(join(cwd, 'old.ts'), 'utf8')).toBe('old');
  expect((await boomer(['import', 'empty.har', '-o', 'new.ts'], { cwd })).code).toBe(2);
  expect(existsSync(join(cwd, 'new.ts'))).toBe(false);
  const refused = async (...args: readonly string[]): Promise<string> => {
    const ended = await boomer(['import', ...args], { cwd });
    expect(ended.code).toBe(2);
    return ended.stderr;
  };
  expect(await refused('none.har')).toBe('boomer-node: none.har cannot be read: there is no such file\n');
  expect(await refused()).toContain('import expects a file');
  expect(await refused('cut.har', '--host', 'shop')).toContain('--host expects a URL such as https://shop.example, got "shop"');
  expect((await boomer(['import', '--help'], { cwd })).stdout).toContain('--keep-header VALUE');
});
