/** Postman's collections and descriptions of APIs: what people wrote down of requests. */
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { readAllTraffic } from '../../../src/traffic/readTraffic.ts';
import { trafficOf } from '../../support/traffic.ts';

const imported = async (files: Readonly<Record<string, unknown>>): Promise<Imported> => {
  const read = await readAllTraffic(Object.entries(files).map(([source, text]) => trafficOf(typeof text === 'string' ? text : JSON.stringify(text), source)));
  return importTraffic(read, { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null });
};
/** The lines within tasks. */
const lines = ({ text }: Imported): readonly string[] => [...text.matchAll(/^ {4}((?:const|await|this\.#).*)/gmu)].map(([, line = '']) => line);

const info = { name: 'Shop', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' };

describe('a Postman collection', () => {
  const collection = {
    info,
    variable: [{ key: 'base', value: 'https://{{host}}/v1' }],
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}' }] },
    item: [
      {
        name: 'Account',
        item: [
          {
            name: 'Log in',
            request: { method: 'POST', auth: { type: 'noauth' }, url: '{{base}}/login', body: { mode: 'raw', raw: '{"user":"{{user}}","password":"{{password}}"}', options: { raw: { language: 'json' } } } },
            event: [{ listen: 'test', script: { exec: ['const json = pm.response.json();', "pm.environment.set('token', json.data.token);"] } }],
          },
          { name: 'Me', request: { method: 'GET', header: [{ key: 'X-Off', value: '1', disabled: true }, { key: 'X-On', value: '{{user}}' }], url: { raw: '{{base}}/users/:id?full=1', variable: [{ key: 'id', value: '42' }] } } },
        ],
      },
      { name: 'Send a file', request: { method: 'PUT', url: { host: ['{{base}}'], path: ['up'], query: [{ key: 'n', value: '1' }, { key: 'off', value: '1', disabled: true }] }, body: { mode: 'formdata', formdata: [{ key: 'f', type: 'file', src: '/home/ada/a.png' }, { key: 'at', value: '{{$timestamp}}' }] } } },
      { name: 'Broken', request: 'http://' },
    ],
  };

  it('becomes a walk by its folders, with what its environment says and its scripts take from answers', async () => {
    const made = await imported({ 'shop.json': collection, 'env.json': { name: 'test', values: [{ key: 'host', value: 'shop.example' }, { key: 'user', value: 'ada' }, { key: 'password', value: 's3cret' }, { key: 'token', value: 'stale' }] } });
    expect(lines(made)).toEqual([
      "const login = await this.client.post('/v1/login', { json: { user: 'ada', password: secrets.password } });",
      "this.#token = login.json<{ data: { token: string } }>().data.token ?? missing('data.token');",
      "await this.client.get('/v1/users/42', {",
      "await this.client.put('/v1/up', {",
    ]);
    expect(made.text).toContain("headers: { 'x-on': 'ada', authorization: `Bearer ${this.#token}` },");
    expect(made.text).toContain('at: String(Math.floor(Date.now() / 1000)),');
    expect(made.text).toMatch(/\/\*\* Account \*\/\n {2}@task\n {2}async account\(\)/u);
    expect(made.text).toContain("static host = 'https://shop.example';");
    expect(made.text).not.toMatch(/s3cret|stale/u);
    expect(made.secrets.map(({ variable }) => variable)).toEqual(['PASSWORD']);
    expect(made.summary).toContain('left out: 1 of the collection without a URL');
  });

  it('may have variables for the scheme, the host and the port', async () => {
    const { text, summary } = await imported({ 'shop.json': { info, item: [{ name: 'a', request: { url: '{{scheme}}://{{host}}:{{port}}/a/{{id}}' } }] } });
    expect(text).toContain('this.client.get(`/a/${secrets.id}`');
    expect(summary).toContain('no host was recorded: run it with --host URL');
  });

  it('without an environment leaves open what nobody said', async () => {
    const { secrets, summary } = await imported({ 'shop.json': collection });
    expect(secrets.map(({ variable }) => variable)).toEqual(['USER', 'PASSWORD']);
    expect(summary).toContain('no host was recorded: run it with --host URL');
    await expect(imported({ 'env.json': { values: [{ key: 'a', value: 'b' }] } })).rejects.toThrow('env.json: an environment of Postman without a collection: name both');
  });
});

describe('a description of an API', () => {
  const yaml = `openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: 'https://{region}.shop.example/v2', variables: { region: { default: eu } } }]
security: [{ key: [] }]
paths:
  /items/{itemId}:
    parameters: [{ $ref: '#/components/parameters/itemId' }]
    get:
      operationId: getItem
      tags: [items]
      summary: One item
      parameters:
        - { name: fields, in: query, required: true, explode: true, schema: { type: array, items: { type: string, enum: [name, price] } } }
        - { name: page, in: query, schema: { type: integer } }
    put:
      operationId: change-item
      security: []
      requestBody:
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Item' }
  /login:
    post:
      requestBody: { content: { application/x-www-form-urlencoded: { schema: { type: object, properties: { user: { type: string, example: ada }, password: { type: string, format: password } } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: X-API-Key } }
  parameters:
    itemId: { name: itemId, in: path, required: true, schema: { type: integer, minimum: 100 } }
  schemas:
    Base: { type: object, properties: { id: { type: integer, readOnly: true }, name: { type: [string, 'null'], minLength: 6 } } }
    Item:
      allOf:
        - $ref: '#/components/schemas/Base'
        - type: object
          properties:
            price: { type: number, exclusiveMinimum: 0 }
            made: { type: string, format: date }
            tags: { type: array, minItems: 2, items: { type: string, default: new } }
            like: { $ref: '#/components/schemas/Item' }
            kind: { oneOf: [{ type: 'null' }, { const: lamp }] }
`;

  it('becomes a task for each operation, with values from examples, defaults and schemas', async () => {
    const made = await imported({ 'api.yaml': yaml });
    expect(made.text.match(/async \w+/gu)).toEqual(['async getItem', 'async changeItem', 'async login']);
    expect(made.text).toContain("static host = 'https://eu.shop.example';");
    expect(made.text).toContain('/** items: One item */');
    expect(made.text).toContain("const { itemId } = { itemId: 100 } satisfies GetItemPath;\n    await this.client.get(`/v2/items/${itemId}`, {\n      query: { fields: 'name' } satisfies GetItemQuery,\n      headers: { 'x-api-key': secrets.xApiKey },\n      name: '/v2/items/[itemId]',\n    });");
    expect(made.text).toMatch(/name: 'textxx',\s+price: 0\.5,\s+made: '2026-01-01',\s+tags: \['new', 'new'\],\s+like: \{/u);
    expect(made.text).toContain("kind: 'lamp'");
    expect(made.text).toContain('form: { user: \'ada\', password: secrets.password } satisfies PostLoginBody');
    expect(made.secrets.map(({ variable }) => variable).toSorted()).toEqual(['PASSWORD', 'X_API_KEY']);
  });

  it('is refused with the line, or with its version', async () => {
    await expect(imported({ 'api.yaml': 'openapi: 3.0.0\npaths:\n  - {a\nb: c' })).rejects.toThrow(/^api\.yaml, line \d: this is no YAML: /u);
    await expect(imported({ 'api.yaml': 'swagger: "2.0"\npaths: {}' })).rejects.toThrow('api.yaml: expected OpenAPI 3, got Swagger 2.0: convert it first (npx swagger2openapi)');
    await expect(imported({ 'api.json': { openapi: '3.0.0', paths: {} } })).rejects.toThrow('api.json: a description without operations');
    await expect(imported({ 'api.yaml': `openapi: 3.0.0\npaths: ${'['.repeat(20_000)}` })).rejects.toThrow(/^api\.yaml/u);
  });
});
