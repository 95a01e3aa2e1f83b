/**
 * Whatever stands in recorded traffic is data: with texts of an attacker in every place of every kind of file a scenario has no kind of syntax that it has
 * not with harmless ones, and no name of theirs where code says one. `BOOMER_OUTSIDE_TEXTS` sets how many of each kind of file.
 */
import fc from 'fast-check';
import ts from 'typescript';
import { importTraffic } from '../../../src/traffic/importTraffic.ts';
import { readAllTraffic } from '../../../src/traffic/readTraffic.ts';
import { helperTexts } from '../../../src/traffic/writer/helpers.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { har } from '../../support/har.ts';
import { trafficOf } from '../../support/traffic.ts';

const numRuns = Number(process.env['BOOMER_OUTSIDE_TEXTS'] ?? 25);

/** Gives the text for the next place of a file. */
type Texts = () => string;

const json = 'application/json';
const inUrl = (text: string): string => encodeURIComponent(text.toWellFormed());
/** Headers have no lines. */
const inHeader = (text: string): string => text.replace(/[\r\n]/gu, ' ');
const ofShell = (text: string): string => `'${text.toWellFormed().replaceAll('\0', '').replaceAll("'", "'\\''")}'`;
const url = (text: Texts): string => `http://s.example/a/${inUrl(text())}/b?${inUrl(text())}=${inUrl(text())}&${inUrl(text())}=${inUrl(text())}`;
const object = (text: Texts): string => JSON.stringify({ [text()]: text(), [text()]: { [text()]: [text(), 1, null, true] }, [text()]: null, [text()]: true });
const form = (text: Texts): string => `${inUrl(text())}=${inUrl(text())}&b=${inUrl(text())}`;
const multipart = (text: Texts): string => `--X\r\nContent-Disposition: form-data; name="${inHeader(text()).replaceAll('"', '%22')}"\r\n\r\n${text()}\r\n--X\r\nContent-Disposition: form-data; name="f"; filename="${inHeader(text()).replaceAll('"', '%22')}"\r\nContent-Type: ${inHeader(text())}\r\n\r\n${text()}\r\n--X--\r\n`;

/** A HAR of a page, and of requests with bodies of each kind that send what answers brought. */
function harOf(text: Texts): string {
  const [token, field] = [text(), text()];
  return har([
    { url: 'http://s.example/', resource: 'document', page: text(), answer: `<input name="${inHeader(field).replaceAll('"', '&quot;')}" value="t0k3n-abc12345">`, answerHeaders: [['Set-Cookie', `${inHeader(text())}=a1b2c3d4; Path=/${inHeader(text())}`], ['x-token', token], [inHeader(text()), 'h3ader-abc12345']] },
    { url: url(text), at: 1, type: json, page: text(), resource: 'fetch', answer: JSON.stringify({ [text()]: [{ [text()]: 'f00dcafe-12345678' }], text: `${text()}:k3y-abc987654:` }), headers: { [text()]: text(), 'x-own': inHeader(text()), cookie: `${inHeader(text())}=${inHeader(text())}` } },
    { method: 'POST', url: url(text), at: 2, resource: 'fetch', body: { mimeType: json, text: object(text) }, headers: { 'content-type': json, 'x-token': token } },
    { method: 'POST', url: `${url(text)}&t=f00dcafe-12345678`, at: 3, body: { mimeType: json, text: JSON.stringify({ [field]: 't0k3n-abc12345', h: `${text()} h3ader-abc12345 ${text()}`, k: 'k3y-abc987654' }) }, headers: { 'content-type': json } },
    { method: text(), url: url(text), at: 9, body: { mimeType: 'x', text: form(text) }, headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 404 },
    { method: 'POST', url: url(text), at: 9, body: { mimeType: 'x', text: multipart(text) }, headers: { 'content-type': 'multipart/form-data; boundary=X' } },
    { method: 'POST', url: url(text), at: 9, body: { mimeType: 'multipart/form-data', params: [{ name: text(), value: text() }, { name: text(), fileName: text(), contentType: text() }] } },
    { method: 'POST', url: url(text), at: 9, body: { mimeType: text(), text: `${text()}\${${text()}` }, headers: { 'content-type': 'text/plain' } },
  ], text());
}

const gorMessage = (kind: 1 | 2, at: number, message: string): string => `${kind} ${String(at).padStart(24, '0')} ${1795946400000 + at * 100}000000${kind === 2 ? ' 5' : ''}\n${message}\n🐵🙈🙉\n`;
const gorRequest = (head: string, body: string): string => `${head}\r\nHost: s.example\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** What each kind of file is with these texts in it: files by name. */
const files: Readonly<Record<string, (text: Texts) => readonly (readonly [source: string, content: string])[]>> = {
  HAR: (text) => [[text(), harOf(text)]],
  'two HARs of one walk': (text) => [[text(), harOf(text)], [text(), harOf(text)]],
  curl: (text) => [[text(), [
    `curl ${ofShell(url(text))} -X ${ofShell(text())} -H ${ofShell(`${text()}: ${text()}`)} -H "x-b: $TOKEN ${text().replace(/["\\`$\0]/gu, '')}" --json ${ofShell(object(text))}`,
    `curl ${ofShell(url(text))} -F ${ofShell(`${text()}=@${text()};type=${text()}`)} -F ${ofShell(`${text()}=${text()}`)} -u ${ofShell(`${text()}:${text()}`)} -b ${ofShell(`${text()}=${text()}`)}`,
    `curl ${ofShell(url(text))} -d @${ofShell(text())} -A ${ofShell(text())}`,
    `curl ${ofShell(url(text))} -d ${ofShell(form(text))} -e ${ofShell(text())}`,
    `curl ${ofShell(`http://${text()}/${text()}`)} --data-raw ${ofShell(text())}`,
    'curl http://s.example/ok',
  ].join('\n')]],
  Postman: (text) => [[text(), JSON.stringify({
    info: { name: text(), schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    variable: [{ key: 'base', value: 'http://s.example' }, { key: text(), value: text() }],
    item: [{
      name: text(),
      item: [
        { name: text(), event: [{ listen: 'test', script: { exec: [`pm.environment.set('t', pm.response.json().a[0]["t-x"]);`, `pm.environment.set('${text().replace(/[^\w-]/gu, '')}', pm.response.headers.get('x-a'));`] } }], request: { method: text(), url: `{{base}}/in/:id/{{${text()}}}/${inUrl(text())}`, header: [{ key: text(), value: `${text()}{{${text()}}}${text()}` }], auth: { type: 'apikey', apikey: [{ key: 'key', value: text() }, { key: 'value', value: text() }] }, body: { mode: 'formdata', formdata: [{ key: text(), type: 'file', src: text() }, { key: text(), value: text() }] } } },
        { name: text(), request: { method: 'POST', url: { raw: `{{base}}/x?${inUrl(text())}={{t}}${inUrl(text())}` }, body: { mode: 'raw', raw: object(text) } } },
        { name: text(), request: { method: 'POST', url: '{{base}}/y', body: { mode: 'urlencoded', urlencoded: [{ key: text(), value: `${text()}{{t}}` }] } } },
        { name: text(), request: { method: 'POST', url: '{{base}}/z', body: { mode: 'graphql', graphql: { query: text(), variables: object(text) } } } },
        { name: text(), request: { method: 'POST', url: '{{base}}/f', body: { mode: 'file', file: { src: text() } } } },
      ],
    }],
  })]],
  OpenAPI: (text) => [[text(), JSON.stringify({
    openapi: '3.1.0',
    info: { title: text(), description: text() },
    servers: [{ url: 'http://{h}.example/v1', variables: { h: { default: 's' } } }],
    security: [{ key: [], [text()]: [] }],
    paths: {
      [`/items/{id}/${inUrl(text())}`]: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { $ref: '#/components/schemas/Id' } }],
        put: {
          operationId: text(), summary: text(), tags: [text()],
          parameters: [{ name: text(), in: 'query', required: true, schema: { type: 'string', enum: [text(), text()] } }, { name: text(), in: 'header', required: true, example: text(), schema: {} }, { name: text(), in: 'cookie', required: true, example: text(), schema: { type: 'string' } }],
          requestBody: { content: { 'application/json': { schema: { $ref: `#/components/schemas/Item` } } } },
          responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } } }, [text()]: { content: { 'application/json': { schema: { [text()]: text(), properties: { [text()]: { const: text() } } } } } } },
        },
      },
      [`/{${text().replace(/[{}]/gu, '')}}/${text()}`]: {
        post: { operationId: text(), requestBody: { content: { 'multipart/form-data': { schema: { type: 'object', properties: { [text()]: { type: 'string', format: 'binary' }, [text()]: { type: 'string', example: text() } } } } } } },
        patch: { requestBody: { content: { 'application/x-www-form-urlencoded': { schema: { type: 'object', properties: { [text()]: { type: 'integer' }, [text()]: { type: 'string', default: text() } } } } } } },
        delete: { operationId: text(), requestBody: { content: { [text()]: { schema: { type: 'string', example: text() } } } } },
      },
    },
    components: {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: text() } },
      schemas: {
        Id: { type: 'integer', minimum: 3 },
        Item: { type: 'object', title: text(), required: ['a', text()], properties: { a: { $ref: `#/components/schemas/${text().replace(/[~/%]/gu, '')}` }, [text()]: { enum: [text(), 1, true, null] }, [text()]: { type: 'array', items: { type: 'string', example: text() } } }, additionalProperties: { type: 'string' } },
        [text()]: { type: 'object', properties: { [text()]: { const: text(), description: text() } } },
      },
    },
  })]],
  'access log': (text) => [[text(), [
    ...[0, 1, 2].map(() => `10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET ${url(text).slice('http://s.example'.length)} HTTP/1.1" 200 1 "${inHeader(text())}" "x"`),
    `10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "POST /form/${text().replace(/\s/gu, '')}?${text().replace(/\s/gu, '')} HTTP/1.1" 200 1 "-" "x"`,
    JSON.stringify({ method: 'POST', path: `/b/${text()}?${text()}`, host: 's.example', status: 302, time: text(), referer: text() }),
  ].join('\n')]],
  'capture of GoReplay': (text) => [[text(), [0, 1, 2, 3].map((at) => [
    gorMessage(1, at * 4, gorRequest(`POST ${url(text).slice('http://s.example'.length)} HTTP/1.1\r\nContent-Type: application/json\r\nCookie: sid=user-${at % 3}\r\n${inHeader(text()).replaceAll(':', '')}: ${inHeader(text())}`, object(text))),
    gorMessage(2, at * 4, `HTTP/1.1 200 ${inHeader(text())}\r\nContent-Type: application/json\r\nX-Token: ${inHeader(text())}\r\nSet-Cookie: ${inHeader(text())}=${inHeader(text())}\r\n\r\n${object(text)}`),
    gorMessage(1, at * 4 + 1, gorRequest('POST /text HTTP/1.1\r\nContent-Type: text/plain', text())),
    gorMessage(1, at * 4 + 2, gorRequest('POST /form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded', form(text))),
    gorMessage(1, at * 4 + 3, gorRequest('POST /part HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=X', multipart(text))),
  ].join('')).join('')]],
};

/** The name that an attacker's code would say. */
const marker = 'PW_NED';
const marked = /pw_?ned/iu;
const attacks = [
  `\n}});${marker}=1;({q:{`, `\r\n${marker}();//`, `\u2028${marker}();//`, `\u2029${marker}();//`, `*/ ${marker}(); /*`, `*\u200B/${marker}()/*`, `\`+${marker}()+\``, `\${${marker}()}`, `{${marker}()}`, '$', '\\', `'+${marker}()+'`, `"+${marker}()+"`,
  `\\'+${marker}()+\\'`, `x"__proto__`, `,${marker}:1,"`, `]:${marker}(),["`, `/*${marker}`, `<!--${marker}`, `#!${marker}`, `;${marker};`, ` satisfies ${marker}`, `\uD800${marker}`, `\u202E${marker}\u2066`, `²${marker}`, `\u2E2F${marker}`, `\u0085${marker}`, `\\u0027+${marker}`,
  '{{', '}}', '\uE0F0', '\uE0F1', '${', '`', "'", '"', '//', '/', '*/', '\n', '\0', '3fa85f64-5717-4562-b3fc-2c963f66afa6', 'aB3dE5fG7hJ9kL1mN3pQ5rS7', 'password', 'token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
];
const plain = ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'item', 'a b', 'größe', 'null', 'true', '7', '17', '__proto__', 'constructor', 'token', 'password', 'crypto', 'x-request-id', 'field', 'HttpUser', 'a.b', 'http://other.example/x', '', 'context', '{{token}}', '\uE0F0x\uE0F1', 's3cret-abc-1234', '3fa85f64-5717-4562-b3fc-2c963f66afa6', 'aB3dE5fG7hJ9kL1mN3pQ5rS7', '1795946400000', 'x'.repeat(90)];

const joined = (pieces: readonly string[]): fc.Arbitrary<string> => fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 3 }).map((some) => some.join(''));

/** Undefined for what is refused. */
async function scenarioOf(kind: string, texts: readonly string[]): Promise<string | undefined> {
  let at = 0;
  const made = files[kind]?.(() => texts[at++ % texts.length] ?? '') ?? [];
  try {
    const recordings = await readAllTraffic(made.map(([source, content]) => trafficOf(content, source)));
    return importTraffic(recordings, { keepsStatic: true, keepsThirdParties: true, host: null, keptHeaders: new Set(['referer', 'user-agent']), checkEvery: kind === 'OpenAPI' ? 1 : null }).text;
  } catch (error) {
    if (error instanceof BoomerError) return undefined;
    throw error;
  }
}

/** What is no TypeScript, with what stands there. */
function mistakesIn(text: string): readonly string[] {
  const { diagnostics = [] } = ts.transpileModule(text, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext } });
  return diagnostics.map(({ messageText, start = 0 }) => `${ts.flattenDiagnosticMessageText(messageText, ' ')} at ${text.slice(Math.max(0, start - 100), start + 100)}`);
}

/** What stands in what, with the member that is called: `ExpressionStatement > AwaitExpression`. */
function syntaxOf(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (node.parent !== undefined) found.add(`${ts.SyntaxKind[node.parent.kind]} > ${ts.SyntaxKind[node.kind]}`);
    if (ts.isIdentifier(node) && marked.test(node.text) && !isMember(node)) found.add(`the name ${node.text} in ${node.parent.getText()}`);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile('scenario.ts', text, ts.ScriptTarget.ESNext, true));
  return found;
}

/** A name that is data: of a member, of a variable that a value is kept in. What is made of an attacker's word has none of its signs. */
function isMember({ parent, text }: ts.Identifier): boolean {
  if (!text.includes('_') && /^[A-Za-z0-9]+$/u.test(text)) return true;
  return ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyAccessExpression(parent);
}

it.each(Object.keys(files))('%s', async (kind) => {
  // Which of these functions there are depends on where a value is found.
  const harmless = new Set(syntaxOf(helperTexts(new Set(['field', 'cut', 'missing', 'secret'])).join('\n')));
  const add = async (texts: readonly string[]): Promise<void> => {
    for (const pair of syntaxOf((await scenarioOf(kind, texts)) ?? '')) harmless.add(pair);
  };
  for (const word of plain) await add([word, 'other', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth', 'eleventh']);
  await fc.assert(fc.asyncProperty(fc.array(joined(plain), { minLength: 3, maxLength: 60 }), add), { numRuns: 3 * numRuns, seed: 17 });
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(joined([...attacks, ...plain]), { minLength: 3, maxLength: 60 }), async (texts) => {
      const text = await scenarioOf(kind, texts);
      if (text === undefined) return;
      made += 1;
      expect(mistakesIn(text)).toEqual([]);
      expect([...syntaxOf(text)].filter((pair) => !harmless.has(pair))).toEqual([]);
    }),
    { numRuns, seed: 17 },
  );
  expect(made).toBeGreaterThan(numRuns / 5);
});
