/** Files that break off, are in other encodings, nested too deeply, or hold nothing: each is refused with its line or entry, or read as far as it says something. */
import { gzipSync } from 'node:zlib';
import { importTraffic } from '../../../src/traffic/importTraffic.ts';
import { BoomerError } from '../../../src/util/boomerError.ts';
import { har } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

const archive = har([{ url: 'http://s.example/a', answer: 'ä' }, { url: 'http://s.example/b' }]);
const collection = (item: string): string => `{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"},\n"item": ${item}}`;
const request = '{"name": "x", "request": {"url": "http://s.example/ä"}}';
const api = (schema: string): string => `{"openapi": "3.0.0", "paths": {"/a": {"post": {"requestBody": {"content": {"application/json": {"schema": ${schema}}}}}}}}`;
const line = '10.0.0.1 - - [29/Nov/2026:10:00:00 +0000] "GET /ä HTTP/1.1" 200 1 "-" "-"\n';
const message = '1 aaaaaaaaaaaaaaaaaaaaaaaa 1795946400000000000 0\nGET /a HTTP/1.1\r\nHost: s.example\r\n\r\n\n🐵🙈🙉\n';
const nested = (levels: number, open: string, middle: string, close: string): string => open.repeat(levels) + middle + close.repeat(levels);

async function outcomeOf(content: string | Uint8Array): Promise<string> {
  try {
    const { summary } = importTraffic([await recordingOf(content, 'file')], { keepsStatic: false, keepsThirdParties: false, host: null, keptHeaders: new Set(), checkEvery: null });
    return summary[0] ?? '';
  } catch (error) {
    if (error instanceof BoomerError) return error.message;
    throw error;
  }
}

it.each<[string, string | Uint8Array, RegExp]>([
  ['an empty file', '', /^file: the file is empty$/u],
  ['white space', ' \n\n', /^file: the file is empty$/u],
  ['a mark alone', '\uFEFF', /^file: the file is empty$/u],
  ['gzip of nothing', gzipSync(''), /^file: the file is empty$/u],
  ['an image', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0xff]), /^file, line 1: expected text in UTF-8/u],
  ['a text', 'Dear all,\nlet us meet.\n', /^file, line 1: what this is cannot be told/u],
  ['a HAR that is cut in an entry', archive.slice(0, -30), /^file, entry 2: the file ends in the middle/u],
  ['a HAR that is cut behind an entry', archive.slice(0, archive.indexOf('},{"startedDateTime') + 2), /^file, entry 2: the file ends in the middle/u],
  ['a HAR that is cut behind its entries', archive.slice(0, -1), /^file, behind entry 2: the file ends in the middle/u],
  ['a HAR that is cut before its entries', '{"log": {"version": "1.2",\n "creator": {', /^file, line 2: the file ends in the middle/u],
  ['a HAR without bodies', JSON.stringify({ log: { entries: [{ request: { method: 'POST', url: 'http://s.example/', headers: [{ name: 'content-length', value: '9' }] } }] } }), /^1 request/u],
  ['a HAR in UTF-16 without a mark', Buffer.from(archive, 'utf16le'), /^2 requests/u],
  ['a HAR in UTF-16 that is cut', Buffer.from(`\uFEFF${archive}`, 'utf16le').subarray(0, -1), /^file, line 1 or later: this is no UTF-16LE/u],
  ['a HAR in Latin-1', Buffer.from(archive, 'latin1'), /^file, entry 1: expected text in UTF-8/u],
  ['a HAR whose entries are nested', `{"log": {"entries": [{"request": ${nested(100_000, '[', '', ']')}}]}}`, /^file, entry 1: expected an object with a request, got request: object/u],
  ['a HAR that is nested where nobody looks', `{"log": {"entries": [{"request": {"url": "http://s.example/"}, "_deep": ${nested(100_000, '{"a":', '1', '}')}}]}}`, /^1 request/u],
  ['a body that is nested', JSON.stringify({ log: { entries: [{ request: { method: 'POST', url: 'http://s.example/', postData: { mimeType: 'application/json', text: nested(100_000, '[', '', ']') } } }] } }), /^1 request/u],
  ['an answer that is nested', har([{ url: 'http://s.example/', type: 'application/json', answer: nested(100_000, '{"a":', '1', '}') }]), /^1 request/u],
  ['a collection that is cut', collection(`[${request}`).slice(0, -2), /^file, line 2: the file ends in the middle/u],
  ['a collection in Latin-1', Buffer.from(collection(`[${request}]`), 'latin1'), /^file, line 2: expected text in UTF-8/u],
  ['a collection that is nested', collection(`[${request}, ${nested(20_000, '{"item":[', '', ']}')}]`), /^1 request/u],
  ['a collection of nothing', collection('[]'), /^file \(Postman collection\): no request is left/u],
  ['a description that is cut', api('{}').slice(0, -3), /^file, line 1: the file ends in the middle/u],
  ['a description whose schema is nested', api(nested(20_000, '{"type":"array","items":', '{}', '}')), /^1 request/u],
  ['a description whose schemas lead to each other without an end', JSON.stringify({ ...JSON.parse(api('{"$ref": "#/components/schemas/S0"}')), components: { schemas: Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`S${at}`, { properties: { next: { $ref: `#/components/schemas/S${at + 1}` } } }])) } }), /^(?:1 request|file: it is nested too deeply)/u],
  ['a log of which a line is Latin-1', Buffer.concat([Buffer.from(line, 'latin1'), Buffer.from(line), Buffer.from(line)]), /^1 request/u],
  ['a log that is Latin-1', Buffer.from(line, 'latin1'), /^file, line 1: this and most other lines are no requests/u],
  ['a log of JSON that is nested', `{"method": "GET", "path": "/a", "deep": ${nested(100_000, '[', '', ']')}}\n`, /^1 request/u],
  ['a capture that is cut', message + message.slice(0, 60), /^1 request/u],
  ['a capture with something else in it', `${message}Dear all\n🐵🙈🙉\n${message}`, /^1 request/u],
  ['a capture of something else', `${message}Dear all\n🐵🙈🙉\nand more\n🐵🙈🙉\n`, /^file, message 2: this and most other messages are no requests and no answers in HTTP\/1/u],
  ['a gzip that is cut', gzipSync(archive).subarray(0, 40), /^file: its gzip is damaged/u],
  ['a curl command that is cut', "curl http://s.example/ \\\n  -H 'a: b", /^file, line 2: a quote begins here and never ends/u],
])('%s', async (_, content, expected) => {
  expect(await outcomeOf(content)).toMatch(expected);
});
