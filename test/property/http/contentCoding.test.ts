import * as zlib from 'node:zlib';
import { BodyMemory } from '../../../src/http/response/bodyLimits.ts';
import { decodeBody, decodersOf, NoRoomError } from '../../../src/http/response/contentCoding.ts';

const megabyte = 1024 * 1024;
const text = Buffer.from('what was said '.repeat(100));
/** Too long to be decoded at once. */
const long = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at).join());

/** As quick as it can be: how small it gets matters to nobody here. */
const brotli = (bytes: Uint8Array): Buffer => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } });
const quickly = (compress: typeof zlib.gzipSync): ((bytes: Uint8Array | string) => Buffer) => (bytes) => compress(bytes, { level: 1 });
const [gzipSync, deflateSync, deflateRawSync] = [quickly(zlib.gzipSync), quickly(zlib.deflateSync), quickly(zlib.deflateRawSync)] as const;
const longGzip = gzipSync(long);

/** In the place of a whole body: element by element, jest compares megabytes for seconds. */
const told = ({ body, ...rest }: Decoded, wanted: Buffer): unknown => ({ ...rest, body: body.equals(wanted) ? 'as wanted' : body });

type Decoded = { readonly error: Error | null; readonly body: Buffer; readonly leftBytes: number };

async function decode(coding: string, body: Uint8Array, maxBytes = 64 * megabyte, memoryBytes = Infinity): Promise<Decoded> {
  let leftBytes = memoryBytes;
  const memory = new BodyMemory(memoryBytes);
  const room = {
    maxBytes,
    take: (bytes: number) => memory.take(bytes) && ((leftBytes -= bytes), true),
    give: (bytes: number) => (memory.give(bytes), (leftBytes += bytes)),
  };
  return await new Promise((resolve) => decodeBody(decodersOf(coding, body) ?? [], body, room, (error, pieces) => resolve({ error, body: Buffer.concat(pieces), leftBytes })));
}

describe('decoding', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotli],
  ])('of %s gives what was compressed, short or long, and takes memory for it', async (coding, compress) => {
    for (const body of [Buffer.alloc(0), text, long]) {
      expect(told(await decode(coding, compress(body), 64 * megabyte, 100 * megabyte), body)).toEqual({ error: null, body: 'as wanted', leftBytes: 100 * megabyte - body.byteLength });
    }
  });

  it('undoes several codings, and keeps memory for the last alone', async () => {
    expect(told(await decode('gzip, br', brotli(longGzip), 64 * megabyte, 100 * megabyte), long)).toEqual({ error: null, body: 'as wanted', leftBytes: 100 * megabyte - long.byteLength });
  });
});

describe('gzip with something behind it', () => {
  const named = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 4 + 8 + 16 + 2, 0, 0, 0, 0, 0, 3, 2, 0, 120, 121]), Buffer.from('a name\0a comment\0'), Buffer.from([1, 2])]);

  it.each([
    ['garbage', Buffer.from('garbage')],
    ['one byte', Buffer.from([7])],
    ['what looks like another member', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0])],
    ['half of another member', gzipSync('more').subarray(0, 15)],
    ['another member with a wrong checksum', Buffer.concat([gzipSync('more').subarray(0, -8), Buffer.alloc(8)])],
  ])('is read without %s', async (_, garbage) => {
    for (const [body, gzip] of [[Buffer.alloc(0), gzipSync('')], [text, gzipSync(text)], [long, longGzip]] as const) expect(told(await decode('gzip', Buffer.concat([gzip, garbage])), body)).toMatchObject({ error: null, body: 'as wanted' });
  });

  it('is read with all its whole members', async () => {
    expect((await decode('gzip', Buffer.concat([gzipSync(text), gzipSync(text)]))).body).toEqual(Buffer.concat([text, text]));
    const both = Buffer.concat([text, long]);
    expect(told(await decode('gzip', Buffer.concat([gzipSync(text), gzipSync(''), longGzip, Buffer.from('!')])), both)).toMatchObject({ body: 'as wanted' });
    const member = Buffer.concat([named, gzipSync(text).subarray(10)]);
    expect((await decode('gzip', Buffer.concat([member, Buffer.from('!')]))).body).toEqual(text);
  });

  it.each<[string, Buffer]>([
    ['garbage from the start', Buffer.from('no gzip at all')],
    ['half of it', gzipSync(text).subarray(0, -9)],
    ['half of a head', named.subarray(0, 16)],
    ['a wrong checksum', Buffer.concat([gzipSync(text).subarray(0, -8), Buffer.alloc(8)])],
  ])('is an error with %s', async (_, body) => {
    const decoded = await decode('gzip', body, megabyte, megabyte);
    expect(decoded.error).not.toBeNull();
    expect(decoded.error).not.toBeInstanceOf(NoRoomError);
    expect([decoded.body.byteLength, decoded.leftBytes]).toEqual([0, megabyte]);
  });
});

describe('a small body that becomes large', () => {
  const bomb = gzipSync(Buffer.alloc(40 * megabyte));

  it.each<[string, Buffer]>([
    ['gzip', bomb],
    ['gzip, gzip', gzipSync(bomb)],
    ['br', brotli(Buffer.alloc(40 * megabyte))],
    ['gzip', Buffer.concat([bomb, Buffer.from('garbage')])],
  ])('%s stops at its limit, while the event loop turns, and gives all memory back', async (coding, body) => {
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    const decoded = await decode(coding, body, 16 * megabyte, 50 * megabyte);
    clearInterval(turning);
    expect(decoded).toMatchObject({ error: { isTooLong: true }, leftBytes: 50 * megabyte });
    expect(turns).toBeGreaterThan(3);
  });

  it('stops where there is no memory for it', async () => {
    expect(await decode('gzip', bomb, 64 * megabyte, 10 * megabyte)).toMatchObject({ error: { isTooLong: false }, leftBytes: 10 * megabyte });
    expect(await decode('gzip', gzipSync(text), 64 * megabyte, 10)).toMatchObject({ error: { isTooLong: false }, leftBytes: 10 });
  });
});
