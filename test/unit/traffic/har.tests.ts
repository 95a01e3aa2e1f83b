/** HTTP archives of several programs, whole and broken. */
import type { Recording } from '../../../src/traffic/recording.ts';
import { har } from '../../support/har.ts';
import { recordingOf } from '../../support/traffic.ts';

const read = (text: string | Uint8Array): Promise<Recording> => recordingOf(text, 'a.har');
const withRequest = (request: unknown, more: Readonly<Record<string, unknown>> = {}): string => JSON.stringify({ log: { entries: [{ request, ...more }] } });
const bodyOf = async (postData: unknown, headers: unknown = []): Promise<unknown> => (await read(withRequest({ method: 'post', url: 'http://s.example/', headers, postData }))).exchanges[0]?.request.body;

describe('a HAR', () => {
  it('is read with its pages and times, in the order of its requests', async () => {
    const recording = await read(har([{ url: 'http://s.example/b', at: 2, page: 'p' }, { url: 'http://s.example/a', at: 1, headers: { ':authority': 's.example', Accept: 'x' } }, { url: 'data:,x' }]));
    expect(recording).toMatchObject({ kind: 'HAR of Chromium', remarks: ['1 of another protocol than HTTP'] });
    expect(recording.exchanges.map(({ place, title, startedMs, request: { url, headers } }) => [place, title, startedMs, url, headers])).toEqual([
      ['entry 2', null, Date.parse('2026-11-29T10:00:01Z'), 'http://s.example/a', [['Accept', 'x']]],
      ['entry 1', 'Page p', Date.parse('2026-11-29T10:00:02Z'), 'http://s.example/b', []],
    ]);
  });

  it('has bodies in many forms', async () => {
    const multipart = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name="f"; filename="a b.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n--x--\r\n';
    const parts = [{ name: 'a', filename: null, type: null, text: '1', bytes: 1 }, { name: 'f', filename: 'a b.txt', type: 'text/plain', text: 'hello', bytes: 5 }];
    expect(await bodyOf({ mimeType: 'multipart/form-data; boundary=x', text: multipart })).toEqual({ kind: 'parts', parts });
    // Firefox: the body's own headers first.
    expect(await bodyOf({ mimeType: 'multipart/form-data; boundary=x', text: `Content-Length: 99\r\n\r\n${multipart}` })).toEqual({ kind: 'parts', parts });
    expect(await bodyOf({ mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a', value: '1+%26' }] })).toEqual({ kind: 'fields', fields: [['a', '1 &']] });
    expect(await bodyOf({ mimeType: 'application/json', params: [{ name: 'a', value: { b: 1 } }, { name: 'c', value: 'x' }] })).toEqual({ kind: 'text', text: '{"a":{"b":1},"c":"x"}' });
    expect(await bodyOf({ mimeType: 'application/json', params: [{ name: '0', value: 7 }, { name: '1', value: null }] })).toEqual({ kind: 'text', text: '[7,null]' });
    expect(await bodyOf({ mimeType: 'text/plain', text: 'aGk=', encoding: 'base64' })).toEqual({ kind: 'text', text: 'hi' });
    expect(await bodyOf({ mimeType: 'image/png', text: Buffer.from([255, 1]).toString('base64'), encoding: 'base64' })).toEqual({ kind: 'bytes', bytes: Buffer.from([255, 1]) });
    expect(await bodyOf(undefined, [{ name: 'Content-Length', value: '17' }])).toEqual({ kind: 'missing', bytes: 17, what: null });
    expect(await bodyOf({ mimeType: '', text: '' })).toBeNull();
  });

  it('may have no answers, no times, headers as an object, and cookies by themselves', async () => {
    const { exchanges } = await read(withRequest({ url: 'http://s.example/', headers: { a: 1 }, cookies: [{ name: 'sid', value: 'x' }] }));
    expect(exchanges[0]).toMatchObject({ request: { method: 'GET', headers: [['a', '1'], ['cookie', 'sid=x']] }, answer: null, startedMs: null, elapsedMs: null });
  });

  it('may be UTF-16, or a call as HAR viewers load it', async () => {
    const text = har([{ url: 'http://s.example/ä' }]);
    expect((await read(Buffer.from(`\uFEFF${text}`, 'utf16le'))).exchanges).toHaveLength(1);
    expect((await read(`onInputData(${text});\n`)).exchanges).toHaveLength(1);
  });

  it.each([
    ['', 'a.har: the file is empty'],
    [har([{ url: 'http://s.example/' }]).slice(0, -30), 'a.har, entry 1: the file ends in the middle: it was cut off, record or copy it again'],
    ['{"log":\n{"entries": [\nx', 'a.har, entry 1: the file ends in the middle'],
    ['{"log":\n{"entries": [\n{"request": x}]}}', 'a.har, entry 1: this is no JSON from "x}" on'],
    ['{"log":\n{"entries": [],\n"version": x}}', 'a.har, line 3: this is no JSON from "x}}" on'],
    ['{"log":\n{"creator": {},\n', 'a.har, line 3: the file ends in the middle'],
    ['{"log": {"creator": {}}}', 'a.har: a HAR without entries'],
    ['{"log": {"entries": [{"request": {"url": "http://s.example/"}}, 7]}}', 'a.har, entry 2: expected an object with a request, got 7'],
    ['{"log": {"entries": [{"request": {}}]}}', 'a.har, entry 1: its request has no url'],
    ['{"a": 1}', 'a.har: this JSON is of no kind that is known here'],
    ['Dear all,\n', 'a.har, line 1: what this is cannot be told'],
    [Buffer.from('{"log":\n "\xff"', 'latin1'), 'a.har, line 2: expected text in UTF-8'],
  ])('that is broken is refused with the place: %j', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('may be nested more deeply than any walk through it could be', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect((await read(`{"log":{"entries":[],"_deep":${deep}}}`)).exchanges).toEqual([]);
    expect(await bodyOf({ mimeType: 'application/json', text: deep })).toEqual({ kind: 'text', text: deep });
  });
});
