/** What stands in a recording's file, read again by the readers that `import` has. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { gorFormat } from '../../../src/record/gor.ts';
import { harFormat } from '../../../src/record/har.ts';
import type { PassedAnswer, PassedExchange } from '../../../src/record/passedExchange.ts';
import { readable } from '../../../src/record/readableExchange.ts';
import type { RecordingFormat } from '../../../src/record/recordingFormat.ts';
import type { TrafficFile } from '../../../src/traffic/readers/content.ts';
import { openExchanges } from '../../../src/traffic/readers/openExchanges.ts';
import type { Exchange } from '../../../src/traffic/recording.ts';
import { kept, passed } from './passed.ts';

const answered = (text: string | Buffer, headers: PassedAnswer['headers'] = [['Content-Type', 'text/plain']]): PassedAnswer => ({ status: 200, statusText: 'OK', httpVersion: '1.1', headers, body: kept(text) });

async function readAgain(format: RecordingFormat, exchanges: readonly PassedExchange[]): Promise<readonly Exchange[]> {
  const entries = exchanges.flatMap((exchange, index) => format.entry(readable(exchange), index + 1) ?? []);
  const bytes = Buffer.from(format.head + entries.map((entry) => entry.toString('latin1')).join(Buffer.from(format.separator).toString('latin1')) + Buffer.from(format.tail).toString('latin1'), 'latin1');
  const found: Exchange[] = [];
  const file: TrafficFile = { source: 'a', open: async function* open() { yield bytes; }, beside: () => file };
  for await (const exchange of openExchanges(file)) found.push(exchange);
  return found;
}

const formats = [['HAR', harFormat('1.0')], ['capture', gorFormat(false)]] as const;

describe.each(formats)('a recording as a %s', (_, format) => {
  it('says what was sent and answered, and when', async () => {
    const [exchange] = await readAgain(format, [passed({ method: 'POST', url: 'http://s.example/a?b=%20c', headers: [['Host', 's.example'], ['X-A', Buffer.from('ü').toString('latin1')], ['Content-Type', 'text/plain']], body: kept('gruß'), waitedMs: 10, answer: answered('antwört') })]);
    expect(exchange).toMatchObject({
      request: { method: 'POST', url: 'http://s.example/a?b=%20c', body: { kind: 'text', text: 'gruß' } },
      answer: { status: 200, text: 'antwört', type: 'text/plain' },
      startedMs: 1_764_428_400_000,
      elapsedMs: 12.5,
    });
    expect(exchange?.request.headers).toContainEqual(['X-A', 'ü']);
  });

  it.each([
    ['gzip', gzipSync('packed')],
    ['deflate', deflateSync('packed')],
    ['deflate', deflateRawSync('packed')],
    ['br', brotliCompressSync('packed')],
    ['br, gzip', gzipSync(brotliCompressSync('packed'))],
  ])('has answers unpacked: %s', async (coding, bytes) => {
    const [exchange] = await readAgain(format, [passed({ headers: [['Host', 's.example']], answer: answered(bytes, [['Content-Type', 'text/plain'], ['Content-Encoding', coding]]) })]);
    expect(exchange?.answer?.text).toBe('packed');
  });

  it('has bodies that are no text, and such that are in another charset', async () => {
    const exchanges = await readAgain(format, [
      passed({ method: 'POST', headers: [['Host', 's.example'], ['Content-Type', 'image/png']], body: kept(Buffer.from([255, 0, 1])), answer: answered(Buffer.from([254, 1]), [['Content-Type', 'image/png']]) }),
      passed({ method: 'POST', headers: [['Host', 's.example'], ['Content-Type', 'text/plain; charset=iso-8859-1']], body: kept(Buffer.from('ü', 'latin1')), answer: answered(Buffer.from('ü', 'latin1'), [['Content-Type', 'text/plain; charset="ISO-8859-1"']]) }),
    ]);
    expect(exchanges.map(({ request, answer }) => [request.body, answer?.text])).toEqual([
      [{ kind: 'bytes', bytes: Buffer.from([255, 0, 1]) }, null],
      [{ kind: 'bytes', bytes: Buffer.from('ü', 'latin1') }, 'ü'],
    ]);
  });

  it('says that a body was cut, and keeps the beginning of an answer', async () => {
    const long = { bytes: Buffer.from('beginning ä').subarray(0, -1), totalBytes: 3_000_000 };
    const [exchange] = await readAgain(format, [passed({ method: 'PUT', headers: [['Host', 's.example'], ['Content-Length', '3000000'], ['Content-Type', 'text/plain']], body: long, answer: { ...answered(''), body: long } })]);
    expect(exchange?.request.body).toEqual({ kind: 'missing', bytes: 3_000_000, what: null });
    expect(exchange?.answer?.text).toBe('beginning ');
  });

  it('has requests without an answer', async () => {
    const [exchange] = await readAgain(format, [passed({ headers: [['Host', 's.example']], problem: 'http://s.example does not listen' })]);
    expect(exchange?.answer?.status ?? 0).toBe(0);
  });
});

test('a HAR says what went wrong, and notes WebSockets', () => {
  const entry = (own: Partial<PassedExchange>): unknown => JSON.parse(harFormat('1').entry(readable(passed(own)), 1)?.toString() ?? '') as unknown;
  expect(entry({ problem: 'the client broke off' })).toMatchObject({ comment: 'the client broke off', response: { status: 0 } });
  expect(entry({ isTunnel: true, body: { bytes: Buffer.alloc(0), totalBytes: 7 }, answer: { ...answered(''), status: 101 } })).toMatchObject({ _resourceType: 'websocket', request: { bodySize: 7 }, response: { status: 101 } });
  expect(entry({ answer: { ...answered(''), body: { bytes: Buffer.from('abc'), totalBytes: 9_000_000 } } })).toMatchObject({ response: { content: { text: 'abc', comment: 'cut: of 9.0 MB the first 3 B were kept' } } });
});

test('a capture of a site with TLS says so, has no other protocols, and its lengths are right after a change', () => {
  const own = passed({ method: 'POST', url: 'https://s.example/a', headers: [['Content-Length', '3']], body: kept('abc') });
  const entry = gorFormat(true).entry(readable(own), 26)?.toString() ?? '';
  expect(entry).toBe('1 00000000000000000000001a 1764428400000000000\nPOST https://s.example/a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc');
  expect(gorFormat(true).changed(Buffer.from(entry), (text) => text.replace('abc', 'longer')).toString()).toBe(entry.replace('abc', 'longer').replace('Length: 3', 'Length: 6'));
  expect(gorFormat(false).entry(readable(passed({ isTunnel: true })), 1)).toBeNull();
});

test('a HAR is changed in bodies of bytes too, each of them', () => {
  const bytes = Buffer.concat([Buffer.from('api=tok-123456 '), Buffer.from([255, 0, 1])]);
  const other = Buffer.from([254, 0]);
  const answer = { ...answered(other, [['Content-Type', 'image/png']]) };
  const format = harFormat('1');
  const entry = format.entry(readable(passed({ method: 'POST', headers: [['X-A', 'tok-123456 "text":"YQ==","encoding":"base64"']], body: kept(bytes), answer })), 1) ?? Buffer.alloc(0);
  const changed = JSON.parse(format.changed(entry, (text) => text.replaceAll('tok-123456', 'redacted-aaaaaa-1')).toString()) as { request: { headers: unknown; postData: { text: string } }; response: { content: { text: string } } };
  expect(Buffer.from(changed.request.postData.text, 'base64').toString('latin1')).toBe(bytes.toString('latin1').replace('tok-123456', 'redacted-aaaaaa-1'));
  expect(changed.response.content.text).toBe(other.toString('base64'));
  expect(changed.request.headers).toEqual([{ name: 'X-A', value: 'redacted-aaaaaa-1 "text":"YQ==","encoding":"base64"' }]);
  expect(format.changed(entry, (text) => text)).toEqual(entry);
});
