/**
 * Files of each kind with bytes flipped, taken away, doubled and put in: each is refused with its name and what is wrong, or becomes a scenario that is
 * TypeScript. `BOOMER_BROKEN_FILES` sets how many of each kind.
 */
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { importTraffic } from '../../../src/traffic/importTraffic.ts';
import { readAllTraffic } from '../../../src/traffic/readTraffic.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { har } from '../../support/har.ts';
import { trafficOf } from '../../support/traffic.ts';

const numRuns = Number(process.env['BOOMER_BROKEN_FILES'] ?? 60);

const json = 'application/json';
const files: Readonly<Record<string, string>> = {
  HAR: har([
    { url: 'http://s.example/', answer: '<input name="csrf" value="t0k3n-abc123">', answerHeaders: [['Set-Cookie', 'sid=a1b2c3d4; Path=/']] },
    { method: 'POST', url: 'http://s.example/cart?a=1&a=2', at: 2, headers: { 'content-type': json, cookie: 'sid=a1b2c3d4' }, body: { mimeType: json, text: '{"csrf":"t0k3n-abc123","list":[1,{"a":null}]}' }, status: 302, answerHeaders: [['Location', '/done/77']] },
    { url: 'http://s.example/done/77', at: 2.1, type: json, answer: '{"id":77}' },
  ]),
  curl: "curl -X{{ 'http://s.example/{a,b}?x=1' -H 'a: $TOKEN' --json '{\"a\":[1]}' \\\n  -F 'f=@a.png;type=image/png'\ncurl -u ada:pw $'http://s.example/\\x41' -d @file --data-urlencode 'q=ä'\n",
  Postman: JSON.stringify({
    info: { schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
    variable: [{ key: 'base', value: 'http://s.example' }],
    item: [{ name: 'a', item: [{ name: 'in', event: [{ listen: 'test', script: { exec: ["pm.environment.set('t', pm.response.json().a[0].t);"] } }], request: { method: 'POST', url: '{{base}}/in/:id', body: { mode: 'formdata', formdata: [{ key: 'f', type: 'file', src: 'x' }] } } }] }],
  }),
  OpenAPI: `openapi: 3.1.0
servers: [{ url: 'http://{h}.example/v1', variables: { h: { default: s } } }]
security: [{ key: [] }]
paths:
  /items/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { $ref: '#/components/schemas/Id' } }]
    put: { operationId: put, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/Item' } } } }, responses: { '200': { content: { application/json: { schema: { $ref: '#/components/schemas/Item' } } } } } }
components:
  securitySchemes: { key: { type: apiKey, in: header, name: k } }
  schemas: { Id: { type: integer, minimum: 3 }, Item: { allOf: [{ type: object, properties: { like: { $ref: '#/components/schemas/Item' } } }, { oneOf: [{ type: 'null' }, { enum: [a] }] }] } }
`,
  'access log': '10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET /a/1?q=x HTTP/1.1" 200 1 "-" "x"\n{"method":"POST","path":"/b","host":"s.example","status":302,"time":1795946400}\n'.repeat(3),
  'capture of GoReplay': ['POST /o HTTP/1.1\r\nHost: s.example\r\nContent-Type: application/json\r\n\r\n{"id":7}', 'GET /o/8 HTTP/1.1\r\nHost: s.example\r\n\r\n']
    .map((message, at) => `1 ${String(at).repeat(24)} 1795946400000000000\n${message}\n🐵🙈🙉\n2 ${String(at).repeat(24)} 1795946400000000000 5\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n\n🐵🙈🙉\n`).join(''),
};

/** What may stand where nobody expects it. */
const pieces = ['"', '{', '}', '[', ']', ',', '\\', '\n', '`', '${', "'", '*/', '\0', '%zz', '{{', '\uE0F0', '\uE0F1', 'null', '-1', '1e999', '[]', '__proto__', '"$ref":"#"', 'http://[', '\u2028', '/', '$'];
const change = fc.record({ kind: fc.constantFrom('cut', 'flip', 'put', 'take', 'double'), at: fc.nat(10_000), length: fc.nat(80), piece: fc.constantFrom(...pieces) });

function changed(bytes: Buffer, { kind, at: wanted, length, piece }: { readonly kind: string; readonly at: number; readonly length: number; readonly piece: string }): Buffer {
  const at = wanted % (bytes.length + 1);
  const [before, behind] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (kind) {
    case 'cut':
      return before;
    case 'flip':
      return Buffer.concat([before, Buffer.from(behind.subarray(0, 1).map((byte) => byte ^ (1 << (length % 8)))), behind.subarray(1)]);
    case 'put':
      return Buffer.concat([before, Buffer.from(piece), behind]);
    case 'take':
      return Buffer.concat([before, behind.subarray(length)]);
    default:
      return Buffer.concat([before, behind.subarray(0, length), behind]);
  }
}

it.each(Object.entries(files))('%s', async (_, text) => {
  let made = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 4 }), async (changes) => {
      const bytes = changes.reduce(changed, Buffer.from(text));
      try {
        const imported = importTraffic(await readAllTraffic([trafficOf(bytes, 'file')]), { keepsStatic: true, keepsThirdParties: true, host: null, keptHeaders: new Set(), checkEvery: null });
        transformSync(imported.text, { loader: 'ts' });
        made += 1;
      } catch (error) {
        if (!(error instanceof BoomerError)) throw error;
        expect(error.message).toMatch(/^file\b/u);
        refused += 1;
      }
    }),
    { numRuns, seed: 17 },
  );
  expect([made > 0, refused > 0]).toEqual([true, true]);
});
