/** Captures, logs and archives as they go by, in pieces of any size. */
import { gzipSync } from 'node:zlib';
import type { TrafficFile } from '../../../src/traffic/readers/content.ts';
import { openExchanges, openUnread } from '../../../src/traffic/readers/openExchanges.ts';
import type { Exchange, StreamNotes } from '../../../src/traffic/recording.ts';
import { har } from '../../support/har.ts';
import { trafficOf } from '../../support/traffic.ts';

const startMs = 1_795_946_400_000;
const id = (number: number): string => number.toString(16).padStart(24, 'a');
const message = (kind: number, number: number, text: string): string => `${kind} ${id(number)} ${startMs + number}000000${kind === 1 ? '' : ' 2500000'}\n${text}\n🐵🙈🙉\n`;
const request = (number: number): string => message(1, number, `GET /item/${number} HTTP/1.1\r\nHost: shop.example\r\n\r\n`);
const answer = (number: number): string => message(2, number, `HTTP/1.1 200 OK\r\n\r\nanswer ${number}`);
const line = (second: number): string => `10.0.0.7 - - [29/Nov/2026:10:00:0${second} +0000] "GET /item/${second} HTTP/1.1" 200 612 "https://from.example/" "Mozilla \\"5\\""\n`;

async function read(content: string | Uint8Array, pieceBytes: number | null = null, notes?: StreamNotes): Promise<readonly Exchange[]> {
  const found: Exchange[] = [];
  for await (const exchange of openExchanges(trafficOf(content, 'file', pieceBytes), notes)) found.push(exchange);
  return found;
}

describe('exchanges come as they go by', () => {
  const archive = har([{ url: 'http://s.example/{"entries":[1,\\"2]}', at: 2, answer: '[{"a":"]}"}]' }, { url: 'http://s.example/ä', at: 1 }, { url: 'http://s.example/3', at: 3 }]);

  it.each([
    ['a capture', request(1) + request(2) + answer(2) + answer(1) + request(3), [['/item/1', 'answer 1'], ['/item/2', 'answer 2'], ['/item/3', null]]],
    ['an access log', line(2) + line(1) + line(3), [['/item/1', null], ['/item/2', null], ['/item/3', null]]],
    ['a HAR', archive, [['/%C3%A4', ''], ['/%7B%22entries%22:[1,/%222]%7D', '[{"a":"]}"}]'], ['/3', '']]],
    ['a HAR that is indented', JSON.stringify(JSON.parse(archive), null, 2), [['/%C3%A4', ''], ['/%7B%22entries%22:[1,/%222]%7D', '[{"a":"]}"}]'], ['/3', '']]],
  ])('%s, in order, whatever pieces it is read in', async (_, content, expected) => {
    for (const bytes of [content, Buffer.from(`\uFEFF${content}`), gzipSync(content), Buffer.from(`\uFEFF${content}`, 'utf16le')]) {
      for (const pieceBytes of [null, 1, 7, 100]) {
        const found = await read(bytes, pieceBytes);
        expect(found.map(({ request: { url }, answer: own }) => [new URL(url).pathname, own?.text ?? null])).toEqual(expected);
      }
    }
  });

  it('with notes of what the file is, complete at the end', async () => {
    const notes: StreamNotes = { kind: '', remarks: [] };
    await read(request(1) + request(2).slice(0, 30), null, notes);
    expect(notes).toEqual({ kind: 'capture of GoReplay', remarks: ['the last message, which breaks off'] });
  });

  it('and those that waited too long for an answer go on without it', async () => {
    const numbers = Array.from({ length: 3000 }, (_, number) => number);
    const found = await read(numbers.map(request).join('') + answer(0) + answer(2999), 65_536);
    expect(found.map(({ startedMs }) => startedMs)).toEqual(numbers.map((number) => startMs + number));
    expect([found[0]?.answer, found[2999]?.answer?.text]).toEqual([null, 'answer 2999']);
  });

  it('and where none has an answer, none is waited for', async () => {
    const pieces = Array.from({ length: 30 }, (_, piece) => Buffer.from(Array.from({ length: 100 }, (_unused, number) => request(piece * 100 + number)).join('')));
    let handedOut = 0;
    const file: TrafficFile = {
      ...trafficOf('', 'file'),
      async *open() {
        for (const piece of pieces) {
          yield await Promise.resolve(piece);
          handedOut += 100;
        }
      },
    };
    const heldBack: number[] = [];
    let count = 0;
    for await (const batch of openUnread(file)) {
      count += batch.length;
      heldBack.push(handedOut - count);
    }
    // Those that are put in order, and no others.
    expect(count).toBe(3000);
    expect(Math.max(...heldBack)).toBeLessThanOrEqual(1000);
  });

  it('and what is kept of them is their own, not the piece of the file in which they stood', async () => {
    const content = Buffer.from(request(1) + request(2));
    const kept = [];
    for await (const batch of openUnread(trafficOf(content, 'file'))) kept.push(...batch.map((exchange) => exchange.request()));
    content.fill(0);
    expect(kept.map(({ bytes, read: own }) => [bytes < 1000, own().url])).toEqual([[true, 'http://shop.example/item/1'], [true, 'http://shop.example/item/2']]);
  });

  it('and are read no further than somebody asks for them', async () => {
    let pieces = 0;
    let isClosed = false;
    const endless: TrafficFile = {
      ...trafficOf('', 'endless'),
      async *open() {
        try {
          for (;;) yield await Promise.resolve(Buffer.from(Array.from({ length: 100 }, () => line((pieces += 1) % 10)).join('')));
        } finally {
          isClosed = true;
        }
      },
    };
    for await (const exchange of openExchanges(endless)) {
      expect(exchange.client).toBe('10.0.0.7');
      break;
    }
    expect([pieces < 3000, isClosed]).toEqual([true, true]);
  });

  it('with what combined logs say of who asked', async () => {
    expect((await read(line(1)))[0]).toMatchObject({ client: '10.0.0.7', request: { headers: [['referer', 'https://from.example/'], ['user-agent', 'Mozilla \\"5\\"']] } });
    const json = '{"time":"2026-11-29T10:00:00Z","method":"GET","path":"/a","status":200,"remote_addr":"[2001:db8::1]:443","http_user_agent":"curl"}\n';
    expect((await read(json))[0]).toMatchObject({ client: '2001:db8::1', request: { headers: [['user-agent', 'curl']] } });
  });

  it.each([
    ['', 'file: the file is empty'],
    ['curl http://s.example\n', 'file: expected a capture of GoReplay (.gor), an access log or a HAR'],
    [gzipSync(line(1).repeat(9000)).subarray(0, -400), 'file: its gzip is damaged: it was cut off, copy it again'],
    [Buffer.concat([Buffer.from(`\uFEFF${line(1)}${line(2)}`, 'utf16le'), Buffer.from([0xd8])]), 'file, line 3 or later: this is no UTF-16LE'],
  ])('%#: what is none of these is refused', async (content, expected) => {
    await expect(read(content)).rejects.toThrow(expected);
  });
});
