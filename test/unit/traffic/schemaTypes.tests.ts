/** Types of schemas, and the schemas of answers, of descriptions in one file and in several. */
import { importTraffic, type Imported } from '../../../src/traffic/importTraffic.ts';
import { readAllTraffic } from '../../../src/traffic/readTraffic.ts';
import type { Fields } from '../../../src/util/typeGuards.ts';
import { trafficOf } from '../../support/traffic.ts';

const imported = async (api: unknown, others: Readonly<Record<string, string>> = {}, checkEvery: number | null = null): Promise<Imported> =>
  importTraffic(await readAllTraffic([trafficOf(typeof api === 'string' ? api : JSON.stringify(api), 'api.json', null, others)]), { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery });
const posting = (schema: unknown, schemas: Fields = {}, more: Fields = {}): Fields => ({ openapi: '3.1.0', paths: { '/a': { post: { requestBody: { content: { 'application/json': { schema } } }, ...more } } }, components: { schemas } });
const typesIn = ({ text }: Imported): readonly string[] => text.match(/^type [\s\S]*?;(?=\n\n|\n\/\/)/gmu) ?? [];
const object = (properties: Fields, more: Fields = {}): Fields => ({ type: 'object', properties, ...more });

it.each<[string, Fields, Fields, readonly string[]]>([
  ['members, required and not', object({ id: { type: 'integer' }, 'a b': { type: 'boolean' } }, { required: ['id'] }), {}, ["type PostABody = { id: number; 'a b'?: boolean };"]],
  ['choices', object({ kind: { enum: ['a', 1, true] }, only: { const: 'x' } }), {}, ["type PostABody = { kind?: 'a' | 1 | true; only?: 'x' };"]],
  ['null, as 3.0 and as 3.1 say it', object({ a: { type: 'string', nullable: true }, b: { type: ['integer', 'null'] }, c: { enum: ['x', null] }, d: { oneOf: [{ type: 'null' }, { type: 'string' }] } }), {}, ["type PostABody = { a?: string | null; b?: number | null; c?: 'x' | null; d?: null | string };"]],
  ['lists and dictionaries', object({ a: { type: 'array', items: { enum: ['x', 'y'] } }, b: { type: 'object', additionalProperties: { type: 'number' } }, c: { type: 'object' }, d: {} }), {}, ["type PostABody = { a?: ('x' | 'y')[]; b?: { [name: string]: number }; c?: { [name: string]: unknown }; d?: unknown };"]],
  ['components by their names, and one that has itself', { $ref: '#/components/schemas/tree-node' }, { 'tree-node': object({ name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/components/schemas/tree-node' } } }) }, ['type TreeNode = { name?: string; children?: TreeNode[] };']],
  ['all of several', { allOf: [{ $ref: '#/components/schemas/Base' }, object({ b: { type: 'string' } }), object({ c: { type: 'string' } })] }, { Base: object({ a: { type: 'string' } }) }, ['type PostABody = Base & { b?: string; c?: string };', 'type Base = { a?: string };']],
  ['one of several', { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }] }, { Cat: object({ lives: { type: 'integer' } }), Dog: object({ barks: { type: 'boolean' } }) }, ['type PostABody = Cat | Dog;', 'type Cat = { lives?: number };', 'type Dog = { barks?: boolean };']],
  ['a base that names those which extend it', { $ref: '#/components/schemas/Pet' }, { Pet: { oneOf: [{ $ref: '#/components/schemas/Cat' }] }, Cat: { allOf: [{ $ref: '#/components/schemas/Pet' }, object({ lives: { type: 'integer' } })] } }, ['type Pet = Cat;', 'type Cat = { lives?: number };']],
  ['no members for reading alone', object({ id: { type: 'integer', readOnly: true }, name: { type: 'string' } }), {}, ['type PostABody = { name?: string };']],
  ['names that are JavaScript\'s', { $ref: '#/components/schemas/Date' }, { Date: object({ day: { type: 'integer' } }) }, ['type Date2 = { day?: number };']],
])('a type has %s', async (_, schema, schemas, types) => {
  const made = await imported(posting(schema, schemas));
  expect(typesIn(made).toSorted()).toEqual([...types].toSorted());
  expect(made.text).toMatch(/ satisfies \w+/u);
});

it('an example that does not fit its schema is sent all the same, without the type', async () => {
  const made = await imported(posting({ ...object({ id: { type: 'integer' } }), example: { id: '7' } }));
  expect([made.text.includes("json: { id: '7' }"), typesIn(made)]).toEqual([true, []]);
  expect(made.summary).toContain('left out: types of 1 body, whose examples do not fit them');
});

it('parameters have types, and values that are no texts', async () => {
  const parameter = (name: string, schema: Fields, more: Fields = {}): Fields => ({ name, in: 'query', schema, required: true, ...more });
  const { text } = await imported({ openapi: '3.0.0', paths: { '/a': { get: { operationId: 'list', parameters: [parameter('page', { type: 'integer' }), parameter('all', { type: 'boolean' }), parameter('sort', { enum: ['up', 'down'] }), parameter('ids', { type: 'array', items: { type: 'integer' }, example: [1, 2] }), parameter('q', { type: 'string' }, { required: false })] } } } });
  expect(text).toContain("type ListQuery = { page: number; all: boolean; sort: 'up' | 'down'; ids: number | number[]; q?: string };");
  expect(text).toContain("query: { page: 1, all: true, sort: 'up', ids: [1, 2] } satisfies ListQuery");
});

it('parameters of paths, headers and cookies have types too', async () => {
  const parameters = [
    { name: 'item-id', in: 'path', required: true, schema: { type: 'integer', example: 7 } },
    { name: 'kind', in: 'path', required: true, schema: { enum: ['a b', 'c'] } },
    { name: 'X-Page', in: 'header', required: true, schema: { type: 'integer' } },
    { name: 'If-None-Match', in: 'header', schema: { type: 'string' }, example: '"1"' },
    { name: 'X-Trace', in: 'header', schema: { type: 'boolean' } },
    { name: 'debug', in: 'cookie', required: true, schema: { type: 'integer' } },
  ];
  const components = { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } };
  const { text } = await imported({ openapi: '3.0.0', components, security: [{ key: [] }], paths: { '/items/v{item-id}.{kind}/{other}': { get: { operationId: 'show', parameters } } } });
  expect(text).toContain("type ShowPath = { 'item-id': number; kind: 'a b' | 'c'; other: string };");
  expect(text).toContain("type ShowHeaders = { 'x-page': number; 'if-none-match'?: string; 'x-trace'?: string; authorization?: string };");
  expect(text).toContain('type ShowCookies = { debug: number };');
  expect(text).toContain(`    const { 'item-id': itemId, kind, other } = { 'item-id': 7, kind: 'a b', other: '1' } satisfies ShowPath;
    const { debug } = { debug: 1 } satisfies ShowCookies;
    this.client.cookies.set(\`debug=\${debug}\`);
    await this.client.get(\`/items/v\${itemId}.\${encodeURIComponent(kind)}/\${other}\`, {
      headers: { 'x-page': 1, 'if-none-match': '"1"', authorization: \`Bearer \${secrets.token}\` } satisfies ShowHeaders,
      name: '/items/v[item-id].[kind]/[other]',
    });`);
});

it('what says who somebody is has one place, though a description names it twice', async () => {
  const parameters = [{ name: 'X-Key', in: 'header', required: true, schema: { type: 'string' } }, { name: 'X-A', in: 'header', required: true, schema: { type: 'string' } }];
  const components = { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'x-key' } } };
  const { text } = await imported({ openapi: '3.0.0', components, security: [{ key: [] }], paths: { '/a': { get: { operationId: 'show', parameters } } } });
  expect(text).toContain("type ShowHeaders = { 'x-a': string; 'x-key'?: string };");
  expect(text).toContain("headers: { 'x-a': 'text', 'x-key': secrets.xKey } satisfies ShowHeaders");
});

it('choices are no secrets, whatever they are called, and a password of an example is none elsewhere', async () => {
  const body = object({ credentialsType: { enum: ['ACCESS_TOKEN', 'OTHER_TOKEN'] }, password: { type: 'string', example: 'tenant' }, kind: { enum: ['tenant', 'system'] } });
  expect((await imported(posting(body))).text).toContain("json: { credentialsType: 'ACCESS_TOKEN', password: secrets.password, kind: 'tenant' } satisfies PostABody");
});

it('a schema that allows nothing has an example all the same', async () => {
  expect((await imported(posting({ allOf: [{ allOf: [{ type: 'null' }] }] }))).text).toContain("this.client.post('/a', { json: null");
});

it('a parameter whose example does not fit its type is sent all the same', async () => {
  const parameters = [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' }, example: 'first' }, { name: 'who', in: 'cookie', schema: { type: 'integer' }, example: 'ada' }];
  const { text } = await imported({ openapi: '3.0.0', paths: { '/a/{id}': { get: { parameters } } } });
  expect(text).toContain("    this.client.cookies.set('who=ada');\n    await this.client.get('/a/first', { name: '/a/[id]' });");
});

describe('a description in several files', () => {
  const api = 'openapi: 3.1.0\npaths:\n  /a: { $ref: "paths/a.yaml" }\n';
  const others = { 'paths/a.yaml': 'post: { requestBody: { content: { application/json: { schema: { $ref: "../schemas.json#/Item" } } } } }', 'schemas.json': '{"Item": {"type": "object", "properties": {"like": {"$ref": "#/Item"}, "name": {"$ref": "#/defs/na~1me"}}}, "defs": {"na/me": {"type": "string"}}}' };

  it('is read from where it is', async () => {
    expect(typesIn(await imported(api, others)).toSorted()).toEqual(['type Item = { like?: Item; name?: NaMe };', 'type NaMe = string;'].toSorted());
  });

  it('of which one is not there is refused, and what is elsewhere is not fetched', async () => {
    await expect(imported(api)).rejects.toThrow(/^api\.json: it refers to paths\/a\.yaml, which cannot be read: .*there is no such file/u);
    const { summary } = await imported(posting({ $ref: 'https://schemas.example/item.json#/Item' }));
    expect(summary).toContain('left out: what https://schemas.example/item.json describes, which is not fetched: save it beside the file, and name it there');
  });
});

it('answers are compared with their schemas when that is asked for', async () => {
  const schemas = { Item: object({ id: { type: 'integer', minimum: 0, exclusiveMinimum: true }, secret: { type: 'string', writeOnly: true }, like: { $ref: '#/components/schemas/Item' }, name: { type: 'string', nullable: true, pattern: '(?<' } }, { required: ['id', 'secret'] }) };
  const answers = { responses: { 200: { content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/Item' } } } } }, '4xx': { content: { 'text/html': {} } } }, operationId: 'make' };
  const { text, summary } = await imported(posting(object({ a: { type: 'string' } }), schemas, answers), {}, 100);
  expect(text).toContain("import { Ajv } from 'ajv'; // npm install --save-dev ajv\n");
  expect(text).toContain('check: checks.make');
  expect(text).toContain("  make: schemaCheck({ 200: { type: 'array', items: { $ref: 'api#/definitions/Item' } } }),\n");
  expect(text).toContain("    Item: { type: 'object', properties: { id: { type: 'integer', exclusiveMinimum: 0 }, secret: { type: 'string' }, like: { $ref: 'api#/definitions/Item' }, name: { type: ['string', 'null'] } }, required: ['id'] },\n");
  expect(text).toContain('if ((answers - 1) % 100 !== 0) return true;');
  expect(summary).toContain('answers of 1 operation are compared with their schemas: npm install --save-dev ajv');
  await expect(imported(posting(object({ a: { type: 'string' } })), {}, 1)).rejects.toThrow('--check-schema expects an OpenAPI description that has schemas of answers');
});
